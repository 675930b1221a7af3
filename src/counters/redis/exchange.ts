import { StoreError } from "../../errors.js";
import { withDeadline } from "../../internal/deadline.js";
import { sha1Hex } from "../../internal/sha1.js";
import { type Answer, readAnswer } from "./answer.js";
import type { ScriptClient } from "./client.js";
import { failureOf, isMissingScript } from "./failure.js";
import type { Question } from "./question.js";
import { SCRIPT } from "./script.js";

/** How many questions may wait for an answer: a server that hangs must not fill this process's memory. */
const MOST_UNANSWERED = 20_000;

/** A time later than any. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** One question, one answer, in time or not at all. */
export class Exchange {
  readonly #client: ScriptClient;
  readonly #deadlineMs: number;
  readonly #sha = sha1Hex(SCRIPT);
  /** How far the server's clock is ahead of `performance.now()`: as of the last answer, and by up to a deadline more. */
  #ahead: number | undefined;
  #unanswered = 0;

  constructor(client: ScriptClient, deadlineMs: number) {
    this.#client = client;
    this.#deadlineMs = deadlineMs;
  }

  /**
   * Asks once. A question that reaches the server after its deadline is not answered there; an answer that reaches us
   * after it goes to `onLate`, and nowhere else.
   *
   * @throws StoreError where there is no answer in time.
   */
  ask(question: Question, onLate: (answer: Answer) => void = () => undefined): Promise<Answer> {
    const work = this.#ask(question, performance.now() + this.#deadlineMs);
    const timedOut = (): StoreError =>
      new StoreError("store_timeout", `redis did not answer within ${this.#deadlineMs} ms`);
    return withDeadline(work, this.#deadlineMs, timedOut).catch((error: unknown) => {
      // Where the work itself failed there is no answer to come.
      work.then(onLate, () => undefined);
      throw error;
    });
  }

  async #ask(question: Question, deadline: number): Promise<Answer> {
    if (this.#unanswered >= MOST_UNANSWERED) {
      throw new StoreError("store_failed", `redis has left ${this.#unanswered} questions unanswered`);
    }
    this.#unanswered++;
    try {
      await this.#connected(deadline);
      const answer = await this.#put(question, deadline);
      if (answer.status !== "late") return answer;
      // In time for us, so its clock has moved against ours since the last answer. Nothing was done; now it is known.
      const again = performance.now() > deadline ? answer : await this.#put(question, deadline);
      if (again.status !== "late") return again;
      throw new StoreError("store_timeout", "the question reached redis too late, and was dropped");
    } catch (error) {
      throw failureOf(error);
    } finally {
      this.#unanswered--;
    }
  }

  async #put({ keys, request, grants }: Question, deadline: number): Promise<Answer> {
    const sent = performance.now();
    const by = this.#ahead === undefined ? NEVER : Math.ceil(deadline + this.#ahead);
    const values = [JSON.stringify({ ...request, by }), ...grants];
    const answer = readAnswer(await this.#run(keys, values, deadline), keys);
    this.#ahead = answer.serverTime - Math.max(sent, performance.now() - this.#deadlineMs);
    return answer;
  }

  async #connected(deadline: number): Promise<void> {
    const connecting = this.#client.ready();
    if (connecting === undefined) return;
    await connecting;
    if (performance.now() > deadline || this.#client.ready() !== undefined) {
      throw new StoreError("store_failed", "the client of redis did not connect in time");
    }
  }

  async #run(keys: readonly string[], values: readonly string[], deadline: number): Promise<unknown> {
    try {
      return await this.#client.evalSha(this.#sha, keys, values);
    } catch (error) {
      if (!isMissingScript(error) || performance.now() > deadline || this.#client.ready() !== undefined) throw error;
      return this.#client.eval(SCRIPT, keys, values);
    }
  }
}
