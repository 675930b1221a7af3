import type { PolicyIssue } from "./policy/issue.js";

/** Codes of the errors this library throws. Each has a heading in `docs/errors.md`. */
export type ErrorCode =
  | "invalid_policy"
  | "invalid_options"
  | "already_wrapped"
  | "already_connected"
  | "store_full"
  | "store_timeout"
  | "store_failed"
  | "not_executed"
  | "invalid_tool"
  | "scan_failed";

/** Base of every error this library throws; `code` is stable, `message` is for people. */
export class CallgateError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A policy document that cannot be accepted; `issues` holds every problem found, not only the first. */
export class PolicyError extends CallgateError {
  readonly issues: readonly PolicyIssue[];

  constructor(issues: readonly PolicyIssue[], summary: string) {
    super("invalid_policy", summary);
    this.issues = issues;
  }
}

/** An option, or a combination of options, that cannot be honoured. */
export class OptionsError extends CallgateError {
  constructor(message: string) {
    super("invalid_options", message);
  }
}

/** A counter store that gave no usable answer. The call it was asked for is denied with `unavailable`. */
export class StoreError extends CallgateError {
  constructor(code: "store_full" | "store_timeout" | "store_failed", message: string, options?: { cause?: unknown }) {
    super(code, message, options);
  }
}

/**
 * Thrown by the function given to `gate.run` to say that it had no effect.
 * It is the only error that gives the call's charge back.
 */
export class NotExecutedError extends CallgateError {
  constructor(message = "the call was not executed", options?: { cause?: unknown }) {
    super("not_executed", message, options);
  }
}
