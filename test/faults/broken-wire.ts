import type { CounterStore, Gate } from "callgate";
import type { Connection } from "../backends/backend.js";
import { NO_DELAYS } from "../backends/delays.js";
import { createRandom, type Random } from "../backends/random.js";
import { backendCalled } from "../backends/table.js";
import { createEffects, type Effects, haveEffect } from "./effects.js";
import { eventually, HANGS_MS, inTime } from "./in-time.js";
import {
  callOf,
  holdsCounted,
  MOST_HELD,
  MOST_PAYMENTS,
  paymentsCounted,
  paymentsGate,
  type Tool,
} from "./payments.js";
import { type Fault, startTcpProxy, type TcpProxy, type Way } from "./tcp-proxy.js";

/** What became of the calls of one round, in which the wire to the store broke and was mended. */
export interface RoundResult {
  readonly fault: Fault["kind"];
  readonly calls: number;
  readonly allowed: number;
  readonly unavailable: number;
  /** Payments that happened, and how many the store holds. */
  readonly effects: number;
  readonly counted: number;
  readonly slowestMs: number;
  /** What should never be. */
  readonly breaches: readonly string[];
}

/** A store behind a wire. */
export interface BrokenWire {
  round(kind: Fault["kind"]): Promise<RoundResult>;
  end(): Promise<void>;
}

const WAYS: readonly Way[] = ["questions", "answers"];

/** A fault of each kind, drawn by chance. */
const FAULTS: { readonly [kind in Fault["kind"]]: (random: Random) => Fault } = {
  none: () => ({ kind: "none" }),
  latency: (random) => ({ kind: "latency", ms: random.below(300) }),
  stalled: () => ({ kind: "stalled" }),
  cut: () => ({ kind: "cut" }),
  half_open: (random) => ({ kind: "half_open", lost: random.pick([WAYS, ["questions"], ["answers"]]) }),
  drop_after: (random) => ({ kind: "drop_after", of: random.pick(WAYS), bytes: random.below(2_000) }),
  slow_close: (random) => ({ kind: "slow_close", ms: random.below(300) }),
};

export const FAULT_KINDS = Object.keys(FAULTS) as readonly Fault["kind"][];

/** How long the store waits, and then its gate. */
const STORE_MS = 100;
const GATE_MS = 150;

const CALLS = 40;
const LANES = 8;

/** Starts a backend and a wire to it; everything that chance decides follows from `seed`. */
export async function startBrokenWire(name: string, seed: number): Promise<BrokenWire> {
  const backend = backendCalled(name);
  if (backend.wire === undefined) throw new Error(`there is no wire to ${name}`);
  const stops: (() => unknown)[] = [];
  const end = async (): Promise<void> => {
    for (const stop of stops.reverse()) await stop();
  };
  try {
    const running = await backend.start();
    stops.push(() => running.stop());
    const proxy = await startTcpProxy(backend.wire.addressOf(running.spec));
    stops.push(() => proxy.close());
    const open = async (spec: string, deadlineMs: number): Promise<CounterStore> => {
      const connection: Connection = await backend.connect(spec, { deadlineMs, delays: NO_DELAYS });
      stops.push(() => connection.close());
      return connection.store;
    };
    const gate = paymentsGate(await open(backend.wire.through(running.spec, proxy.port), STORE_MS), GATE_MS);
    const direct = paymentsGate(await open(running.spec, HANGS_MS), HANGS_MS);
    const effects = createEffects();
    stops.push(() => effects.remove());
    let rounds = 0;
    const scene = { gate, direct, proxy, effects, random: createRandom(seed), restMs: backend.wire.restMs(STORE_MS) };
    return { round: (kind) => new Round(scene, `round ${++rounds}`).run(kind), end };
  } catch (error) {
    await end();
    throw error;
  }
}

interface Scene {
  /** Over the wire, and past it. */
  readonly gate: Gate;
  readonly direct: Gate;
  readonly proxy: TcpProxy;
  readonly effects: Effects;
  readonly random: Random;
  /** How long calls must rest for a dead connection to be given up. */
  readonly restMs: number;
}

