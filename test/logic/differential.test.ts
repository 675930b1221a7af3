import type { JsonValue } from "callgate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LOGIC_OPERATORS } from "../../src/policy/logic-operators.js";
import { dataOf, resultOf, says } from "./judged.js";
import { oracle } from "./oracle.js";
import { args, logicOf, TYPES } from "./typed.js";
import { anyArgs, anyLogic } from "./untyped.js";

const RUNS = 3_000;

/** JSON has one zero. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  return value === 0 ? 0 : value;
}

/** All that json-logic-js needs in order to coerce an object. */
const COERCIBLE = Object.assign(Object.create(null), { toString: () => "[object Object]" });

/** The same with objects that inherit no more than that: json-logic-js reads what they inherit, where a key of their own is absent. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (value === null || typeof value !== "object") return value;
  return Object.assign(
    Object.create(COERCIBLE),
    Object.fromEntries(Object.entries(value).map(([key, member]) => [key, bare(member)])),
  );
}

/** The operators of a formula. */
function operatorsOf(logic: JsonValue): readonly string[] {
  if (logic === null || typeof logic !== "object") return [];
  if (Array.isArray(logic)) return logic.flatMap(operatorsOf);
  return Object.entries(logic).flatMap(([op, operands]) => [op, ...operatorsOf(operands)]);
}

describe("where nothing is coerced, the result is that of json-logic-js", () => {
  const used = new Map<string, number>();
  let judged = 0;

  test.each(TYPES)(`${RUNS} formulas that give %s`, { timeout: 60_000 }, (type) => {
    fc.assert(
      fc.property(logicOf(type), args, (logic, given) => {
        for (const operator of operatorsOf(logic)) used.set(operator, (used.get(operator) ?? 0) + 1);
        const result = resultOf(logic, given);
        if (result === "error") return;
        judged++;
        expect(plain(result.value)).toEqual(plain(oracle(logic, dataOf(given))));
      }),
      { numRuns: RUNS },
    );
  });

  test(`${RUNS} rules are decided so`, { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(logicOf("bool"), args, (logic, given) => {
        const said = says(logic, given);
        if (said === "error") return;
        expect(said).toBe(String(oracle(logic, dataOf(given))));
      }),
      { numRuns: RUNS },
    );
  });

  test("nearly all of them could be judged, and every operator is among them", () => {
    expect(judged / (RUNS * TYPES.length)).toBeGreaterThan(0.97);
    for (const operator of Object.keys(LOGIC_OPERATORS)) expect(used.get(operator), operator).toBeGreaterThan(100);
  });
});

test(`${5 * RUNS} formulas of any operands: an error, or the result of json-logic-js`, { timeout: 60_000 }, () => {
  let judged = 0;
  fc.assert(
    fc.property(anyLogic, anyArgs, (logic, given) => {
      const result = resultOf(logic, given);
      if (result === "error") return;
      judged++;
      expect(bare(plain(result.value))).toEqual(bare(plain(oracle(logic, bare(dataOf(given))))));
    }),
    { numRuns: 5 * RUNS },
  );
  // Formulas that were all errors would prove nothing.
  expect(judged / (5 * RUNS)).toBeGreaterThan(0.1);
});
