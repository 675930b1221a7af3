import { mock } from "node:test";
import { buildProgram } from "../backends/program.ts";
import { BACKENDS } from "../backends/table.ts";
import { FAULT_KINDS, startBrokenWire } from "../faults/broken-wire.ts";
import { everyFailure, playWith } from "../faults/every-call.ts";
import { METHODS } from "../faults/failing-store.ts";
import { killMany, VICTIM } from "../faults/kills.ts";

// Breaks stores in every way there is, and counts what should never be: `npm run test:faults -- [rounds] [kills] [seed]`.

const [rounds = 15, kills = 100, seed = 1] = process.argv.slice(2).map(Number);
let breaches = 0;

function print(cells: readonly (string | number)[]): void {
  console.log(cells.map((cell, column) => String(cell).padEnd(column === 0 ? 22 : 12)).join(""));
}

function blame(found: readonly string[]): void {
  for (const breach of new Set(found)) console.log(`  !! ${breach}`);
  breaches += found.length;
}

async function failEveryCall(): Promise<void> {
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const advance = async (ms: number): Promise<void> => {
    mock.timers.tick(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const failures = await everyFailure(advance);
  console.log("\nEvery call of a store fails once, in every way, carried out or not\n");
  print(["call", "failures", "breaches"]);
  for (const method of METHODS) {
    const found: string[] = [];
    const some = failures.filter((failure) => failure.method === method);
    for (const failure of some) found.push(...(await playWith(failure, advance)).breaches);
    print([method, some.length, found.length]);
    blame(found);
  }
  mock.timers.reset();
}

async function breakWires(): Promise<void> {
  console.log(`\nThe wire to a store breaks and is mended, ${rounds} times in each way, while 40 calls are made\n`);
  print(["store", "fault", "calls", "allowed", "unavailable", "effects", "counted", "slowest ms", "breaches"]);
  for (const [name, { wire, isThere }] of Object.entries(BACKENDS)) {
    if (wire === undefined) continue;
    if (!isThere) console.log(`${name} (not found here)`);
    if (!isThere) continue;
    const broken = await startBrokenWire(name, seed);
    for (const kind of FAULT_KINDS) {
      const total = { calls: 0, allowed: 0, unavailable: 0, effects: 0, counted: 0 };
      const found: string[] = [];
      let slowestMs = 0;
      for (let round = 0; round < rounds; round++) {
        const result = await broken.round(kind);
        for (const column of Object.keys(total) as (keyof typeof total)[]) total[column] += result[column];
        slowestMs = Math.max(slowestMs, result.slowestMs);
        found.push(...result.breaches);
      }
      print([name, kind, ...Object.values(total), slowestMs, found.length]);
      blame(found);
    }
    await broken.end();
  }
}

async function killProcesses(): Promise<void> {
  console.log("\nProcesses are killed with SIGKILL while they make calls\n");
  print(["store", "kills", "effects", "counted", "limits met", "breaches"]);
  const program = await buildProgram(VICTIM);
  for (const [name, { isShared, isThere }] of Object.entries(BACKENDS)) {
    if (!isShared) continue;
    if (!isThere) console.log(`${name} (not found here)`);
    if (!isThere) continue;
    const result = await killMany(program, name, kills, seed);
    print([name, result.kills, result.effects, result.counted, result.limits, result.breaches.length]);
    blame(result.breaches);
  }
  program.remove();
}

console.log(`seed ${seed}`);
await failEveryCall();
await breakWires();
await killProcesses();
console.log(breaches === 0 ? "\nnothing ran uncharged, passed a limit or hung" : `\n${breaches} breaches`);
process.exitCode = breaches === 0 ? 0 : 1;