class Round {
  readonly #scene: Scene;
  readonly #grant: string;
  readonly #breaches: string[] = [];
  readonly #outcomes: string[] = [];
  #slowestMs = 0;
  #heldNow = 0;

  constructor(scene: Scene, grant: string) {
    this.#scene = scene;
    this.#grant = grant;
  }

  async run(kind: Fault["kind"]): Promise<RoundResult> {
    const { random, proxy, effects } = this.#scene;
    // The wire breaks before one call and is mended before a later one, or when all are settled.
    const strikeAt = random.below(CALLS / 2);
    const healAt = strikeAt + 1 + random.below(CALLS);
    let started = 0;
    const lane = async (): Promise<void> => {
      while (started < CALLS) {
        if (started === strikeAt) proxy.become(FAULTS[kind](random));
        if (started === healAt) proxy.heal();
        started++;
        await this.#call(random.pick(["pay", "hold"]));
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    proxy.heal();
    await this.#expectRecovery();
    const counted = await this.#expectCounted();
    const of = (outcome: string): number => this.#outcomes.filter((one) => one === outcome).length;
    return {
      fault: kind,
      calls: this.#outcomes.length,
      allowed: of("allowed"),
      unavailable: of("unavailable"),
      effects: effects.count(this.#grant, "pay"),
      counted,
      slowestMs: Math.round(this.#slowestMs),
      breaches: this.#breaches,
    };
  }

  async #call(tool: Tool): Promise<string> {
    const { gate } = this.#scene;
    const started = performance.now();
    const execute = (): Promise<void> => this.#execute(tool);
    const outcome = await inTime(gate.run(callOf(tool), { grant: this.#grant }, execute), `a call of ${tool}`).then(
      ({ decision }) => (decision.outcome === "allow" ? "allowed" : decision.code),
      (error: Error) => {
        this.#breaches.push(error.message);
        return "hung";
      },
    );
    this.#slowestMs = Math.max(this.#slowestMs, performance.now() - started);
    this.#outcomes.push(outcome);
    return outcome;
  }

  async #execute(tool: Tool): Promise<void> {
    haveEffect(this.#scene.effects.path, this.#grant, tool);
    if (tool === "pay") return;
    if (++this.#heldNow > MOST_HELD) this.#breaches.push(`${this.#heldNow} ran at once`);
    await new Promise((resolve) => setImmediate(resolve));
    this.#heldNow--;
  }

  /** Over the mended wire it goes on by itself, and comes to the limit. */
  async #expectRecovery(): Promise<void> {
    const { restMs } = this.#scene;
    let last = "";
    const limited = async (): Promise<boolean> => {
      if (last === "unavailable") await pause(restMs);
      last = await this.#call("pay");
      return last === "rate_limited";
    };
    await eventually(limited, "recovery").catch((error: Error) => this.#breaches.push(error.message));
  }

  /** What happened was counted, all of it or none by each counter, and no limit was passed. */
  async #expectCounted(): Promise<number> {
    const { direct, effects } = this.#scene;
    const paid = effects.count(this.#grant, "pay");
    const held = effects.count(this.#grant, "hold");
    let counted: readonly number[] = [];
    const agree = async (): Promise<boolean> => {
      counted = await paymentsCounted(direct, this.#grant);
      return new Set(counted).size === 1;
    };
    await eventually(agree, "agreement").catch((error: Error) => {
      this.#breaches.push(`the counters hold ${counted.join(", ")}: ${error.message}`);
    });
    const [payments = Number.NaN] = counted;
    const most = paid + this.#outcomes.filter((outcome) => outcome === "unavailable").length;
    if (!(payments >= paid)) this.#breaches.push(`${paid} payments happened, and ${payments} are counted`);
    if (!(payments <= most)) this.#breaches.push(`${payments} are counted, and only ${most} can have been`);
    if (paid > MOST_PAYMENTS) this.#breaches.push(`${paid} payments happened, of ${MOST_PAYMENTS}`);
    const holds = await holdsCounted(direct, this.#grant);
    if (!(holds >= held)) this.#breaches.push(`${held} were held, and ${holds} are counted`);
    return payments;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
