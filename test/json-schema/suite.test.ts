import { describe, expect, test } from "vitest";
import { compileSchema } from "../../src/json-schema/compile.js";
import { REFUSED, type RefusalReason } from "./refused.js";
import { type Draft, type SuiteGroup, suiteGroups } from "./suite.js";

/** How many required tests each draft has, and how many of them are in groups that are refused. */
const FIGURES: Readonly<Record<Draft, { readonly tests: number; readonly refused: number }>> = {
  "draft2020-12": { tests: 1_299, refused: 53 },
  draft7: { tests: 927, refused: 27 },
};

const MESSAGES: Readonly<Record<RefusalReason, RegExp>> = {
  "remote reference": /leads out of this schema/,
  "reference to a meta-schema": /json-schema\.org\/draft.*leads out of this schema/,
  "custom meta-schema": /dialect of JSON Schema is not known/,
};

const DRAFTS = Object.keys(FIGURES) as readonly Draft[];
const MODES = ["refuse", "annotate"] as const;
const count = (groups: readonly SuiteGroup[]): number => groups.reduce((sum, { tests }) => sum + tests.length, 0);

describe.each(DRAFTS)("the required tests of %s", (draft) => {
  const groups = suiteGroups(draft);
  const refused = new Map(
    Object.entries(REFUSED[draft]).flatMap(([reason, names]) =>
      names.map((name) => [name, reason as RefusalReason] as const),
    ),
  );
  const run = groups.filter(({ name }) => !refused.has(name));

  test("are all here", async ({ annotate }) => {
    const passing = count(run);
    for (const [reason, names] of Object.entries(REFUSED[draft])) {
      const tests = count(groups.filter(({ name }) => names.includes(name)));
      await annotate(`${draft}: ${tests} tests refused by design: ${reason}`);
    }
    await annotate(`${draft}: ${passing} tests run`);
    expect({ tests: count(groups), refused: count(groups) - passing }).toEqual(FIGURES[draft]);
  });

  test.each(run)("$name", ({ schema, tests }) => {
    for (const unknownKeywords of MODES) {
      const compiled = compileSchema(schema, { unknownKeywords });
      if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
      const said = tests.map(({ description, data }) => [description, compiled.validator.faults(data).length === 0]);
      expect(said).toEqual(tests.map(({ description, valid }) => [description, valid]));
    }
  });

  test.each([...refused])("refused by design: %s (%s)", (name, reason) => {
    const group = groups.find((one) => one.name === name);
    for (const unknownKeywords of MODES) {
      const compiled = compileSchema(group?.schema, { unknownKeywords });
      const messages = compiled.ok ? [] : compiled.faults.map(({ message }) => message);
      expect(messages).toEqual([expect.stringMatching(MESSAGES[reason])]);
    }
  });
});
