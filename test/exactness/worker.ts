import type { Reservation } from "callgate";
import { backendCalled } from "./backends.js";
import { createDelays } from "./delays.js";
import { chargesOf, type LimitName } from "./limits.js";

/** What a process is told. It answers each with a `WorkerAnswer`. */
export type WorkerOrder =
  | {
      readonly order: "race";
      readonly limit: LimitName;
      readonly race: string;
      readonly attempts: number;
      /** The time of every call, and when to begin, by the clock of the machine. */
      readonly now: number;
      readonly startAt: number;
    }
  | { readonly order: "release" }
  | { readonly order: "read"; readonly limit: LimitName; readonly race: string; readonly now: number };

export type WorkerAnswer =
  | { readonly answer: "ready" }
  | { readonly answer: "released"; readonly failed: readonly string[] }
  | { readonly answer: "raced"; readonly passed: number; readonly refused: number; readonly failed: readonly string[] }
  | { readonly answer: "values"; readonly values: readonly number[] };

/** How many calls a process has under way at once. */
const LANES = 5;

const [name = "", spec = "", seed = "0"] = process.argv.slice(2);
const delays = createDelays(Number(seed));
const { store, close } = await backendCalled(name).connect(spec, delays);
const held: Reservation[] = [];

async function race(order: WorkerOrder & { order: "race" }): Promise<WorkerAnswer> {
  const tally = { passed: 0, refused: 0, failed: [] as string[] };
  const charges = chargesOf(order.limit, order.race);
  let left = order.attempts;
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      try {
        const answer = await store.reserve(charges, { now: order.now });
        if (answer.ok) held.push(answer.reservation);
        tally[answer.ok ? "passed" : "refused"]++;
      } catch (error) {
        tally.failed.push(String(error));
      }
      await delays.pause();
    }
  };
  while (Date.now() < order.startAt);
  await Promise.all(Array.from({ length: LANES }, lane));
  return { answer: "raced", ...tally };
}

async function release(): Promise<WorkerAnswer> {
  const failed: string[] = [];
  for (const reservation of held.splice(0)) {
    try {
      await store.release(reservation);
    } catch (error) {
      failed.push(String(error));
    }
  }
  return { answer: "released", failed };
}

async function follow(order: WorkerOrder): Promise<WorkerAnswer> {
  if (order.order === "race") return race(order);
  if (order.order === "release") return release();
  const readings = await store.read(chargesOf(order.limit, order.race), { now: order.now });
  return { answer: "values", values: readings.map(({ value }) => value) };
}

const send = (answer: WorkerAnswer): unknown => process.send?.(answer);

process.on("message", (order: WorkerOrder) => void follow(order).then(send));
process.on("disconnect", () => void Promise.resolve(close()).then(() => process.exit()));
send({ answer: "ready" });
