/**
 * The methods of MCP, 2024-11-05 to 2026-07-28, extensions included. A policy whose default is to deny denies the rest.
 */
const METHODS: ReadonlySet<string> = new Set([
  "completion/complete",
  "elicitation/create",
  "initialize",
  "logging/setLevel",
  "notifications/cancelled",
  "notifications/elicitation/complete",
  "notifications/initialized",
  "notifications/message",
  "notifications/progress",
  "notifications/prompts/list_changed",
  "notifications/resources/list_changed",
  "notifications/resources/updated",
  "notifications/roots/list_changed",
  "notifications/subscriptions/acknowledged",
  "notifications/tasks",
  "notifications/tasks/status",
  "notifications/tools/list_changed",
  "ping",
  "prompts/get",
  "prompts/list",
  "resources/list",
  "resources/read",
  "resources/subscribe",
  "resources/templates/list",
  "resources/unsubscribe",
  "roots/list",
  "sampling/createMessage",
  "server/discover",
  "subscriptions/listen",
  "tasks/cancel",
  "tasks/get",
  "tasks/list",
  "tasks/result",
  "tasks/update",
  "tools/call",
  "tools/list",
]);

export function isMcpMethod(method: string): boolean {
  return METHODS.has(method);
}

/** What a connection needs to stand at all. */
const LIFECYCLE: ReadonlySet<string> = new Set(["initialize", "ping", "server/discover"]);

export function isLifecycle(method: string): boolean {
  return LIFECYCLE.has(method);
}

/** Methods that a policy rules as tools, resources and prompts, and notifications of MCP, which nothing rules. */
export const RULED_ELSEWHERE: readonly string[] = ["tools/", "resources/", "prompts/", "notifications/"];

/** Whether the `methods` section of a policy has a say: in all that is neither ruled elsewhere nor a notification. */
export function isRuledAsMethod(method: string): boolean {
  return !METHODS.has(method) || !RULED_ELSEWHERE.some((prefix) => method.startsWith(prefix));
}

/** What is judged as a call of another kind than a tool, and the parameter that names it. */
export const NAMED_CALLS: ReadonlyMap<
  string,
  { readonly kind: "resource" | "prompt"; readonly member: "uri" | "name" }
> = new Map([
  ["resources/read", { kind: "resource", member: "uri" }],
  ["resources/subscribe", { kind: "resource", member: "uri" }],
  ["prompts/get", { kind: "prompt", member: "name" }],
]);
