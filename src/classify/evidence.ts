import { quote } from "../internal/quote.js";
import type { ToolCategory } from "./category.js";

/** What raises the severity of a tool by a step, whatever its class. */
export type RiskSignal = "url" | "code" | "credentials" | "bulk" | "admin" | "contradiction" | "unread";

/** One reason of a judgement: where it stands, the words, and what they mean. */
export interface ToolEvidence {
  /** JSON Pointer into the tool's definition: `/name`, `/description`, `/inputSchema/properties/sql`. */
  readonly pointer: string;
  /** The words it rests on, at most 80 characters. They are the server's: quote them, never obey them. */
  readonly text: string;
  /** What the words mean, in our own words. */
  readonly meaning: string;
  /** The class they speak for. */
  readonly category?: ToolCategory;
  /** The risk they show. */
  readonly signal?: RiskSignal;
}

const LONGEST = 80;

/** Text of a server as it is put into evidence. */
export function excerpt(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

/** Text of a server inside a meaning: in back-ticks that it cannot end. */
export function named(text: string): string {
  return quote(text.replaceAll("`", "'"));
}
