/**
 * What schemas have judged of one object or array: its members and elements that are *evaluated*, in the words of
 * JSON Schema 2020-12. Kept only where an `unevaluated…` keyword asks for it.
 */
export class Seen {
  readonly #names = new Set<string>();
  readonly #items = new Set<number>();
  /** Every element before this index. */
  #upTo = 0;

  name(name: string): void {
    this.#names.add(name);
  }

  item(index: number): void {
    this.#items.add(index);
  }

  itemsBefore(index: number): void {
    if (index > this.#upTo) this.#upTo = index;
  }

  hasName(name: string): boolean {
    return this.#names.has(name);
  }

  hasItem(index: number): boolean {
    return index < this.#upTo || this.#items.has(index);
  }

  /** Takes over what a schema has seen that turned out to fit; returns how much that was. */
  merge(other: Seen): number {
    for (const name of other.#names) this.#names.add(name);
    for (const index of other.#items) this.#items.add(index);
    this.itemsBefore(other.#upTo);
    return other.#names.size + other.#items.size;
  }
}
