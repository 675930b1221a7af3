import { posix } from "node:path";
import { type JsonValue, parsePolicy } from "callgate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Verdict, verdictOf, verdictsOf } from "./verdict.js";

const SRV = "/srv/data";

const pathWithin = (operand: JsonValue): ((value: unknown) => Verdict) => {
  const verdict = verdictsOf({ path: "args.path", op: "path_within", value: operand });
  return (value) => verdict({ path: value });
};
const withinSrv = pathWithin(SRV);
const within = (value: unknown, operand?: JsonValue): Verdict =>
  operand === undefined ? withinSrv(value) : pathWithin(operand)(value);

describe("path_within", () => {
  test.each<[value: string, Verdict]>([
    ["/srv/data", "true"],
    ["/srv/data/a", "true"],
    ["/srv/data/a/b.txt", "true"],
    ["/srv/data/...", "true"],
    ["/srv/data/..a", "true"],
    ["/srv/data/a..", "true"],
    ["/srv/data/.hidden", "true"],
    ["/srv/data/a b", "true"],
    ["/srv/data/a~", "true"],
    ["/srv/data/a:b", "true"],
    ["/srv/data/100%", "true"],
    ["/srv/data/%zz", "true"],
    ["/srv/data/日本/é", "true"],
    ["/srv/data/?x=1#y", "true"],
    ["/srv", "false"],
    ["/", "false"],
    ["/srv/dat", "false"],
    ["/srv/data2", "false"],
    ["/srv/database/a", "false"],
    ["/srv/data.txt", "false"],
    ["/Srv/data/a", "false"],
    ["/srv/DATA/a", "false"],
    ["/etc/srv/data", "false"],
    ["/etc/passwd", "false"],
  ])("%s is judged: %s", (value, expected) => {
    expect(within(value)).toBe(expected);
  });

  test.each([
    ["relative", "srv/data/a"],
    ["relative to here", "./srv/data"],
    ["empty", ""],
    ["only a dot", "."],
    ["a space before it", " /srv/data/a"],
    ["C21: `..` up and out", "/srv/data/../../etc/passwd"],
    ["C21: `..` at the end", "/srv/data/.."],
    ["C21: `..` that stays inside", "/srv/data/a/../b"],
    ["C21: `..` at the start", "/../srv/data"],
    ["C21: a lone dot", "/srv/data/./a"],
    ["C21: a dot at the end", "/srv/data/."],
    ["C21: two slashes inside", "/srv/data//a"],
    ["C21: two slashes at the end", "/srv/data//"],
    ["C21: a slash at the end", "/srv/data/"],
    ["C21: UNC with slashes", "//server/share/srv/data"],
    ["C21: UNC with backslashes", "\\\\server\\share"],
    ["C21: a Windows device path", "\\\\?\\C:\\srv\\data"],
    ["C21: a drive letter", "C:/srv/data"],
    ["C21: a drive letter with backslashes", "C:\\srv\\data"],
    ["C21: backslashes up and out", "/srv/data/..\\..\\etc"],
    ["C21: a backslash at all", "/srv/data/a\\b"],
    ["C21: an encoded dot", "/srv/data/%2e%2e/etc"],
    ["C21: an encoded dot in upper case", "/srv/data/%2E./etc"],
    ["C21: an encoded slash", "/srv/data/..%2fetc"],
    ["C21: an encoded backslash", "/srv/data/..%5cetc"],
    ["C21: an encoding encoded again", "/srv/data/%252e%252e/etc"],
    ["C21: an overlong encoding", "/srv/data/%c0%ae%c0%ae/etc"],
    ["C21: an encoded letter, which is harmless", "/srv/data/%61"],
    ["C21: an encoding of UTF-16", "/srv/data/%u002e%u002e/etc"],
    ["C21: dots and a space, which trimming takes away", "/srv/data/.. "],
    ["C21: dots and a no-break space", "/srv/data/..\u00a0"],
    ["C21: dots and a line separator", "/srv/data/..\u2028"],
    ["C21: dots and a space inside", "/srv/data/.. /etc"],
    ["C21: a space and dots inside", "/srv/data/ ../etc"],
    ["C21: a name of spaces only", "/srv/data/ /a"],
    ["a space behind it", "/srv/data/a "],
    ["C21: NUL", "/srv/data/a\0.txt"],
    ["C21: an encoded NUL", "/srv/data/a%00.txt"],
    ["C21: a line feed", "/srv/data/a\n/etc"],
    ["C21: a carriage return", "/srv/data/a\r"],
    ["C21: a tab between dots", "/srv/data/.\t./etc"],
    ["C21: DEL", "/srv/data/\x7f"],
    ["C21: a C1 control", "/srv/data/\x85"],
    ["C21: a home directory", "~/srv/data"],
    ["C21: a home directory as a name", "/srv/data/~"],
    ["C21: another's home directory", "/srv/data/~root/a"],
    ["C21: a tilde after the slash", "/~/srv/data"],
    ["a scheme", "file:///srv/data/a"],
    ["a scheme without slashes", "file:/srv/data/a"],
    ["another scheme", "https://srv/data"],
    ["65,537 characters", `/srv/data/${"a".repeat(65_527)}`],
  ])("%s is no canonical path, and cannot be judged", (_what, value) => {
    expect(within(value)).toBe("error");
    // Not even where everything is inside.
    expect(within(value, "/")).toBe("error");
  });

  test.each<[string, unknown]>([
    ["null", null],
    ["a number", 5],
    ["true", true],
    ["an array with a good path", ["/srv/data/a"]],
    ["an object", { path: "/srv/data/a" }],
    ["undefined", undefined],
    ["a boxed string", Object("/srv/data/a")],
  ])("%s is no path", (_what, value) => {
    expect(within(value)).toBe("error");
  });

  test("a missing path is inside nothing", () => {
    expect(verdictOf({ path: "args.path", op: "path_within", value: SRV }, {})).toBe("false");
  });

  test("a list of directories is any of them", () => {
    const dirs = ["/srv/data", "/tmp/x"];
    expect(["/srv/data/a", "/tmp/x", "/tmp/x/y"].map((path) => within(path, dirs))).toEqual(["true", "true", "true"]);
    expect(["/tmp", "/tmp/xy", "/srv"].map((path) => within(path, dirs))).toEqual(["false", "false", "false"]);
    expect(within("/tmp/x/../y", dirs)).toBe("error");
    expect(within("/srv/data", ["/srv/data"])).toBe("true");
  });

  test("the directory `/` holds every canonical path", () => {
    expect(["/", "/a", "/a/b", "/etc/passwd"].map((path) => within(path, "/"))).toEqual(Array(4).fill("true"));
  });

  test.each(["/srv/a+b", "/srv/[a]", "/srv/a.b", "/srv/*", "/srv/a b", "/srv/$HOME", "/srv/(x)"])(
    "the directory %s is taken as it is written, not as a pattern",
    (directory) => {
      expect(within(`${directory}/x`, directory)).toBe("true");
      expect(within("/srv/axb/x", directory)).toBe("false");
      expect(within("/srv/a/x", directory)).toBe("false");
    },
  );

  test("C22: a link inside the directory cannot be seen: the path is judged as text", () => {
    expect(within("/srv/data/link-to-etc/passwd")).toBe("true");
  });

  test("every path of a list must be inside", () => {
    const each = { path: "args.paths[*]", op: "path_within", value: SRV } as const;
    expect(verdictOf(each, { paths: ["/srv/data/a", "/srv/data/b"] })).toBe("true");
    expect(verdictOf(each, { paths: ["/srv/data/../../etc"] })).toBe("error");
  });

  test("a policy keeps its operand as written", () => {
    const conditions = [{ path: "args.p", op: "path_within", value: ["/srv", "/"] }];
    const tools = { t: { require: [{ conditions }] } };
    expect(parsePolicy({ version: "1", default: "deny", tools }).tools).toEqual(tools);
  });
});

