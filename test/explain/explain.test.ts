import { type Call, decide, explain, parsePolicy } from "callgate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const policy = parsePolicy({
  version: "1",
  default: "deny",
  hide: ["*_admin"],
  all_tools: {
    deny_if: [{ conditions: [{ path: "time.weekday", op: "gt", value: 5 }], on_deny: "Not at weekends." }],
    limits: [{ counter: "calls", window: "minute", max: 60 }],
  },
  tools: {
    "create_*": { limits: [{ counter: "created", window: "15m", max: 3, by: ["args.customer"] }] },
    create_refund: {
      action: "require_approval",
      reason: "A person has to look.",
      require: [
        {
          conditions: [
            { path: "args.items[*].price", op: "lte", value: 10 },
            { path: "args.reason", op: "exists", value: true },
          ],
          on_deny: "Say why, for small items.",
        },
      ],
      deny_if: [{ conditions: [{ path: "args.amount", op: "gt", value: 100 }], on_deny: "Too much." }],
      require_approval_if: [{ conditions: [{ path: "args.note.text", op: "contains", value: "urgent" }] }],
      limits: [{ counter: "refunded", window: "month", max: 1000, increment_from: "args.amount" }],
    },
  },
  resources: { default: "deny", entries: { "file:///notes/*": {} } },
});

const SUNDAY = Date.UTC(2026, 10, 22, 9);
const args = { amount: 5, customer: "c1", reason: "broken", items: [{ price: 3 }, { price: "4" }, {}], note: "x" };
const refund: Call = { name: "create_refund", arguments: args };

