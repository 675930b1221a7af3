import type { PolicyDocument, ToolRules } from "../policy/document.js";
import type { ToolClassification } from "./classify.js";
import type { ArgumentGuard } from "./guards.js";

/** What is recommended for one tool. */
export interface ToolRecommendation extends ToolClassification {
  readonly name: string;
  /** What the policy does with the tool: its entry, or that it is hidden. */
  readonly rule: ToolRules | "hidden";
  /** Why, in one sentence. */
  readonly reason: string;
  /** Rules one could add, as the input schema suggests. None of them is in the policy. */
  readonly guards: readonly ArgumentGuard[];
}

/** A tool that the policy says nothing of, so that it is denied, and why. */
export interface OmittedTool {
  readonly name: string;
  readonly reason: string;
}

export interface PolicyRecommendation {
  /** Accepted by `parsePolicy` as it stands. Denies by default. */
  readonly policy: PolicyDocument;
  /** One for each tool in the policy, in the order given. */
  readonly tools: readonly ToolRecommendation[];
  readonly omitted: readonly OmittedTool[];
  /** One line: how many tools of which class, and what becomes of them. */
  readonly summary: string;
  /** The whole for a pull request: the table of tools with reasons, the guards one could add, the policy. */
  readonly markdown: string;
}
