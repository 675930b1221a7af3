import { describe, expect, test } from "vitest";
import { findHiddenText, showHiddenText } from "../../src/definition/hidden-text.ts";

describe("hidden text", () => {
  test.each<[states: string, text: string, shown: string, characters: readonly string[]]>([
    ["a zero-width space", "a\u200bb", "a\\u{200b}b", ["U+200B"]],
    ["a zero-width joiner between letters", "a\u200db", "a\\u{200d}b", ["U+200D"]],
    ["a byte order mark", "\ufeffa", "\\u{feff}a", ["U+FEFF"]],
    ["a soft hyphen", "a\u00adb", "a\\u{ad}b", ["U+00AD"]],
    ["text that runs the other way", "a\u202eb\u2066", "a\\u{202e}b\\u{2066}", ["U+202E", "U+2066"]],
    ["tag characters", "a\u{e0041}\u{e0042}\u{e0041}", "a\\u{e0041}\\u{e0042}\\u{e0041}", ["U+E0041", "U+E0042"]],
    ["an escape sequence", "a\u001b[2Kb", "a\\u{1b}[2Kb", ["U+001B"]],
    ["an escape of one byte", "a\u009b2K", "a\\u{9b}2K", ["U+009B"]],
    ["a NUL, a backspace", "a\u0000\b", "a\\u{0}\\u{8}", ["U+0000", "U+0008"]],
    ["a carriage return alone", "safe\rhidden", "safe\\u{d}hidden", ["U+000D"]],
    ["line and paragraph separators", "a\u2028b\u2029", "a\\u{2028}b\\u{2029}", ["U+2028", "U+2029"]],
    ["variation selectors after a letter", "a\ufe0f\u{e0101}", "a\\u{fe0f}\\u{e0101}", ["U+FE0F", "U+E0101"]],
    ["a second variation selector after an emoji", "👍\ufe0f\ufe0e", "👍\ufe0f\\u{fe0e}", ["U+FE0E"]],
    ["a filler that looks like a space", "a\u3164b", "a\\u{3164}b", ["U+3164"]],
    ["half of a character", "a\ud800b", "a\\u{d800}b", ["U+D800"]],
    ["tags after a flag", "🏴\u{e0067}\u{e007f}", "🏴\\u{e0067}\\u{e007f}", ["U+E0067", "U+E007F"]],
  ])("%s is found, and written out", (_states, text, shown, characters) => {
    expect(findHiddenText(text)).toEqual([{ pointer: "", characters }]);
    expect(showHiddenText(text)).toBe(shown);
  });

  test.each([
    ["plain text", "Reads a file: <path>, 100 % of it.\tTwo\nlines,\r\nthree."],
    ["other scripts", "Éléphant, 日本語, العربية, हिन्दी, 한국어, e\u0301"],
    ["emoji, joined and varied", "⚠️ 👨‍👩‍👧 👩🏽‍💻 ❤️‍🔥 1️⃣ 🇺🇳"],
    ["a no-break space", "a\u00a0b"],
    ["what looks like an escape", "\\u{202e}"],
  ])("%s is not hidden, and stays as it is", (_states, text) => {
    const tool = { name: "t", description: text };
    expect(findHiddenText(tool)).toEqual([]);
    expect(showHiddenText(tool)).toBe(tool);
  });

  const POISONED = {
    name: "t",
    description: "a\u202eb",
    inputSchema: {
      properties: { "p/\u200b": { enum: ["x", "y\u0007"], minimum: 1 }, plain: { description: "plain" } },
    },
  };

  test("it is found in every text and key, by its place", () => {
    expect(findHiddenText(POISONED)).toEqual([
      { pointer: "/description", characters: ["U+202E"] },
      { pointer: "/inputSchema/properties/p~1\u200b", characters: ["U+200B"] },
      { pointer: "/inputSchema/properties/p~1\u200b/enum/1", characters: ["U+0007"] },
    ]);
  });

  test("it is written out in every text and key, and nothing else changes", () => {
    const shown = showHiddenText(POISONED) as typeof POISONED;
    expect(shown).toEqual({
      name: "t",
      description: "a\\u{202e}b",
      inputSchema: {
        properties: { "p/\\u{200b}": { enum: ["x", "y\\u{7}"], minimum: 1 }, plain: { description: "plain" } },
      },
    });
    expect(shown.inputSchema.properties.plain).toBe(POISONED.inputSchema.properties.plain);
    expect(findHiddenText(shown)).toEqual([]);
    expect(POISONED.description).toBe("a\u202eb");
  });

  test("`__proto__` is a key like any other", () => {
    const tool: unknown = JSON.parse('{ "__proto__": { "a": "\\u202e" } }');
    expect(JSON.stringify(showHiddenText(tool))).toBe('{"__proto__":{"a":"\\\\u{202e}"}}');
  });

  test("at most ten places and ten characters of each are told", () => {
    const many = Array.from({ length: 40 }, (_, index) => String.fromCodePoint(0xe0041 + index)).join("");
    const found = findHiddenText(Array.from({ length: 40 }, () => many));
    expect([found.length, found[0]?.characters.length]).toEqual([10, 10]);
  });
});
