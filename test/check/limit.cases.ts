import type { LimitDocument, PolicyIssue, ToolRules } from "callgate";
import { type CheckCase, error, forPay, PAY, payWith, warning } from "./check-case.js";

const calls = { counter: "calls", window: "minute", max: 10 } as const;
const daily = { counter: "daily", window: "day", max: 1_000_000 } as const;

function limits(...list: LimitDocument[]): ToolRules {
  return { limits: list };
}

const AT = "/tools/pay/limits";

function never(pointer: string, first = "10 in a window of `minute`"): PolicyIssue {
  const message = `another limit on the same calls is always reached first: ${first}`;
  return warning("limit_never_binds", pointer, message);
}

function unread(counter: string, pointer: string): PolicyIssue {
  const message = `counter \`${counter}\` is held against nothing: no limit on it has a \`max\``;
  return warning("unread_counter", pointer, message);
}

function session(pointer: string): PolicyIssue {
  const message = "a remote caller can open a new session, which starts at 0";
  return warning("session_limit", pointer, message, 'add a limit with `scope: "grant"` over a window of time');
}

/** Limits that hold nothing back, or everything, and those that a caller can get around. */
export const LIMIT_CASES: readonly CheckCase[] = [
  {
    name: "a longer window with more than the shorter one lets through",
    policy: forPay(limits(calls, daily)),
    issues: [never(`${AT}/1/max`)],
    silent: { name: "exactly as much", policy: forPay(limits(calls, { ...daily, max: 14_400 })) },
  },
  {
    name: "the same window with more",
    policy: forPay(limits({ ...calls, counter: "b", max: 11 }, calls)),
    issues: [never(`${AT}/0/max`)],
    silent: {
      name: "for another owner",
      policy: forPay(limits({ ...calls, counter: "b", max: 11, scope: "global" }, calls)),
    },
  },
  {
    name: "more than all tools may",
    policy: forPay(limits({ ...calls, counter: "b", max: 100 }), { all_tools: limits(calls) }),
    issues: [never(`${AT}/0/max`)],
    silent: { name: "less", policy: forPay(limits({ ...calls, counter: "b", max: 9 }), { all_tools: limits(calls) }) },
  },
  {
    name: "the same counter with a smaller max",
    policy: forPay(limits(calls), { all_tools: limits({ ...calls, max: 9 }) }),
    issues: [never(`${AT}/0/max`, "9 in a window of `minute`")],
    silent: { name: "with a larger one", policy: forPay(limits(calls), { all_tools: limits({ ...calls, max: 90 }) }) },
  },
  {
    name: "a rate that is always reached first",
    policy: forPay({ ...limits(daily), rate_limit: { max: 2, window: 60 } }),
    issues: [never(`${AT}/0/max`, "2 in a window of `minute`")],
    silent: {
      name: "over a window that does not fit into the day",
      policy: forPay({ ...limits(daily), rate_limit: { max: 2, window: 7 } }),
    },
  },
  {
    name: "calls that add more than one",
    policy: forPay(limits({ ...calls, increment: 5 }, { ...calls, counter: "b", max: 3 })),
    issues: [never(`${AT}/1/max`)],
    silent: {
      name: "amounts that an argument says",
      policy: forPay(limits(calls, { ...calls, counter: "b", max: 11, increment_from: "args.count" })),
    },
  },
  {
    name: "a counter that only this entry counts",
    policy: forPay(limits(calls, daily), { tools: { refund: limits(calls) } }),
    tools: [PAY, { name: "refund" }],
    issues: [never(`${AT}/1/max`)],
    silent: {
      name: "one that others count too",
      policy: forPay(limits(calls, daily), { tools: { refund: limits(daily) } }),
    },
  },
  {
    name: "a counter to which nothing is added",
    policy: forPay(limits({ ...calls, increment: 0 })),
    issues: [warning("limit_never_binds", `${AT}/0/max`, "no limit adds to this counter, so it stays at 0")],
    silent: {
      name: "another tool adds: never after that one",
      policy: forPay(limits({ ...calls, increment: 0, max: 0 }), {
        tools: { refund: limits({ counter: "calls", window: "minute" }) },
      }),
      tools: [PAY, { name: "refund" }],
    },
  },
  {
    name: "a call that alone is over the max",
    policy: forPay(limits({ ...calls, max: 5, increment: 6 })),
    issues: [error("limit_always_refuses", `${AT}/0/max`, "one call alone adds 6, so every call is denied")],
    silent: { name: "exactly at it", policy: forPay(limits({ ...calls, max: 6, increment: 6 })) },
  },
  {
    name: "a max of 0",
    policy: forPay(limits({ ...calls, max: 0 })),
    issues: [error("limit_always_refuses", `${AT}/0/max`, "one call alone adds 1, so every call is denied")],
    silent: { name: "of 1", policy: forPay(limits({ ...calls, max: 1 })) },
  },
  {
    name: "a counter that no limit reads",
    policy: forPay(limits({ counter: "seen", window: "hour" })),
    issues: [unread("seen", `${AT}/0`)],
    silent: {
      name: "another entry reads it",
      policy: forPay(limits({ counter: "seen", window: "hour" }), {
        all_tools: limits({ counter: "seen", window: "hour", max: 5 }),
      }),
    },
  },
  {
    name: "a counter of resources that no limit reads",
    policy: forPay(
      {},
      { resources: { default: "deny", entries: { "file:///*": limits({ counter: "seen", window: "hour" }) } } },
    ),
    issues: [unread("seen", "/resources/entries/file:~1~1~1*/limits/0")],
    silent: {
      name: "one it reads itself",
      policy: forPay({}, { resources: { default: "deny", entries: { "file:///*": limits(calls) } } }),
    },
  },
  {
    name: "a limit for each session",
    policy: forPay(limits({ ...calls, scope: "session" })),
    issues: [session(`${AT}/0/scope`)],
    silent: {
      name: "beside one for the grant",
      policy: forPay(limits({ ...calls, scope: "session" }, { counter: "day", window: "day", max: 50 })),
    },
  },
  {
    name: "a limit for each session, on all tools",
    policy: forPay({}, { all_tools: limits({ ...calls, scope: "session" }) }),
    issues: [session("/all_tools/limits/0/scope")],
    silent: {
      name: "every tool has one for the grant",
      policy: forPay({ rate_limit: { max: 5, window: 60 } }, { all_tools: limits({ ...calls, scope: "session" }) }),
    },
  },
  {
    name: "a limit for each session, where no tool is offered",
    policy: { version: "1", default: "allow", all_tools: limits({ ...calls, scope: "session" }) },
    tools: [],
    issues: [session("/all_tools/limits/0/scope")],
    silent: { name: "for each grant", policy: { version: "1", default: "allow", all_tools: limits(calls) } },
  },
];

