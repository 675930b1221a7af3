import { readFileSync } from "node:fs";
import { policyJsonSchema } from "callgate";
import fc from "fast-check";
import { compileSchema, draft2020 } from "json-schema-library";
import { describe, expect, test } from "vitest";
import { checkMeaning } from "../../src/policy/meaning.js";
import { checkStructure } from "../../src/policy/structure.js";
import { generatePolicySchema } from "../scripts/policy-schema-from-shapes.js";

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"));
const POLICIES = ["language", "filesystem", "venice"].map((name) => read(`docs/examples/demo/${name}.policy.json`));
const schema = compileSchema(policyJsonSchema as never, { drafts: [draft2020] });

type Path = readonly (string | number)[];

/** Every place in a value, the value itself first. */
function placesIn(value: unknown, path: Path = []): Path[] {
  if (value === null || typeof value !== "object") return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, below]) =>
      placesIn(below, [...path, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

/** A copy with one place changed by `change`, which gets the container and the key. */
function changed(
  value: unknown,
  path: Path,
  change: (container: Record<string, unknown>, key: string) => void,
): unknown {
  const copy: unknown = structuredClone({ root: value });
  let container = copy as Record<string, unknown>;
  const keys = ["root", ...path].map(String);
  for (const key of keys.slice(0, -1)) container = container[key] as Record<string, unknown>;
  change(container, keys.at(-1) as string);
  return (copy as { root?: unknown }).root;
}

const ODD = fc.constantFrom<unknown>(
  null,
  true,
  0,
  1.5,
  "",
  "1",
  "deny",
  "tool",
  "minute",
  [],
  {},
  ["x"],
  { max: 1, window: 60 },
  { conditions: [] },
);
const KEYS = fc.constantFrom(
  "conditions",
  "logic",
  "on_deny",
  "args",
  "min",
  "by",
  "mode",
  "defualt",
  "entries",
  "rate_limit",
  "description",
  "x",
);

const mutation = fc
  .tuple(fc.constantFrom(...POLICIES), fc.nat(), fc.constantFrom("replace", "remove", "add"), ODD, KEYS)
  .map(([policy, at, kind, odd, key]) => {
    const places = placesIn(policy);
    const path = places[at % places.length] as Path;
    return changed(policy, path, (container, last) => {
      const there = container[last];
      if (kind === "remove" && Array.isArray(container)) container.splice(Number(last), 1);
      else if (kind === "remove") delete container[last];
      else if (kind === "replace" || there === null || typeof there !== "object" || Array.isArray(there))
        container[last] = odd;
      else (there as Record<string, unknown>)[key] = odd;
    });
  });

/** Whether the parser finds nothing wrong with what keys there are and of what type, the two forms of a rule included. */
function fitsShapes(document: unknown): boolean {
  const forms = checkMeaning(document).filter(({ message }) =>
    /^a rule (needs|has) `conditions` or `logic`/.test(message),
  );
  return checkStructure(document).length + forms.length === 0;
}

describe("policyJsonSchema", () => {
  test("is what the shapes and the comments of the document make", () => {
    expect(policyJsonSchema).toEqual(generatePolicySchema());
  });

  test.each(POLICIES.map((policy, index) => [index, policy] as const))(
    "accepts policy %i of the demos",
    (_index, policy) => {
      expect(schema.validate(policy).errors).toEqual([]);
    },
  );

  test("accepts and rejects exactly what the parser's shapes do", { timeout: 60_000 }, ({ annotate }) => {
    let accepted = 0;
    let rejected = 0;
    fc.assert(
      fc.property(mutation, (document) => {
        fc.pre(document !== undefined);
        const fits = fitsShapes(document);
        expect(schema.validate(document).valid, JSON.stringify(document)).toBe(fits);
        if (fits) accepted++;
        else rejected++;
      }),
      { numRuns: 3_000 },
    );
    expect(Math.min(accepted, rejected)).toBeGreaterThan(300);
    return annotate(`${accepted} accepted, ${rejected} rejected by both`);
  });
});
