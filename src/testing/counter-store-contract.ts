import { attempt, type MaybePromise } from "../internal/maybe.js";
import { Bench } from "./counter-store/bench.js";
import { calendar } from "./counter-store/calendar.js";
import { type ContractCase, checkAbsent, unclaimed } from "./counter-store/case.js";
import { durability } from "./counter-store/durability.js";
import { exactlyAtMax } from "./counter-store/exactness.js";
import { failures } from "./counter-store/failures.js";
import { keysApart } from "./counter-store/keys.js";
import { PROMISES, type PromiseNumber } from "./counter-store/promises.js";
import { releasing, releasingParts, releasingUnknown } from "./counter-store/releasing.js";
import { allOrNone, neverOver } from "./counter-store/reserving.js";
import { resetting } from "./counter-store/resetting.js";
import { nothingEvicted, roomForOthers, sharesApart } from "./counter-store/room.js";
import { sessions } from "./counter-store/sessions.js";
import { sliding } from "./counter-store/sliding.js";
import { slots } from "./counter-store/slots.js";
import type { CounterStoreClaims, CounterStoreSubject } from "./counter-store/subject.js";
import { whoseTime } from "./counter-store/time.js";
import { clockBack, newWindow } from "./counter-store/windows.js";
import { group, type TestRunner } from "./runner.js";

/** Cases of windows that are not calendar-aligned, under the promises they are about. */
const OTHER_WINDOWS: readonly ContractCase[] = [...sliding, ...sessions];

const CASES: { readonly [promise in PromiseNumber]: readonly ContractCase[] } = {
  1: allOrNone,
  2: neverOver,
  3: exactlyAtMax,
  4: [...releasing, ...releasingParts],
  5: releasingUnknown,
  6: [...newWindow, ...calendar],
  7: clockBack,
  8: keysApart,
  9: failures,
  10: [...nothingEvicted, ...roomForOthers],
  11: durability,
  12: whoseTime,
  13: sharesApart,
  14: slots,
  15: resetting,
};

/**
 * Tests a counter store against the promises of `CounterStore`, under their numbers and in their words.
 *
 * A test of something that `claims` leave out says `(not claimed)` in its name, and fails when the thing is there.
 *
 * @param runner takes the tests: `{ describe, test }` of vitest or node:test, `{ describe, test: it }` of mocha.
 * @param setup opens a store of its own for each test.
 * @example
 * const capacity = { maxKeys: 100, maxKeysPerGrant: 50 };
 * const setup = () => ({ store: createMemoryStore(capacity), clock: createSettableClock(0) });
 * counterStoreContract({ describe, test }, setup, { capacity });
 */
export function counterStoreContract(
  runner: TestRunner,
  setup: () => MaybePromise<CounterStoreSubject>,
  claims: CounterStoreClaims = {},
): void {
  for (const [number, words] of Object.entries(PROMISES)) {
    group(runner, `promise ${number}: ${words}`, (test) => {
      for (const contractCase of casesOf(Number(number) as PromiseNumber)) {
        const missing = unclaimed(contractCase, claims);
        const suffix = missing === undefined ? "" : ` (not claimed: ${missing})`;
        test(`${contractCase.name}${suffix}`, () =>
          withSubject(setup, async (subject) => {
            if (missing !== undefined) checkAbsent(missing, subject);
            else await contractCase.run(await Bench.open(subject, claims));
          }));
      }
    });
  }
}

function casesOf(promise: PromiseNumber): readonly ContractCase[] {
  return [...CASES[promise], ...OTHER_WINDOWS.filter((contractCase) => contractCase.promise === promise)];
}

async function withSubject(
  setup: () => MaybePromise<CounterStoreSubject>,
  use: (subject: CounterStoreSubject) => Promise<void>,
): Promise<void> {
  const subject = await setup();
  try {
    await use(subject);
  } catch (error) {
    // What went wrong first is what the test is about.
    await attempt<void>(
      () => subject.dispose?.(),
      () => undefined,
    );
    throw error;
  }
  await subject.dispose?.();
}