const charge = {
  ...PAY,
  inputSchema: {
    type: "object",
    properties: { unitPrice: { type: "number" }, count: { type: "number" }, currency: { type: "string" } },
    required: ["unitPrice", "count", "currency"],
  },
};

const AMOUNT = { path: "args.unitPrice", op: "lte", value: 100 } as const;

function withoutCurrency(pointer: string, currency = "args.currency"): PolicyIssue {
  return warning(
    "amount_without_currency",
    pointer,
    `the same number is another amount in another currency, and \`${currency}\` may be any`,
    `in \`require\`: { "path": "${currency}", "op": "eq", "value": … }`,
  );
}

/** Amounts of money. */
export const MONEY_CASES: readonly CheckCase[] = [
  {
    name: "C10: an amount that is compared without its currency",
    policy: forPay({ require: [{ conditions: [AMOUNT] }] }),
    tools: [charge],
    issues: [withoutCurrency("/tools/pay/require/0/conditions/0/path")],
    silent: {
      name: "with it",
      policy: forPay({ require: [{ conditions: [AMOUNT, { path: "args.currency", op: "eq", value: "usd" }] }] }),
    },
  },
  {
    name: "C10: an amount that is counted without its currency",
    policy: forPay(limits({ ...calls, increment_from: "args.unitPrice" })),
    tools: [charge],
    issues: [withoutCurrency("/tools/pay/limits/0/increment_from")],
    silent: {
      name: "the tool takes none",
      tools: payWith({ inputSchema: { properties: { unitPrice: { type: "number" } } } }),
    },
  },
  {
    name: "C10: a prohibition of one currency alone, and a limit on all",
    policy: forPay({
      deny_if: [
        {
          conditions: [
            { ...AMOUNT, op: "gt" },
            { path: "args.currency", op: "eq", value: "usd" },
          ],
        },
      ],
      ...limits({ ...calls, increment_from: "args.unitPrice" }),
    }),
    tools: [charge],
    issues: [withoutCurrency("/tools/pay/limits/0/increment_from")],
    silent: {
      name: "the prohibition alone, which names it",
      policy: forPay({
        deny_if: [
          {
            conditions: [
              { ...AMOUNT, op: "gt" },
              { path: "args.currency", op: "eq", value: "usd" },
            ],
          },
        ],
      }),
    },
  },
  {
    name: "C10: a number that is no amount beside it",
    policy: forPay({
      deny_if: [
        { conditions: [{ ...AMOUNT, op: "gt" }] },
        { conditions: [{ path: "args.count", op: "gt", value: 5 }] },
      ],
    }),
    tools: [charge],
    issues: [withoutCurrency("/tools/pay/deny_if/0/conditions/0/path")],
    silent: {
      name: "all other currencies are prohibited",
      policy: forPay({
        deny_if: [
          { conditions: [{ ...AMOUNT, op: "gt" }] },
          { conditions: [{ path: "args.currency", op: "not_in", value: ["usd"] }] },
        ],
      }),
    },
  },
  {
    name: "C10: other currencies are prohibited only above some amount",
    policy: forPay({
      deny_if: [
        {
          conditions: [
            { ...AMOUNT, op: "gt" },
            { path: "args.currency", op: "neq", value: "usd" },
          ],
        },
      ],
    }),
    tools: [charge],
    issues: [withoutCurrency("/tools/pay/deny_if/0/conditions/0/path")],
    silent: {
      name: "they are required to be one of a list",
      policy: forPay({
        require: [{ conditions: [{ path: "args.currency", op: "in", value: ["usd", "eur"] }] }],
        deny_if: [
          {
            conditions: [
              { ...AMOUNT, op: "gt" },
              { path: "args.currency", op: "neq", value: "usd" },
            ],
          },
        ],
      }),
    },
  },
  {
    name: "C10: an amount and its currency in each element",
    policy: forPay({ require: [{ conditions: [{ path: "args.items[*].amount", op: "lt", value: 5 }] }] }),
    tools: payWith({
      inputSchema: {
        properties: {
          items: {
            type: "array",
            items: { properties: { amount: { type: "number" }, currency_code: { type: "string" } } },
          },
        },
      },
    }),
    issues: [withoutCurrency("/tools/pay/require/0/conditions/0/path", "args.items[*].currency_code")],
    silent: {
      name: "of which there is only one",
      tools: payWith({
        inputSchema: {
          properties: {
            items: {
              type: "array",
              items: { properties: { amount: { type: "number" }, currency_code: { const: "USD" } } },
            },
          },
        },
      }),
    },
  },
  {
    name: "C10: an amount of one entry",
    policy: forPay({ require: [{ conditions: [AMOUNT] }] }),
    tools: [charge],
    issues: [withoutCurrency("/tools/pay/require/0/conditions/0/path")],
    silent: {
      name: "what holds for all tools pins it",
      policy: forPay(
        { require: [{ conditions: [AMOUNT] }] },
        { all_tools: { require: [{ conditions: [{ path: "args.currency", op: "in", value: ["usd"] }] }] } },
      ),
    },
  },
];
