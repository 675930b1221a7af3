import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  type CounterStore,
  createMemoryStore,
  type MemoryStoreOptions,
  OptionsError,
  type Reservation,
  type Reserved,
  type StoreCharge,
  StoreError,
} from "callgate";
import { afterEach, describe, expect, test, vi } from "vitest";
import { every, HOUR, limitedGate, MINUTE, PER_MINUTE, payPolicy, START } from "./limited-gate.js";

const NEXT_MINUTE = START + 20_000;
const DAY = 24 * HOUR;

/** A memory store and short words for it; every answer is there at once. */
function memory(options?: MemoryStoreOptions) {
  const store = createMemoryStore(options);
  let time = START;
  const charge = (key: string, details: Partial<StoreCharge> = {}): StoreCharge => ({
    key,
    group: key,
    grant: "grant",
    window: every(MINUTE),
    amount: 1,
    ...details,
  });
  const reserve = (...charges: StoreCharge[]) => store.reserve(charges, { now: time }) as Reserved;
  return {
    store,
    charge,
    reserve,
    setTime: (ms: number) => {
      time = ms;
    },
    /** `ok`, `refused`, or the code of the error. */
    outcome: (...charges: StoreCharge[]): string => {
      try {
        return reserve(...charges).ok ? "ok" : "refused";
      } catch (error) {
        return (error as StoreError).code;
      }
    },
    value: (key: string, windowMs = MINUTE): number | undefined => readingsOf(store, key, windowMs, time)[0]?.value,
  };
}

function readingsOf(store: CounterStore, key: string, windowMs: number, now: number) {
  return store.read([{ key, window: every(windowMs) }], { now }) as readonly {
    readonly value: number;
    readonly resetsAt: number;
  }[];
}

