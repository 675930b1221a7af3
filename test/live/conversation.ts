import type { Cell, Connection } from "./cell.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";

/** Everything a client and a server said to each other that is not a plain tool call, as values to compare. */
export interface Transcript {
  readonly ping: Outcome;
  readonly level: Outcome;
  readonly prompts: Outcome | undefined;
  readonly prompt: Outcome;
  readonly unknownPrompt: Outcome;
  readonly resources: Outcome | undefined;
  readonly resource: Outcome;
  readonly unknownResource: Outcome;
  readonly progressed: Outcome;
  readonly progress: readonly unknown[];
  readonly logs: readonly unknown[];
  readonly elicited: Outcome | undefined;
  readonly sampled: Outcome | undefined;
  readonly cancelled: Outcome | undefined;
  readonly afterCancel: Outcome;
  readonly effects: readonly string[];
}

export async function converse(cell: Cell, connection: Connection): Promise<Transcript> {
  const { client } = connection;
  const progress: unknown[] = [];
  const offers = cell.server === "McpServer";
  const talks = offers && cell.conversation !== "none";
  return {
    ping: await outcomeOf(client.ping()),
    level: await outcomeOf(client.setLoggingLevel("info")),
    prompts: offers ? await outcomeOf(client.listPrompts()) : undefined,
    prompt: await outcomeOf(client.getPrompt({ name: "greet", arguments: { who: "Ada" } })),
    unknownPrompt: await outcomeOf(client.getPrompt({ name: "no_such_prompt" })),
    resources: offers ? await outcomeOf(client.listResources()) : undefined,
    resource: await outcomeOf(client.readResource({ uri: "note://one" })),
    unknownResource: await outcomeOf(client.readResource({ uri: "note://none" })),
    progressed: await outcomeOf(countProgress(connection, progress)),
    progress,
    elicited: talks ? await outcomeOf(connection.callTool("ask")) : undefined,
    sampled: talks ? await outcomeOf(connection.callTool("sample")) : undefined,
    cancelled: talks ? await cancel(connection) : undefined,
    afterCancel: await outcomeOf(connection.callTool("echo", { text: "still here" })),
    logs: connection.logs,
    effects: connection.effects(),
  };
}

/** Calls a tool that reports three times, and lets it end once the client has heard all three. */
function countProgress(connection: Connection, progress: unknown[]): Promise<unknown> {
  const onprogress = (one: unknown): void => {
    progress.push({ ...(one as object) });
    if (progress.length === 3) void connection.callTool("proceed");
  };
  return connection.callTool("progress", {}, { onprogress });
}

/** Aborts a call once its handler runs; resolves when the handler has noticed. */
async function cancel(connection: Connection): Promise<Outcome> {
  const abort = new AbortController();
  const call = connection.callTool("wait", {}, { signal: abort.signal, onprogress: () => abort.abort() });
  const outcome = await outcomeOf(call);
  await connection.until("wait aborted");
  return outcome;
}
