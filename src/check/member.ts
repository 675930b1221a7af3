/** An own property of what a server sent; `undefined` where there is none, and where reading it throws. */
export function member(value: unknown, key: string): unknown {
  if (value === null || typeof value !== "object") return undefined;
  try {
    return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
  } catch {
    return undefined;
  }
}

/** The first elements of an array that a server sent, and whether these are all; `undefined` for anything else. */
export function firstElements(
  value: unknown,
  most: number,
): { readonly elements: readonly unknown[]; readonly all: boolean } | undefined {
  try {
    if (!Array.isArray(value)) return undefined;
    const { length } = value;
    return {
      elements: Array.from({ length: Math.min(length, most) }, (_, index) => value[index]),
      all: length <= most,
    };
  } catch {
    return undefined;
  }
}

/** The elements of an array that a server sent; `undefined` for anything else, and for more of them than `most`. */
export function elements(value: unknown, most: number): readonly unknown[] | undefined {
  const first = firstElements(value, most);
  return first?.all ? first.elements : undefined;
}

/** The own keys of an object that a server sent. */
export function keys(value: unknown): readonly string[] {
  try {
    return value !== null && typeof value === "object" && !Array.isArray(value) ? Object.keys(value) : [];
  } catch {
    return [];
  }
}
