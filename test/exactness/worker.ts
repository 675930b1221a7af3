import { type AuditEvent, type CounterStore, createGate, NotExecutedError } from "callgate";
import { bound } from "../backends/backend.js";
import { createDelays } from "../backends/delays.js";
import { backendCalled } from "../backends/table.js";
import { callOf, type LimitName, RACE_POLICY } from "./limits.js";

/** What a process is told. It answers each with a `WorkerAnswer`. */
export type WorkerOrder =
  /** Races as the grant `race`, from `startAt` on, by the clock of the machine. */
  | {
      readonly order: "race";
      readonly limit: LimitName;
      readonly race: string;
      readonly attempts: number;
      readonly startAt: number;
    }
  | { readonly order: "release" }
  | { readonly order: "read"; readonly limit: LimitName; readonly race: string };

export type WorkerAnswer =
  | { readonly answer: "ready" }
  | { readonly answer: "released"; readonly failed: readonly string[] }
  | { readonly answer: "raced"; readonly passed: number; readonly failed: readonly string[] }
  | { readonly answer: "values"; readonly values: readonly number[] };

/** How many calls a process has under way at once. */
const LANES = 5;

/** Nobody gives up while others are at work. */
const PATIENCE_MS = 20_000;

const [name = "", spec = "", seed = "0"] = process.argv.slice(2);
const delays = createDelays(Number(seed));
const { store, close } = await backendCalled(name).connect(spec, { deadlineMs: PATIENCE_MS, delays });

/** What went wrong since it was last asked for, and what is being given back. */
const failed: string[] = [];
const releases: Promise<unknown>[] = [];

const watched: CounterStore = {
  ...bound(store),
  release: async (reservation, only) => {
    const released = Promise.resolve(store.release(reservation, only));
    releases.push(released);
    await released;
  },
};
const audit = (event: AuditEvent): void => {
  if (event.type === "decision" && event.code === "unavailable") failed.push(event.cause ?? "unavailable");
  if (event.type === "notice") failed.push(event.message);
};
const gate = createGate({ policy: RACE_POLICY, store: watched, audit, timeouts: { store: PATIENCE_MS } });

/** Calls that passed and run on until they are told that they never ran. */
let running: Promise<unknown>[] = [];
let endRunning: () => void = () => undefined;
let ended = Promise.resolve();

function start(limit: LimitName, grant: string): Promise<boolean> {
  return new Promise((resolve) => {
    const result = gate.run(callOf(limit), { grant }, async () => {
      resolve(true);
      await ended;
      throw new NotExecutedError();
    });
    running.push(result.then(({ allowed }) => resolve(allowed)).catch(() => undefined));
  });
}

async function race({ limit, race, attempts, startAt }: WorkerOrder & { order: "race" }): Promise<WorkerAnswer> {
  ended = new Promise((resolve) => {
    endRunning = resolve;
  });
  let [left, passed] = [attempts, 0];
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      if (await start(limit, race)) passed++;
      await delays.pause();
    }
  };
  while (Date.now() < startAt);
  await Promise.all(Array.from({ length: LANES }, lane));
  return { answer: "raced", passed, failed: failed.splice(0) };
}

async function release(): Promise<WorkerAnswer> {
  endRunning();
  await Promise.all(running);
  running = [];
  // What could not be given back is in the notices.
  await Promise.allSettled(releases.splice(0));
  return { answer: "released", failed: failed.splice(0) };
}

async function follow(order: WorkerOrder): Promise<WorkerAnswer> {
  if (order.order === "race") return race(order);
  if (order.order === "release") return release();
  const usage = await gate.usage(order.race, { call: callOf(order.limit) });
  return { answer: "values", values: usage.map(({ value }) => value) };
}

const send = (answer: WorkerAnswer): unknown => process.send?.(answer);

process.on("message", (order: WorkerOrder) => void follow(order).then(send));
process.on("disconnect", () => void Promise.resolve(close()).then(() => process.exit()));
send({ answer: "ready" });
