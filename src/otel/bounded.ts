const OTHER = "_OTHER";

/** Lets through so many different names, and calls the rest `_OTHER`: who calls chooses the names, and each costs a time series. */
export class BoundedNames {
  readonly #known = new Set<string>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  of(name: string): string {
    if (this.#known.has(name)) return name;
    if (this.#known.size >= this.#most) return OTHER;
    this.#known.add(name);
    return name;
  }
}

/** A table of the last so many entries: who is pushed out is handed to `dropped`. */
export class BoundedTable<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #most: number;
  readonly #dropped: (value: Value) => void;

  constructor(most: number, dropped: (value: Value) => void = () => undefined) {
    this.#most = most;
    this.#dropped = dropped;
  }

  set(key: string, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#most) return;
    const [oldest] = this.#entries.keys();
    const last = this.take(oldest as string);
    if (last !== undefined) this.#dropped(last);
  }

  take(key: string): Value | undefined {
    const value = this.#entries.get(key);
    this.#entries.delete(key);
    return value;
  }

  entries(): [string, Value][] {
    return [...this.#entries];
  }
}
