import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileGlob, isGlob } from "../../src/internal/glob.js";
import { matches } from "../decide/reference.js";

const glob = (pattern: string, text: string): boolean => compileGlob(pattern).test(text);

describe("patterns", () => {
  test.each<[pattern: string, text: string, matches: boolean]>([
    ["*", "", true],
    ["*", "a", true],
    ["*", "any thing/at.all", true],
    ["*", "a\nb", true],
    ["**", "", true],
    ["**", "a/b", true],
    ["***", "a", true],
    ["?", "", false],
    ["?", "a", true],
    ["?", "ab", false],
    ["?", "*", true],
    ["??", "ab", true],
    ["?*", "", false],
    ["?*", "a", true],
    ["*?", "a", true],
    ["*?*", "", false],
    ["*??", "a", false],
    ["a*", "a", true],
    ["a*", "ab/c", true],
    ["a*", "ba", false],
    ["*a", "a", true],
    ["*a", "aab", false],
    ["*a", "aba", true],
    ["a*a", "a", false],
    ["a*a", "aa", true],
    ["*a*", "bab", true],
    ["*a*", "b", false],
    ["a*b*c", "a1b2c", true],
    ["a*b*c", "abcb", false],
    ["a*b*c", "abcbc", true],
    ["*ab*ab", "abab", true],
    ["*ab*ab", "aab", false],
    ["*aab", "aaaaab", true],
    ["a**b", "ab", true],
    ["a*?b", "ab", false],
    ["a*?b", "axyb", true],
    ["*.*", "a.b", true],
    ["*.*", "ab", false],
    ["*/", "a/b", false],
    ["", "", true],
    ["", "a", false],
  ])("`*` is any run of characters and `?` is one: %j on %j is %s", (pattern, text, expected) => {
    expect(glob(pattern, text)).toBe(expected);
    expect(matches(pattern, text)).toBe(expected);
  });

  test.each([
    ["a?", "a\u{1f600}"],
    ["?", "\u{10ffff}"],
    ["?b", "\u{1f600}b"],
    ["*?", "\u{1f600}"],
    ["\u{1f600}*", "\u{1f600}x"],
  ])("a character is a code point: %s matches %s", (pattern, text) => {
    expect(glob(pattern, text)).toBe(true);
    expect(glob(`?${pattern}`, text)).toBe(pattern === "*?" && [...text].length > 1);
  });

  test("half of a character is not matched by the pattern for the whole, nor by that for the other half", () => {
    expect(glob("*\udc00", "\ud800\udc00")).toBe(false);
    expect(glob("\ud800*", "\ud800\udc00")).toBe(false);
    expect(glob("??", "\ud800\udc00")).toBe(false);
  });

  test.each([
    ["Pay*", "pay_now"],
    ["pay*", "PAY_NOW"],
    ["\u00e9*", "e\u0301x"],
    ["e?", "\u00e9"],
    ["ß*", "ss"],
    ["*K", "\u212a"],
    ["ı*", "i"],
  ])("B01, B02: nothing is folded or normalised: %s does not match %s", (pattern, text) => {
    expect(glob(pattern, text)).toBe(false);
  });

  test.each([..."[]{}()|^$.+\\/-!,&#~@ \"'"])("%s is itself, and nothing else", (char) => {
    expect(glob(`a${char}*`, `a${char}b`)).toBe(true);
    expect(glob(`*${char}`, `a${char}`)).toBe(true);
    expect(glob(`a${char}*`, "aab")).toBe(false);
    expect(glob(`[${char}a]*`, "a")).toBe(false);
  });

  test.each([
    ["[ab]*", "a"],
    ["{a,b}*", "a"],
    ["(a|b)*", "a"],
    [".*", "a"],
    ["a+*", "aa"],
    ["\\**", "*"],
    ["\\?*", "?"],
    ["!a*", "b"],
    ["^a*$", "a"],
    ["%*", "a"],
    ["_*", "a"],
  ])("no other notation of patterns is known: %s does not match %s", (pattern, text) => {
    expect(glob(pattern, text)).toBe(false);
  });

  test("what holds a star or a question mark is a pattern, and nothing else is", () => {
    expect(["*", "?", "a*b", "a?"].map(isGlob)).toEqual([true, true, true, true]);
    expect(["", "a", "[a]", "a+", "\uff0a", "\uff1f", "\u2217"].map(isGlob)).toEqual(Array(7).fill(false));
  });

  test("10,000 generated pairs match exactly when a plain recursive reading matches", () => {
    const piece = fc.constantFrom("a", "b", "A", "*", "?", "*", "\u{1f600}", "/", "\ud83d");
    const char = fc.constantFrom("a", "b", "a", "b", "A", "*", "?", "\u{1f600}", "/", "\ud83d");
    const pair = fc.oneof(
      fc.tuple(fc.array(piece, { maxLength: 8 }), fc.array(char, { maxLength: 9 })),
      // A text made to fit: each star becomes a run, each question mark a character.
      fc
        .array(fc.tuple(piece, fc.array(char, { maxLength: 2 }), char), { maxLength: 7 })
        .map((parts): [string[], string[]] => [
          parts.map(([wanted]) => wanted),
          parts.flatMap(([wanted, run, one]) => (wanted === "*" ? run : [wanted === "?" ? one : wanted])),
        ]),
    );
    let matched = 0;
    fc.assert(
      fc.property(pair, ([pattern, text]) => {
        const expected = matches(pattern.join(""), text.join(""));
        expect(glob(pattern.join(""), text.join(""))).toBe(expected);
        if (expected) matched++;
      }),
      { numRuns: 10_000 },
    );
    expect(matched).toBeGreaterThan(2_000);
    expect(matched).toBeLessThan(8_000);
  });

  test.each([
    ["stars between letters", "*a".repeat(256), "a".repeat(511)],
    ["stars between letters, and another at the end", `${"*a".repeat(255)}*b`, "a".repeat(512)],
    ["stars before question marks", `${"*?".repeat(255)}b*`, "a".repeat(512)],
    ["nothing but stars", `${"*".repeat(511)}b`, "a".repeat(512)],
    ["a long piece after a star", `*${"a".repeat(300)}b`, "a".repeat(512)],
    ["long pieces after stars", `${`*${"a".repeat(80)}`.repeat(6)}b`, "a".repeat(512)],
  ])("the worst of patterns end on the longest of names: %s", (_what, pattern, text) => {
    // Exponential matching would not end before the universe does.
    for (let round = 0; round < 100; round++)
      expect(glob(pattern, text)).toBe(pattern.endsWith("a") && text.length > 255);
  });
});
