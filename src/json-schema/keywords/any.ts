import { jsonEqual } from "../equality.js";
import type { Check, Shape, Site } from "../keyword.js";
import { INEXACT } from "../validator.js";

type TypeTest = (value: unknown) => boolean;

const TYPES: ReadonlyMap<string, TypeTest> = new Map<string, TypeTest>([
  ["null", (value) => value === null],
  ["boolean", (value) => typeof value === "boolean"],
  ["number", (value) => typeof value === "number"],
  ["integer", (value) => Number.isSafeInteger(value)],
  ["string", (value) => typeof value === "string"],
  ["array", (value) => Array.isArray(value)],
  ["object", (value) => value !== null && typeof value === "object" && !Array.isArray(value)],
]);

const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

export const typeNames: Shape = {
  expected: `one of ${[...TYPES.keys()].join(", ")}, or a list of them`,
  accepts: (value) => listed(value).length > 0 && listed(value).every((name) => TYPES.has(name as string)),
};

export function type({ value: wanted }: Site): Check {
  const types = [...new Set(listed(wanted) as readonly string[])];
  const tests = types.map((name) => TYPES.get(name) as TypeTest);
  const [first, ...more] = tests as [TypeTest, ...TypeTest[]];
  // An integer that is past the exact ones was another one in its text, so nothing is known of it.
  const doubtful = types.includes("integer") && !types.includes("number");
  return (value, run) => {
    if (first(value) || (more.length > 0 && more.some((test) => test(value)))) return true;
    return doubtful && Number.isInteger(value) ? run.doubts(INEXACT) : run.fails("type", types);
  };
}

export function constant({ value: wanted }: Site): Check {
  return (value, run) => jsonEqual(value, wanted, run.work) || run.fails("const");
}

export function enumeration({ value: wanted }: Site): Check {
  const values = wanted as readonly unknown[];
  const scalars = new Set(values.filter((one) => one === null || typeof one !== "object"));
  const structures = values.filter((one) => one !== null && typeof one === "object");
  return (value, run) => {
    if (scalars.has(value)) return true;
    if (value === null || typeof value !== "object") return run.fails("enum");
    return structures.some((one) => jsonEqual(value, one, run.work)) || run.fails("enum");
  };
}
