import { describe, expect, test } from "vitest";
import { HOLES, NAMED, VALUES, type Wanted } from "./coercion.cases.js";
import { dataOf, judge, says } from "./judged.js";
import { oracle } from "./oracle.js";

describe("an operand of the wrong type is an error: denies in require, fires in deny_if", () => {
  const holes = (Object.entries(HOLES) as [Wanted, (typeof HOLES)[Wanted]][]).flatMap(([wanted, logics]) =>
    logics.map((logic) => ({ wanted, logic, shown: JSON.stringify(logic) })),
  );

  test.each(holes)("$shown wants a $wanted", ({ wanted, logic }) => {
    const judged = judge(logic);
    const wrong = VALUES.filter(([, , types]) => !types.includes(wanted));
    expect(wrong.map(([shown, x]) => [shown, judged({ x, y: 1 })])).toEqual(wrong.map(([shown]) => [shown, "error"]));
    expect(judged({ y: 1 })).toBe("error");
  });

  test.each(holes.filter(({ wanted }) => wanted !== "path"))("$shown takes a $wanted", ({ wanted, logic }) => {
    const judged = judge(logic);
    const right = VALUES.filter(([, , types]) => types.includes(wanted));
    const said = right.map(([, x]) => judged({ x, y: 1 }));
    // An operator may ask for more: elements of a type, or a number that is not 0.
    expect(said.some((verdict) => verdict !== "error")).toBe(true);
  });
});

describe("json-logic-js coerces, walks a prototype, or takes what is no list for an empty one", () => {
  test.each(NAMED)("%s is an error here", (_what, logic, args, theirs) => {
    expect(oracle(logic, dataOf(args))).toEqual(theirs);
    expect(says(logic, args)).toBe("error");
  });
});

describe("an error where nothing is judged does not count", () => {
  const wrong = { "+": ["3", 1] };

  test.each([
    ["and after a false", { and: [false, wrong] }, "false"],
    ["and before a false", { and: [wrong, false] }, "error"],
    ["or after a true", { or: [true, wrong] }, "true"],
    ["or before a true", { or: [wrong, true] }, "error"],
    ["the branch that is not taken", { if: [true, true, wrong] }, "true"],
    ["a later condition", { if: [true, true, wrong, false] }, "true"],
    ["an earlier condition", { if: [wrong, true, true] }, "error"],
    ["a default that is not taken", { "===": [{ var: ["args.n", wrong] }, 1] }, "true"],
    ["a default that is taken", { "===": [{ var: ["args.absent", wrong] }, 1] }, "error"],
    ["some after a true", { some: [[1, "x"], { ">": [{ var: "" }, 0] }] }, "true"],
    ["some before a true", { some: [["x", 1], { ">": [{ var: "" }, 0] }] }, "error"],
    ["all after a false", { all: [[1, "x"], { ">": [{ var: "" }, 5] }] }, "false"],
    ["none after a true", { none: [[1, "x"], { ">": [{ var: "" }, 0] }] }, "false"],
    ["what stands in a list of nothing", { none: [[], wrong] }, "true"],
    ["an operand that decides nothing", { "===": [wrong, 1] }, "error"],
    ["the third operand of a false <", { "<": [2, 1, "x"] }, "error"],
  ] as const)("%s", (_what, logic, said) => {
    expect(says(logic as never, { n: 1 })).toBe(said);
  });
});
