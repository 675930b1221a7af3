import { type CounterStore, createGate, createMemoryStore, type Gate, NotExecutedError } from "callgate";
import { createSettableClock, type SettableClock } from "callgate/testing";
import { FAILURES, type FailingStore, type Failure, failingStore, METHODS } from "./failing-store.js";
import { callOf, holdsCounted, MOST_HELD, MOST_PAYMENTS, PAYMENTS, paymentsCounted, type Tool } from "./payments.js";

/** Lets time pass for timers, and for what waits for them. */
export type Advance = (ms: number) => Promise<void>;

const GRANT = "payer";
const START = Date.UTC(2026, 0, 1, 12);

/** A third of the lease of a slot, after which it is renewed. */
const RENEWAL_MS = 200_000;

/** Beyond every deadline of the gate. */
const DEADLINES_MS = 1_000;

/** Plays a fixed sequence of calls through a gate, while one call of its store fails as `failure` says. */
export async function playWith(
  failure: Failure | undefined,
  advance: Advance,
): Promise<Pick<Play, "breaches" | "failing" | "outcomes">> {
  const play = new Play(failure, advance);
  await play.run();
  return play;
}

/** Every failure there is: each call that the sequence makes to its store, in every way, carried out or not. */
export async function everyFailure(advance: Advance): Promise<readonly Failure[]> {
  const { calls } = (await playWith(undefined, advance)).failing;
  return METHODS.flatMap((method) =>
    Array.from({ length: calls[method] }, (_, index) => index + 1).flatMap((nth) =>
      Object.keys(FAILURES).flatMap((how) => [true, false].map((carriedOut) => ({ method, nth, how, carriedOut }))),
    ),
  );
}

class Play {
  /** What should never be. */
  readonly breaches: string[] = [];
  readonly failing: FailingStore;
  readonly outcomes: string[] = [];
  readonly #advance: Advance;
  readonly #clock: SettableClock = createSettableClock(START);
  readonly #store: CounterStore = createMemoryStore();
  readonly #gate: Gate;
  /** Looks at the counters past what fails. */
  readonly #direct: Gate;
  readonly #effects = { pay: 0, hold: 0 };
  #running = 0;
  #unsettled = 0;

  constructor(failure: Failure | undefined, advance: Advance) {
    this.#advance = advance;
    this.failing = failingStore(this.#store, failure);
    this.#gate = createGate({ policy: PAYMENTS, store: this.failing.store, clock: this.#clock });
    this.#direct = createGate({ policy: PAYMENTS, store: this.#store, clock: this.#clock });
  }

  async run(): Promise<void> {
    for (let payment = 0; payment < 4; payment++) await this.#pay();
    await this.#pay("is refunded");
    await this.#look();
    const letGo = [await this.#hold(), await this.#hold()];
    // Longer than one lease, and than two.
    for (let renewal = 0; renewal < 7; renewal++) await this.#pass(RENEWAL_MS);
    letGo.push(await this.#hold(), await this.#hold());
    for (const end of letGo) end();
    await this.#pass(0);
    (await this.#hold())();
    while (this.outcomes.at(-1) !== "rate_limited" && this.outcomes.length < 100) await this.#pay();
    await this.#look();
    await this.#pass(DEADLINES_MS);
    if (this.#unsettled > 0) this.breaches.push(`${this.#unsettled} calls hang`);
    if (this.#effects.pay > MOST_PAYMENTS) this.breaches.push(`${this.#effects.pay} payments of ${MOST_PAYMENTS}`);
    await this.#gate.close();
  }

  async #pay(how: "is done" | "is refunded" = "is done"): Promise<void> {
    await this.#settled("pay", async () => {
      if (how === "is refunded") throw new NotExecutedError();
      this.#effects.pay++;
      const counted = await paymentsCounted(this.#direct, GRANT);
      const least = Math.min(...counted);
      if (least < this.#effects.pay) this.breaches.push(`payment ${this.#effects.pay} of ${least} counted`);
    });
  }

  /** A call that runs until what is returned is called. */
  async #hold(): Promise<() => void> {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    void this.#settled("hold", async () => {
      this.#effects.hold++;
      if (++this.#running > MOST_HELD) this.breaches.push(`${this.#running} run at once`);
      const counted = await holdsCounted(this.#direct, GRANT);
      if (counted < this.#effects.hold) this.breaches.push(`call ${this.#effects.hold} of ${counted} counted`);
      await ended;
      this.#running--;
    });
    await this.#pass(DEADLINES_MS);
    return end;
  }

  async #look(): Promise<void> {
    this.#unsettled++;
    void this.#gate
      .usage(GRANT)
      .catch(() => undefined)
      .finally(() => this.#unsettled--);
    await this.#pass(DEADLINES_MS);
  }

  async #settled(tool: Tool, execute: () => Promise<void>): Promise<void> {
    this.#unsettled++;
    void this.#gate
      .run(callOf(tool), { grant: GRANT }, execute)
      .then(
        ({ decision }) => this.outcomes.push(decision.outcome === "allow" ? "allowed" : decision.code),
        () => this.outcomes.push("threw"),
      )
      .finally(() => this.#unsettled--);
    await this.#pass(tool === "pay" ? DEADLINES_MS : 0);
  }

  async #pass(ms: number): Promise<void> {
    this.#clock.advance(ms);
    await this.#advance(ms);
    const [held] = await this.#direct.usage(GRANT, { call: callOf("hold") });
    const slots = held?.value ?? 0;
    if (slots < this.#running) this.breaches.push(`${this.#running} run, in ${slots} slots`);
  }
}
