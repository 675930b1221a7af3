import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { everyFailure, playWith } from "./every-call.js";
import { FAILURES, METHODS } from "./failing-store.js";

// Every call that a sequence of calls makes to its store fails once, in every way.

beforeAll(() => {
  vi.useFakeTimers();
});
afterAll(() => {
  vi.useRealTimers();
});

const advance = async (ms: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(ms);
};

test("a sequence of calls that meets no failure asks a store for everything, and comes to its limit", async () => {
  const { breaches, failing, outcomes } = await playWith(undefined, advance);
  expect(breaches).toEqual([]);
  expect(failing.calls).toEqual({ reserve: 27, release: 5, renew: 14, read: 2 });
  expect([outcomes.filter((outcome) => outcome === "allowed").length, outcomes.at(-1)]).toEqual([24, "rate_limited"]);
});

test.each(METHODS.flatMap((method) => Object.keys(FAILURES).map((how) => [method, how] as const)))(
  "Q11, K01: when %s %s, whichever time it is, nothing runs uncharged, nothing passes a limit and nothing hangs",
  async (method, how) => {
    const failures = (await everyFailure(advance)).filter(
      (failure) => failure.method === method && failure.how === how,
    );
    expect(failures.length).toBeGreaterThanOrEqual(2);
    for (const failure of failures) {
      const { breaches } = await playWith(failure, advance);
      expect([failure, breaches]).toEqual([failure, []]);
    }
  },
);
