import { InMemoryTaskStore } from "@modelcontextprotocol/sdk/experimental/tasks/stores/in-memory.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { describe, expect, it } from "vitest";
import { type Hooks, sides, unwrapped } from "../cell.ts";
import { text } from "../fixture.ts";
import { createLiveGate, guarded } from "../gate.ts";
import { createMemoryLedger, type Ledger } from "../ledger.ts";
import { connectClient, type V1Connection } from "./client.ts";

const limit = { counter: "report", window: "minute", max: 1, scope: "grant", on_deny: "That is enough." };
const policy = { version: "1", default: "deny", tools: { report: { limits: [limit] } } };

/** Two tools that run as tasks and are done at once. */
function createTaskServer(ledger: Ledger, taskStore: InMemoryTaskStore): McpServer {
  const capabilities = { tasks: { requests: { tools: { call: {} } } } };
  const server = new McpServer({ name: "tasks", version: "1.0.0" }, { capabilities, taskStore });
  for (const name of ["report", "unlisted"]) {
    server.experimental.tasks.registerToolTask(
      name,
      { execution: { taskSupport: "required" } },
      {
        async createTask(extra) {
          ledger.record(name);
          const task = await extra.taskStore.createTask({ ttl: 60_000 });
          await extra.taskStore.storeTaskResult(task.taskId, "completed", text(name));
          return { task };
        },
        getTask: (extra) => extra.taskStore.getTask(extra.taskId),
        getTaskResult: async (extra) => text(JSON.stringify(await extra.taskStore.getTaskResult(extra.taskId))),
      },
    );
  }
  return server;
}

/** What a client sees of a call that runs as a task, without what differs from run to run. */
async function streamOf({ client }: V1Connection, name: string): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const message of client.experimental.tasks.callToolStream({ name, arguments: {} })) {
    if (message.type === "error") seen.push([message.type, message.error.code]);
    else if (message.type === "result") seen.push([message.type, message.result.content]);
    else seen.push([message.type, message.task.status]);
  }
  return seen;
}

describe("v1: calls that run as tasks", () => {
  const connect = async (hooks: Hooks): Promise<V1Connection> => {
    const ledger = createMemoryLedger();
    const store = new InMemoryTaskStore();
    const [near, far] = InMemoryTransport.createLinkedPair();
    const server = hooks.server(createTaskServer(ledger, store));
    await server.connect(far);
    const connection = await connectClient(near, hooks, ledger, [() => server.close(), () => store.cleanup()]);
    // The client runs a tool as a task only if a list has told it to.
    await connection.listTools();
    return connection;
  };

  it.each(sides)("hazard 15: pass, are charged once, and are denied with an error (gate on the %s)", async (side) => {
    const plain = await connect(unwrapped);
    const expected = await streamOf(plain, "report");
    const gated = await connect(guarded(side, createLiveGate(policy)));
    expect(await streamOf(gated, "report")).toEqual(expected);
    expect(expected.at(-1)).toEqual(["result", text("report").content]);
    expect(await streamOf(gated, "report")).toEqual([["error", -32602]]);
    expect(await streamOf(gated, "unlisted")).toEqual([["error", -32602]]);
    expect(gated.effects()).toEqual(["report"]);
    await plain.close();
    await gated.close();
  });
});
