import { readFileSync } from "node:fs";
import ts from "typescript";
import * as z from "zod/mini";
import { policyShapes } from "../../src/policy/schema.ts";

type Schema = { [keyword: string]: unknown };
type Docs = ReadonlyMap<string, string>;

/** What stands under a key: the interface whose comments describe it, and the name of its definition. */
const BELOW: ReadonlyMap<string, { readonly docs: string; readonly definition: string }> = new Map([
  ["all_tools", { docs: "AllToolsRules", definition: "AllToolsRules" }],
  ["tools", { docs: "ToolRules", definition: "ToolRules" }],
  ["resources", { docs: "ClassRules", definition: "ClassRules" }],
  ["prompts", { docs: "ClassRules", definition: "ClassRules" }],
  ["entries", { docs: "ToolRules", definition: "ClassEntry" }],
  ["methods", { docs: "MethodRules", definition: "MethodRules" }],
  ["require", { docs: "RuleDocument", definition: "Rule" }],
  ["deny_if", { docs: "RuleDocument", definition: "Rule" }],
  ["require_approval_if", { docs: "RuleDocument", definition: "Rule" }],
  ["conditions", { docs: "ConditionDocument", definition: "Condition" }],
  ["limits", { docs: "LimitDocument", definition: "Limit" }],
  ["rate_limit", { docs: "RateLimitDocument", definition: "RateLimit" }],
]);

/** Values that an editor may offer, where more are legal than can be listed. */
const EXAMPLES: ReadonlyMap<string, readonly unknown[]> = new Map([
  ["LimitDocument.window", ["second", "minute", "hour", "day", "week", "month", "15m", "session", "in_flight"]],
  ["LimitDocument.lease", ["10m"]],
  ["ToolRules.rate_limit", ["10/minute", "5/15m"]],
  ["ConditionDocument.path", ["args.name", "args.items[*].price", "tool", "grant.labels.team", "time.hour"]],
]);

/** What the parser asks beside the shapes: a rule is either of its two forms. */
const MORE: ReadonlyMap<string, Schema> = new Map([
  ["Rule", { oneOf: [{ required: ["conditions"] }, { required: ["logic"] }] }],
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
  const definitions: { [name: string]: Schema } = {};
  describe(policy, "PolicyDocument", docs, definitions);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "callgate policy",
    description: docs.get("PolicyDocument") ?? "",
    ...policy,
    $defs: definitions,
  };
}

function jsonSchemaOf(shape: z.ZodMiniType): Schema {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { target: "draft-2020-12" }) as Schema;
  return schema;
}

/**
 * Puts the comments of an interface on the properties of the object that a schema is for, and so on below it, where each
 * object becomes a definition of its own: the same one wherever it stands.
 */
function describe(schema: Schema, name: string, docs: Docs, definitions: { [name: string]: Schema }): void {
  const properties = (schema.properties ?? {}) as { [key: string]: Schema };
  for (const [key, property] of Object.entries(properties)) {
    const description = docs.get(`${name}.${key}`);
    const examples = EXAMPLES.get(`${name}.${key}`);
    const below = BELOW.get(key);
    const define = (object: Schema): Schema => {
      if (below === undefined || object.properties === undefined) return object;
      if (definitions[below.definition] === undefined) {
        definitions[below.definition] = { ...object, ...MORE.get(below.definition) };
        describe(definitions[below.definition] as Schema, below.docs, docs, definitions);
      }
      return { $ref: `#/$defs/${below.definition}` };
    };
    properties[key] = {
      ...(description === undefined ? {} : { description }),
      ...withObjects(property, define),
      ...(examples === undefined ? {} : { examples }),
    };
  }
}

/** A schema with its object, or the objects in its list, its map or its alternatives, as `define` gives them. */
function withObjects(schema: Schema, define: (object: Schema) => Schema): Schema {
  const defined = define(schema);
  if (defined !== schema) return defined;
  const copy: Schema = { ...schema };
  for (const keyword of ["items", "additionalProperties"]) {
    const below = copy[keyword];
    if (below !== null && typeof below === "object") copy[keyword] = define(below as Schema);
  }
  if (Array.isArray(copy.anyOf)) copy.anyOf = (copy.anyOf as Schema[]).map(define);
  return copy;
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
