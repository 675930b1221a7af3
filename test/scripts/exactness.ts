import { buildProgram } from "../backends/program.ts";
import { BACKENDS } from "../backends/table.ts";
import { LIMIT_NAMES, type LimitName } from "../exactness/limits.ts";
import { type RaceResult, type Racers, startRacers, WORKER } from "../exactness/race.ts";

// Races processes against limits on every backend that is there: `npm run test:exactness -- [rounds] [seed]`.

const [rounds = 3, seed = 1] = process.argv.slice(2).map(Number);
const PROCESSES = [1, 2, 4, 8];
const COLUMNS = ["backend", "processes", ...LIMIT_NAMES, "over", "under", "failed", "inexact", "ms a race"];

function isExact({ over, under, failed, values, expectedValues }: RaceResult): boolean {
  return over + under + failed.length === 0 && String(values) === String(expectedValues);
}

async function raceAll(racers: Racers): Promise<RaceResult[]> {
  const results: RaceResult[] = [];
  for (const limit of LIMIT_NAMES) {
    for (let round = 0; round < rounds; round++) results.push(await racers.race(limit));
  }
  return results;
}

function sum(results: readonly RaceResult[], of: (result: RaceResult) => number): number {
  return results.reduce((total, result) => total + of(result), 0);
}

function passedOf(results: readonly RaceResult[], limit: LimitName): string {
  const raced = results.filter((result) => result.limit === limit);
  return `${sum(raced, ({ passed }) => passed)}/${sum(raced, ({ passes }) => passes)}`;
}

function print(cells: readonly (string | number)[]): void {
  console.log(cells.map((cell, column) => String(cell).padEnd(column === 0 ? 22 : 11)).join(""));
}

console.log(`${rounds} races of 200 calls for each limit, seed ${seed}: how many passed, of how many that fit`);
console.log("(memory is not shared: each process has a limit of its own)\n");
print(COLUMNS);
const worker = await buildProgram(WORKER);
let [races, inexact] = [0, 0];
for (const [name, backend] of Object.entries(BACKENDS)) {
  if (!backend.isThere) console.log(`${name} (not found here)`);
  for (const processes of backend.isThere ? PROCESSES : []) {
    const racers = await startRacers(worker, name, processes, seed);
    const started = performance.now();
    const results = await raceAll(racers).finally(racers.end);
    const ms = Math.round((performance.now() - started) / results.length);
    const wrong = results.filter((result) => !isExact(result)).length;
    const counts = [sum(results, (r) => r.over), sum(results, (r) => r.under), sum(results, (r) => r.failed.length)];
    print([name, processes, ...LIMIT_NAMES.map((limit) => passedOf(results, limit)), ...counts, wrong, ms]);
    for (const failure of new Set(results.flatMap(({ failed }) => failed))) console.log(`  failed: ${failure}`);
    races += results.length;
    inexact += wrong;
  }
}
worker.remove();
console.log(inexact === 0 ? `\neach of ${races} races was exact` : `\n${inexact} of ${races} races were not exact`);
process.exitCode = inexact === 0 ? 0 : 1;
