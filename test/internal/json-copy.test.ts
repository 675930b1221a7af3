import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CopyOptions, copyJson, NotJsonError } from "../../src/internal/json-copy.js";

const OPTIONS: CopyOptions = { depth: 3, values: 10, undefinedKeys: "drop", prototype: Object.prototype };
const copy = (value: unknown, options: Partial<CopyOptions> = {}) => copyJson(value, { ...OPTIONS, ...options });

function faultOf(value: unknown, options: Partial<CopyOptions> = {}): unknown {
  try {
    copy(value, options);
  } catch (error) {
    if (error instanceof NotJsonError) return { fault: error.fault, path: error.path, message: error.message };
    throw error;
  }
  return undefined;
}

describe("copyJson", () => {
  test("a copy of JSON is equal, and shares nothing", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value);
        const copied = copyJson(value, { ...OPTIONS, depth: 64, values: 100_000 });
        expect(JSON.stringify(copied)).toBe(text);
        if (value !== null && typeof value === "object") expect(copied).not.toBe(value);
      }),
    );
  });

  test.each([Object.prototype, null])("objects get the wanted prototype", (prototype) => {
    const copied = copy({ a: { b: 1 } }, { prototype }) as { a: object };
    expect(Object.getPrototypeOf(copied)).toBe(prototype);
    expect(Object.getPrototypeOf(copied.a)).toBe(prototype);
  });

  test.each([Object.prototype, null])("an own key named __proto__ stays a key", (prototype) => {
    const copied = copy(JSON.parse('{"__proto__":{"a":1}}'), { prototype }) as object;
    expect(Object.getPrototypeOf(copied)).toBe(prototype);
    expect(Reflect.ownKeys(copied)).toEqual(["__proto__"]);
    expect(JSON.stringify(copied)).toBe('{"__proto__":{"a":1}}');
    expect(Object.hasOwn(Object.prototype, "a")).toBe(false);
  });

  test("a key whose value is undefined is dropped or refused, as wanted", () => {
    expect(copy({ a: undefined, b: 1 })).toEqual({ b: 1 });
    expect(Object.keys(copy({ a: undefined }) as object)).toEqual([]);
    expect(faultOf({ a: undefined }, { undefinedKeys: "refuse" })).toEqual({
      fault: "not_json",
      path: ["a"],
      message: "undefined",
    });
  });

  test("a repeated object is copied twice, not shared", () => {
    const shared = { n: 1 };
    const copied = copy([shared, shared]) as object[];
    expect(copied).toEqual([shared, shared]);
    expect(copied[0]).not.toBe(copied[1]);
  });

  test.each<[string, unknown, string, (string | number)[]]>([
    ["undefined", undefined, "undefined", []],
    ["a function", { a: () => 1 }, "a function", ["a"]],
    ["a symbol", [Symbol("a")], "a symbol", [0]],
    ["a bigint", { a: [1n] }, "a bigint", ["a", 0]],
    ["NaN", [Number.NaN], "a number that is not finite", [0]],
    ["Infinity", [Number.POSITIVE_INFINITY], "a number that is not finite", [0]],
    ["C04: a Date", { a: new Date(0) }, "an instance of a class", ["a"]],
    ["C04: a Map", new Map(), "an instance of a class", []],
    ["C04: an instance", new (class A {})(), "an instance of a class", []],
    ["a hole", { a: new Array(1) }, "undefined", ["a", 0]],
  ])("%s is refused at its place", (_what, value, message, path) => {
    expect(faultOf(value)).toEqual({ fault: "not_json", path, message });
  });

  test("what a getter or a Proxy throws is a refusal", () => {
    const throwing = new Proxy(
      {},
      {
        ownKeys() {
          throw new Error("boom");
        },
      },
    );
    const refusal = { fault: "not_json", path: ["a"], message: "a value that throws when read" };
    expect(faultOf({ a: throwing })).toEqual(refusal);
    expect(
      faultOf({
        get a(): never {
          throw new Error("boom");
        },
      }),
    ).toEqual(refusal);
  });

  test("depth is bounded: exactly at it passes, one deeper is refused", () => {
    expect(copy([[[]]])).toEqual([[[]]]);
    expect(faultOf([[[[]]]])).toEqual({ fault: "too_deep", path: [0, 0, 0], message: "values nested deeper than 3" });
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(faultOf(cycle)).toMatchObject({ fault: "too_deep" });
  });

  test("the number of values is bounded: exactly at it passes, one more is refused", () => {
    expect(copy(Array.from({ length: 10 }, () => 0))).toHaveLength(10);
    const refusal = { fault: "too_large", path: [], message: "more than 10 values" };
    expect(faultOf(Array.from({ length: 11 }, () => 0))).toEqual(refusal);
    expect(faultOf(Object.fromEntries(Array.from({ length: 11 }, (_, n) => [n, 0])))).toEqual(refusal);
    expect(
      faultOf([
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ]),
    ).toMatchObject({ fault: "too_large" });
    expect(faultOf(new Array(2 ** 32 - 1))).toEqual(refusal);
  });

  test.each([Number.NaN, -1_000_000, "many", 1.5])("a Proxy that says its length is %s buys no room", (length) => {
    const liar = new Proxy([], { get: (target, key) => (key === "length" ? length : Reflect.get(target, key)) });
    expect(faultOf([liar, Array.from({ length: 20 }, () => 0)])).toBeDefined();
  });
});
