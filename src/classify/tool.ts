/** A tool as a server describes it: MCP's `Tool`, of which only `name` is needed. */
export interface ToolDefinition {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly inputSchema?: unknown;
  readonly outputSchema?: unknown;
  readonly annotations?: ToolHints | undefined;
}

/** What a server says about its own tool. Hints may raise a class or a severity, and never lower one. */
export interface ToolHints {
  readonly title?: string | undefined;
  readonly readOnlyHint?: boolean | undefined;
  readonly destructiveHint?: boolean | undefined;
  readonly idempotentHint?: boolean | undefined;
  readonly openWorldHint?: boolean | undefined;
}

/** An own property of anything; `undefined` where there is none, or reading it throws. */
export function ownValue(source: unknown, key: string): unknown {
  if (source === null || typeof source !== "object") return undefined;
  try {
    return Object.hasOwn(source, key) ? (source as Record<string, unknown>)[key] : undefined;
  } catch {
    return undefined;
  }
}

/** An own property that is text; `""` where it is not. */
export function ownText(source: unknown, key: string): string {
  const value = ownValue(source, key);
  return typeof value === "string" ? value : "";
}
