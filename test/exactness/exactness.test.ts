import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildProgram, type Program } from "../backends/program.js";
import { BACKENDS, MUTANTS, noteOf } from "../backends/table.js";
import { LIMIT_NAMES, LIMITS } from "./limits.js";
import { type RaceResult, type Racers, startRacers, WORKER } from "./race.js";

// The short form of `npm run test:exactness`: one race a limit, alone and by four processes.

const MINUTE = 60_000;
const SEED = 1;

let worker: Program;

beforeAll(async () => {
  worker = await buildProgram(WORKER);
});
afterAll(() => worker?.remove());

async function withRacers<T>(name: string, processes: number, use: (racers: Racers) => Promise<T>): Promise<T> {
  const racers = await startRacers(worker, name, processes, SEED);
  try {
    return await use(racers);
  } finally {
    await racers.end();
  }
}

describe.each(Object.entries(BACKENDS))("F02: a race on %s", (name, backend) => {
  test.skipIf(!backend.isThere).each([1, 4])(
    `of 200 calls by processes at once, exactly as many pass as fit: %d${noteOf(backend)}`,
    (processes) =>
      withRacers(name, processes, async (racers) => {
        for (const limit of LIMIT_NAMES) {
          const passed = LIMITS[limit].passes * (backend.isShared ? 1 : processes);
          const { expectedValues: values, ...result } = await racers.race(limit);
          expect(result).toEqual({ limit, calls: 200, passed, passes: passed, over: 0, under: 0, failed: [], values });
        }
      }),
    2 * MINUTE,
  );
});

describe.each(Object.entries(MUTANTS))("J05: a race on %s", (name, mutant) => {
  test.skipIf(!mutant.isThere)(
    `is lost: more pass than fit${noteOf(mutant)}`,
    () =>
      withRacers(name, 4, async (racers) => {
        const results: RaceResult[] = [];
        while (results.length < 5 && !results.some(({ over }) => over > 0)) results.push(await racers.race("fixed"));
        expect(results.some(({ over }) => over > 0)).toBe(true);
      }),
    2 * MINUTE,
  );
});
