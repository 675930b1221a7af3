import * as z from "zod/mini";
import { INTERCEPT_OPERATORS, INTERCEPT_WINDOWS } from "./document.js";

/** The shapes of an Intercept document, in the parts that are checked one by one. */
export interface InterceptShapes {
  /** The document, its tools excepted: zod loses a key named `__proto__`. */
  readonly document: z.ZodMiniType;
  readonly tools: z.ZodMiniType;
  /** What stands under the name of a tool, its rules excepted: of a rule without its shape nothing more is said. */
  readonly entry: z.ZodMiniType;
  readonly rule: z.ZodMiniType;
}

let shapes: InterceptShapes | undefined;

/** Built on first use, so that importing the library does no work. */
export function interceptShapes(): InterceptShapes {
  shapes ??= buildShapes();
  return shapes;
}

function buildShapes(): InterceptShapes {
  const text = z.string();
  const condition = z.strictObject({ path: text, op: z.enum(INTERCEPT_OPERATORS), value: z.unknown() });
  const state = z.strictObject({
    counter: text,
    window: z.enum(INTERCEPT_WINDOWS),
    increment: z.nullish(z.number()),
    increment_from: z.nullish(text),
  });
  return {
    document: z.strictObject({
      version: z.literal("1"),
      description: z.nullish(text),
      default: z.nullish(z.enum(["allow", "deny"])),
      hide: z.nullish(z.array(text)),
      tools: z.nullish(z.unknown()),
    }),
    tools: z.nullish(z.looseObject({})),
    entry: z.nullish(z.strictObject({ rules: z.nullish(z.array(z.unknown())) })),
    rule: z.strictObject({
      name: text,
      action: z.nullish(z.enum(["evaluate", "deny"])),
      rate_limit: z.nullish(text),
      conditions: z.nullish(z.array(condition)),
      on_deny: z.nullish(text),
      state: z.nullish(state),
    }),
  };
}
