import type { CallResult, DecisionEvent } from "../audit/event.js";
import type { OtelAttributes } from "./api.js";

/**
 * Names of OpenTelemetry's conventions for MCP and for generative AI, both in development:
 * https://github.com/open-telemetry/semantic-conventions-genai, docs/gen-ai/mcp.md and docs/gen-ai/execute-tool.md.
 */

const METHODS: Readonly<Record<"tool" | "resource" | "prompt", string>> = {
  tool: "tools/call",
  resource: "resources/read",
  prompt: "prompts/get",
};

const NAME_ATTRIBUTES: Readonly<Record<"tool" | "resource" | "prompt", string>> = {
  tool: "gen_ai.tool.name",
  resource: "mcp.resource.uri",
  prompt: "gen_ai.prompt.name",
};

/** Results that are failures, by the class of error they are. A call that became a task goes on. */
const ERRORS: ReadonlyMap<CallResult, string> = new Map(
  (["tool_error", "protocol_error", "threw", "cancelled", "closed", "not_executed"] as const).map((it) => [it, it]),
);

/** The longest name that is exported, in UTF-16 code units. */
const LONGEST = 256;

export function exported(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** The name of a span: of low cardinality, so without the URI of a resource. */
export function spanName({ side, kind, name }: DecisionEvent): string {
  if (kind === "method") return exported(name);
  if (side === "direct" && kind === "tool") return `execute_tool ${exported(name)}`;
  return kind === "resource" ? METHODS.resource : `${METHODS[kind]} ${exported(name)}`;
}

/** What every span and metric of a call has: no more than low cardinality allows. */
export function operationAttributes({ side, kind, name }: DecisionEvent, shownName: string): OtelAttributes {
  const method = kind === "method" ? exported(name) : METHODS[kind];
  return {
    ...(side === "direct" ? {} : { "mcp.method.name": method }),
    ...(kind === "tool" ? { "gen_ai.operation.name": "execute_tool" } : {}),
    ...(kind === "tool" || kind === "prompt" ? { [NAME_ATTRIBUTES[kind]]: shownName } : {}),
  };
}

export function spanAttributes(event: DecisionEvent): OtelAttributes {
  const { side, kind, name, requestId, session, grant, server, outcome, code, rule, pointer, revision, id } = event;
  return {
    ...operationAttributes(event, exported(name)),
    ...(kind === "resource" ? { [NAME_ATTRIBUTES.resource]: exported(name) } : {}),
    ...(requestId === undefined ? {} : { "jsonrpc.request.id": exported(String(requestId)) }),
    // A client's connection has no session that its server would know.
    ...(session === undefined ? {} : { [side === "server" ? "mcp.session.id" : "callgate.session"]: session }),
    ...(server === "" ? {} : { "callgate.server": server }),
    "callgate.decision.id": id,
    "callgate.grant": grant,
    "callgate.outcome": outcome,
    "callgate.code": code,
    ...(rule === "" ? {} : { "callgate.rule": rule, "callgate.pointer": pointer }),
    "callgate.policy.revision": revision,
  };
}

/** The class of error of a denied call. In MCP the denial of a tool is a result with `isError`. */
export function denialError({ side, kind, code }: DecisionEvent): string {
  return side !== "direct" && kind === "tool" ? "tool_error" : code;
}

export function resultError(result: CallResult): string | undefined {
  return ERRORS.get(result);
}