/** What programs make of a path before they open it. */
const READINGS: readonly (readonly [who: string, read: (text: string) => string])[] = [
  ["POSIX", (text) => text],
  ["a web server", decode],
  ["a web server behind another", (text) => decode(decode(text))],
  ["Windows", (text) => text.replaceAll("\\", "/")],
  ["Windows after a web server", (text) => decode(text).replaceAll("\\", "/")],
  ["C", (text) => text.split("\0")[0] ?? ""],
  ["a line reader", (text) => text.split(/[\r\n]/)[0] ?? ""],
  ["one that drops control characters", (text) => text.replace(/\p{Cc}/gu, "")],
  ["one that expands home directories", (text) => text.replace(/^(.*\/)?~[^/]*/, "/home/user")],
  ["one that trims", (text) => text.trim()],
  ["WHATWG URL", (text) => decode(new URL(`file://${text.replace(/[?#]/g, "x")}`).pathname)],
];

function decode(text: string): string {
  // Byte by byte, so that a broken encoding does not hide what stands beside it.
  return text.replace(/%([0-9a-f]{2})/gi, (_all, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function resolvesInside(text: string, directory: string): boolean {
  const resolved = posix.resolve("/elsewhere", text);
  const relative = posix.relative(directory, resolved);
  return relative === "" || (relative !== ".." && !relative.startsWith("../") && !posix.isAbsolute(relative));
}

describe("path_within against independent judges", () => {
  const hostile = fc.constantFrom(
    ...[
      "..",
      ".",
      "",
      "~",
      "~root",
      "%2e%2e",
      "%2E.",
      ".%2e",
      "%252e%252e",
      "..%2f..",
      "..%5c..",
      "..\\..",
      "\\",
      "..;",
    ],
    ...[
      "..\0",
      "\0",
      "\n",
      ".\t.",
      "...",
      "....",
      ".. ",
      " ..",
      "%00",
      "%c0%ae",
      "C:",
      "file:",
      "etc",
      "%2f",
      "％2e",
      "．．",
      "data2",
    ],
  );
  const plain = fc.constantFrom("a", "b.txt", "é", "data", "srv", ".x", "a b", "x..y", "日本", "a~", "50%");
  const separator = fc.oneof(
    { weight: 12, arbitrary: fc.constant("/") },
    { weight: 1, arbitrary: fc.constantFrom("//", "\\", "%2f", "/./", "/../", "") },
  );
  const start = fc.oneof(
    { weight: 9, arbitrary: fc.constant(SRV) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        "",
        "/",
        "//srv/data",
        "srv/data",
        "/srv",
        "/srv/data2",
        "\\srv\\data",
        "file:///srv/data",
      ),
    },
  );
  const tail = fc.array(
    fc.tuple(separator, fc.oneof({ weight: 5, arbitrary: plain }, { weight: 1, arbitrary: hostile })),
    { maxLength: 5 },
  );
  const path = fc.tuple(start, tail).map(([first, parts]) => first + parts.flat().join(""));

  test("10,000 generated paths: what is accepted resolves inside, by every reading", () => {
    const seen = { true: 0, false: 0, error: 0 };
    fc.assert(
      fc.property(path, (text) => {
        const verdict = within(text);
        seen[verdict]++;
        if (verdict !== "true") return;
        for (const [who, read] of READINGS) {
          expect([who, text, resolvesInside(read(text), SRV)]).toEqual([who, text, true]);
        }
      }),
      { numRuns: 10_000 },
    );
    expect(seen.true).toBeGreaterThan(1_000);
    expect(seen.error).toBeGreaterThan(1_000);
  });

  test("every canonical path is judged, and exactly as node:path judges it", () => {
    const canonical = fc
      .tuple(
        fc.constantFrom("/srv/data", "/srv", "/", "/srv/dat", "/srv/data2", "/etc"),
        fc.array(plain, { maxLength: 4 }),
      )
      .map(([first, names]) => posix.join(first, ...names));
    fc.assert(
      fc.property(canonical, (text) => {
        expect(posix.normalize(text)).toBe(text);
        expect(within(text)).toBe(String(resolvesInside(text, SRV)));
      }),
      { numRuns: 2_000 },
    );
  });

  test("any text at all: what is accepted is what node:path leaves as it is, inside", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.string()).map((end) => `${SRV}/${end}`);
    fc.assert(
      fc.property(text, (value) => {
        if (within(value) !== "true") return;
        expect(posix.normalize(value)).toBe(value);
        for (const [, read] of READINGS) expect(resolvesInside(read(value), SRV)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  test("the judges can say no", () => {
    const outside = [
      "/srv/data/../x",
      "/srv/data/%2e%2e/x",
      "/srv/data/%252e%252e/x",
      "/srv/data/..\\..\\x",
      "/srv/data/~/x",
    ];
    for (const text of outside) {
      expect(READINGS.some(([, read]) => !resolvesInside(read(text), SRV))).toBe(true);
    }
  });
});
