import * as z from "zod/mini";
import { LIMIT_SCOPES, LIMIT_WINDOWS, OPERATORS } from "./document.js";

/** The shapes of a policy: which keys there are and what type each has. What a value means is checked elsewhere. */
export interface PolicyShapes {
  /** The document, its entries excepted: zod loses a key named `__proto__`, so they are checked one by one. */
  readonly document: z.ZodMiniType;
  readonly tool: z.ZodMiniType;
  /** Of a resource or a prompt. */
  readonly entry: z.ZodMiniType;
}

let shapes: PolicyShapes | undefined;

/** Built on first use, so that importing the library does no work. */
export function policyShapes(): PolicyShapes {
  shapes ??= buildShapes();
  return shapes;
}

function buildShapes(): PolicyShapes {
  const text = z.string();
  const condition = z.strictObject({
    path: text,
    op: z.enum(OPERATORS),
    value: z.unknown(),
    if_present: z.optional(z.literal(true)),
  });
  const rules = z.optional(z.array(z.strictObject({ conditions: z.array(condition), on_deny: z.optional(text) })));
  const limit = z.strictObject({
    counter: text,
    window: z.enum(LIMIT_WINDOWS),
    max: z.optional(z.number()),
    scope: z.optional(z.enum(LIMIT_SCOPES)),
    increment: z.optional(z.number()),
    increment_from: z.optional(text),
    on_deny: z.optional(text),
  });
  const shared = { require: rules, deny_if: rules, require_approval_if: rules, limits: z.optional(z.array(limit)) };
  const action = z.enum(["deny", "allow"]);
  const entry = {
    ...shared,
    action: z.optional(z.enum(["allow", "deny", "require_approval"])),
    reason: z.optional(text),
    rate_limit: z.optional(z.strictObject({ max: z.number(), window: z.number() })),
  };
  const names = z.optional(z.array(text));
  const named = z.optional(z.strictObject({ default: action, hide: names, entries: z.optional(z.unknown()) }));
  return {
    document: z.strictObject({
      version: z.literal("1"),
      default: action,
      hide: names,
      all_tools: z.optional(z.strictObject(shared)),
      tools: z.optional(z.unknown()),
      resources: named,
      prompts: named,
      methods: z.optional(z.strictObject({ allow: names, deny: names })),
    }),
    tool: z.strictObject({ ...entry, args: z.optional(z.unknown()) }),
    entry: z.strictObject(entry),
  };
}
