import * as z from "zod/mini";
import { LIMIT_ALGORITHMS, LIMIT_REFUNDS, LIMIT_SCOPES, OPERATORS } from "./document.js";

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
  // Which of the two a rule has is a matter of meaning: a union would say only that neither fits.
  const rule = z.strictObject({
    conditions: z.optional(z.array(condition)),
    logic: z.optional(z.unknown()),
    on_deny: z.optional(text),
  });
  const rules = z.optional(z.array(rule));
  const limit = z.strictObject({
    counter: text,
    window: text,
    max: z.optional(z.number()),
    min: z.optional(z.number()),
    scope: z.optional(z.enum(LIMIT_SCOPES)),
    by: z.optional(z.array(text)),
    algorithm: z.optional(z.enum(LIMIT_ALGORITHMS)),
    refund: z.optional(z.enum(LIMIT_REFUNDS)),
    lease: z.optional(text),
    increment: z.optional(z.number()),
    increment_from: z.optional(text),
    on_deny: z.optional(text),
  });
  const shared = { require: rules, deny_if: rules, require_approval_if: rules, limits: z.optional(z.array(limit)) };
  const action = z.enum(["deny", "allow"]);
  const entry = {
    ...shared,
    action: z.optional(z.enum(["allow", "deny", "require_approval"])),
    description: z.optional(text),
    reason: z.optional(text),
    rate_limit: z.optional(z.union([text, z.strictObject({ max: z.number(), window: z.number() })])),
  };
  const names = z.optional(z.array(text));
  const named = z.optional(z.strictObject({ default: action, hide: names, entries: z.optional(z.unknown()) }));
  return {
    document: z.strictObject({
      $schema: z.optional(text),
      name: z.optional(text),
      description: z.optional(text),
      version: z.literal("1"),
      default: action,
      hide: names,
      all_tools: z.optional(z.strictObject(shared)),
      tools: z.optional(z.unknown()),
      resources: named,
      prompts: named,
      methods: z.optional(z.strictObject({ allow: names, deny: names })),
    }),
    tool: z.strictObject({ ...entry, args: z.optional(z.unknown()), pin: z.optional(text) }),
    entry: z.strictObject(entry),
  };
}
