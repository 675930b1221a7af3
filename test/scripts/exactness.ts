import { BACKENDS } from "../exactness/backends.ts";
import { LIMIT_NAMES, type LimitName } from "../exactness/limits.ts";
import { type RaceResult, type Racers, startRacers } from "../exactness/race.ts";

// Races processes against limits on every backend that is there: `npm run test:exactness -- [rounds]`.

const rounds = Number(process.argv[2] ?? 5);
const COLUMNS = [
  "backend",
  "processes",
  "limit",
  "races",
  "calls",
  "passed",
  "over",
  "under",
  "failed",
  "inexact",
  "ms",
];

interface Row {
  readonly cells: readonly (string | number)[];
  readonly inexact: number;
}

function isExact({ over, under, failed, values, expectedValues }: RaceResult): boolean {
  return over + under + failed.length === 0 && String(values) === String(expectedValues);
}

async function raceRepeatedly(racers: Racers, limit: LimitName): Promise<Row> {
  const started = performance.now();
  const results: RaceResult[] = [];
  while (results.length < rounds) results.push(await racers.race(limit));
  const sum = (of: (result: RaceResult) => number): number => results.reduce((total, result) => total + of(result), 0);
  const columns = [sum((r) => r.calls), sum((r) => r.passed), sum((r) => r.over), sum((r) => r.under)];
  const inexact = results.filter((result) => !isExact(result)).length;
  const ms = Math.round((performance.now() - started) / rounds);
  for (const failure of new Set(results.flatMap(({ failed }) => failed))) console.log(`${limit}: ${failure}`);
  return { cells: [limit, rounds, ...columns, sum((r) => r.failed.length), inexact, ms], inexact };
}

function print(cells: readonly (string | number)[]): void {
  console.log(cells.map((cell, column) => String(cell).padEnd(column === 0 ? 22 : 10)).join(""));
}

let inexact = 0;
print(COLUMNS);
for (const [name, backend] of Object.entries(BACKENDS)) {
  if (!backend.isThere) console.log(`${name} (not found here)`);
  for (const processes of backend.isThere ? backend.processes : []) {
    const racers = await startRacers(name, processes);
    for (const limit of LIMIT_NAMES) {
      const row = await raceRepeatedly(racers, limit);
      print([name, processes, ...row.cells]);
      inexact += row.inexact;
    }
    await racers.end();
  }
}
console.log(inexact === 0 ? "every race was exact" : `${inexact} races were not exact`);
process.exitCode = inexact === 0 ? 0 : 1;
