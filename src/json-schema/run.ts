import { MAX_FAULTS, MAX_NESTING } from "./caps.js";
import type { Resource } from "./document.js";
import type { Check } from "./keyword.js";
import type { Seen } from "./seen.js";
import { type Fault, TOO_COMPLEX, TOO_MANY } from "./validator.js";
import { StoppedError, type Work } from "./work.js";

/** One value under judgement: where the judging stands, and what it found. */
export class Run {
  readonly faults: Fault[] = [];
  readonly work: Work;
  /** The resources that were entered, outermost first: the dynamic scope. */
  readonly scope: Resource[] = [];
  readonly #path: (string | number)[] = [];
  #nesting = 0;
  #trials = 0;

  constructor(work: Work) {
    this.work = work;
  }

  /** Nothing is reported from here, so the first failure is enough. */
  get quiet(): boolean {
    return this.#trials > 0;
  }

  enter(): void {
    this.work.spend(1);
    if (++this.#nesting > MAX_NESTING) throw new StoppedError("nested too deep");
  }

  leave(): void {
    this.#nesting--;
  }

  /** Judges a member or an element of the value that is judged. */
  inside(key: string | number, check: Check, value: unknown): boolean {
    this.#path.push(key);
    const fits = check(value, this, undefined);
    this.#path.pop();
    return fits;
  }

  /** Judges without reporting: what fails here may yet be right. */
  tries(check: Check, value: unknown, seen: Seen | undefined): boolean {
    this.#trials++;
    const fits = check(value, this, seen);
    this.#trials--;
    return fits;
  }

  /** As `tries`, for a member or an element. */
  triesInside(key: string | number, check: Check, value: unknown): boolean {
    this.#trials++;
    const fits = this.inside(key, check, value);
    this.#trials--;
    return fits;
  }

  /** The value does not fit; always false. */
  fails(keyword: string, types?: readonly string[]): false {
    if (!this.quiet) this.#report({ path: [...this.#path], keyword, ...(types === undefined ? {} : { types }) });
    return false;
  }

  /** As `fails`, for a member of the value. */
  failsAt(key: string | number, keyword: string): false {
    if (!this.quiet) this.#report({ path: [...this.#path, key], keyword });
    return false;
  }

  /** The value cannot be judged, so it is refused, whatever `not` or another alternative would make of a failure. */
  doubts(reason: string): false {
    this.#report({ path: [...this.#path], keyword: reason });
    return false;
  }

  /** Judging could not go on. */
  stopped(): void {
    if (this.faults.at(-1)?.keyword !== TOO_MANY) this.faults.push({ path: [], keyword: TOO_COMPLEX });
  }

  #report(fault: Fault): void {
    if (this.faults.length === MAX_FAULTS) {
      this.faults.push({ path: [], keyword: TOO_MANY });
      throw new StoppedError("enough was found");
    }
    this.faults.push(fault);
  }
}
