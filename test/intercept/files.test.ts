import { readFileSync } from "node:fs";
import { decide, fromIntercept, type PolicyDocument, PolicyError, parsePolicy } from "callgate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { YAMLParseError } from "yaml";
import { PUBLISHED, readFixture } from "./fixtures.js";
import { anyArguments } from "./generated.js";
import { allowedByIntercept, type Document } from "./reference.js";

describe("the policies that Intercept publishes", () => {
  test("there are 26, with 486 tools", () => {
    const tools = PUBLISHED.flatMap((name) => Object.keys((readFixture(name) as Document).tools ?? {}));
    expect([PUBLISHED.length, tools.length]).toEqual([26, 486]);
  });

  test.each(PUBLISHED)("%s converts to a policy with the same default and the same tools", (name) => {
    const document = readFixture(name) as Document;
    const policy = fromIntercept(document);
    expect(policy).toEqual({
      version: "1",
      description: document.description,
      default: document.default,
      tools: Object.fromEntries(Object.keys(document.tools ?? {}).map((tool) => [tool, {}])),
    });
    expect(parsePolicy(policy)).toEqual(policy);
  });

  test.each(PUBLISHED)("%s decides as in Intercept, under either default", (name) => {
    const document = readFixture(name) as Document;
    const tools = Object.keys(document.tools ?? {});
    const calls = fc.record({ tool: fc.constantFrom(...tools, "another_tool"), args: anyArguments });
    for (const byDefault of ["allow", "deny"] as const) {
      const held: Document = { ...document, default: byDefault, hide: tools.slice(0, 1) };
      const policy = parsePolicy(fromIntercept(held));
      fc.assert(
        fc.property(calls, ({ tool, args }) => {
          const { outcome } = decide(policy, { name: tool, arguments: args });
          expect(outcome === "allow").toBe(allowedByIntercept(held, tool, args));
        }),
        { numRuns: 50 },
      );
    }
  });
});