function heapUsed(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

const { stackTraceLimit } = Error;

afterEach(() => {
  vi.useRealTimers();
  Error.stackTraceLimit = stackTraceLimit;
});

describe("answers", () => {
  test("every operation answers with a value, not with a promise of one", () => {
    const { store, charge } = memory();
    const charges = [charge("a", { max: 1 })];
    const readings = [{ value: 1, resetsAt: NEXT_MINUTE }];
    const reserved = store.reserve(charges, { now: START }) as Extract<Reserved, { ok: true }>;
    expect(reserved).toEqual({ ok: true, reservation: { charges }, readings });
    expect(store.reserve(charges, { now: START })).toEqual({ ok: false, refused: 0, readings });
    expect(store.read(charges, { now: START })).toEqual(readings);
    expect(store.release(reserved.reservation)).toBeUndefined();
    expect(store.clock).toBe("caller");
    expect(store.close).toBeUndefined();
  });

  test("what the caller does to its charges later changes neither the counter nor the release", () => {
    const { store, charge, reserve, value } = memory();
    reserve(charge("a", { amount: 10 }));
    const mutable = { ...charge("a"), key: "a", amount: 2 };
    const charges = [mutable];
    const reserved = reserve(...charges) as Extract<Reserved, { ok: true }>;
    mutable.amount = 1_000;
    charges.length = 0;
    store.release(reserved.reservation);
    expect(value("a")).toBe(10);
  });

  test("a session's counter of which everything was given back lasts as long as before", () => {
    const { store, charge, reserve } = memory();
    const session = charge("a", { window: { kind: "session", idleMs: HOUR } });
    const { reservation } = reserve(session) as Extract<Reserved, { ok: true }>;
    store.release(reservation);
    const resetsAt = (now: number) => store.read([session], { now });
    expect(resetsAt(START + MINUTE)).toEqual([{ value: 0, resetsAt: START + HOUR }]);
    expect(resetsAt(START + HOUR)).toEqual([{ value: 0, resetsAt: START + 2 * HOUR }]);
  });

  test("K08: a copy of a reservation is not the reservation", () => {
    const { store, charge, reserve, value } = memory();
    const { reservation } = reserve(charge("a", { amount: 5 })) as Extract<Reserved, { ok: true }>;
    store.release({ ...reservation });
    store.release(structuredClone(reservation));
    store.release(undefined as unknown as Reservation);
    expect(value("a")).toBe(5);
  });

  test("K08: a reservation of another store gives nothing back", () => {
    const [one, other] = [memory(), memory()];
    one.reserve(one.charge("a", { amount: 5 }));
    const { reservation } = other.reserve(other.charge("a")) as Extract<Reserved, { ok: true }>;
    one.store.release(reservation);
    expect([one.value("a"), other.value("a")]).toEqual([5, 1]);
  });
});

describe("bounds", () => {
  test("H01: of a million keys only `maxKeys` are kept, the others are refused with `store_full`, none is evicted", {
    timeout: 120_000,
  }, () => {
    const { charge, reserve, outcome, value, setTime } = memory({ maxKeys: 10, maxKeysPerGrant: 10 });
    for (let index = 0; index < 10; index++) reserve(charge(`kept ${index}`));
    const before = heapUsed();
    let full = 0;
    // Most of the time would go into a million stack traces.
    Error.stackTraceLimit = 0;
    for (let index = 10; index < 1_000_000; index++) if (outcome(charge(`key ${index}`)) === "store_full") full++;
    expect(full).toBe(999_990);
    expect(heapUsed() - before).toBeLessThan(8 * 1024 * 1024);
    expect(Array.from({ length: 10 }, (_, index) => value(`kept ${index}`))).toEqual(Array(10).fill(1));
    setTime(NEXT_MINUTE);
    const later = Array.from({ length: 11 }, (_, index) => outcome(charge(`later ${index}`)));
    expect(later).toEqual([...Array(10).fill("ok"), "store_full"]);
  });

  test("H01: a store as it comes keeps 100,000 counters, 10,000 of one grant", () => {
    const { charge, outcome } = memory();
    const fill = (grant: string) => {
      for (let index = 0; index < 10_000; index++) {
        if (outcome(charge(`${grant} ${index}`, { grant })) !== "ok") return `full at ${index}`;
      }
      return "all fit";
    };
    expect(fill("first")).toBe("all fit");
    expect(outcome(charge("first, one more", { grant: "first" }))).toBe("store_full");
    for (let grant = 1; grant < 10; grant++) expect(fill(`grant ${grant}`)).toBe("all fit");
    expect(outcome(charge("one more", { grant: "another" }))).toBe("store_full");
  });

  test("H01: reading keys that nobody charged keeps none of them", () => {
    const { charge, outcome, value } = memory({ maxKeys: 1, maxKeysPerGrant: 1 });
    for (let index = 0; index < 100_000; index++) value(`key ${index}`);
    expect(outcome(charge("a"))).toBe("ok");
  });

  test("H01: a refused reservation keeps none of its keys", () => {
    const { charge, outcome } = memory({ maxKeys: 3, maxKeysPerGrant: 3 });
    expect(outcome(charge("a"), charge("b"), charge("c", { max: 0 }))).toBe("refused");
    expect(outcome(charge("a"), charge("b"), charge("c"), charge("d"))).toBe("store_full");
    expect(outcome(charge("x"), charge("y"), charge("z"))).toBe("ok");
  });

  test("H02: who fills the store does not lose the counter that is in the way", () => {
    const { charge, reserve, outcome, value } = memory({ maxKeys: 100, maxKeysPerGrant: 100 });
    const own = charge("mallory's calls", { grant: "mallory", max: 3 });
    for (let time = 0; time < 3; time++) reserve(own);
    for (let session = 0; session < 10_000; session++) outcome(charge(`session ${session}`, { grant: "mallory" }));
    expect(outcome(own)).toBe("refused");
    expect(value(own.key)).toBe(3);
  });

  test("Q15: `maxKeysPerGrant` is a tenth of `maxKeys`, rounded up", () => {
    const keptOf = (options: MemoryStoreOptions) => {
      const { charge, outcome } = memory(options);
      let kept = 0;
      while (outcome(charge(`key ${kept}`)) === "ok") kept++;
      return kept;
    };
    expect([1, 9, 10, 11, 1_000].map((maxKeys) => keptOf({ maxKeys }))).toEqual([1, 1, 1, 2, 100]);
    expect(keptOf({ maxKeys: 10, maxKeysPerGrant: 4 })).toBe(4);
    expect(keptOf({ maxKeys: 4, maxKeysPerGrant: 10 })).toBe(4);
  });

  test("a reservation of several grants is held to the share of each", () => {
    const { charge, outcome } = memory({ maxKeys: 10, maxKeysPerGrant: 1 });
    const of = (grant: string, key: string) => charge(key, { grant });
    expect(outcome(of("one", "a"), of("other", "b"), of("other", "c"))).toBe("store_full");
    expect(outcome(of("one", "a"), of("other", "b"))).toBe("ok");
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "10" as unknown as number])(
    "bounds of %s are refused",
    (bound) => {
      for (const name of ["maxKeys", "maxKeysPerGrant"]) {
        const error = new OptionsError(`\`${name}\` must be a whole number of 1 or more`);
        expect(() => createMemoryStore({ [name]: bound })).toThrow(error);
      }
    },
  );
});

describe("sweeping", () => {
  const EXPIRED_AT = 2_500;

  /** 5,000 counters of a day, but one of a minute at 2,500, and that minute is over. */
  function fullOfLiveKeys() {
    const bench = memory({ maxKeys: 5_000, maxKeysPerGrant: 5_000 });
    for (let index = 0; index < 5_000; index++) {
      bench.reserve(bench.charge(`key ${index}`, { window: every(index === EXPIRED_AT ? MINUTE : DAY) }));
    }
    bench.setTime(NEXT_MINUTE);
    return bench;
  }

  test("a full store looks at a thousand counters a call, and at others each time, until it finds what is over", () => {
    const { charge, outcome } = fullOfLiveKeys();
    const tries = Array.from({ length: 4 }, (_, index) => outcome(charge(`new ${index}`, { window: every(DAY) })));
    expect(tries).toEqual(["store_full", "store_full", "ok", "store_full"]);
  });

  test("no live counter is swept, however often", () => {
    const { charge, outcome, value } = fullOfLiveKeys();
    for (let index = 0; index < 20; index++) outcome(charge(`new ${index}`, { window: every(DAY) }));
    const live = Array.from({ length: 5_000 }, (_, index) => value(`key ${index}`, DAY));
    expect(live).toEqual(live.map((_, index) => (index === EXPIRED_AT ? 0 : 1)));
  });

  test("a counter is swept at the millisecond its window ends, not before", () => {
    const { charge, reserve, outcome, setTime } = memory({ maxKeys: 1, maxKeysPerGrant: 1 });
    reserve(charge("a"));
    setTime(NEXT_MINUTE - 1);
    expect(outcome(charge("b"))).toBe("store_full");
    setTime(NEXT_MINUTE);
    expect(outcome(charge("b"))).toBe("ok");
  });

  test("a counter that was swept and is charged again starts at 0, and gets nothing back from before", () => {
    const { store, charge, reserve, outcome, value, setTime } = memory({ maxKeys: 1, maxKeysPerGrant: 1 });
    const { reservation } = reserve(charge("a", { amount: 5 })) as Extract<Reserved, { ok: true }>;
    setTime(NEXT_MINUTE);
    expect(outcome(charge("b"))).toBe("ok");
    setTime(NEXT_MINUTE + MINUTE);
    expect(outcome(charge("a", { amount: 2 }))).toBe("ok");
    store.release(reservation);
    expect(value("a")).toBe(2);
  });
});

describe("keys", () => {
  test("H04: the empty key, `__proto__` and their like are counters like others, of grants like others", () => {
    const names = ["", "__proto__", "constructor", "hasOwnProperty", "toString"];
    const { charge, outcome, value } = memory({ maxKeys: 10, maxKeysPerGrant: 1 });
    for (const name of names) expect(outcome(charge(name, { grant: name, max: 1 }))).toBe("ok");
    for (const name of names) expect(outcome(charge(name, { grant: name, max: 1 }))).toBe("refused");
    for (const name of names) expect(outcome(charge(`${name}, another`, { grant: name }))).toBe("store_full");
    expect(names.map((name) => value(name))).toEqual([1, 1, 1, 1, 1]);
  });
});

describe("life", () => {
  test("H05: counters end with their store, and every store has its own: a restart admits `max` again", () => {
    const [one, restarted] = [memory(), memory()];
    expect(one.outcome(one.charge("a", { max: 1 }))).toBe("ok");
    expect(one.outcome(one.charge("a", { max: 1 }))).toBe("refused");
    expect(restarted.value("a")).toBe(0);
    expect(restarted.outcome(restarted.charge("a", { max: 1 }))).toBe("ok");
  });

  test("G08: windows end by the time given, with no timer at all", () => {
    vi.useFakeTimers({ now: START });
    const { charge, outcome, setTime, value } = memory({ maxKeys: 1, maxKeysPerGrant: 1 });
    expect(outcome(charge("a", { max: 1 }))).toBe("ok");
    expect(vi.getTimerCount()).toBe(0);
    vi.setSystemTime(START + DAY);
    expect(outcome(charge("a", { max: 1 }))).toBe("refused");
    setTime(NEXT_MINUTE);
    expect(value("a")).toBe(0);
    expect(outcome(charge("a", { max: 1 }))).toBe("ok");
  });
});

describe("time, through a gate", () => {
  test("G01: a clock that jumps back an hour admits no more than it would have", async () => {
    const { clock, payTimes } = limitedGate(payPolicy(PER_MINUTE));
    expect(await payTimes(11)).toEqual({ allowed: 10, rate_limited: 1 });
    clock.set(START - HOUR);
    expect(await payTimes(5)).toEqual({ rate_limited: 5 });
    clock.set(START);
    expect(await payTimes(5)).toEqual({ rate_limited: 5 });
    clock.set(NEXT_MINUTE);
    expect(await payTimes(11)).toEqual({ allowed: 10, rate_limited: 1 });
  });

  test("G02: a clock that jumps forward an hour opens one window, and none when it comes back", async () => {
    const { clock, payTimes } = limitedGate(payPolicy(PER_MINUTE));
    await payTimes(10);
    clock.advance(HOUR);
    expect(await payTimes(11)).toEqual({ allowed: 10, rate_limited: 1 });
    clock.set(START);
    expect(await payTimes(5)).toEqual({ rate_limited: 5 });
    clock.set(NEXT_MINUTE);
    expect(await payTimes(5)).toEqual({ rate_limited: 5 });
  });

  test("G04: at the edge of a fixed window twice `max` passes within two milliseconds, and no more", async () => {
    const { clock, payTimes } = limitedGate(payPolicy(PER_MINUTE));
    clock.set(NEXT_MINUTE - 1);
    expect(await payTimes(15)).toEqual({ allowed: 10, rate_limited: 5 });
    clock.set(NEXT_MINUTE);
    expect(await payTimes(15)).toEqual({ allowed: 10, rate_limited: 5 });
    clock.set(NEXT_MINUTE + MINUTE - 1);
    expect(await payTimes(5)).toEqual({ rate_limited: 5 });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, undefined as unknown as number])(
    "a clock that says %s denies with `unavailable`, and spoils nothing",
    async (time) => {
      const { clock, pay, payTimes, executed } = limitedGate(payPolicy(PER_MINUTE));
      clock.set(time);
      expect(await pay()).toBe("unavailable");
      expect(executed()).toBe(0);
      clock.set(START);
      expect(await payTimes(11)).toEqual({ allowed: 10, rate_limited: 1 });
    },
  );

  test("O10: a clock that throws denies with `unavailable`", async () => {
    const clock = {
      now: () => {
        throw new Error("no time");
      },
    };
    const { pay, executed } = limitedGate(payPolicy(PER_MINUTE), { clock });
    expect(await pay()).toBe("unavailable");
    expect(executed()).toBe(0);
  });
});

test("StoreError is what a full store throws", () => {
  const { charge, reserve } = memory({ maxKeys: 1 });
  reserve(charge("a"));
  expect(() => reserve(charge("b"))).toThrow(new StoreError("store_full", "the memory store is full"));
});
