import type { Window } from "callgate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CounterOwner, counterGroup, counterKey } from "../../src/counters/key.js";
import { every } from "./limited-gate.js";

const FIELDS = ["server", "scope", "owner", "counter"] as const;
const same = (one: CounterOwner, other: CounterOwner) =>
  FIELDS.every((field) => one[field] === other[field]) && JSON.stringify(one.window) === JSON.stringify(other.window);

const base: CounterOwner = { server: "s", scope: "grant", owner: "o", counter: "c", window: every(60_000) };

/** Names of what keys are made of, so that tuples that could be confused are common. */
const name = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.string({ unit: fc.constantFrom("0", "1", "2", ":", "a", "grant", "sha256:"), maxLength: 4 }),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 4 }) },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom("a", ":", "1"), minLength: 250, maxLength: 260 }) },
);
const owner: fc.Arbitrary<CounterOwner> = fc.record({
  server: name,
  scope: fc.constantFrom("grant", "session", "global"),
  owner: name,
  counter: name,
  window: fc.constantFrom<Window>(
    ...[1, 2, 10, 11, 1_000, 60_000].map(every),
    { kind: "fixed", ms: 60_000, offsetMs: 1_000 },
    { kind: "sliding", ms: 60_000 },
    { kind: "month" },
    { kind: "session", idleMs: 60_000 },
    { kind: "in_flight", leaseMs: 60_000 },
  ),
});

/** The tuple with a few characters moved from the end of one name to the start of the next. */
function shifted(
  { server, owner: whose, counter, ...rest }: CounterOwner,
  first: number,
  second: number,
): CounterOwner {
  const [cut, middle] = [server.slice(0, server.length - first), server.slice(server.length - first) + whose];
  return { ...rest, server: cut, owner: middle.slice(second), counter: middle.slice(0, second) + counter };
}

describe("F07: the key of a counter", () => {
  test("distinct counters have distinct keys, the same counter has the same", () => {
    fc.assert(
      fc.property(owner, owner, (one, other) => {
        expect(counterKey(one) === counterKey(other)).toBe(same(one, other));
        expect(counterKey({ ...one })).toBe(counterKey(one));
      }),
      { numRuns: 5_000 },
    );
  });

  test("characters that move from one name to the next make another counter", () => {
    fc.assert(
      fc.property(owner, fc.nat(3), fc.nat(3), (one, first, second) => {
        const other = shifted(one, first, second);
        expect(counterKey(one) === counterKey(other)).toBe(same(one, other));
      }),
      { numRuns: 5_000 },
    );
  });

  test("values of arguments are typed, and values of one counter are never those of another", () => {
    const value = fc.oneof(name, fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
    const values = fc.array(value, { maxLength: 3 });
    const alike = (one: readonly unknown[], other: readonly unknown[]) =>
      one.length === other.length && one.every((part, index) => part === other[index]);
    fc.assert(
      fc.property(owner, values, owner, values, (one, ofOne, other, ofOther) => {
        expect(counterKey(one, ofOne) === counterKey(other, ofOther)).toBe(same(one, other) && alike(ofOne, ofOther));
        expect(counterKey(one, ofOne) === counterKey(one, ofOther)).toBe(alike(ofOne, ofOther));
        expect(counterGroup(one) === counterKey(other, ofOther)).toBe(same(one, other) && ofOther.length === 0);
      }),
      { numRuns: 5_000 },
    );
  });

  test.each<[string, readonly unknown[], readonly unknown[]]>([
    ["a number and its text", [1], ["1"]],
    ["a truth value and its text", [true], ["true"]],
    ["one value and two", ["a,b"], ["a", "b"]],
    ["two values that read alike joined", ["a", "bc"], ["ab", "c"]],
    ["text that looks like JSON", ['a","b'], ["a", "b"]],
    ["empty text and no value", [""], []],
    ["a lone surrogate and its escape", ["\ud800"], ["\\ud800"]],
    ["NUL and its escape", ["\0"], ["\\u0000"]],
    ["long values that differ at their end", ["x".repeat(1_000)], [`${"x".repeat(999)}y`]],
    ["a long value and its digest", ["x".repeat(1_000)], [counterKey(base, ["x".repeat(1_000)])]],
  ])("values apart: %s", (_what, one, other) => {
    expect(counterKey(base, one)).not.toBe(counterKey(base, other));
    expect(counterKey(base, one).length).toBeLessThanOrEqual(256);
  });

  test("a value moves neither into the counter's name nor out of it", () => {
    expect(counterKey({ ...base, counter: "c" }, ["x"])).not.toBe(counterKey({ ...base, counter: 'c["x"]' }));
    expect(counterKey({ ...base, counter: 'c["x"]' }, ["y"])).not.toBe(counterKey(base, ["x", "y"]));
  });

  test("every key has at most 256 characters", () => {
    fc.assert(
      fc.property(owner, (one) => counterKey(one).length <= 256),
      { numRuns: 2_000 },
    );
    const long = "x".repeat(1_000_000);
    for (const field of ["server", "owner", "counter"] as const) {
      expect(counterKey({ ...base, [field]: long })).toMatch(/^sha256:[0-9a-f]{64}$/);
    }
  });

  test("a key of 256 characters stays as it is, a longer one is its digest", () => {
    const padding = 256 - (counterKey({ ...base, counter: "x".repeat(100) }).length - 100);
    expect(counterKey({ ...base, counter: "x".repeat(padding) })).toMatch(/x$/);
    expect(counterKey({ ...base, counter: "x".repeat(padding) })).toHaveLength(256);
    expect(counterKey({ ...base, counter: "x".repeat(padding + 1) })).toMatch(/^sha256:/);
  });

  test("names that differ after the 256th character alone are apart", () => {
    const keyOf = (end: string) => counterKey({ ...base, owner: "x".repeat(300) + end });
    expect(new Set(["a", "b", ":", "\ud800", "\ud801"].map(keyOf)).size).toBe(5);
  });

  test.each<[string, Partial<CounterOwner>, Partial<CounterOwner>]>([
    ["empty names", { owner: "", counter: "oc" }, { owner: "o", counter: "c" }],
    ["names with separators", { owner: "a:b", counter: "c" }, { owner: "a", counter: "b:c" }],
    ["names with lengths", { owner: "1:a", counter: "b" }, { owner: "1", counter: ":ab" }],
    ["a server that reads like an owner", { server: "a1:b", owner: "c" }, { server: "a", owner: "b1:c" }],
    ["scopes", { scope: "grant", owner: "x" }, { scope: "session", owner: "x" }],
    ["windows", { window: every(60_000) }, { window: every(3_600_000) }],
    ["names that differ in case", { owner: "Alice" }, { owner: "alice" }],
    ["names that differ in normal form", { owner: "\u00e9" }, { owner: "e\u0301" }],
    ["a name that looks like a digest", { counter: `sha256:${"0".repeat(64)}` }, { counter: "sha256:" }],
  ])("%s are apart", (_what, one, other) => {
    expect(counterKey({ ...base, ...one })).not.toBe(counterKey({ ...base, ...other }));
  });
});