describe("the test data of Intercept", () => {
  test("valid_policy.yaml becomes this policy", () => {
    const limit = { scope: "global", refund: "rejected" } as const;
    const expected: PolicyDocument = {
      version: "1",
      description: "Stripe MCP server policies",
      default: "allow",
      all_tools: {
        limits: [
          {
            counter: "_global.calls_per_minute",
            window: "minute",
            max: 59,
            ...limit,
            on_deny: "Rate limit: maximum 60 tool calls per minute",
          },
        ],
      },
      tools: {
        create_charge: {
          require: [
            {
              conditions: [{ path: "args.amount", op: "lte", value: 50000 }],
              on_deny: "Single charge cannot exceed $500.00",
            },
            {
              conditions: [{ path: "args.currency", op: "in", value: ["usd", "eur"] }],
              on_deny: "Only USD and EUR charges are permitted",
            },
          ],
          limits: [
            {
              counter: "create_charge.daily_spend",
              window: "day",
              max: 999_999,
              increment_from: "args.amount",
              ...limit,
              on_deny: "Daily spending cap of $10,000.00 reached",
            },
          ],
        },
        create_issue: {
          limits: [
            {
              counter: "create_issue._rate_hour",
              window: "hour",
              max: 5,
              ...limit,
              on_deny: "Hourly limit of 5 new issues reached",
            },
          ],
        },
        create_refund: {
          require: [
            {
              conditions: [{ path: "args.amount", op: "lte", value: 10000 }],
              on_deny: "Refunds over $100.00 require manual processing",
            },
          ],
          limits: [
            {
              counter: "create_refund.daily_count",
              window: "day",
              max: 9,
              ...limit,
              on_deny: "Daily refund limit (10) reached",
            },
          ],
        },
        delete_customer: {
          deny_if: [{ conditions: [], on_deny: "Customer deletion is not permitted via AI agents" }],
        },
      },
    };
    const policy = fromIntercept(readFixture("testdata/valid_policy.yaml"));
    expect(policy).toEqual(expected);
    expect(parsePolicy(policy)).toEqual(expected);
  });

  test("default_deny_policy.yaml lists its tools, and not by its rules for every tool", () => {
    const limit = { scope: "global", refund: "rejected" } as const;
    const policy = fromIntercept(readFixture("testdata/default_deny_policy.yaml"));
    expect(policy).toEqual({
      version: "1",
      description: "Default-deny test fixture",
      default: "deny",
      all_tools: {
        limits: [
          {
            counter: "_global._rate_minute",
            window: "minute",
            max: 60,
            ...limit,
            on_deny: "Rate limit of 60 per minute reached. Try again later.",
          },
        ],
      },
      tools: {
        read_file: {},
        create_issue: {
          limits: [
            {
              counter: "create_issue._rate_hour",
              window: "hour",
              max: 5,
              ...limit,
              on_deny: "Hourly limit of 5 new issues reached",
            },
          ],
        },
        delete_customer: { deny_if: [{ conditions: [], on_deny: "Customer deletion is not permitted" }] },
      },
    });
    const codes = ["read_file", "create_issue", "delete_customer", "write_file"].map(
      (name) => decide(parsePolicy(policy), { name }).code,
    );
    expect(codes).toEqual(["allowed", "allowed", "denied", "not_permitted"]);
  });

  test("invalid_policy.yaml is not YAML; given as text it is refused too", () => {
    expect(() => readFixture("testdata/invalid_policy.yaml")).toThrow(YAMLParseError);
    const text = readFileSync(new URL("../fixtures/intercept/testdata/invalid_policy.yaml", import.meta.url), "utf8");
    expect(() => fromIntercept(text)).toThrow(
      "the Intercept policy has one problem:\n  (document): expected a document, found text (parse the YAML first)",
    );
  });

  test("invalid_schema.yaml is refused with everything that Intercept refuses in it", () => {
    const error = thrownBy(() => fromIntercept(readFixture("testdata/invalid_schema.yaml")));
    expect(error.issues.map(({ code, pointer, message }) => [pointer, code, message])).toEqual([
      ["/version", "invalid_value", 'expected "1", found `2`'],
      ...[
        ["0/conditions/0/op", "invalid_value", OPERATORS],
        ["1/conditions/0/path", "invalid_path", "path must start with `args.` or `state.`"],
        ["2/conditions/0/value", "invalid_operand", "operand must be a list"],
        ["3/conditions/0/value", "invalid_operand", "operand must be a number"],
        [
          "4/conditions/0/value",
          "invalid_regex",
          "not RE2 syntax: error parsing regexp: missing closing ]: `[invalid(`",
        ],
        ["5/conditions", "invalid_value", "a rule with `action: deny` must not have conditions"],
        ["6", "invalid_value", "a rule must have a condition, `rate_limit` or `action: deny`"],
      ].map(([at, ...rest]) => [`/tools/some_tool/rules/${at}`, ...rest]),
      ...[
        ["0", "the count must be a positive integer, found `five`"],
        ["1", "`rate_limit` cannot stand beside conditions or `state`: write two rules"],
        ["2", "`rate_limit` cannot stand beside conditions or `state`: write two rules"],
        ["3", "the count must be a positive integer, found `0`"],
        ["4", "the window must be minute, hour or day, found `week`"],
        ["5", "`rate_limit` cannot stand beside `action: deny`"],
      ].map(([at, message]) => [`/tools/rate_limit_tool/rules/${at}/rate_limit`, "invalid_value", message]),
    ]);
  });
});

const OPERATORS =
  'expected one of "eq", "neq", "in", "not_in", "lt", "lte", "gt", "gte", "regex", "contains", "exists", found `unknown_op`';

function thrownBy(work: () => unknown): PolicyError {
  try {
    work();
  } catch (error) {
    if (error instanceof PolicyError) return error;
  }
  throw new Error("no PolicyError was thrown");
}
