import type { JsonValue } from "./document.js";
import schema from "./policy.schema.json" with { type: "json" };

/**
 * The JSON Schema of a policy, draft 2020-12: what keys there are and of what type, for editors. The same as the file
 * `callgate/policy.schema.json`. `parsePolicy` asks for more: names, paths, operands and counters must mean something.
 */
export const policyJsonSchema: { readonly [keyword: string]: JsonValue } = schema;
