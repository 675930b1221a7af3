import { findHiddenText, type HiddenText, showHiddenText } from "../definition/hidden-text.js";
import { canonicalJson } from "../internal/canonical-json.js";
import { sha256Hex } from "../internal/digest.js";
import { FirstTimes } from "../internal/first-times.js";
import { quote } from "../internal/quote.js";
import type { Connection } from "./connection.js";
import type { NamedTool } from "./listing.js";

/** How many poisoned definitions are remembered as told. Then all are forgotten. */
const REMEMBERED = 1_000;

/** Looks for hidden characters in the tools that a gate hands on. */
export class PoisonedText {
  readonly #told = new FirstTimes(REMEMBERED);
  readonly #sanitize: boolean;

  constructor(options: { readonly sanitize: boolean }) {
    this.#sanitize = options.sanitize;
  }

  /** The tools as the caller gets them: as they are, or with what is hidden written out. Each definition is told once. */
  handOn(connection: Connection, tools: readonly NamedTool[]): readonly unknown[] {
    if (!this.#sanitize && !connection.isHeard) return tools;
    for (const tool of tools) this.#tell(connection, tool);
    return this.#sanitize ? tools.map(showHiddenText) : tools;
  }

  #tell(connection: Connection, tool: NamedTool): void {
    const found = findHiddenText(tool);
    if (found.length === 0) return;
    const definition = `${sha256Hex(canonicalJson(tool))} ${connection.server ?? ""}`;
    if (!this.#told.isFirst(definition)) return;
    const message = `${quote(tool.name)} holds hidden characters: ${found.map(describePlace).join(", ")}`;
    connection.notice("poisoned_text", message, [tool.name]);
  }
}

function describePlace({ pointer, characters }: HiddenText): string {
  return `${characters.join(" ")} at ${quote(pointer)}`;
}
