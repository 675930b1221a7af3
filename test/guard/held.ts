/** A resolver that holds every call until the test says how it answers, in any order. */
export interface Holder<T> {
  (): Promise<T>;
  /** How many calls wait or have waited. */
  readonly asked: number;
  answer(index: number, value: T): void;
  fail(index: number, error: unknown): void;
}

export function holder<T>(): Holder<T> {
  const waiting: { resolve(value: T): void; reject(error: unknown): void }[] = [];
  const ask = (): Promise<T> => new Promise<T>((resolve, reject) => void waiting.push({ resolve, reject }));
  return Object.defineProperty(
    Object.assign(ask, {
      answer: (index: number, value: T) => waiting[index]?.resolve(value),
      fail: (index: number, error: unknown) => waiting[index]?.reject(error),
    }),
    "asked",
    { get: () => waiting.length },
  ) as Holder<T>;
}
