import type { ToolClassification } from "../classify/classify.js";
import type { PolicyRecommendation } from "../classify/recommendation.js";
import type { HiddenText } from "../definition/hidden-text.js";
import type { ToolDefinition } from "../definition/tool.js";
import type { ScanChange } from "./changes.js";
import type { Grade, GradeReason } from "./grade.js";
import type { ScanProblem } from "./inventory.js";

/** A prompt, a resource or a template of resources. */
export interface ScannedItem {
  /** Its name; of a resource its URI, of a template that of its URIs. `""` where it has none. */
  readonly name: string;
  /** Where its texts hold hidden characters. */
  readonly hidden: readonly HiddenText[];
}

/** A tool, and what it is taken to do. */
export interface ScannedTool extends ScannedItem, ToolClassification {
  /** What `pin` takes; `undefined` where the tool cannot be called or read. */
  readonly fingerprint: string | undefined;
  /** The tool as the server lists it. Untrusted. */
  readonly definition: ToolDefinition;
}

/** What a server offers, what may be done with it, and what speaks against it. Plain JSON: keep it for the next scan. */
export interface ServerScan {
  /** What the server says of itself. Untrusted. */
  readonly server: { readonly name: string; readonly version: string };
  readonly grade: Grade;
  /** Why it has no better grade, the worst first. */
  readonly reasons: readonly GradeReason[];
  readonly tools: readonly ScannedTool[];
  readonly prompts: readonly ScannedItem[];
  readonly resources: readonly ScannedItem[];
  readonly resourceTemplates: readonly ScannedItem[];
  readonly problems: readonly ScanProblem[];
  /** A policy to start from. */
  readonly recommendation: PolicyRecommendation;
  /** What has changed since the previous scan; `undefined` where none was given. */
  readonly changes: readonly ScanChange[] | undefined;
  /** The whole for people. What comes from the server stands in it as code only. */
  readonly markdown: string;
}
