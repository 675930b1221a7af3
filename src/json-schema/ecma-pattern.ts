import { quote } from "../internal/quote.js";
import { readProperty } from "./unicode-property.js";

/** A pattern in RE2's words, or what RE2 has no words for. */
export type TranslatedPattern =
  | { readonly ok: true; readonly source: string }
  | { readonly ok: false; readonly message: string };

const SPACE = "\\t-\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}";
const NOT_SPACE =
  "\\x{0}-\\x{8}\\x{e}-\\x{1f}!-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}" +
  "\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}";
const NOTHING = "[^\\x{0}-\\x{10ffff}]";
const ANYTHING = "[\\x{0}-\\x{10ffff}]";
const NOT_NEWLINE = "[^\\n\\r\\x{2028}\\x{2029}]";

/** Escapes that stand for sets of characters, as members of a class. What is `[^…]` of them is written out. */
const SETS: ReadonlyMap<string, string> = new Map([
  ["d", "\\d"],
  ["D", "\\D"],
  ["w", "\\w"],
  ["W", "\\W"],
  ["s", SPACE],
  ["S", NOT_SPACE],
]);

const CONTROLS: ReadonlyMap<string, string> = new Map([
  ["t", "\\t"],
  ["n", "\\n"],
  ["v", "\\v"],
  ["f", "\\f"],
  ["r", "\\r"],
]);

const CODE_UNIT = /^u([0-9a-fA-F]{4})/;
const PAIR = /^u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})/;
const CODE_POINT = /^u\{([0-9a-fA-F]{1,8})\}/;
const BYTE = /^x([0-9a-fA-F]{2})/;
const CONTROL = /^c([a-zA-Z])/;
const NUL = /^0(?![0-9])/;
const GROUP = /^\((?:\?(?::|i:|i\)|<[A-Za-z_]\w*>))?(?!\?)/;
const PUNCTUATION = /^[\p{P}\p{S}\p{Zs}]$/u;
const WORD = /^[A-Za-z0-9]$/;

const HALF = "half a character, or none";

function isHalf(point: number): boolean {
  return point >= 0xd800 && point <= 0xdfff;
}

class Untranslatable extends Error {}

/**
 * Writes a pattern of ECMA-262, as JSON Schema has it, in the syntax of RE2, so that it means the same. What RE2 has
 * not (looking around, referring back) and what ECMA-262 has not is refused.
 */
export function translatePattern(pattern: string): TranslatedPattern {
  try {
    return { ok: true, source: new Translation(pattern).translate() };
  } catch (error) {
    if (error instanceof Untranslatable) return { ok: false, message: error.message };
    throw error;
  }
}

class Translation {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  translate(): string {
    let source = "";
    while (this.#at < this.#pattern.length) source += this.#next();
    return source;
  }

  #next(): string {
    const char = this.#take();
    switch (char) {
      case "\\":
        return this.#escape();
      case "[":
        return this.#class();
      case "(":
        return this.#group();
      case ".":
        return NOT_NEWLINE;
      default:
        return char;
    }
  }

  #group(): string {
    const opening = GROUP.exec(this.#pattern.slice(this.#at - 1))?.[0];
    if (opening === undefined) throw new Untranslatable("looking around and other special groups are not linear");
    this.#at += opening.length - 1;
    return opening.replace("(?<", "(?P<");
  }

  /** An escape outside a class; the backslash is read. */
  #escape(): string {
    const next = this.#pattern[this.#at] ?? "";
    if (next === "b" || next === "B") {
      this.#at++;
      return `\\${next}`;
    }
    const set = this.#set();
    return set === undefined ? this.#character() : `[${set}]`;
  }

  #class(): string {
    const negated = this.#pattern[this.#at] === "^";
    if (negated) this.#at++;
    let members = "";
    for (let char = this.#take(); char !== "]"; char = this.#take()) {
      // Between two members a hyphen makes a range; beside a set it can only stand for itself.
      if (char === "-") members += this.#isRange(members) ? "-" : "\\-";
      else if (char === "\\") members += this.#memberEscape();
      else members += literal(char);
    }
    if (members === "") return negated ? ANYTHING : NOTHING;
    return `[${negated ? "^" : ""}${members}]`;
  }

  #isRange(before: string): boolean {
    return before !== "" && this.#pattern[this.#at] !== "]";
  }

  #memberEscape(): string {
    if (this.#pattern[this.#at] === "b") {
      this.#at++;
      return "\\x{8}";
    }
    const set = this.#set();
    if (set !== undefined && this.#pattern[this.#at] === "-" && this.#pattern[this.#at + 1] !== "]") {
      throw new Untranslatable("a set of characters is no end of a range");
    }
    return set ?? this.#character();
  }

  /** An escape that stands for a set of characters, as members of a class. */
  #set(): string | undefined {
    const rest = this.#pattern.slice(this.#at, this.#at + 80);
    const set = SETS.get(rest[0] ?? "");
    if (set !== undefined) {
      this.#at++;
      return set;
    }
    const property = readProperty(rest);
    if (property === undefined) return undefined;
    if (property.source === undefined) throw new Untranslatable(`the property ${quote(property.name)} is not known`);
    return this.#accept(property.length, property.source);
  }

  /** An escape that stands for one character. */
  #character(): string {
    const rest = this.#pattern.slice(this.#at, this.#at + 16);
    const control = CONTROLS.get(rest[0] ?? "");
    if (control !== undefined) return this.#accept(1, control);
    const pair = PAIR.exec(rest);
    if (pair !== null) {
      const [whole, high = "", low = ""] = pair;
      const units = String.fromCharCode(Number.parseInt(high, 16), Number.parseInt(low, 16));
      return this.#accept(whole.length, codePoint(units.codePointAt(0) ?? 0));
    }
    for (const form of [CODE_POINT, CODE_UNIT, BYTE]) {
      const found = form.exec(rest);
      if (found !== null) return this.#accept(found[0].length, codePoint(Number.parseInt(found[1] ?? "", 16)));
    }
    const letter = CONTROL.exec(rest)?.[1];
    if (letter !== undefined) return this.#accept(2, codePoint(letter.charCodeAt(0) % 32));
    if (NUL.test(rest)) return this.#accept(1, codePoint(0));
    const [char = ""] = rest;
    if (PUNCTUATION.test(char)) return this.#accept(1, literal(char));
    const what = /^[1-9k]/.test(rest) ? "referring back is not linear" : "no escape of ECMA-262";
    throw new Untranslatable(`${quote(`\\${char}`)}: ${what}`);
  }

  #accept(length: number, source: string): string {
    this.#at += length;
    return source;
  }

  /** The next character, a whole code point. */
  #take(): string {
    const point = this.#pattern.codePointAt(this.#at);
    if (point === undefined) throw new Untranslatable("a class is not closed");
    if (isHalf(point)) throw new Untranslatable(HALF);
    const char = String.fromCodePoint(point);
    this.#at += char.length;
    return char;
  }
}

function literal(char: string): string {
  return WORD.test(char) ? char : codePoint(char.codePointAt(0) ?? 0);
}

function codePoint(point: number): string {
  if (point > 0x10ffff || isHalf(point)) throw new Untranslatable(HALF);
  return `\\x{${point.toString(16)}}`;
}
