/** The own property of an object: nothing that somebody put on a prototype is ever read. */
export function own<T extends object, K extends keyof T>(source: T, key: K): T[K] | undefined {
  return Object.hasOwn(source, key) ? source[key] : undefined;
}
