/** A pattern in which `*` stands for any characters and `?` for exactly one; every other character for itself. */
export interface Glob {
  readonly source: string;
  test(text: string): boolean;
}

const ANY = "*";
const ONE = "?";

export function isGlob(text: string): boolean {
  return text.includes(ANY) || text.includes(ONE);
}

/** Matching takes at most the length of the text times that of the pattern, whatever stands in either. */
export function compileGlob(source: string): Glob {
  const pattern = [...source];
  return { source, test: (text) => matches(pattern, [...text]) };
}

function matches(pattern: readonly string[], text: readonly string[]): boolean {
  let p = 0;
  let starAt = -1;
  let resumeAt = 0;
  for (let t = 0; t < text.length; ) {
    const wanted = pattern[p];
    if (wanted === ANY) {
      starAt = p++;
      resumeAt = t;
    } else if (wanted !== undefined && (wanted === ONE || wanted === text[t])) {
      p++;
      t++;
    } else if (starAt !== -1) {
      // The last star takes one character more; earlier stars need never be tried again.
      p = starAt + 1;
      t = ++resumeAt;
    } else return false;
  }
  while (pattern[p] === ANY) p++;
  return p === pattern.length;
}
