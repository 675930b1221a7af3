import { copyDefinition, type Definition } from "../definition/definition.js";
import { describeDifference } from "../definition/difference.js";
import { knownFingerprint } from "../definition/fingerprint.js";
import { FirstTimes } from "../internal/first-times.js";
import { attempt } from "../internal/maybe.js";

/** How many pinned definitions are remembered, and how many changes that were told. Then all are forgotten. */
const REMEMBERED = 1_000;

const NEVER_SEEN = "what was pinned was not listed since this gate was made, so what changed cannot be told";

/**
 * What is behind the pins of a gate, as far as it was listed: a pin is only a digest, but a definition that has it is the one
 * that was approved, and says what changed in one that has not.
 */
export class PinnedDefinitions {
  readonly #approved = new Map<string, Definition>();
  readonly #told = new FirstTimes(REMEMBERED);

  /** Looks at a tool that is pinned. Says in words how it differs, the first time for each server and definition. */
  look(server: string, pin: string, tool: object): string | undefined {
    const found = knownFingerprint(tool);
    if (found === pin) {
      this.#approve(pin, tool);
      return undefined;
    }
    if (!this.#told.isFirst(JSON.stringify([server, pin, found]))) return undefined;
    return `is not listed as it was pinned: ${this.#changes(pin, tool)}`;
  }

  #approve(pin: string, tool: object): void {
    if (this.#approved.has(pin)) return;
    if (this.#approved.size >= REMEMBERED) this.#approved.clear();
    this.#approved.set(pin, copyDefinition(tool));
  }

  #changes(pin: string, tool: object): string {
    const approved = this.#approved.get(pin);
    if (approved === undefined) return NEVER_SEEN;
    return attempt<string>(
      () => describeDifference(approved, copyDefinition(tool)).join("; "),
      () => "its definition cannot be read",
    ) as string;
  }
}
