import { readFileSync } from "node:fs";
import ts from "typescript";
import * as z from "zod/mini";
import { policyShapes } from "../../src/policy/schema.ts";

type Schema = { [keyword: string]: unknown };
type Docs = ReadonlyMap<string, string>;

/** The interface whose comments describe what stands under a key. */
const INTERFACES: ReadonlyMap<string, string> = new Map([
  ["all_tools", "AllToolsRules"],
  ["tools", "ToolRules"],
  ["resources", "ClassRules"],
  ["prompts", "ClassRules"],
  ["entries", "ToolRules"],
  ["methods", "MethodRules"],
  ["require", "RuleDocument"],
  ["deny_if", "RuleDocument"],
  ["require_approval_if", "RuleDocument"],
  ["conditions", "ConditionDocument"],
  ["limits", "LimitDocument"],
  ["rate_limit", "RateLimitDocument"],
]);

/** Values that an editor may offer, where more are legal than can be listed. */
const EXAMPLES: ReadonlyMap<string, readonly unknown[]> = new Map([
  ["LimitDocument.window", ["second", "minute", "hour", "day", "week", "month", "15m", "session", "in_flight"]],
  ["LimitDocument.lease", ["10m"]],
  ["ToolRules.rate_limit", ["10/minute", "5/15m"]],
  ["ConditionDocument.path", ["args.name", "args.items[*].price", "tool", "grant.labels.team", "time.hour"]],
]);

/** The JSON Schema of a policy, draft 2020-12. */
export function generatePolicySchema(): Schema {
  const shapes = policyShapes();
  const docs = readDocs();
  const policy = jsonSchemaOf(shapes.document);
  const properties = policy.properties as { [key: string]: Schema };
  properties.tools = { type: "object", additionalProperties: jsonSchemaOf(shapes.tool) };
  for (const section of ["resources", "prompts"]) {
    const entries = { type: "object", additionalProperties: jsonSchemaOf(shapes.entry) };
    (properties[section]?.properties as { [key: string]: Schema }).entries = entries;
  }
  describe(policy, "PolicyDocument", docs);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "callgate policy",
    description: docs.get("PolicyDocument") ?? "",
    ...policy,
  };
}

function jsonSchemaOf(shape: z.ZodMiniType): Schema {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { target: "draft-2020-12" }) as Schema;
  return schema;
}

/** Puts the comments of an interface on the properties of the object that a schema is for, and so on below it. */
function describe(schema: Schema, name: string, docs: Docs): void {
  for (const branch of (schema.anyOf as Schema[] | undefined) ?? []) describe(branch, name, docs);
  const properties = (schema.properties ?? {}) as { [key: string]: Schema };
  for (const [key, property] of Object.entries(properties)) {
    const description = docs.get(`${name}.${key}`);
    const examples = EXAMPLES.get(`${name}.${key}`);
    const inner = INTERFACES.get(key);
    properties[key] = {
      ...(description === undefined ? {} : { description }),
      ...property,
      ...(examples === undefined ? {} : { examples }),
    };
    if (inner === undefined) continue;
    for (const below of [property, property.items, property.additionalProperties]) {
      if (below !== null && typeof below === "object") describe(below as Schema, inner, docs);
    }
  }
}

/** The comments of `document.ts`: of interfaces by name, of their members by `Interface.member`, inherited ones too. */
function readDocs(): Docs {
  const file = new URL("../../src/policy/document.ts", import.meta.url);
  const tree = ts.createSourceFile("document.ts", readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const docs = new Map<string, string>();
  const members = new Map<string, ReadonlyMap<string, string>>();
  for (const node of tree.statements) {
    if (!ts.isInterfaceDeclaration(node)) continue;
    const own = new Map<string, string>();
    for (const clause of node.heritageClauses ?? []) {
      for (const { expression } of clause.types) {
        for (const [key, text] of members.get(expression.getText()) ?? []) own.set(key, text);
      }
    }
    for (const member of node.members) if (member.name !== undefined) own.set(member.name.getText(), commentOf(member));
    members.set(node.name.text, own);
    docs.set(node.name.text, commentOf(node));
    for (const [key, text] of own) if (text !== "") docs.set(`${node.name.text}.${key}`, text);
  }
  return docs;
}

function commentOf(node: ts.Node): string {
  return ts
    .getJSDocCommentsAndTags(node)
    .map((comment) => (typeof comment.comment === "string" ? comment.comment : ""))
    .join(" ")
    .replace(/\s+/g, " ")
    .trim();
}
