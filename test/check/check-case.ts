import {
  checkPolicy,
  type PolicyCheckCode,
  type PolicyDocument,
  type PolicyIssue,
  parsePolicy,
  type ToolRules,
} from "callgate";

/** A policy with what is found in it, and its nearest neighbour in which nothing is. */
export interface CheckCase {
  readonly name: string;
  readonly policy: PolicyDocument;
  /** The tools it is held against; `PAY` where none are given. */
  readonly tools?: readonly unknown[];
  readonly issues: readonly PolicyIssue[];
  readonly silent: { readonly name: string; readonly policy?: PolicyDocument; readonly tools?: readonly unknown[] };
}

/** A tool whose schema says a good deal. */
export const PAY = {
  name: "pay",
  inputSchema: {
    type: "object",
    properties: {
      to: { type: "string" },
      count: { type: "integer", minimum: 1, maximum: 100 },
      ratio: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 },
      mode: { type: "string", enum: ["fast", "slow"] },
      note: { type: ["string", "null"] },
      labels: { type: "array", items: { type: "string" } },
      lines: {
        type: "array",
        items: { type: "object", properties: { price: { type: "number" } }, required: ["price"] },
      },
      deep: { type: "object", properties: { id: { type: "string" } }, required: ["id"], additionalProperties: false },
      anything: {},
    },
    required: ["to", "count", "ratio", "mode", "note", "labels", "lines", "deep", "anything"],
  },
} as const;

/** A list in which only this differs from `PAY`. */
export function payWith(changes: object): readonly unknown[] {
  return [{ ...PAY, ...changes }];
}

/** A policy about one tool, ruled in all other respects. */
export function forPay(rules: ToolRules, rest: Partial<PolicyDocument> = {}): PolicyDocument {
  return { version: "1", default: "deny", ...RULED, ...rest, tools: { pay: rules, ...rest.tools } };
}

/** What keeps a policy from being told that resources and prompts pass. */
export const RULED = { resources: { default: "deny" }, prompts: { default: "deny" } } as const;

export function error(code: PolicyCheckCode, pointer: string, message: string, help?: string): PolicyIssue {
  return { severity: "error", code, pointer, message, ...(help === undefined ? {} : { help }) };
}

export function warning(code: PolicyCheckCode, pointer: string, message: string, help?: string): PolicyIssue {
  return { ...error(code, pointer, message, help), severity: "warning" };
}

/** What is found in a document, as it is parsed. */
export function found(document: unknown, tools: readonly unknown[] = [PAY]): readonly PolicyIssue[] {
  return checkPolicy(parsePolicy(document), tools);
}
