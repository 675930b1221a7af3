import { decide, type LimitDocument, type LimitWindow, parsePolicy } from "callgate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { limitedGate, MINUTE, payPolicy, START } from "./limited-gate.js";

const SECOND = 1_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const utc = (text: string): number => Date.parse(`${text}Z`);

/** A window, a moment in it, and when it ends. */
const ENDS: readonly (readonly [window: LimitWindow, at: string, ends: string])[] = [
  ["second", "2026-01-01T12:00:40.999", "2026-01-01T12:00:41"],
  ["minute", "2026-01-01T12:00:40", "2026-01-01T12:01:00"],
  ["hour", "2026-12-31T23:59:59.999", "2027-01-01T00:00:00"],
  ["day", "2028-02-28T00:00:00", "2028-02-29T00:00:00"],
  // ISO 8601: the week begins on Monday, whatever the year does.
  ["week", "2026-12-28T00:00:00", "2027-01-04T00:00:00"],
  ["week", "2027-01-03T23:59:59.999", "2027-01-04T00:00:00"],
  ["week", "1970-01-01T00:00:00", "1970-01-05T00:00:00"],
  ["month", "2026-02-28T23:59:59.999", "2026-03-01T00:00:00"],
  ["month", "2028-02-28T23:59:59.999", "2028-03-01T00:00:00"],
  ["month", "2026-12-01T00:00:00", "2027-01-01T00:00:00"],
  ["15m", "2026-01-01T12:14:59.999", "2026-01-01T12:15:00"],
  ["60s", "2026-01-01T12:00:00", "2026-01-01T12:01:00"],
  ["36h", "2026-01-02T11:59:59.999", "2026-01-02T12:00:00"],
  ["366d", "2026-01-01T00:00:00", "2026-02-12T00:00:00"],
];

describe("a window by the calendar, or of one length since 1970, in UTC", () => {
  test.each(ENDS)("%s at %s ends at %s, to the millisecond", async (window, at, ends) => {
    const { clock, pay } = limitedGate(payPolicy({ counter: "c", window, max: 1 }));
    clock.set(utc(at));
    const seen = [await pay(), await pay()];
    clock.set(utc(ends) - 1);
    seen.push(await pay());
    clock.set(utc(ends));
    seen.push(await pay(), await pay());
    expect(seen).toEqual(["allowed", "rate_limited", "rate_limited", "allowed", "rate_limited"]);
  });

  test.each(ENDS)("%s at %s: a denial says to come back at %s", async (window, at, ends) => {
    const { clock, gate } = limitedGate(payPolicy({ counter: "c", window, max: 1 }));
    clock.set(utc(at));
    await gate.run({ name: "pay" }, {}, () => undefined);
    const result = await gate.run({ name: "pay" }, {}, () => undefined);
    const retryAfterMs = utc(ends) - utc(at);
    const info = { code: "rate_limited", retryable: true, retryAfterMs };
    expect(result).toMatchObject({ allowed: false, denial: { _meta: { "callgate/denial": info } } });
  });

  test("G04: at the edge of a fixed window twice `max` passes, and no more", async () => {
    const { clock, payTimes } = limitedGate(payPolicy({ counter: "c", window: "15m", max: 5 }));
    clock.set(utc("2026-01-01T12:14:59.999"));
    expect(await payTimes(10)).toEqual({ allowed: 5, rate_limited: 5 });
    clock.advance(1);
    expect(await payTimes(10)).toEqual({ allowed: 5, rate_limited: 5 });
  });

  test("one length in other words is one window", () => {
    const windowOf = (window: LimitWindow): unknown =>
      decide(payPolicy({ counter: "c", window }), { name: "pay" }).charges[0]?.window;
    for (const words of [
      ["minute", "60s", "1m"],
      ["hour", "60m", "3600s"],
      ["day", "24h", "1d"],
    ] as const) {
      for (const other of words) expect(windowOf(other)).toEqual(windowOf(words[0]));
    }
    expect(windowOf("7d")).not.toEqual(windowOf("week"));
  });
});

