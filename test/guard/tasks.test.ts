import type { CallerInfo } from "callgate";
import { createGate, parsePolicy } from "callgate";
import { describe, expect, test } from "vitest";
import { holder } from "./held.ts";
import { answer, call, cancel, failure, notPermitted, outcomes, refusals, request } from "./messages.ts";
import { type Bench, drained, openBench, SIDES } from "./raw-transport.ts";

const POLICY = parsePolicy({ version: "1", default: "deny", tools: { ok: {} } });
const UNKNOWN = "unknown task";

const byAuth = ({ authInfo }: CallerInfo): string => String((authInfo as { user?: string } | undefined)?.user);
const as = (user: string): object => ({ authInfo: { user } });

async function makeTask(bench: Bench, id: number, taskId: string, user: string): Promise<void> {
  await bench.ask(request(id, "tools/call", { name: "ok", task: { ttl: 1 } }), as(user));
  await bench.reply(answer(id, { task: { taskId, status: "working" } }));
}

describe("tasks on a server that tells its callers apart", () => {
  const METHODS = ["tasks/get", "tasks/result", "tasks/cancel", "tasks/update"];

  test.each(METHODS)("D11, hazard 15: %s is for the grant that made the task only", async (method) => {
    const bench = await openBench("server", { policy: POLICY, grant: byAuth });
    await makeTask(bench, 1, "t1", "ann");
    await bench.ask(request(2, method, { taskId: "t1" }), as("bob"));
    await bench.ask(request(3, method, { taskId: "t1" }), as("ann"));
    expect(bench.asked.slice(1)).toEqual([request(3, method, { taskId: "t1" })]);
    expect(bench.told.slice(1)).toEqual([failure(2, -32602, UNKNOWN)]);
    expect(refusals(bench)).toMatchObject([{ code: "foreign_task", method, requestId: 2 }]);
  });

  test("D11: a task that nobody is known to have made is nobody's", async () => {
    const bench = await openBench("server", { policy: POLICY, grant: byAuth });
    for (const [id, taskId] of [
      [1, "guess"],
      [2, 7],
      [3, null],
      [4, ["t1"]],
      [5, "__proto__"],
    ]) {
      await bench.ask(request(id, "tasks/get", { taskId }), as("ann"));
    }
    expect(bench.asked).toEqual([]);
    expect(bench.told).toEqual([1, 2, 3, 4, 5].map((id) => failure(id, -32602, UNKNOWN)));
  });

  test("D11: a task and a foreign one get the same answer", async () => {
    const bench = await openBench("server", { policy: POLICY, grant: byAuth });
    await makeTask(bench, 1, "t1", "ann");
    await bench.ask(request(2, "tasks/get", { taskId: "t1" }), as("bob"));
    await bench.ask(request(2, "tasks/get", { taskId: "none" }), as("bob"));
    expect(bench.told[1]).toEqual(bench.told[2]);
  });

  test("D11: tasks/list names a caller's own tasks only", async () => {
    const bench = await openBench("server", { policy: POLICY, grant: byAuth });
    await makeTask(bench, 1, "t1", "ann");
    await makeTask(bench, 2, "t2", "bob");
    await bench.ask(request(3, "tasks/list"), as("bob"));
    const tasks = [{ taskId: "t1" }, { taskId: "t2", status: "working" }, { taskId: "t3" }, {}, null, "t2"];
    await bench.reply(answer(3, { tasks, nextCursor: "n" }));
    expect(bench.told.at(-1)).toEqual(answer(3, { tasks: [{ taskId: "t2", status: "working" }], nextCursor: "n" }));
  });

  test("D11, hazard 30: a task keeps its owner on the next connection of the same gate", async () => {
    const gate = createGate({ policy: POLICY, grant: byAuth });
    await makeTask(await openBench("server", gate), 1, "t1", "ann");
    const next = await openBench("server", gate);
    await next.ask(request(1, "tasks/get", { taskId: "t1" }), as("bob"));
    await next.ask(request(2, "tasks/get", { taskId: "t1" }), as("ann"));
    expect(next.asked).toEqual([request(2, "tasks/get", { taskId: "t1" })]);
  });

  test("K04: a request for a task that is cancelled while its grant is asked for is not forwarded", async () => {
    const grant = holder<string>();
    const bench = await openBench("server", { policy: POLICY, grant });
    void makeTask(bench, 1, "t1", "ann");
    grant.answer(0, "ann");
    await drained();
    void bench.reply(answer(1, { task: { taskId: "t1" } }));
    grant.answer(1, "ann");
    await drained();
    await bench.ask(request(2, "tasks/get", { taskId: "t1" }));
    await bench.ask(cancel(2));
    grant.answer(2, "ann");
    await drained();
    expect(bench.asked).toHaveLength(1);
    expect(bench.told).toHaveLength(1);
  });

  test("D11: a caller whose grant cannot be told uses no task", async () => {
    const grant = (caller: CallerInfo) => {
      if (byAuth(caller) === "undefined") throw new Error("who?");
      return byAuth(caller);
    };
    const bench = await openBench("server", { policy: POLICY, grant });
    await makeTask(bench, 1, "t1", "ann");
    await bench.ask(request(2, "tasks/get", { taskId: "t1" }));
    expect(bench.asked).toHaveLength(1);
    expect(bench.told.at(-1)).toEqual(failure(2, -32602, UNKNOWN));
  });

  test("D16, hazard 29: what a message says of who made a task counts for nothing", async () => {
    const bench = await openBench("server", { policy: POLICY, grant: byAuth });
    await makeTask(bench, 1, "t1", "ann");
    const _meta = { user: "ann", grant: "ann", "io.modelcontextprotocol/related-task": { taskId: "t1" } };
    await bench.ask(request(2, "tasks/get", { taskId: "t1", _meta, authInfo: { user: "ann" } }), as("bob"));
    expect(bench.asked).toHaveLength(1);
  });
});

