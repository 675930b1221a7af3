import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Gate } from "callgate";
import { NO_DELAYS } from "../backends/delays.js";
import type { Program } from "../backends/program.js";
import { createRandom, type Random } from "../backends/random.js";
import { backendCalled } from "../backends/table.js";
import { createEffects, type Effects } from "./effects.js";
import { HANGS_MS, inTime } from "./in-time.js";
import { MOST_CALLS, victimCall, victimsGate } from "./victims.js";

/** What processes that were killed have left behind. */
export interface KillResult {
  readonly kills: number;
  /** Calls that had their effect, and calls that are counted. */
  readonly effects: number;
  readonly counted: number;
  /** How often the limit was reached. */
  readonly limits: number;
  readonly breaches: readonly string[];
}

/** What each of the processes runs, below `test/`. */
export const VICTIM = "faults/victim.ts";

/** How many run at once, how many calls each has under way, and for how long it lives at most after the first. */
const AT_ONCE = 2;
const LANES = 4;
const LIFE_MS = 60;

interface Scene {
  readonly start: (grant: string) => ChildProcess;
  readonly gate: Gate;
  readonly effects: Effects;
  readonly random: Random;
}

/** Kills so many processes that work on one backend at moments drawn by chance, and counts after every few. */
export async function killMany(program: Program, name: string, kills: number, seed: number): Promise<KillResult> {
  const backend = backendCalled(name);
  const random = createRandom(seed);
  const running = await backend.start();
  const effects = createEffects();
  try {
    const { store, close } = await backend.connect(running.spec, { deadlineMs: HANGS_MS, delays: NO_DELAYS });
    const start = (grant: string): ChildProcess =>
      program.start([name, running.spec, effects.path, grant, String(random.below(2 ** 31)), String(LANES)]);
    try {
      return await killAndCount({ start, gate: victimsGate(store), effects, random }, kills);
    } finally {
      await close();
    }
  } finally {
    await running.stop();
    effects.remove();
  }
}

async function killAndCount({ start, gate, effects, random }: Scene, kills: number): Promise<KillResult> {
  const total = { kills: 0, effects: 0, counted: 0, limits: 0 };
  const breaches: string[] = [];
  let [grants, killed, done, counted] = [1, 0, 0, 0];
  while (total.kills < kills) {
    const grant = `grant ${grants}`;
    await Promise.all(Array.from({ length: AT_ONCE }, () => liveAndDie(start(grant), random.below(LIFE_MS))));
    killed += AT_ONCE;
    total.kills += AT_ONCE;
    done = effects.count(grant, victimCall.name);
    const usage = await inTime(gate.usage(grant, { call: victimCall }), "reading");
    const [calls = Number.NaN, recent] = usage.map(({ value }) => value);
    counted = calls;
    if (calls !== recent) breaches.push(`${calls} are counted, and ${recent} of late`);
    if (!(calls >= done)) breaches.push(`${done} calls had their effect, and ${calls} are counted`);
    // Of each process no more is lost than what it had under way.
    if (!(calls <= done + killed * LANES))
      breaches.push(`${calls} are counted, of ${done} and ${killed} times ${LANES}`);
    if (done > MOST_CALLS) breaches.push(`${done} calls had their effect, of ${MOST_CALLS}`);
    if (calls < MOST_CALLS && total.kills < kills) continue;
    total.effects += done;
    total.counted += counted;
    if (calls === MOST_CALLS) total.limits++;
    [grants, killed] = [grants + 1, 0];
  }
  return { ...total, breaches };
}

async function liveAndDie(child: ChildProcess, ms: number): Promise<void> {
  const exited = once(child, "exit");
  const ready = await Promise.race([inTime(once(child, "message"), "a process").then(() => true), exited]).catch(
    String,
  );
  if (ready === true) await new Promise((resolve) => setTimeout(resolve, ms));
  child.kill("SIGKILL");
  const [code, signal] = await exited;
  if (ready !== true || signal !== "SIGKILL") throw new Error(`a process ended by itself: ${code}, ${ready}`);
}