describe("explain", () => {
  test("shows every rule that applies, also behind the one that decided, with types and places and no values", () => {
    const { steps, entries } = explain(policy, refund, { now: SUNDAY });
    expect(entries).toEqual(["/tools/create_refund", "/tools/create_*", "/all_tools"]);
    expect(steps.map(({ stage, pointer, effect, decided }) => ({ stage, pointer, effect, decided }))).toEqual([
      { stage: "require", pointer: "/tools/create_refund/require/0", effect: "denies", decided: true },
      { stage: "deny_if", pointer: "/tools/create_refund/deny_if/0", effect: "passes", decided: false },
      { stage: "deny_if", pointer: "/all_tools/deny_if/0", effect: "denies", decided: false },
      { stage: "limit", pointer: "/tools/create_refund/limits/0", effect: "counts", decided: false },
      { stage: "limit", pointer: "/tools/create_*/limits/0", effect: "counts", decided: false },
      { stage: "limit", pointer: "/all_tools/limits/0", effect: "counts", decided: false },
      { stage: "action", pointer: "/tools/create_refund/action", effect: "asks", decided: false },
      {
        stage: "require_approval_if",
        pointer: "/tools/create_refund/require_approval_if/0",
        effect: "asks",
        decided: false,
      },
    ]);
    expect(steps[0]).toEqual({
      stage: "require",
      rule: "/tools/create_refund/require/args.items[*].price-lte",
      pointer: "/tools/create_refund/require/0",
      verdict: "false",
      effect: "denies",
      decided: true,
      message: "Say why, for small items.",
      conditions: [
        {
          rule: "/tools/create_refund/require/args.items[*].price-lte",
          pointer: "/tools/create_refund/require/0/conditions/0",
          path: "args.items[*].price",
          op: "lte",
          operand: 10,
          verdict: "false",
          found: [
            { pointer: "/args/items/0/price", type: "number" },
            { pointer: "/args/items/1/price", type: "string" },
            { pointer: "/args/items/2/price", type: "missing" },
          ],
        },
        {
          rule: "/tools/create_refund/require/args.reason-exists",
          pointer: "/tools/create_refund/require/0/conditions/1",
          path: "args.reason",
          op: "exists",
          operand: true,
          verdict: "true",
          found: [{ pointer: "/args/reason", type: "string" }],
        },
      ],
    });
  });

  test("a path that goes on where there is nothing to walk into is an error, and said to be unreachable", () => {
    const step = explain(policy, refund, { now: SUNDAY }).steps.at(-1);
    expect(step).toMatchObject({
      verdict: "error",
      effect: "asks",
      conditions: [{ verdict: "error", found: [{ pointer: "/args/note/text", type: "unreachable" }] }],
    });
  });

  test("values are in it only when asked for, in data and in text", () => {
    const secret = { ...args, reason: "s3cr3t", customer: "c-s3cr3t" };
    const call = { name: "create_refund", arguments: secret };
    const quiet = explain(policy, call, { now: SUNDAY });
    expect(JSON.stringify(quiet.steps.filter(({ stage }) => stage !== "limit"))).not.toContain("s3cr3t");
    expect(String(quiet)).not.toContain("s3cr3t");
    const asked = explain(policy, call, { now: SUNDAY }, { values: true });
    expect(JSON.stringify(asked.steps)).toContain('"value":"s3cr3t"');
    expect(String(asked)).toContain("s3cr3t");
  });

  test("the text of a denial, as a terminal shows it", () => {
    expect(String(explain(policy, refund, { now: SUNDAY }))).toBe(
      [
        "`tool create_refund`: deny by /tools/create_refund/require/args.items[*].price-lte",
        "  Say why, for small items.",
        "  entries: /tools/create_refund, /tools/create_*, /all_tools",
        "  DENIES  require  /tools/create_refund/require/0  <- decided",
        "            false  args.items[*].price lte 10  (/args/items/0/price: number, /args/items/1/price: string, /args/items/2/price: missing)",
        "            true   args.reason exists true  (/args/reason: string)",
        "  ok      deny_if  /tools/create_refund/deny_if/0",
        "            false  args.amount gt 100  (/args/amount: number)",
        "  DENIES  deny_if  /all_tools/deny_if/0",
        "            true   time.weekday gt 5  (/time/weekday: number)",
        "  counts  limit  /tools/create_refund/limits/0",
        "            5 to `refunded` (month, grant): at most 1000",
        "  counts  limit  /tools/create_*/limits/0",
        "            1 to `created` (15m, grant): at most 3",
        "  counts  limit  /all_tools/limits/0",
        "            1 to `calls` (minute, grant): at most 60",
        "  ASKS    action  /tools/create_refund/action",
        "  ASKS    require_approval_if  /tools/create_refund/require_approval_if/0",
        '            error  args.note.text contains "urgent"  (/args/note/text: unreachable)',
      ].join("\n"),
    );
  });

  test.each([
    ["hidden", { name: "drop_admin" }, ["hidden", "listed"], "/hide/0"],
    ["not listed", { name: "other" }, ["listed"], "/default"],
    ["a resource that is not listed", { name: "file:///x", kind: "resource" }, ["listed"], "/resources/default"],
    ["a method MCP does not know", { name: "vendor/x", kind: "method" }, ["method"], "/default"],
  ] as const)("what is %s is explained by its name alone", (_what, call, stages, decidedAt) => {
    const { steps } = explain(policy, call);
    expect(steps.map(({ stage }) => stage)).toEqual(stages);
    expect(steps.filter(({ decided }) => decided).map(({ pointer }) => pointer)).toEqual([decidedAt]);
  });

  test("a class without a section passes, with nothing to explain", () => {
    const { decision, steps } = explain(policy, { name: "greet", kind: "prompt" });
    expect({ outcome: decision.outcome, steps }).toEqual({ outcome: "allow", steps: [] });
  });

  test("a limit whose value or amount cannot be told is what denies", () => {
    const { customer: _, ...rest } = args;
    const call = { name: "create_note", arguments: rest };
    const { decision, steps } = explain(policy, call, { now: SUNDAY - 3 * 86_400_000 });
    expect(steps.find(({ decided }) => decided)).toEqual({
      stage: "limit",
      rule: "/tools/create_*/limits/created",
      pointer: "/tools/create_*/limits/0",
      effect: "denies",
      decided: true,
      message: decision.message,
      charge: undefined,
    });
  });

  test("a limit that cannot count says so too where something else decided", () => {
    const weekend = explain(policy, { name: "create_note", arguments: {} }, { now: SUNDAY });
    const limit = weekend.steps.find(({ pointer }) => pointer === "/tools/create_*/limits/0");
    expect(limit).toMatchObject({
      decided: false,
      message: "an argument that a limit of this tool is kept by is missing, or no text, number or truth value",
    });
    expect(String(weekend)).not.toContain("Not known here");
    const passing = explain(policy, { name: "create_note", arguments: args }, { now: SUNDAY - 3 * 86_400_000 });
    expect(String(passing)).toContain("Not known here: what the counters have reached.");
  });

  test("what is no call is explained by its decision alone, and nothing throws", () => {
    const odd: unknown[] = [
      null,
      7,
      {},
      { name: "create_refund", arguments: [] },
      new Proxy(
        {},
        {
          get: () => {
            throw new Error("no");
          },
        },
      ),
    ];
    for (const call of odd) {
      const { decision, steps } = explain(policy, Object(call) as Call);
      expect({ outcome: decision.outcome, steps }).toEqual({ outcome: "deny", steps: [] });
    }
  });

  test("says what decide says, and marks exactly one step that decided a refusal, whatever the arguments", () => {
    const values = fc.anything({ withNullPrototype: true, maxDepth: 3 });
    fc.assert(
      fc.property(
        fc.record(
          { amount: values, customer: values, reason: values, items: values, note: values },
          { requiredKeys: [] },
        ),
        fc.constantFrom("create_refund", "create_note", "x_admin", "other"),
        fc.constantFrom(SUNDAY, SUNDAY - 3 * 86_400_000, undefined),
        (given, name, now) => {
          const call = { name, arguments: given };
          const context = now === undefined ? {} : { now };
          const { decision, steps } = explain(policy, call, context);
          expect(decision).toEqual(decide(policy, call, context));
          expect(steps.filter(({ decided }) => decided)).toHaveLength(decision.outcome === "allow" ? 0 : 1);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
