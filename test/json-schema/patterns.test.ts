import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileLinearRegex } from "../../src/internal/linear-regex.js";
import { translatePattern } from "../../src/json-schema/ecma-pattern.js";

/** What the translated pattern says, by RE2. */
function matches(pattern: string, text: string): boolean {
  const translated = translatePattern(pattern);
  if (!translated.ok) throw new Error(translated.message);
  const compiled = compileLinearRegex(translated.source);
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.regex.test(text);
}

const TEXTS = [
  "",
  "a",
  "A",
  "z",
  "0",
  "9",
  "_",
  "-",
  ".",
  "/",
  "[",
  "]",
  "^",
  "$",
  "\\",
  " ",
  "\t",
  "\n",
  "\v",
  "\r",
  "\0",
  "\b",
  "\u00a0",
  "\u1680",
  "\u2028",
  "\u2029",
  "\u180e",
  "\ufeff",
  "\u00e9",
  "\u0660",
  "ß",
  "ſ",
  "\u212a",
  "中",
  "😀",
  "a\n",
  "a\nb",
  "ab",
  "a-b",
  "word word",
  "é1",
  "\x1f",
  "\x0a",
  "\x01",
  "aa",
  "aaa",
  "a".repeat(5),
  "x😀y",
  "{",
  "}",
  "a{1}",
  ":",
  "[:alpha:]",
];

const PATTERNS = [
  "^.$",
  "^a$",
  "a$",
  "^\\d+$",
  "^\\D$",
  "^\\w+$",
  "^\\W$",
  "^\\s$",
  "^\\S$",
  "[\\s]",
  "^[^\\s]$",
  "[\\S]",
  "^[\\d\\s_]$",
  "^[^\\w]$",
  "^[\\W]$",
  "^[^\\S]$",
  "\\bword\\b",
  "\\Bb",
  "^\\/$",
  "^[\\/]$",
  "^[\\]]$",
  "^[[]$",
  "^[[:alpha:]+$",
  "[]",
  "[^]",
  "^[^]$",
  "^[a-z]$",
  "^[a\\-z]$",
  "^[-a]$",
  "^[a-]$",
  "^[\\w-]$",
  "^\\t$",
  "^\\n$",
  "^\\v$",
  "^\\r$",
  "^\\0$",
  "^[\\b]$",
  "^\\cA$",
  "^\\cj$",
  "^\\x0a$",
  "^\\u00e9$",
  "^\\u{1F600}$",
  "^\\uD83D\\uDE00$",
  "^[\\uD83D\\uDE00]$",
  "^😀$",
  "^[😀]$",
  "^[a-😀]$",
  "^\\p{Letter}+$",
  "^\\p{L}$",
  "^\\P{L}$",
  "^[\\p{Lu}\\p{Nd}]$",
  "^\\p{gc=Decimal_Number}$",
  "^\\p{General_Category=Lowercase_Letter}$",
  "^\\p{Script=Han}$",
  "^\\p{sc=Latin}$",
  "^[^\\p{L}]$",
  "^(?:a|b)+$",
  "^(?<name>a)b$",
  "^a{2}$",
  "^a{2,}$",
  "^a{1,2}$",
  "a+?",
  "^a*$",
  "^\\.$",
  "^\\$$",
  "^\\^$",
  "^\\\\$",
  "^\\{$",
  "^(a|)$",
  "",
  "a|b",
  "^[\\^a]$",
  "^[.]$",
  "^[$]$",
  "^[\\x00-\\x1f]$",
  "^(a+)+$",
];

describe("a pattern means in RE2 what it means in ECMA-262", () => {
  test.each(PATTERNS)("%j", (pattern) => {
    const theirs = new RegExp(pattern, "u");
    expect(TEXTS.filter((text) => matches(pattern, text))).toEqual(TEXTS.filter((text) => theirs.test(text)));
  });

  test("whatever pieces it is made of", () => {
    const piece = fc.constantFrom(
      "a",
      "b",
      ".",
      "\\d",
      "\\w",
      "\\s",
      "\\S",
      "\\W",
      "[ab]",
      "[^a]",
      "[^\\s]",
      "[\\d-]",
      "\\/",
      "\\.",
      "\\x41",
      "\\u0061",
      "\\p{L}",
      "\\n",
      "$",
      "^",
      "\\b",
      "(?:a|b)",
      "(a)",
      "a?",
      "b*",
      "a+",
      "[a-z]{1,2}",
      "|",
      "[\\]]",
      "[\\s\\S]",
      "\\v",
      "é",
    );
    const text = fc.string({
      unit: fc.constantFrom("a", "b", "A", "1", " ", "\n", "\r", "\u2028", "/", ".", "]", "-", "é", "😀", "\v"),
    });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), text, (pieces, subject) => {
        const pattern = pieces.join("");
        expect(matches(pattern, subject)).toBe(new RegExp(pattern, "u").test(subject));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("what RE2 has not, and what ECMA-262 has not, is refused", () => {
  test.each([
    ["(?=a)", "looking around and other special groups are not linear"],
    ["(?!a)", "looking around and other special groups are not linear"],
    ["(?<=a)b", "looking around and other special groups are not linear"],
    ["(?<!a)b", "looking around and other special groups are not linear"],
    ["(?s)a.b", "looking around and other special groups are not linear"],
    ["(?P<n>a)", "looking around and other special groups are not linear"],
    ["(a)\\1", "`\\1`: referring back is not linear"],
    ["(?<n>a)\\k<n>", "`\\k`: referring back is not linear"],
    ["\\Aa\\z", "`\\A`: no escape of ECMA-262"],
    ["\\Qa.b\\E", "`\\Q`: no escape of ECMA-262"],
    ["\\pL", "`\\p`: no escape of ECMA-262"],
    ["\\a", "`\\a`: no escape of ECMA-262"],
    ["\\u12", "`\\u`: no escape of ECMA-262"],
    ["\\c1", "`\\c`: no escape of ECMA-262"],
    ["\\07", "`\\0`: no escape of ECMA-262"],
    ["a\\", "`\\`: no escape of ECMA-262"],
    ["\\p{Nonsense}", "the property `Nonsense` is not known"],
    ["\\p{Alphabetic}", "the property `Alphabetic` is not known"],
    ["[a", "a class is not closed"],
    ["[\\d-z]", "a set of characters is no end of a range"],
    ["\\uD83D", "half a character, or none"],
    ["\ud83d", "half a character, or none"],
    ["\\u{110000}", "half a character, or none"],
  ])("%j", (pattern, message) => {
    expect(translatePattern(pattern)).toEqual({ ok: false, message });
  });

  test("any text is translated or refused, and what is translated never means something else", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (pattern, text) => {
        const translated = translatePattern(pattern);
        const compiled = translated.ok ? compileLinearRegex(translated.source) : translated;
        if (!compiled.ok) return;
        let theirs: RegExp;
        try {
          theirs = new RegExp(pattern, "u");
        } catch {
          return;
        }
        expect(compiled.regex.test(text)).toBe(theirs.test(text));
      }),
      { numRuns: 3_000 },
    );
  });
});
