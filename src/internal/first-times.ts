/** Says of each key whether it is seen for the first time. Bounded: past `most` keys all are forgotten. */
export class FirstTimes {
  readonly #seen = new Set<string>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  isFirst(key: string): boolean {
    if (this.#seen.has(key)) return false;
    if (this.#seen.size >= this.#most) this.#seen.clear();
    this.#seen.add(key);
    return true;
  }
}
