import type { PolicyDocument } from "../../src/index.ts";
import { denial } from "./denial.ts";
import { REST_OF_THE_MINUTE } from "./gate.ts";

/** Names every tool of the fixture but `unlisted`, each under the rule that its test is about. */
export const scenarioPolicy: PolicyDocument = {
  version: "1",
  default: "deny",
  hide: ["secret"],
  tools: {
    echo: {},
    add: {},
    fail: {},
    secret: {},
    progress: {},
    wait: {},
    ask: {},
    sample: {},
    pay: {
      deny_if: [
        { conditions: [{ path: "args.amount", op: "gt", value: 100 }], on_deny: "The amount is over the limit." },
        {
          conditions: [{ path: "args.payment.amount", op: "gt", value: 100 }],
          on_deny: "The payment is over the limit.",
        },
      ],
    },
    read: {
      require: [
        { conditions: [{ path: "args.path", op: "regex", value: "^/public/[a-z]+$" }], on_deny: "Only public paths." },
      ],
    },
    metered: {
      limits: [
        { counter: "metered", window: "minute", max: 3, scope: "grant", on_deny: "Three in a minute are enough." },
      ],
    },
    wipe: { action: "require_approval", reason: "A person has to agree." },
    retired: { action: "deny", reason: "This tool is retired." },
  },
};

/** Grants nothing and shows nothing: whatever is the same under it was never guarded. */
export const denyAllPolicy: PolicyDocument = { version: "1", default: "deny", hide: ["*"] };

export const allowAllPolicy: PolicyDocument = { version: "1", default: "allow" };

/** At most `max` calls of `tool` in a minute; nothing else is allowed. */
export function limitedTo(max: number, tool = "metered"): PolicyDocument {
  return {
    version: "1",
    default: "deny",
    tools: {
      [tool]: { limits: [{ counter: tool, window: "minute", max, scope: "grant", on_deny: "That is enough." }] },
    },
  };
}

/** What a call over the limit of {@link limitedTo} gets. */
export const overLimit = denial({
  code: "rate_limited",
  message: "That is enough.",
  retryable: true,
  retryAfterMs: REST_OF_THE_MINUTE,
});
