import { describe, expect, it } from "vitest";
import { wrapTransport } from "../../src/index.ts";
import { drained, held } from "./deferred.ts";
import { text } from "./fixture.ts";
import { answerCalls, callsOf, connectByHand, dialForeignServer } from "./foreign-server.ts";
import { createLiveGate, upstream } from "./gate.ts";
import { callMessage, type Line, paramsFor, resultFor } from "./line.ts";
import { outcomeOf, sameOutcome } from "./outcome.ts";
import { limitedTo, overLimit, scenarioPolicy } from "./policies.ts";
import { createPeer, type WireTransport } from "./wire.ts";

/** What becomes of calls that a client makes, holds, gives up and makes again. */
export function describeClientCalls<T extends WireTransport>(line: Line<T>): void {
  describe(`${line.name}: calls of a client behind a gate`, () => {
    it("hazard 18: a call that is aborted while it is held is never forwarded, and costs nothing", async () => {
      const grant = held<string>();
      const { connection, server } = await dialForeignServer(line, limitedTo(1), answerCalls(line), { grant });
      const abort = new AbortController();
      const call = outcomeOf(connection.callTool("metered", {}, { signal: abort.signal }));
      await grant.entered;
      abort.abort();
      expect(await call).toMatchObject({ error: { message: expect.stringContaining("abort") } });
      grant.release("someone");
      expect(await outcomeOf(connection.callTool("metered"))).toMatchObject({ result: text("metered") });
      expect(await outcomeOf(connection.callTool("metered"))).toEqual({ result: overLimit });
      expect(callsOf(server)).toHaveLength(1);
    });

    it("hazard 18: a call that is held when the transport closes is never forwarded", async () => {
      const grant = held<string>();
      const { connection, server } = await dialForeignServer(line, scenarioPolicy, answerCalls(line), { grant });
      const call = outcomeOf(connection.callTool("echo", { text: "late" }));
      await grant.entered;
      await connection.close();
      grant.release("someone");
      expect(await call).toMatchObject({ error: expect.anything() });
      expect(callsOf(server)).toEqual([]);
    });

    it("a call that is held when the gate closes is denied", async () => {
      const grant = held<string>();
      const timeouts = { resolve: 3_600_000 };
      const { peer, server, gate } = await connectByHand(line, scenarioPolicy, { grant, timeouts });
      const call = peer.ask(1, "tools/call", paramsFor(line, { name: "echo", arguments: { text: "held" } }));
      await grant.entered;
      await gate.close();
      expect((await call).result).toHaveProperty(["_meta", "callgate/denial", "code"], "unavailable");
      expect(callsOf(server)).toEqual([]);
    });

    it("a gate that is closed denies every call", async () => {
      const { peer, server, gate } = await connectByHand(line, scenarioPolicy);
      await gate.close();
      const params = paramsFor(line, { name: "echo", arguments: { text: "late" } });
      const { result } = await peer.ask(1, "tools/call", params);
      expect(result).toHaveProperty(["_meta", "callgate/denial", "code"], "unavailable");
      expect(callsOf(server)).toEqual([]);
    });

    it("a call on a transport that is not started is not sent, and costs nothing", async () => {
      const [near, far] = line.linkedPair();
      const server = await createPeer(far, answerCalls(line));
      const transport = wrapTransport(near, createLiveGate(limitedTo(1)), upstream);
      await expect(transport.send(callMessage(line, 1, "metered") as never)).rejects.toThrow("not started");
      const peer = await createPeer(transport);
      const { result } = await peer.ask(2, "tools/call", paramsFor(line, { name: "metered", arguments: {} }));
      expect(result).toEqual(resultFor(line, text("metered")));
      expect(callsOf(server)).toHaveLength(1);
    });

    it("hazard 15: a denied call that asks for a task gets an error, never a result that is no task", async () => {
      const { peer, server } = await connectByHand(line, scenarioPolicy);
      const params = paramsFor(line, { name: "unlisted", arguments: {}, task: { ttl: 1_000 } });
      const { result, error } = await peer.ask(1, "tools/call", params);
      expect([result, error?.code]).toEqual([undefined, -32602]);
      expect(callsOf(server)).toEqual([]);
    });

    it("hazard 19: a call that was forwarded and then cancelled keeps its charge", async () => {
      const { peer, server } = await connectByHand(line, limitedTo(1, "wait"));
      await peer.send(callMessage(line, 1, "wait"));
      await peer.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } });
      const second = await peer.ask(2, "tools/call", paramsFor(line, { name: "wait", arguments: {} }));
      expect(second.result).toEqual(resultFor(line, overLimit));
      expect(server.received.map(({ method }) => method)).toEqual(["tools/call", "notifications/cancelled"]);
    });

    it("hazard 20: every retry is a call of its own", async () => {
      const { connection, server } = await dialForeignServer(line, limitedTo(2), answerCalls(line));
      const outcomes = [];
      for (const _ of [1, 2, 3]) outcomes.push(await outcomeOf(connection.callTool("metered")));
      expect(outcomes[2]).toEqual({ result: overLimit });
      expect(callsOf(server)).toHaveLength(2);
    });

    it("hazard 31: parallel calls that wait for an async resolver share one limit, and the process is not warned", async () => {
      const warnings: string[] = [];
      const onWarning = (warning: Error): void => void warnings.push(warning.name);
      process.on("warning", onWarning);
      const { connection, server } = await dialForeignServer(line, limitedTo(10), answerCalls(line), {
        grant: async () => "someone",
      });
      const outcomes = await Promise.all(Array.from({ length: 100 }, () => outcomeOf(connection.callTool("metered"))));
      expect(outcomes.filter((outcome) => sameOutcome(outcome, { result: overLimit }))).toHaveLength(90);
      expect(callsOf(server)).toHaveLength(10);
      await drained();
      process.off("warning", onWarning);
      expect(warnings).toEqual([]);
    });
  });
}
