import type { DecisionEvent } from "../audit/event.js";
import type { PolicyDocument, ToolRules } from "../policy/document.js";

/** What is suggested for one thing that was used. */
export interface SuggestedEntry {
  readonly kind: DecisionEvent["kind"];
  readonly name: string;
  /** How many calls of it were allowed. */
  readonly calls: number;
  /** Its entry in the policy; `undefined` for a method, which a policy only names. */
  readonly rules: ToolRules | undefined;
  /** Why, in one sentence: the entry's `description` too. */
  readonly reason: string;
}

/** Something that was used, that the policy nevertheless denies, and why. */
export interface OmittedUse {
  readonly kind: DecisionEvent["kind"];
  readonly name: string;
  readonly calls: number;
  readonly reason: string;
}

export interface PolicySuggestion {
  /** Accepted by `parsePolicy` as it stands. Denies by default. */
  readonly policy: PolicyDocument;
  /** One for each entry of the policy, the most used first. */
  readonly entries: readonly SuggestedEntry[];
  readonly omitted: readonly OmittedUse[];
  /** Names of the given tools that nobody used: denied. */
  readonly unused: readonly string[];
  /** One line: what is allowed, what is not, and what it rests on. */
  readonly summary: string;
}
