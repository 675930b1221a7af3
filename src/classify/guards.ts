import type { JsonValue } from "../policy/document.js";
import { type SchemaProperty, schemaProperties } from "./schema-properties.js";
import { formsOf, matches } from "./tables.js";
import { ownValue } from "./tool.js";

/** What a guard holds: the arguments to their schema, a path to directories, a URL to hosts, amounts to a sum. */
export type GuardKind = "schema" | "path" | "host" | "spend";

/** Rules one could add to a tool's entry. The values in them are examples: what is right, only the operator knows. */
export interface ArgumentGuard {
  readonly kind: GuardKind;
  /** The path of the argument, as a condition writes it; `args` for all of them. */
  readonly path: string;
  /** Members to add to the entry of the tool. */
  readonly rules: { readonly [key: string]: JsonValue };
}

const PATH_WORDS =
  "path paths *_path *_paths file filename file_name *_file directory *_directory dir *_dir folder cwd root";
const URL_WORDS = "url urls *_url *_urls uri *_uri endpoint *_endpoint href website webhook callback";
const MONEY_WORDS = "amount *_amount amount_* price *_price total *_total budget *_budget";
const PLAIN_NAME = /^[\p{L}_][\p{L}\p{N}_-]*$/u;

/** The most guards of one tool. */
const MAX_GUARDS = 20;

/** Guards for the arguments of a tool, by what its input schema calls them. */
export function argumentGuards(tool: unknown, name: string): readonly ArgumentGuard[] {
  const inputSchema = ownValue(tool, "inputSchema");
  const { properties } = schemaProperties(inputSchema);
  if (properties.length === 0) return [];
  const all: ArgumentGuard = { kind: "schema", path: "args", rules: { args: "tool" } };
  return [all, ...properties.flatMap((property) => guardsOf(property, name))].slice(0, MAX_GUARDS);
}

function guardsOf(property: SchemaProperty, tool: string): readonly ArgumentGuard[] {
  const path = conditionPath(property);
  if (path === undefined) return [];
  const forms = formsOf(property.name);
  const type = ownValue(property.schema, "type");
  if (type === "number" || type === "integer") {
    return matches(MONEY_WORDS, forms) ? [spendCap(path, tool)] : [];
  }
  if (matches(PATH_WORDS, forms)) return [required(property, "path", path, "path_within", ["/srv/data"])];
  if (matches(URL_WORDS, forms)) return [required(property, "host", path, "host_in", ["api.example.com"])];
  return [];
}

function required(
  property: SchemaProperty,
  kind: GuardKind,
  path: string,
  op: string,
  value: readonly string[],
): ArgumentGuard {
  const presence = property.required ? {} : { if_present: true };
  return { kind, path, rules: { require: [{ conditions: [{ path, op, value, ...presence }] }] } };
}

function spendCap(path: string, tool: string): ArgumentGuard {
  const limit = { counter: `${tool}_spend`, window: "day", max: 100, scope: "grant", increment_from: path };
  return { kind: "spend", path, rules: { limits: [limit] } };
}

/** The path of an argument that conditions can reach: text, an amount, or each text of a list. */
function conditionPath(property: SchemaProperty): string | undefined {
  if (property.path === undefined) return undefined;
  const steps = property.path.map((key) => (PLAIN_NAME.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`));
  const path = `args${steps.join("")}`;
  switch (ownValue(property.schema, "type")) {
    case "string":
    case "number":
    case "integer":
      return path;
    case "array":
      return ownValue(ownValue(property.schema, "items"), "type") === "string" ? `${path}[*]` : undefined;
    default:
      return undefined;
  }
}
