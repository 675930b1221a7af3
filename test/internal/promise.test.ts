import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { withDeadline } from "../../src/internal/deadline.js";
import { deepFreeze } from "../../src/internal/deep-freeze.js";
import { attempt, chain, isPromiseLike } from "../../src/internal/maybe.js";
import { own } from "../../src/internal/own.js";
import { randomId } from "../../src/internal/random-id.js";

const boom = new Error("boom");
const throws = (): never => {
  throw boom;
};

/** The linter takes an object with such a key for a mistake. */
const THEN = "then";

describe("values that may be promised", () => {
  test.each([
    [null, false],
    [undefined, false],
    [5, false],
    ["then", false],
    [{}, false],
    [{ [THEN]: 1 }, false],
    [{ [THEN]: () => {} }, true],
    [Object.assign(() => {}, { [THEN]: () => {} }), true],
    [Promise.resolve(), true],
  ])("case %#: what has a method `then` is a promise", (value, promised) => {
    expect(isPromiseLike(value)).toBe(promised);
  });

  test("a value is passed on at once, a promise later", async () => {
    expect(chain(1, (value) => value + 1)).toBe(2);
    await expect(chain(Promise.resolve(1), (value) => value + 1)).resolves.toBe(2);
    await expect(chain(Promise.reject(boom), () => 1)).rejects.toBe(boom);
    expect(() => chain(1, throws)).toThrow(boom);
  });

  test("a throw and a rejection both are recovered from", async () => {
    const recover = (error: unknown) => [error];
    expect(attempt<unknown>(() => 1, recover)).toBe(1);
    expect(attempt<unknown>(throws, recover)).toEqual([boom]);
    await expect(attempt<unknown>(() => Promise.reject(boom), recover)).resolves.toEqual([boom]);
    await expect(attempt<unknown>(() => Promise.resolve(1), recover)).resolves.toBe(1);
  });
});

describe("withDeadline", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const late = new Error("late");
  const timedOut = () => late;

  test("work that is done in time settles as it did, and leaves no timer", async () => {
    await expect(withDeadline(Promise.resolve(1), 10, timedOut)).resolves.toBe(1);
    await expect(withDeadline(Promise.reject(boom), 10, timedOut)).rejects.toBe(boom);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("work that is late rejects at the deadline, not before, and what it answers later is ignored", async () => {
    let answer: (value: number) => void = () => {};
    const settled = vi.fn();
    const result = withDeadline(new Promise<number>((resolve) => (answer = resolve)), 10, timedOut);
    result.then(settled, settled);
    await vi.advanceTimersByTimeAsync(9);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await expect(result).rejects.toBe(late);
    answer(1);
    await vi.advanceTimersByTimeAsync(100);
    expect(settled.mock.calls).toEqual([[late]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a rejection that comes too late is not left unhandled", async () => {
    let fail: (error: Error) => void = () => {};
    const result = withDeadline(new Promise<number>((_, reject) => (fail = reject)), 10, timedOut);
    const seen = expect(result).rejects.toBe(late);
    await vi.advanceTimersByTimeAsync(10);
    await seen;
    fail(boom);
    await vi.advanceTimersByTimeAsync(0);
  });

  test("an abort ends the wait with its reason, before or during it, and leaves no timer", async () => {
    const never = new Promise<number>(() => {});
    await expect(withDeadline(never, 10, timedOut, AbortSignal.abort(boom))).rejects.toBe(boom);
    const abort = new AbortController();
    const result = withDeadline(never, 10, timedOut, abort.signal);
    const seen = expect(result).rejects.toBe(boom);
    abort.abort(boom);
    await seen;
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("objects", () => {
  test("deepFreeze freezes everything below, and returns the same object", () => {
    const value = { a: [{ b: {} }], c: null };
    expect(deepFreeze(value)).toBe(value);
    const parts = [value, value.a, value.a[0], value.a[0]?.b];
    expect(parts.map((part) => Object.isFrozen(part))).toEqual([true, true, true, true]);
  });

  test("own reads an own property only", () => {
    expect(own({ a: 1 }, "a")).toBe(1);
    expect(own(Object.create({ a: 1 }) as { a: number }, "a")).toBeUndefined();
    expect(own({} as { toString: unknown }, "toString")).toBeUndefined();
  });
});

test("L14: an id has 128 bits and is never given twice", () => {
  const ids = new Set(Array.from({ length: 10_000 }, () => randomId()));
  expect(ids.size).toBe(10_000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
});
