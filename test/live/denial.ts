export interface DenialParts {
  readonly code: string;
  readonly message: string;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
}

/** The whole result that an agent gets for a call that was refused. */
export function denial({ code, message, retryable = false, retryAfterMs }: DenialParts): Record<string, unknown> {
  return {
    isError: true,
    content: [{ type: "text", text: `[POLICY DENIED] ${message}` }],
    _meta: { "callgate/denial": { code, retryable, ...(retryAfterMs !== undefined && { retryAfterMs }) } },
  };
}
