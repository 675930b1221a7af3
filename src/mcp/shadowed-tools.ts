import { FirstTimes } from "../internal/first-times.js";
import { quote } from "../internal/quote.js";
import type { Connection } from "./connection.js";
import type { NamedTool } from "./listing.js";

/** How many tools are remembered of all servers of a gate. Then all are forgotten. */
const REMEMBERED = 100_000;

/**
 * Tells when two servers of one gate list a tool of the same name. Calls are judged for each server by itself; but a model
 * that is shown both may take one for the other.
 */
export class ShadowedTools {
  /** The server that listed a name first. */
  readonly #owners = new Map<string, string>();
  readonly #told = new FirstTimes(REMEMBERED);

  look(connection: Connection, tools: readonly NamedTool[]): void {
    const { server } = connection;
    if (server === undefined || !connection.isHeard) return;
    for (const { name } of tools) {
      const owner = this.#owners.get(name);
      if (owner === undefined) this.#own(name, server);
      else if (owner !== server && this.#told.isFirst(JSON.stringify([name, owner, server]))) {
        const message = `${quote(name)} is listed by ${quote(server)}, and by ${quote(owner)} before`;
        connection.notice("shadowed_tool", message, [name]);
      }
    }
  }

  #own(name: string, server: string): void {
    if (this.#owners.size >= REMEMBERED) this.#owners.clear();
    this.#owners.set(name, server);
  }
}
