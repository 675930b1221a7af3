import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../src/internal/canonical-json.js";
import { sha256Hex } from "../../src/internal/digest.js";
import { MAX_NAME_LENGTH, nameFault } from "../../src/internal/name.js";
import { nearest } from "../../src/internal/nearest.js";
import { escapeSegment, jsonPointer } from "../../src/internal/pointer.js";
import { quote } from "../../src/internal/quote.js";
import { reorderKeys } from "../policy/documents.js";

describe("canonicalJson", () => {
  test("RFC 8785, section 3.2.3: keys are sorted by UTF-16 code units", () => {
    const value = { "€": 1, "\r": 2, "\ufb33": 3, "1": 4, "😀": 5, "\u0080": 6, ö: 7 };
    expect(canonicalJson(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
  });

  test("RFC 8785, section 3.2.2: literals, numbers and strings", () => {
    const value = { numbers: [1e30, 4.5, 2e-3, 1e-27, -0], string: '€$\u000f\nA\'B"\\\\"/' };
    expect(canonicalJson(value)).toBe(
      '{"numbers":[1e+30,4.5,0.002,1e-27,0],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test("equal values have equal texts, and the text is the value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(reorderKeys(value))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("a key named __proto__ and a lone surrogate are kept", () => {
    expect(canonicalJson(JSON.parse('{"__proto__":1,"a":"\\ud800"}'))).toBe('{"__proto__":1,"a":"\\ud800"}');
  });
});

test("sha256Hex is SHA-256 of UTF-8 (FIPS 180-4 examples)", () => {
  expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(sha256Hex("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});

describe("JSON Pointers", () => {
  test.each<[(string | number)[], string]>([
    [[], ""],
    [["a", 0, "b"], "/a/0/b"],
    [[""], "/"],
    [["a/b", "m~n", "~1", "/"], "/a~1b/m~0n/~01/~1"],
    [[" ", '"', "\\", "é"], '/ /"/\\/é'],
  ])("RFC 6901: %j is %s", (segments, pointer) => {
    expect(jsonPointer(segments)).toBe(pointer);
  });

  test("escaping can be undone", () => {
    fc.assert(
      fc.property(fc.string(), (segment) => {
        const escaped = escapeSegment(segment);
        expect(escaped).not.toContain("/");
        expect(escaped.replaceAll("~1", "/").replaceAll("~0", "~")).toBe(segment);
      }),
    );
  });
});

describe("nearest", () => {
  const KEYS = ["version", "default", "hide", "all_tools", "tools"];
  test.each([
    ["defualt", "default"],
    ["Default", "default"],
    ["tool", "tools"],
    ["alltools", "all_tools"],
    ["hdie", "hide"],
    ["verson", "version"],
  ])("%s was meant to be %s", (word, meant) => {
    expect(nearest(word, KEYS)).toBe(meant);
  });

  test.each(["limits", "x", "", "deny", "default", "a".repeat(100_000)])("%j resembles none", (word) => {
    expect(nearest(word, KEYS)).toBeUndefined();
  });

  test("the closest of several is meant, the first where they are equally close", () => {
    expect(nearest("lt", ["lte", "gt", "lt1"])).toBe("lte");
    expect(nearest("hours", ["house", "hour"])).toBe("hour");
  });
});

describe("quote", () => {
  test.each([
    ["plain", "`plain`"],
    ["", "``"],
    ["a\nb", "`a\\u{a}b`"],
    ["\u001b[2J", "`\\u{1b}[2J`"],
    ["\u202egnp.exe", "`\\u{202e}gnp.exe`"],
    ["zero\u200bwidth", "`zero\\u{200b}width`"],
    ["tag\u{e0041}", "`tag\\u{e0041}`"],
    ["\ud800", "`\\u{d800}`"],
    ["line\u2028", "`line\\u{2028}`"],
    ["é日🛠", "`é日🛠`"],
    ["x".repeat(80), `\`${"x".repeat(80)}\``],
    ["x".repeat(81), `\`${"x".repeat(80)}…\``],
  ])("%j is printed as %s", (text, quoted) => {
    expect(quote(text)).toBe(quoted);
  });
});

describe("nameFault", () => {
  const INVISIBLE = "must not hold control, invisible or unpaired characters";
  test.each([
    ["", "must not be empty"],
    ["n".repeat(MAX_NAME_LENGTH + 1), `must not be longer than ${MAX_NAME_LENGTH} characters`],
    ["a\u0000", INVISIBLE],
    ["a\u007f", INVISIBLE],
    ["a\u00ad", INVISIBLE],
    ["a\u200b", INVISIBLE],
    ["a\u2028", INVISIBLE],
    ["a\ufeff", INVISIBLE],
    ["\udc00a", INVISIBLE],
    [5, "must be a string"],
    [null, "must be a string"],
    [["a"], "must be a string"],
  ])("%j %s", (name, fault) => {
    expect(nameFault(name)).toBe(fault);
  });

  test.each(["a", "n".repeat(MAX_NAME_LENGTH), " ", "a b", "é", "日本", "🛠", "a/b.c-d_e~f", "__proto__", "*"])(
    "%j is a name",
    (name) => {
      expect(nameFault(name)).toBeUndefined();
    },
  );
});
