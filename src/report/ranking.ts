const MOST_NAMES = 5;

/** Counts by key, in the order of first sight, whatever the keys are. */
export class Ranking {
  readonly #counts = new Map<string, number>();

  add(key: string): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  get size(): number {
    return this.#counts.size;
  }

  /** The most frequent keys. */
  top(most: number = MOST_NAMES): readonly string[] {
    return [...this.#counts]
      .sort(([, one], [, other]) => other - one)
      .slice(0, most)
      .map(([key]) => key);
  }
}

/** Values by a key of several parts, made on first sight. */
export class Ledger<Row> {
  readonly #rows = new Map<string, Row>();

  row(parts: readonly unknown[], make: () => Row): Row {
    const key = JSON.stringify(parts);
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const row = make();
    this.#rows.set(key, row);
    return row;
  }

  /** All rows, those with the highest `measure` first. */
  sorted(measure: (row: Row) => number): Row[] {
    return [...this.#rows.values()].sort((one, other) => measure(other) - measure(one));
  }
}
