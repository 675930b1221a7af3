/** HTML that is known to be HTML. Made by `html` alone, so that no text becomes markup by being forgotten. */
export class Markup {
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  toString(): string {
    return this.#source;
  }
}

export type Content = Markup | string | number | readonly Content[];

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
]);

/** What would be invisible, would turn the direction of what follows, or is no character. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A template whose every interpolation is text, escaped for elements and quoted attributes, unless it is `Markup`. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  const source = parts.map((part, index) => part + sourceOf(contents[index] ?? "")).join("");
  return new Markup(source);
}

function sourceOf(content: Content): string {
  if (content instanceof Markup) return content.toString();
  if (typeof content === "object") return content.map(sourceOf).join("");
  return escaped(String(content));
}

function escaped(text: string): string {
  return text
    .replace(UNPRINTABLE, (char) => `\\u{${char.codePointAt(0)?.toString(16) ?? ""}}`)
    .replace(/[&<>"']/g, (char) => ENTITIES.get(char) ?? "");
}