describe("rate_limit in words", () => {
  test.each([
    ["2/second", { max: 2, window: 1 }],
    ["10/minute", { max: 10, window: 60 }],
    ["5/15m", { max: 5, window: 900 }],
    ["0/day", { max: 0, window: 86_400 }],
  ])("%s says what %j says", (words, rate) => {
    const policies = [words, rate].map((rate_limit) =>
      parsePolicy({ version: "1", default: "deny", tools: { t: { rate_limit } } }),
    );
    const [said, meant] = policies.map((policy) => decide(policy, { name: "t" }).charges);
    expect(said).toEqual(meant);
    expect(said).toHaveLength(1);
  });

  test("it counts by the calendar where it says so", async () => {
    const policy = parsePolicy({ version: "1", default: "deny", tools: { pay: { rate_limit: "1/month" } } });
    const { clock, payTimes } = limitedGate(policy);
    clock.set(utc("2026-01-31T23:59:59.999"));
    expect(await payTimes(2)).toEqual({ allowed: 1, rate_limited: 1 });
    clock.advance(1);
    expect(await payTimes(2)).toEqual({ allowed: 1, rate_limited: 1 });
    clock.set(utc("2026-02-28T23:59:59.999"));
    expect(await payTimes(1)).toEqual({ rate_limited: 1 });
  });
});

const SLIDING: LimitDocument = { counter: "c", window: "minute", max: 5, algorithm: "sliding" };

describe("a sliding window", () => {
  test("G04: at the edge where a fixed window starts again it lets nothing more through", async () => {
    const { clock, payTimes } = limitedGate(payPolicy(SLIDING));
    clock.set(utc("2026-01-01T12:00:59.999"));
    expect(await payTimes(10)).toEqual({ allowed: 5, rate_limited: 5 });
    clock.advance(1);
    expect(await payTimes(10)).toEqual({ rate_limited: 10 });
    clock.advance(MINUTE - 2);
    expect(await payTimes(10)).toEqual({ rate_limited: 10 });
    clock.advance(SECOND + 1);
    expect(await payTimes(10)).toEqual({ allowed: 5, rate_limited: 5 });
  });

  test.each<[LimitWindow, number]>([
    ["second", SECOND],
    ["7s", 7 * SECOND],
    ["minute", MINUTE],
    ["15m", 15 * MINUTE],
    ["week", 7 * DAY],
    ["366d", 366 * DAY],
  ])("%s: no span of its length holds more than max, and a sixtieth later there is room", async (window, ms) => {
    const step = fc.integer({ min: 0, max: Math.floor(ms / 3) });
    const times = fc.array(fc.oneof(step, fc.constant(0), fc.constant(1)), { minLength: 20, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.nat(ms), times, async (offset, steps) => {
        const { clock, pay } = limitedGate(payPolicy({ ...SLIDING, window, max: 3 }));
        clock.set(START + offset);
        const [passed, refused]: [number[], number[]] = [[], []];
        for (const ahead of steps) {
          clock.advance(ahead);
          ((await pay()) === "allowed" ? passed : refused).push(clock.now());
        }
        const inSpan = (from: number, length: number) => passed.filter((at) => at >= from && at < from + length).length;
        for (const at of passed) expect(inSpan(at, ms)).toBeLessThanOrEqual(3);
        // What is refused would pass the max within a window and a sixtieth of it.
        for (const at of refused) expect(inSpan(at - ms - ms / 60, ms + ms / 60 + 1)).toBeGreaterThanOrEqual(3);
      }),
      { numRuns: 60 },
    );
  });

  test("amounts slide as calls do", async () => {
    const limit = { ...SLIDING, max: 10, increment_from: "args.amount" };
    const { clock, pay } = limitedGate(payPolicy(limit));
    clock.set(utc("2026-01-01T12:00:00"));
    const seen = [await pay({ amount: 6 })];
    clock.advance(30 * SECOND);
    seen.push(await pay({ amount: 4 }), await pay({ amount: 0.000001 }));
    clock.advance(31 * SECOND);
    seen.push(await pay({ amount: 6.000001 }), await pay({ amount: 6 }));
    expect(seen).toEqual(["allowed", "allowed", "rate_limited", "rate_limited", "allowed"]);
  });

  test("it is another counter than the fixed window of its length", async () => {
    const { gate, clock, pay } = limitedGate(payPolicy(SLIDING, { ...SLIDING, counter: "d", algorithm: "fixed" }));
    clock.set(utc("2026-01-01T12:00:30"));
    await pay();
    clock.set(utc("2026-01-01T12:01:00"));
    const usage = await gate.usage("default");
    expect(usage.map(({ counter, window, value }) => [counter, window, value])).toEqual([
      ["c", "sliding minute", 1],
      ["d", "minute", 0],
    ]);
  });
});

