import { fingerprintTool } from "callgate";
import { type CheckCase, error, forPay, PAY, RULED, warning } from "./check-case.js";

const LISTING_HELP = "list by name or prefix; what is to hold for every tool belongs in `all_tools`";
const refund = { name: "refund", inputSchema: { type: "object" } };
const wipe = { name: "wipe", annotations: { destructiveHint: true } };

/** Names, patterns, and what can be reached. */
export const REACH_CASES: readonly CheckCase[] = [
  {
    name: "an entry that no tool has the name of",
    policy: forPay({}, { tools: { refnud: {} } }),
    tools: [PAY, refund],
    issues: [
      error("unmatched_name", "/tools/refnud", "`refnud` is none of the server's tools", "did you mean `refund`?"),
    ],
    silent: { name: "a tool has it", policy: forPay({}, { tools: { refund: {} } }) },
  },
  {
    name: "a pin of another definition",
    policy: forPay({ pin: fingerprintTool({ ...PAY, description: "Pays." }) }),
    issues: [
      error(
        "pin_mismatch",
        "/tools/pay/pin",
        "`pay` is not listed as it was pinned, so every call is denied",
        "look at what changed, then pin it again with `pinPolicy`",
      ),
    ],
    silent: { name: "it is the one that was pinned", policy: forPay({ pin: fingerprintTool(PAY) }) },
  },
  {
    name: "a pin of a tool that is described in two ways",
    policy: forPay({ pin: fingerprintTool(PAY) }),
    tools: [PAY, { ...PAY, description: "Pays." }],
    issues: [
      error(
        "pin_mismatch",
        "/tools/pay/pin",
        "`pay` is not listed as it was pinned, so every call is denied",
        "look at what changed, then pin it again with `pinPolicy`",
      ),
    ],
    silent: { name: "it is described in one", tools: [PAY] },
  },
  {
    name: "a hidden name that no tool has",
    policy: forPay({}, { hide: ["drop"] }),
    issues: [error("unmatched_name", "/hide/0", "`drop` is none of the server's tools")],
    silent: { name: "a tool has it", policy: forPay({}, { hide: ["refund"] }), tools: [PAY, refund] },
  },
  {
    name: "a name with a slash, as a pointer",
    policy: forPay({}, { tools: { "a/b~c": {} } }),
    issues: [error("unmatched_name", "/tools/a~1b~0c", "`a/b~c` is none of the server's tools")],
    silent: { name: "a tool has it", tools: [PAY, { name: "a/b~c" }] },
  },
  {
    name: "a name that objects have of themselves",
    policy: forPay({}, JSON.parse('{"tools":{"__proto__":{},"constructor":{}}}')),
    issues: [error("unmatched_name", "/tools/constructor", "`constructor` is none of the server's tools")],
    tools: [PAY, { name: "__proto__" }],
    silent: { name: "tools have them", tools: [PAY, { name: "__proto__" }, { name: "constructor" }] },
  },
  {
    name: "Q12: a pattern that matches no tool",
    policy: forPay({}, { tools: { "delete_*_repo": { action: "deny" } } }),
    issues: [
      warning(
        "unmatched_pattern",
        "/tools/delete_*_repo",
        "the pattern `delete_*_repo` matches none of the server's tools",
      ),
    ],
    silent: { name: "it matches one", tools: [PAY, { name: "delete_my_repo" }] },
  },
  {
    name: "Q12: a pattern that hides no tool",
    policy: forPay({}, { hide: ["*_admin"] }),
    issues: [warning("unmatched_pattern", "/hide/0", "the pattern `*_admin` matches none of the server's tools")],
    silent: { name: "it hides one", tools: [PAY, { name: "user_admin" }] },
  },
  {
    name: "A20: a star alone as an entry",
    policy: { version: "1", default: "deny", ...RULED, tools: { "*": {} } },
    issues: [
      warning(
        "lists_everything",
        "/tools/*",
        "`*` lists every tool, also those that the server adds later",
        LISTING_HELP,
      ),
    ],
    silent: {
      name: "with something before it",
      policy: { version: "1", default: "deny", ...RULED, tools: { "p*": {} } },
    },
  },
  {
    name: "A20: a pattern that every name meets",
    policy: { version: "1", default: "deny", ...RULED, tools: { "?*": {} } },
    issues: [
      warning(
        "lists_everything",
        "/tools/?*",
        "`?*` lists every tool, also those that the server adds later",
        LISTING_HELP,
      ),
    ],
    silent: { name: "under default allow", policy: { version: "1", default: "allow", tools: { "?*": {} } } },
  },
  {
    name: "A20: a star alone as an entry that does not deny",
    policy: { version: "1", default: "deny", ...RULED, tools: { "**": { action: "require_approval" } } },
    issues: [
      warning(
        "lists_everything",
        "/tools/**",
        "`**` lists every tool, also those that the server adds later",
        LISTING_HELP,
      ),
    ],
    silent: {
      name: "one that denies",
      policy: { version: "1", default: "deny", ...RULED, tools: { "**": { action: "deny" } } },
    },
  },
  {
    name: "A20: a star alone as an entry of resources",
    policy: forPay({}, { resources: { default: "deny", entries: { "*": {} } } }),
    issues: [
      warning(
        "lists_everything",
        "/resources/entries/*",
        "`*` lists every resource, also those that the server adds later",
      ),
    ],
    silent: {
      name: "under default allow",
      policy: forPay({}, { resources: { default: "allow", entries: { "*": {} } } }),
    },
  },
  {
    name: "an entry of a tool that is hidden",
    policy: forPay({}, { hide: ["p*"] }),
    issues: [
      warning("hidden_entry", "/tools/pay", "`pay` is hidden, which denies every call: this entry changes nothing"),
    ],
    silent: {
      name: "one of its tools is not",
      policy: { version: "1", default: "deny", ...RULED, hide: ["pay"], tools: { "?a*": {} } },
      tools: [PAY, { name: "save" }],
    },
  },
  {
    name: "no sections for resources and prompts under default deny",
    policy: { version: "1", default: "deny", tools: { pay: {} } },
    issues: [
      warning(
        "unruled_class",
        "/default",
        "`default` rules tools alone: all resources and prompts pass",
        '"resources": { "default": "deny" }, "prompts": { "default": "deny" }',
      ),
    ],
    silent: { name: "under default allow", policy: { version: "1", default: "allow", tools: { pay: {} } } },
  },
  {
    name: "no section for prompts under default deny",
    policy: { version: "1", default: "deny", resources: { default: "allow" }, tools: { pay: {} } },
    issues: [
      warning(
        "unruled_class",
        "/default",
        "`default` rules tools alone: all prompts pass",
        '"prompts": { "default": "deny" }',
      ),
    ],
    silent: { name: "with both", policy: forPay({}) },
  },
  {
    name: "a tool that says it destroys, listed as it is",
    policy: forPay({}, { tools: { wipe: {} } }),
    tools: [PAY, wipe],
    issues: [
      warning(
        "unguarded_destructive",
        "/tools/wipe",
        "`wipe`: the server says that it destroys, and no rule, limit or approval stands before it",
      ),
    ],
    silent: { name: "with a limit", policy: forPay({}, { tools: { wipe: { rate_limit: { max: 1, window: 60 } } } }) },
  },
  {
    name: "a tool that says it destroys, listed by a pattern",
    policy: forPay({}, { tools: { "w*": { action: "allow" } } }),
    tools: [PAY, wipe],
    issues: [
      warning(
        "unguarded_destructive",
        "/tools/w*",
        "`wipe`: the server says that it destroys, and no rule, limit or approval stands before it",
      ),
    ],
    silent: { name: "with an approval", policy: forPay({}, { tools: { "w*": { action: "require_approval" } } }) },
  },
  {
    name: "a tool that says it destroys and that it only reads",
    policy: forPay({}, { tools: { wipe: {} } }),
    tools: [PAY, { name: "wipe", annotations: { destructiveHint: true, readOnlyHint: true } }],
    issues: [
      warning(
        "unguarded_destructive",
        "/tools/wipe",
        "`wipe`: the server says that it destroys, and no rule, limit or approval stands before it",
      ),
    ],
    silent: { name: "one that says nothing", tools: [PAY, { name: "wipe", annotations: { readOnlyHint: false } }] },
  },
  {
    name: "a tool that says it destroys, let pass by default",
    policy: { version: "1", default: "allow", tools: { pay: {} } },
    tools: [PAY, wipe],
    issues: [
      warning(
        "destructive_by_default",
        "/default",
        "by default these pass, and the server says that they destroy: `wipe`",
        'write an entry for them, for instance `wipe`: { "action": "deny" }',
      ),
    ],
    silent: { name: "hidden", policy: { version: "1", default: "allow", hide: ["wipe"] } },
  },
  {
    name: "more of them than are named",
    policy: { version: "1", default: "allow" },
    tools: ["a", "b", "c", "d", "e"].map((name) => ({ ...wipe, name })),
    issues: [
      warning(
        "destructive_by_default",
        "/default",
        "by default these pass, and the server says that they destroy: `a`, `b`, `c` and 2 more",
        'write an entry for them, for instance `a`: { "action": "deny" }',
      ),
    ],
    silent: {
      name: "ruled by name for all tools",
      policy: {
        version: "1",
        default: "allow",
        all_tools: { deny_if: [{ conditions: [{ path: "tool", op: "in", value: ["a", "b", "c", "d", "e"] }] }] },
      },
    },
  },
];
