import { decide, fromIntercept, parsePolicy } from "callgate";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyArguments, anyDocument, TOOLS, typedArguments, typedDocument } from "./generated.js";
import { allowedByIntercept, type Document } from "./reference.js";

const RUNS = 5_000;
// Tools that have entries more often than the others; never the name `*`, which Intercept takes for the entry.
const tool = fc.constantFrom("pay", "pay", "read", ...TOOLS.filter((name) => name !== "*"));

interface Compared {
  readonly here: boolean;
  readonly there: boolean;
}

function compare(document: Document, name: string, args: Record<string, unknown>): Compared {
  const decision = decide(parsePolicy(fromIntercept(document)), { name, arguments: args });
  return { here: decision.outcome === "allow", there: allowedByIntercept(document, name, args) };
}

test(`of ${RUNS} generated calls none that is allowed here is denied by Intercept`, { timeout: 60_000 }, () => {
  const seen = { both: 0, stricter: 0 };
  fc.assert(
    fc.property(anyDocument, tool, anyArguments, (document, name, args) => {
      const { here, there } = compare(document, name, args);
      if (here) expect(there).toBe(true);
      if (here && there) seen.both++;
      if (there && !here) seen.stricter++;
    }),
    { numRuns: RUNS },
  );
  // A generator that never allowed, or never met another type, would prove nothing.
  expect(seen.both / RUNS).toBeGreaterThan(0.15);
  expect(seen.stricter / RUNS).toBeGreaterThan(0.005);
});

test(`${RUNS} generated calls with arguments of the right types are decided as in Intercept`, {
  timeout: 60_000,
}, () => {
  const seen = { allowed: 0, denied: 0 };
  fc.assert(
    fc.property(typedDocument, tool, typedArguments, (document, name, args) => {
      const { here, there } = compare(document, name, args);
      expect(here).toBe(there);
      seen[here ? "allowed" : "denied"]++;
    }),
    { numRuns: RUNS },
  );
  expect(seen.allowed / RUNS).toBeGreaterThan(0.15);
  expect(seen.denied / RUNS).toBeGreaterThan(0.15);
});