describe("a window that lasts as long as the session", () => {
  const PER_SESSION: LimitDocument = { counter: "c", window: "session", max: 2 };

  test("each session has its own, by itself, and without a session the call is denied", async () => {
    const { payTimes } = limitedGate(payPolicy(PER_SESSION));
    for (const session of ["one", "other"]) {
      expect(await payTimes(3, {}, { session })).toEqual({ allowed: 2, rate_limited: 1 });
    }
    expect(await payTimes(1)).toEqual({ unavailable: 1 });
  });

  test("it goes on as long as it is used, and ends a day after its last charge", async () => {
    const { clock, payTimes } = limitedGate(payPolicy({ ...PER_SESSION, max: 10 }));
    for (let day = 0; day < 10; day++) {
      expect(await payTimes(1, {}, { session: "s" })).toEqual({ allowed: 1 });
      clock.advance(DAY - 1);
    }
    expect(await payTimes(1, {}, { session: "s" })).toEqual({ rate_limited: 1 });
    clock.advance(1);
    expect(await payTimes(11, {}, { session: "s" })).toEqual({ allowed: 10, rate_limited: 1 });
  });
});

describe("clocks", () => {
  test.each<LimitDocument>([
    { counter: "c", window: "month", max: 1 },
    { counter: "c", window: "week", max: 1 },
    { counter: "c", window: "minute", max: 1, algorithm: "sliding" },
    { counter: "c", window: "session", max: 1 },
    { counter: "c", window: "in_flight", max: 1 },
  ])("G01, G02: a clock that jumps back, far ahead and back again admits no more than it showed: %j", async (limit) => {
    const { gate, clock, pay } = limitedGate(payPolicy(limit));
    const context = { session: "s" };
    const forever = new Promise<void>(() => undefined);
    void gate.run({ name: "pay" }, context, () => forever);
    await Promise.resolve();
    const seen: string[] = [];
    for (const jump of [-HOUR, -40 * DAY, START * -0.5, HOUR, 0]) {
      clock.set(START + Math.min(jump, 0));
      seen.push(await pay({}, context));
    }
    expect(seen).toEqual(Array(5).fill("rate_limited"));
    clock.set(START + 40 * DAY);
    expect(await pay({}, context)).toBe("allowed");
    await gate.close();
  });

  test("dates before 1970 and far from now have their windows", async () => {
    for (const at of ["1969-12-31T23:59:59.999", "0001-01-31T00:00:00", "9999-12-31T00:00:00"]) {
      for (const window of ["second", "week", "month", "36h"] as const) {
        const { clock, payTimes } = limitedGate(payPolicy({ counter: "c", window, max: 1 }));
        clock.set(utc(at));
        expect(await payTimes(2)).toEqual({ allowed: 1, rate_limited: 1 });
      }
    }
  });
});
