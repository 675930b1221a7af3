import { describe, expect, test } from "vitest";
import { readSourceTree } from "./source-file.js";
import { checkSources, rules } from "./source-rules.js";

const tree = readSourceTree(new URL("../../src/", import.meta.url));

describe("the files of src", () => {
  test("more than 20 files are read", () => {
    expect(tree.length).toBeGreaterThan(20);
  });

  test("every file keeps the import directions and the forbidden constructs out", () => {
    expect(checkSources(tree)).toEqual([]);
  });
});

describe("a planted violation is reported", () => {
  const planted = rules.flatMap((rule) => rule.planted.map((file) => ({ ...file, rule: rule.rule })));

  test.each(planted)("$rule: $source", ({ rule, file, source }) => {
    expect(checkSources([{ file, source }])).toContainEqual({ rule, file, line: 1, found: expect.any(String) });
  });
});

describe("what looks like a violation and is none passes", () => {
  test.each([
    ["a property called console", "const sink = { console: 1 }; export const value = sink.console;"],
    ["a member called eval or process", "export const run = (plan: Plan): number => plan.eval + plan.process;"],
    ["a default clause", "export function f(n: number): number { switch (n) { default: return 0; } }"],
    ["a forbidden name in text", 'export const text = "import zod from \\"zod\\"; eval(any)"; // node:fs'],
    ["a named re-export", 'export { parsePolicy } from "./policy/parse.js";'],
    ["the memory store, in enforce", 'import { createMemoryStore } from "../counters/memory.js";', "enforce/gate.ts"],
    ["the error base, in internal", 'import { CallgateError } from "../errors.js";', "internal/deadline.ts"],
  ])("%s", (_name, source, file = "index.ts") => {
    expect(checkSources([{ file, source }])).toEqual([]);
  });
});
