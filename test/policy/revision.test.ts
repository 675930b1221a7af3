// Not `expect`: a tool named `constructor` or `__proto__` must not confuse the comparison.
import { deepStrictEqual } from "node:assert";
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { type PolicyDocument, parsePolicy } from "callgate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { policyDocument, reorderKeys } from "./documents.js";

const BASE = {
  version: "1",
  default: "deny",
  hide: ["drop_table"],
  tools: {
    pay: {
      deny_if: [{ conditions: [{ path: "args.amount", op: "gt", value: 100 }], on_deny: "too much" }],
      limits: [{ counter: "calls", window: "minute", max: 10 }],
    },
    __proto__x: {},
  },
} as const satisfies PolicyDocument;
const revisionOf = (source: unknown): string => parsePolicy(source).revision;

describe("revision", () => {
  test("it is the SHA-256 of the canonical JSON", () => {
    const canonical = '{"default":"deny","tools":{"é":{"reason":"a\\nb"}},"version":"1"}';
    const text = '{ "version": "1", "tools": { "\\u00e9": { "reason": "a\\u000ab" } }, "default": "deny" }';
    expect(revisionOf(text)).toBe(createHash("sha256").update(canonical).digest("hex"));
  });

  test("it is not enumerable, so the policy still is the document", () => {
    const policy = parsePolicy(BASE);
    expect(Object.keys(policy)).toEqual(Object.keys(BASE));
    expect(JSON.stringify(policy)).toBe(JSON.stringify(BASE));
  });

  test.each([
    ["white space", JSON.stringify(BASE, null, "\t\r\n")],
    ["the order of keys", JSON.stringify(reorderKeys(BASE))],
    ["how a number is written", JSON.stringify(BASE).replace("100", "1.00e2")],
    ["the spelling of text", JSON.stringify(BASE).replaceAll("pay", "\\u0070ay")],
    ["a byte order mark", `\uFEFF${JSON.stringify(BASE)}`],
    ["being a value instead of text", BASE],
  ])("%s makes no other revision", (_what, source) => {
    expect(revisionOf(source)).toBe(revisionOf(BASE));
  });

  test("a zero is a zero, whatever its sign", () => {
    const text = (zero: string) => JSON.stringify(BASE).replace("100", zero);
    expect(revisionOf(text("-0"))).toBe(revisionOf(text("0")));
  });

  test.each([
    ["default", { ...BASE, default: "allow" }],
    ["hide", { ...BASE, hide: [] }],
    ["a tool's name", { ...BASE, tools: { Pay: BASE.tools.pay } }],
    ["a tool", { ...BASE, tools: { ...BASE.tools, other: {} } }],
    ["an operand's type", JSON.stringify(BASE).replace("100", '"100"').replace('"gt"', '"eq"')],
    ["a limit", JSON.stringify(BASE).replace('"max":10', '"max":11')],
    ["a message", JSON.stringify(BASE).replace("too much", "too Much")],
    ["the order of a list", { ...BASE, hide: ["a", "b"] }],
  ])("another %s is another revision", (_what, source) => {
    expect(revisionOf(source)).not.toBe(revisionOf(BASE));
  });

  test("documents have one revision exactly when they are equal", () => {
    fc.assert(
      fc.property(policyDocument, policyDocument, (a, b) => {
        expect(revisionOf(a) === revisionOf(b)).toBe(isDeepStrictEqual(a, b));
        expect(revisionOf(reorderKeys(a))).toBe(revisionOf(a));
      }),
    );
  });
});

describe("round trip", () => {
  test("A26: parsing what a policy serializes to gives the identical policy", () => {
    fc.assert(
      fc.property(policyDocument, fc.constantFrom(undefined, 1, "\t"), (document, space) => {
        const policy = parsePolicy(document);
        const again = parsePolicy(JSON.stringify(policy, null, space));
        deepStrictEqual(again, policy);
        expect(again.revision).toBe(policy.revision);
        deepStrictEqual(JSON.parse(JSON.stringify(again)), JSON.parse(JSON.stringify(document)));
      }),
      { numRuns: 500 },
    );
  });

  test("A26: a parsed policy parses to an equal policy", () => {
    const policy = parsePolicy(BASE);
    deepStrictEqual(parsePolicy(policy), policy);
    expect(parsePolicy(policy).revision).toBe(policy.revision);
  });
});
