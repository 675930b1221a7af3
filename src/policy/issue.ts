/** Codes of the problems a policy can have. Each has a heading in `docs/errors.md`. */
export type PolicyIssueCode =
  | "invalid_encoding"
  | "invalid_json"
  | "not_json"
  | "too_large"
  | "too_deep"
  | "too_many_tools"
  | "duplicate_key"
  | "wrong_type"
  | "missing_key"
  | "unknown_key"
  | "invalid_value"
  | "invalid_name"
  | "invalid_path"
  | "invalid_operand"
  | "invalid_regex"
  | "invalid_logic"
  | "invalid_amount"
  | "invalid_schema"
  | "contradictory_counter"
  | "cannot_convert";

/** Codes of what `checkPolicy` finds in a policy held against a server's tools. Each has a heading in `docs/errors.md`. */
export type PolicyCheckCode =
  | "unmatched_name"
  | "unmatched_pattern"
  | "lists_everything"
  | "hidden_entry"
  | "unknown_argument"
  | "type_mismatch"
  | "value_not_in_enum"
  | "optional_argument"
  | "never_true"
  | "always_fires"
  | "contradictory_conditions"
  | "empty_requirement"
  | "unanchored_regex"
  | "misplaced_operator"
  | "amount_without_currency"
  | "unbounded_by"
  | "session_limit"
  | "limit_never_binds"
  | "limit_always_refuses"
  | "unread_counter"
  | "unruled_class"
  | "pin_mismatch"
  | "unguarded_destructive"
  | "destructive_by_default";

/** One problem of a policy: of the document alone, or of the document held against a server's tools. */
export interface PolicyIssue {
  /** `error`: the policy is no policy, or does not do what it says. `warning`: it may do what its author did not mean. */
  readonly severity: "error" | "warning";
  readonly code: PolicyIssueCode | PolicyCheckCode;
  /** JSON Pointer (RFC 6901) to the offender; `""` is the whole document. */
  readonly pointer: string;
  /** Line and column of the offender, both from 1; only when the source was text. */
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
  /** The nearest right thing, where one can be computed. */
  readonly help?: string;
}

/** A problem as the checks find it: where, by the keys and indexes that lead there. */
export interface Finding {
  readonly code: PolicyIssueCode;
  readonly path: readonly (string | number)[];
  /** The offender is the key at the end of `path`, not its value. */
  readonly atKey?: true;
  readonly message: string;
  readonly help?: string | undefined;
  /** Where it stands in the text, where that is known without mapping the text. */
  readonly position?: { readonly line: number; readonly column: number };
}

/** One line an issue, as people read it: `3:7 /tools/x: unknown key …`. */
export function formatIssue(issue: PolicyIssue): string {
  const place = issue.line === undefined ? "" : `${issue.line}:${issue.column} `;
  const help = issue.help === undefined ? "" : ` (${issue.help})`;
  return `${place}${issue.pointer === "" ? "(document)" : issue.pointer}: ${issue.message}${help}`;
}
