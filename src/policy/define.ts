import type { ConditionDocument, LimitDocument, PolicyDocument, RuleDocument, ToolRules } from "./document.js";

/** A tool as `tools/list` gives it, as far as a policy can name parts of it. */
export interface NamedTool {
  readonly name: string;
  readonly inputSchema?: { readonly type?: unknown; readonly properties?: { readonly [name: string]: unknown } };
}

/** The answer to `tools/list`, or the tools in it. */
export type ToolList = readonly NamedTool[] | { readonly tools: readonly NamedTool[] };

/** A policy whose exact names are names of these tools, and whose paths under them lead to their arguments. */
export type PolicyFor<Tools extends ToolList> = string extends ToolOf<Tools>["name"]
  ? PolicyDocument
  : With<PolicyDocument, { hide: readonly (ToolOf<Tools>["name"] | Pattern)[]; tools: EntriesFor<ToolOf<Tools>> }>;

/**
 * Gives `document` back as it is, checked by the compiler: given a literal of the tools it is for, names of tools that
 * do not exist and arguments that they do not have are type errors. Nothing is done at run time: `parsePolicy` and
 * `createGate` judge the document as any other.
 *
 * @param _tools the answer to `tools/list`, or its tools, written `as const` or in place. A list that is not a literal
 * says nothing about names.
 */
export function definePolicy<const Tools extends ToolList = readonly NamedTool[]>(
  document: PolicyFor<Tools>,
  _tools?: Tools,
): PolicyDocument {
  return document as PolicyDocument;
}

type ToolOf<Tools extends ToolList> = Tools extends { readonly tools: readonly (infer Tool extends NamedTool)[] }
  ? Tool
  : Tools extends readonly (infer Tool extends NamedTool)[]
    ? Tool
    : never;

type Pattern = `${string}*${string}` | `${string}?${string}`;

/** Under a tool's name its own arguments; under a pattern any. */
type EntriesFor<Tool extends NamedTool> = {
  readonly [One in Tool as One["name"]]?: RulesAt<PathInto<One>>;
} & { readonly [pattern in Pattern]?: ToolRules };

type RulesAt<Path extends string> = With<
  ToolRules,
  {
    require: readonly RuleAt<Path>[];
    deny_if: readonly RuleAt<Path>[];
    require_approval_if: readonly RuleAt<Path>[];
    limits: readonly With<LimitDocument, { increment_from: Path; by: readonly Path[] }>[];
  }
>;
type RuleAt<Path extends string> = With<
  RuleDocument,
  { conditions: readonly With<ConditionDocument, { path: Path }>[] }
>;

/** What a path under a tool's name may be: one into its arguments, or into what is known beside them. */
type PathInto<Tool extends NamedTool> =
  | ArgumentPath<ArgumentOf<Tool>>
  | "tool"
  | "server"
  | `${Root}${"." | "["}${string}`;
type Root = "grant" | "session" | "time" | "context";

/** The names of a tool's arguments; any where its schema does not say. */
type ArgumentOf<Tool extends NamedTool> = Tool extends {
  readonly inputSchema: { readonly properties: infer Properties };
}
  ? keyof Properties & string
  : string;

/** A name that holds what is special in paths can only be written quoted. */
type ArgumentPath<Name extends string> = Name extends `${string}${Special}${string}`
  ? Quoted<Name>
  : `args.${Name}` | `args.${Name}${"." | "["}${string}` | Quoted<Name>;
type Quoted<Name extends string> = `args["${Name}"]${string}`;
type Special = "." | "[" | "]" | '"' | "'" | " ";

/** `Shape` with other types at some of its keys. */
type With<Shape, Types> = { [Key in keyof Shape]: Key extends keyof Types ? Types[Key] : Shape[Key] };
