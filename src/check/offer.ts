import { nameFault } from "../internal/name.js";
import { firstElements, member } from "./member.js";

/** A tool as its server describes it: untrusted, read by own properties. */
export interface OfferedTool {
  readonly name: string;
  /** Its `inputSchema`; `undefined` where nothing is known of its arguments. */
  readonly schema: unknown;
  /** The whole of it; `undefined` where it is described in two ways. */
  readonly definition: unknown;
  /** The server says in so many words that it destroys. */
  readonly destructive: boolean;
}

export interface Offer {
  readonly tools: readonly OfferedTool[];
  /** Every tool was read: what is not among them, the server does not offer. */
  readonly complete: boolean;
}

/** The most tools that are looked at, as many as a policy may have entries. */
const MAX_TOOLS = 10_000;

/** Reads a list of tools, or the result of `tools/list` around one. What has no name to be called by is passed over. */
export function readOffer(source: unknown): Offer {
  const listed = firstElements(source, MAX_TOOLS) ?? firstElements(member(source, "tools"), MAX_TOOLS);
  if (listed === undefined) return { tools: [], complete: false };
  const byName = new Map<string, OfferedTool>();
  for (const tool of listed.elements) {
    const name = member(tool, "name");
    if (typeof name !== "string" || nameFault(name) !== undefined) continue;
    const known = byName.get(name);
    const destructive = member(member(tool, "annotations"), "destructiveHint") === true;
    // Of a tool that is described twice, it is not known which description holds.
    if (known === undefined) byName.set(name, { name, schema: schemaOf(tool), definition: tool, destructive });
    else {
      const either = destructive || known.destructive;
      byName.set(name, { name, schema: undefined, definition: undefined, destructive: either });
    }
  }
  return { tools: [...byName.values()], complete: listed.all };
}

/** The schema of a tool's arguments, where it is JSON Schema. */
function schemaOf(tool: unknown): unknown {
  const schema = member(tool, "inputSchema");
  const dialect = member(schema, "$schema");
  return dialect === undefined || (typeof dialect === "string" && /^https?:\/\/json-schema\.org\//.test(dialect))
    ? schema
    : undefined;
}
