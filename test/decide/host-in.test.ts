import type { JsonValue } from "callgate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Verdict, verdictOf, verdictsOf } from "./verdict.js";

const HOSTS = ["example.com", "*.good.org", "api.test:8443", "127.0.0.1", "[::1]:8080"];

const hostIn = (operand: JsonValue): ((value: unknown) => Verdict) => {
  const verdict = verdictsOf({ path: "args.url", op: "host_in", value: operand });
  return (value) => verdict({ url: value });
};
const amongHosts = hostIn(HOSTS);
const host = (value: unknown, operand?: JsonValue): Verdict =>
  operand === undefined ? amongHosts(value) : hostIn(operand)(value);

describe("host_in", () => {
  test.each<[value: string, Verdict]>([
    ["https://example.com", "true"],
    ["http://example.com/", "true"],
    ["https://example.com/a/b?c=d#e", "true"],
    ["https://example.com?x", "true"],
    ["https://example.com#x", "true"],
    ["https://example.com:443/", "true"],
    ["http://example.com:80/", "true"],
    ["https://example.com:/", "true"],
    ["C20: HTTPS://EXAMPLE.COM/", "true"],
    ["https://Example.Com/", "true"],
    ["https://example.com/@evil.net", "true"],
    ["https://example.com/https://evil.net", "true"],
    ["https://a.good.org/", "true"],
    ["https://a.b.good.org/", "true"],
    ["https://api.test:8443/x", "true"],
    ["http://127.0.0.1/", "true"],
    ["http://[::1]:8080/", "true"],
    ["https://www.example.com/", "false"],
    ["https://evilexample.com/", "false"],
    ["https://example.com.evil.net/", "false"],
    ["https://example.co/", "false"],
    ["https://good.org/", "false"],
    ["https://evilgood.org/", "false"],
    ["https://good.org.evil.net/", "false"],
    ["https://api.test/", "false"],
    ["https://api.test:8444/", "false"],
    ["https://a.api.test:8443/", "false"],
    ["C23: https://example.com:80/", "false"],
    ["C23: http://example.com:443/", "false"],
    ["C23: https://example.com:8443/", "false"],
    ["C23: https://example.com:0/", "false"],
    ["https://evil.net/?u=https://example.com", "false"],
    ["https://evil.net/#@example.com", "false"],
    ["https://evil.net#example.com", "false"],
    ["https://evil.net?@example.com", "false"],
    ["http://127.0.0.2/", "false"],
    ["http://[::1]/", "false"],
    ["http://[::2]:8080/", "false"],
    ["C23: http://[::ffff:7f00:1]/", "false"],
    ["C23: http://[64:ff9b::7f00:1]/", "false"],
    ["http://localhost/", "false"],
  ])("%s is judged: %s", (value, expected) => {
    expect(host(value.replace(/^C\d+: /, ""))).toBe(expected);
  });

  test.each([
    ["no URL", "example.com"],
    ["empty", ""],
    ["no scheme", "//example.com/"],
    ["one slash", "https:/example.com/"],
    ["no slash", "https:example.com"],
    ["three slashes", "https:///example.com/"],
    ["another scheme", "ftp://example.com/"],
    ["a script", "javascript://example.com/%0aalert(1)"],
    ["a scheme around it", "view-source:https://example.com/"],
    ["a web socket", "wss://example.com/"],
    ["a file", "file://example.com/x"],
    ["a blob", "blob:https://example.com/x"],
    ["no host", "https://"],
    ["no host but a path", "https:///x"],
    ["no host but a port", "https://:443/"],
    ["C23: a user", "https://good@example.com/"],
    ["C23: an empty user", "https://@example.com/"],
    ["C23: a user and a password", "https://u:p@example.com/"],
    ["C23: the host as a user", "https://example.com@evil.net/"],
    ["C23: the host and port as a user", "https://example.com:443@evil.net/"],
    ["C23: the host as one of two users", "https://a@example.com@evil.net/"],
    ["C23: the host as an encoded user", "https://example.com%40evil.net/"],
    ["C23: a backslash before the user", "https://evil.net\\@example.com/"],
    ["C23: backslashes for slashes", "https:\\\\example.com\\"],
    ["C23: a backslash anywhere", "https://example.com/a\\b"],
    ["C23: a decimal address", "http://2130706433/"],
    ["C23: an octal address", "http://0177.0.0.1/"],
    ["C23: an octal address with zeros", "http://127.0.0.01/"],
    ["C23: a hexadecimal address", "http://0x7f000001/"],
    ["C23: a hexadecimal part", "http://0x7f.0.0.1/"],
    ["C23: a short address", "http://127.1/"],
    ["C23: an address of three parts", "http://127.0.1/"],
    ["C23: an encoded digit", "http://127.0.0.%31/"],
    ["C23: a full-width digit", "http://127.0.0.１/"],
    ["C23: a circled digit", "http://①27.0.0.1/"],
    ["C23: an address with a trailing dot", "http://127.0.0.1./"],
    ["C23: a mapped address in dotted form", "http://[::ffff:127.0.0.1]:8080/"],
    ["C23: an IPv6 address written in full", "http://[0:0:0:0:0:0:0:1]:8080/"],
    ["C23: an IPv6 address with leading zeros", "http://[::0001]:8080/"],
    ["C23: an IPv6 address with a zone", "http://[::1%25eth0]:8080/"],
    ["C23: an IPv6 address without brackets", "http://::1:8080/"],
    ["C23: an IPv6 address that does not close", "http://[::1:8080/"],
    ["C23: an address out of range", "http://256.0.0.1/"],
    ["C23: a port that is none", "https://example.com:port/"],
    ["C23: a port out of range", "https://example.com:65536/"],
    ["C23: two ports", "https://example.com:443:8443/"],
    ["C23: a signed port", "https://example.com:+443/"],
    ["C20: a trailing dot", "https://example.com./"],
    ["C20: two trailing dots", "https://example.com../"],
    ["C20: a leading dot", "https://.example.com/"],
    ["C20: an empty label", "https://a..good.org/"],
    ["C20: IDN as it is read", "https://bücher.good.org/"],
    ["C20: a confusable letter", "https://exаmple.com/"],
    ["C20: full-width letters", "https://ｅxample.com/"],
    ["C20: an ideographic full stop", "https://example。com/"],
    ["C20: a half-width full stop", "https://a｡good.org/"],
    ["C20: a soft hyphen", "https://exam\u00adple.com/"],
    ["C20: a zero-width joiner", "https://exam\u200dple.com/"],
    ["C20: a decomposed letter", "https://e\u0301.good.org/"],
    ["C20: a ligature", "https://ﬁ.good.org/"],
    ["C20: the Kelvin sign, which is k to some", "https://\u212a.good.org/"],
    ["C20: bad Punycode", "https://xn--a.good.org/"],
    ["C20: good Punycode below a host that is named", "https://xn--bcher-kva.good.org/"],
    ["C20: Punycode in a label further up", "https://a.xn--bcher-kva.good.org/"],
    ["C20: Punycode in upper case", "https://XN--BCHER-KVA.good.org/"],
    ["C20: Punycode of a host that is not named", "https://xn--bcher-kva.net/"],
    ["an encoded letter in the host", "https://ex%61mple.com/"],
    ["an encoded slash in the host", "https://example.com%2f.evil.net/"],
    ["an encoded number sign in the host", "https://evil.net%23.good.org/"],
    ["an encoded NUL in the host", "https://example.com%00.evil.net/"],
    ["an underscore", "https://a_b.good.org/"],
    ["a hyphen at an end", "https://a-.good.org/"],
    ["a semicolon", "https://example.com;.good.org/"],
    ["a comma", "https://example.com,evil.net/"],
    ["a star", "https://*.good.org/"],
    ["a space in front", " https://example.com/"],
    ["a space behind", "https://example.com/ "],
    ["a space in the path", "https://example.com/a b"],
    ["a tab in the host", "https://exam\tple.com/"],
    ["a line feed in the scheme", "ht\ntps://example.com/"],
    ["a carriage return and a header", "https://example.com/\r\nHost: evil.net"],
    ["NUL", "https://example.com\0.evil.net/"],
    ["a no-break space", "https://example.com\u00a0/"],
    ["a byte order mark", "\ufeffhttps://example.com/"],
    ["a line separator", "https://example.com/\u2028"],
    ["65,537 characters", `https://example.com/${"a".repeat(65_517)}`],
  ])("%s cannot be judged", (_what, value) => {
    expect(host(value)).toBe("error");
  });

  test.each<[string, unknown]>([
    ["null", null],
    ["a number", 2130706433],
    ["an array with a good URL", ["https://example.com/"]],
    ["an object", { href: "https://example.com/" }],
    ["a URL object", new URL("https://example.com/")],
    ["undefined", undefined],
  ])("%s is no URL", (_what, value) => {
    expect(host(value)).toBe("error");
  });

  test("a missing URL goes to no host", () => {
    expect(verdictOf({ path: "args.url", op: "host_in", value: HOSTS }, {})).toBe("false");
  });

  test("one host may be given without a list", () => {
    expect(host("https://example.com/", "example.com")).toBe("true");
    expect(host("https://example.org/", "example.com")).toBe("false");
  });

  test("`*.com` is every host below, and not the host itself; a port binds those below too", () => {
    expect(["https://a.com/", "https://a.b.com/"].map((url) => host(url, "*.com"))).toEqual(["true", "true"]);
    expect(["https://com/", "https://acom/", "https://a.com:8443/"].map((url) => host(url, "*.com"))).toEqual([
      ...["false", "false", "false"],
    ]);
    expect(host("https://a.com:8443/", "*.com:8443")).toBe("true");
    expect(host("https://a.com/", "*.com:8443")).toBe("false");
  });

  test("C20: a host in Punycode is judged where it is named so", () => {
    const punycode = "xn--bcher-kva.de";
    expect(host(`https://${punycode}/`, punycode)).toBe("true");
    expect(host(`https://${punycode.toUpperCase()}/`, punycode)).toBe("true");
    expect(host(`https://shop.${punycode}/`, `*.${punycode}`)).toBe("true");
    expect(host("https://example.com/", punycode)).toBe("false");
    expect(host("https://bücher.de/", punycode)).toBe("error");
    expect(host(`https://${punycode}/`, ["*.de", "bcher.de"])).toBe("error");
  });

  test("C23: the loopback address in its other forms is never a host that is named", () => {
    const forms = ["0", "127.1", "0177.1", "0x7f.1", "017700000001", "0x7f000001", "2130706433", "127.000.000.001"];
    for (const form of forms) expect([form, host(`http://${form}/`)]).toEqual([form, "error"]);
  });
});

