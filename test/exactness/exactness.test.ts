import { describe, expect, test } from "vitest";
import { BACKENDS, MUTANTS } from "./backends.js";
import { LIMIT_NAMES, LIMITS } from "./limits.js";
import { type RaceResult, type Racers, startRacers } from "./race.js";

// The short form of `npm run test:exactness`: one race a limit, by as many processes as a backend has in its table.

const minutes = 60_000;

async function withRacers<T>(name: string, processes: number, use: (racers: Racers) => Promise<T>): Promise<T> {
  const racers = await startRacers(name, processes);
  try {
    return await use(racers);
  } finally {
    await racers.end();
  }
}

/** What is left of a result when it says that the race was exact. */
function verdict({ limit, passed, failed, values }: RaceResult): object {
  return { limit, passed, failed, values };
}

describe.each(Object.entries(BACKENDS))("F02: a race on %s", (name, backend) => {
  const processes = Math.max(...backend.processes);
  const where = backend.isThere ? "" : " (not found here)";

  test.skipIf(!backend.isThere)(
    `of 200 calls by ${processes} at once, exactly as many pass as fit${where}`,
    () =>
      withRacers(name, processes, async (racers) => {
        for (const limit of LIMIT_NAMES) {
          const { amount, passes } = LIMITS[limit];
          const values = [passes * amount, passes, 0, 0];
          expect(verdict(await racers.race(limit))).toEqual({ limit, passed: passes, failed: [], values });
        }
      }),
    2 * minutes,
  );
});

describe.each(Object.keys(MUTANTS))("J05: a race on %s", (name) => {
  test(
    "is lost: more pass than fit",
    () =>
      withRacers(name, 8, async (racers) => {
        const results: RaceResult[] = [];
        while (results.length < 5 && !results.some(({ over }) => over > 0)) results.push(await racers.race("fixed"));
        expect(results.some(({ over }) => over > 0)).toBe(true);
      }),
    2 * minutes,
  );
});
