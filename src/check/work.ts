/** A bound on how much is looked at. What is over it counts as unknown, and of the unknown nothing is said. */
export class Work {
  #left: number;

  constructor(units: number) {
    this.#left = units;
  }

  /** Whether there is work left for this many units; they are spent if there is. */
  spend(units: number): boolean {
    if (units > this.#left) return false;
    this.#left -= units;
    return true;
  }
}