describe.each(SIDES)("task-augmented calls, %s side", (side) => {
  test("hazard 15: a task-augmented call that is denied gets an error, because a result would be no task", async () => {
    const bench = await openBench(side);
    await bench.ask(request(1, "tools/call", { name: "secret", task: { ttl: 1 } }));
    const { result } = notPermitted(1) as { result: { _meta: object } };
    expect(bench.asked).toEqual([]);
    expect(bench.told).toEqual([
      failure(1, -32602, "[POLICY DENIED] this tool is not permitted by policy", result._meta),
    ]);
  });

  test("D13: an unsolicited task handle as an answer passes, and the call counted once", async () => {
    const bench = await openBench(side);
    await bench.ask(call(1, "ok"));
    const handle = answer(1, { resultType: "task", task: { taskId: "t", status: "working" } });
    await bench.reply(handle);
    await bench.reply(handle);
    expect(bench.told).toEqual([handle]);
    expect(outcomes(bench)).toEqual([{ result: "task", refunded: false }]);
  });

  test("D14, hazard 16: every leg of an `input_required` call is judged in full and charged", async () => {
    const limits = [{ counter: "n", window: "day", max: 2 }] as const;
    const deny_if = [{ conditions: [{ path: "args.a", op: "gt", value: 1 }] }] as const;
    const bench = await openBench(side, {
      policy: { version: "1", default: "deny", tools: { ok: { limits, deny_if } } },
    });
    const leg = (id: number, a: number) =>
      request(id, "tools/call", { name: "ok", arguments: { a }, requestState: "s", inputResponses: {} });
    await bench.ask(call(1, "ok", { a: 1 }));
    await bench.reply(answer(1, { resultType: "input_required", requestState: "s" }));
    await bench.ask(leg(2, 5));
    await bench.ask(leg(3, 1));
    await bench.ask(leg(4, 1));
    expect(bench.asked).toEqual([call(1, "ok", { a: 1 }), leg(3, 1)]);
    expect(bench.told.slice(1)).toMatchObject([
      { id: 2, result: { _meta: { "callgate/denial": { code: "denied" } } } },
      { id: 4, result: { _meta: { "callgate/denial": { code: "rate_limited" } } } },
    ]);
  });
});
