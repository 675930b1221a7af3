/** Which ends of the text a part of an expression is held to. */
interface Ends {
  readonly start: boolean;
  readonly end: boolean;
}

const FREE: Ends = { start: false, end: false };
const BOTH: Ends = { start: true, end: true };

const QUANTIFIER = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/;
const MAY_BE_ABSENT = /^(?:[*?]|\{0)/;
const GROUP = /^\((?:\?P?<[^>]*>|\?:)?/;
const FLAGS = /^\(\?([a-zA-Z]*)(?:-([a-zA-Z]*))?([:)])/;
const CLASS = /^\[\^?\]?(?:\[:[^\]]*:\]|\\.|[^\]\\])*\]/s;
const ESCAPE = /^\\(?:[pP]\{[^}]*\}|x\{[^}]*\}|Q[\s\S]*?(?:\\E|$)|.)/s;
/** Classes that hold every character. */
const EVERY_CHARACTER: ReadonlySet<string> = new Set([
  ".",
  "[\\s\\S]",
  "[\\S\\s]",
  "[\\d\\D]",
  "[\\D\\d]",
  "[\\w\\W]",
  "[\\W\\w]",
]);

/**
 * Whether an accepted expression says what stands at both ends of the text: by `^` and `$`, `\A` and `\z`, or by a `.*`
 * that leaves the end open on purpose. `^` and `$` in `(?m)` are the ends of lines, and say nothing.
 */
export function isAnchored(source: string): boolean {
  const { start, end } = new Reader(source).alternation(false);
  return start && end;
}

function setsLines(flags: string | undefined): boolean {
  return flags?.includes("m") ?? false;
}

class Reader {
  #rest: string;

  constructor(source: string) {
    this.#rest = source;
  }

  /** Reads up to the end, or over the bracket that closes the group. */
  alternation(multiline: boolean): Ends {
    let lines = multiline;
    const branches: Ends[] = [];
    let items: Ends[] = [];
    for (;;) {
      const closed = this.#take(/^(?:\)|$)/) !== undefined;
      if (closed || this.#take(/^\|/) !== undefined) {
        branches.push({ start: items[0]?.start ?? false, end: items.at(-1)?.end ?? false });
        if (closed) return { start: branches.every(({ start }) => start), end: branches.every(({ end }) => end) };
        items = [];
        continue;
      }
      const flags = FLAGS.exec(this.#rest);
      const within = flags === null ? lines : (lines || setsLines(flags[1])) && !setsLines(flags[2]);
      if (flags?.[3] === ")") {
        this.#take(FLAGS);
        lines = within;
      } else items.push(this.#quantified(within));
    }
  }

  #quantified(multiline: boolean): Ends {
    const before = this.#rest;
    const ends = this.#item(multiline);
    const atom = before.slice(0, before.length - this.#rest.length);
    const quantifier = this.#take(QUANTIFIER);
    if (quantifier === undefined) return ends;
    if (EVERY_CHARACTER.has(atom) && /^[*+]/.test(quantifier)) return BOTH;
    return MAY_BE_ABSENT.test(quantifier) ? FREE : ends;
  }

  #item(multiline: boolean): Ends {
    if (this.#take(FLAGS) !== undefined || this.#take(GROUP) !== undefined) return this.alternation(multiline);
    const text = this.#take(CLASS) ?? this.#take(ESCAPE) ?? this.#take(/^./su) ?? "";
    if (text === "\\A" || (text === "^" && !multiline)) return { start: true, end: false };
    if (text === "\\z" || (text === "$" && !multiline)) return { start: false, end: true };
    return FREE;
  }

  #take(pattern: RegExp): string | undefined {
    const found = pattern.exec(this.#rest)?.[0];
    if (found !== undefined) this.#rest = this.#rest.slice(found.length);
    return found;
  }
}
