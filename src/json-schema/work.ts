import { LIGHT_REGEX_WORK, type LinearRegex, MAX_REGEX_TEXT, MAX_REGEX_WORK } from "../internal/linear-regex.js";
import { MAX_STEPS } from "./caps.js";

/** Judging cannot go on, and nobody can tell what it would have said: the value is refused. */
export class StoppedError extends Error {}

/** The work that judging one call may take, over all the schemas it is held to. */
export class Work {
  #steps = MAX_STEPS;
  #matching = 0;

  /** @throws StoppedError when nothing is left. */
  spend(steps: number): void {
    this.#steps -= steps;
    if (this.#steps < 0) throw new StoppedError("too much work");
  }

  /**
   * Whether the expression matches somewhere in the text.
   *
   * @throws StoppedError when the text is too long, or the matches of the call are too much work together.
   */
  matches(regex: LinearRegex, text: string): boolean {
    if (text.length > MAX_REGEX_TEXT) throw new StoppedError("text too long to be matched");
    this.spend(1);
    this.#matching += regex.size * (text.length + 1);
    if (this.#matching > MAX_REGEX_WORK) throw new StoppedError("too much matching");
    return this.#matching > LIGHT_REGEX_WORK ? regex.testSteadily(text) : regex.test(text);
  }
}