/** Two readings of a URL that share no code with ours: the URL standard's, and the expression of RFC 3986, appendix B. */
function byStandard(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port, username, password } = new URL(text);
  if (!/^https?:$/.test(protocol) || username !== "" || password !== "") return undefined;
  return `${hostname}:${port === "" ? "default" : port}`;
}

function byRfc3986(text: string): string | undefined {
  const [, scheme = "", authority = ""] = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?/.exec(text) ?? [];
  const [, userinfo, name = "", port = ""] = /^(?:(.*)@)?(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(authority) ?? [];
  const own = scheme.toLowerCase() === "https" ? "443" : "80";
  if (!["http", "https"].includes(scheme.toLowerCase()) || userinfo !== undefined) return undefined;
  return `${name.toLowerCase()}:${port === "" || Number(port) === Number(own) ? "default" : Number(port)}`;
}

const NAMED =
  /^(example\.com:default|([a-z0-9-]+\.)+good\.org:default|api\.test:8443|127\.0\.0\.1:default|\[::1\]:8080)$/;

describe("host_in against independent judges", () => {
  const judged = (text: string): Verdict => {
    const verdict = host(text);
    const readings = [byStandard(text), byRfc3986(text)];
    if (verdict === "true")
      for (const reading of readings) expect([text, reading]).toEqual([text, expect.stringMatching(NAMED)]);
    if (verdict === "false")
      for (const reading of readings) expect([text, reading]).not.toEqual([text, expect.stringMatching(NAMED)]);
    return verdict;
  };

  const good = fc.constantFrom("example.com", "a.good.org", "x.y.good.org", "api.test:8443", "127.0.0.1", "[::1]:8080");
  const part = fc.constantFrom(
    ...[
      "@",
      ":",
      "\\",
      "/",
      "?",
      "#",
      "%40",
      "%2f",
      "%00",
      ".",
      "..",
      "[",
      "]",
      "\t",
      "\n",
      "\0",
      " ",
      ";",
      "&",
      "evil.net",
      "good.org",
    ],
    ...[
      "example.com",
      "u:p@",
      "443",
      ":443",
      ":80",
      ":8443",
      "。",
      "．",
      "\u00ad",
      "\u200b",
      "ａ",
      "K",
      "é",
      "0x7f.1",
      "::1",
      "xn--",
      "*.",
    ],
  );
  const scheme = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom("https://", "http://") },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        "HTTPS://",
        "https:",
        "https:/",
        "https:///",
        "//",
        "ftp://",
        "file://",
        "",
        "https:\\\\",
      ),
    },
  );
  const tail = fc.constantFrom(
    "",
    "/",
    "/a",
    "?q=1",
    "#f",
    "/@evil.net",
    "?@evil.net",
    "#@evil.net",
    "\\@evil.net",
    ":443/",
    "./",
    ".evil.net/",
  );
  const url = fc
    .tuple(scheme, fc.array(part, { maxLength: 2 }), good, fc.array(part, { maxLength: 2 }), tail)
    .map(([first, before, name, after, last]) => first + before.join("") + name + after.join("") + last);

  test("20,000 generated URLs: what is accepted goes to a named host, by every reading", () => {
    const seen = { true: 0, false: 0, error: 0 };
    fc.assert(
      fc.property(url, (text) => {
        seen[judged(text)]++;
      }),
      { numRuns: 20_000 },
    );
    expect(seen.true).toBeGreaterThan(500);
    expect(seen.false).toBeGreaterThan(300);
    expect(seen.error).toBeGreaterThan(5_000);
  });

  test("a well-formed URL in canonical form is judged, and exactly as the URL standard reads it", () => {
    const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,5}[a-z0-9])?$/).filter((text) => !text.startsWith("xn--"));
    const name = fc.oneof(
      good,
      fc.tuple(label, fc.constantFrom("good.org", "example.com", "evil.net")).map((labels) => labels.join(".")),
      fc.ipV4().filter((address) => new URL(`http://${address}`).hostname === address),
    );
    const path = fc.webPath().filter((text) => !/[\s\\]/.test(text));
    fc.assert(
      fc.property(fc.constantFrom("http", "https"), name, path, (protocol, authority, rest) => {
        const text = `${protocol}://${authority}${rest}`;
        expect([text, judged(text)]).toEqual([text, NAMED.test(byStandard(text) ?? "") ? "true" : "false"]);
      }),
      { numRuns: 3_000 },
    );
  });

  test("one character put anywhere into a URL, or for any of its own, never makes the judges disagree", () => {
    for (const text of [
      "https://example.com/",
      "http://a.good.org:80/",
      "https://api.test:8443",
      "http://[::1]:8080/",
    ]) {
      for (let at = 0; at <= text.length; at++) {
        for (let code = 0; code < 0x100; code++) {
          const char = String.fromCharCode(code);
          judged(text.slice(0, at) + char + text.slice(at));
          judged(text.slice(0, at) + char + text.slice(at + 1));
        }
      }
    }
  });

  test("C20: no character beyond ASCII in a host can be judged, whatever it is folded to", () => {
    const accepted: string[] = [];
    const belowGood = hostIn("*.good.org");
    for (let code = 0x80; code < 0x2_0000; code++) {
      const char = String.fromCodePoint(code);
      if (belowGood(`https://${char}.good.org/`) !== "error") accepted.push(code.toString(16));
    }
    expect(accepted).toEqual([]);
  });

  test("the judges can say no", () => {
    expect([byStandard("https://example.com@evil.net/"), byRfc3986("https://example.com@evil.net/")]).toEqual([
      ...[undefined, undefined],
    ]);
    expect([byStandard("http://2130706433/"), byRfc3986("http://2130706433/")]).toEqual([
      "127.0.0.1:default",
      "2130706433:default",
    ]);
  });
});
