import { describe, expect, it } from "vitest";
import { wrapTransport } from "../../src/index.ts";
import { createAuditLog } from "./audit-log.ts";
import { held } from "./deferred.ts";
import { type Answer, answerCalls, argumentsOf, connectByHand, dialForeignServer, toolOf } from "./foreign-server.ts";
import { createLiveGate, upstream } from "./gate.ts";
import { callMessage, type Line, listFor, paramsFor } from "./line.ts";
import { malformedCalls } from "./malformed.ts";
import { outcomeOf } from "./outcome.ts";
import { scenarioPolicy } from "./policies.ts";
import { createPeer, type WireTransport } from "./wire.ts";

/** What passes a client's wrapped transport, when either end sends whatever it likes. */
export function describeClientMessages<T extends WireTransport>(line: Line<T>): void {
  describe(`${line.name}: messages on a client's transport behind a gate`, () => {
    it.each(malformedCalls)("never forwards $title", async ({ message, errors, code }) => {
      const { peer, server, audit } = await connectByHand(line, scenarioPolicy);
      await outcomeOf(peer.send(message(line, "odd")));
      await peer.send(callMessage(line, "barrier", "echo", { text: "after" }));
      await peer.until(({ id }) => id === "barrier");
      expect(server.received.map(({ id }) => id)).toEqual(["barrier"]);
      const answers = peer.received.filter(({ id }) => id !== "barrier");
      expect(answers.map(({ id, error }) => [id, error !== undefined])).toEqual(Array(errors).fill(["odd", true]));
      expect(audit.refusals()).toEqual([code]);
    });

    it("hazard 7: refuses a second call with the id of one in flight, and forwards the first only", async () => {
      const { peer, server, audit } = await connectByHand(line, scenarioPolicy);
      await peer.send(callMessage(line, 7, "wait"));
      await peer.send(callMessage(line, 7, "echo", { text: "second" }));
      await peer.ask("barrier", "tools/call", paramsFor(line, { name: "echo", arguments: { text: "after" } }));
      expect(server.received.map(toolOf)).toEqual(["wait", "echo"]);
      expect(peer.received.filter(({ id }) => id === 7).map(({ error }) => error?.code)).toEqual([-32600]);
      expect(audit.refusals()).toEqual(["duplicate_id"]);
    });

    it("hazard 7: a call cannot take the id of a list in flight to have its answer pass unfiltered", async () => {
      const { peer, server } = await connectByHand(line, scenarioPolicy);
      await peer.send({ jsonrpc: "2.0", id: 7, method: "tools/list", params: paramsFor(line, {}) });
      await peer.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 7 } });
      await peer.send(callMessage(line, 7, "wait"));
      await server.send({
        jsonrpc: "2.0",
        id: 7,
        result: listFor(line, "secret", "echo"),
      });
      await peer.ask("barrier", "tools/call", paramsFor(line, { name: "echo", arguments: { text: "after" } }));
      const lists = peer.received.flatMap(({ result }) => (Array.isArray(result?.tools) ? [result.tools] : []));
      expect(lists.flat().map((tool) => (tool as { name: string }).name)).not.toContain("secret");
    });

    it("hazard 2: never forwards a method that is none of MCP's, where the default is to deny", async () => {
      const { peer, server } = await connectByHand(line, scenarioPolicy);
      const { error } = await peer.ask(1, "acme/run", paramsFor(line, { name: "echo" }));
      await peer.send({ jsonrpc: "2.0", method: "acme/ran", params: {} });
      expect(error?.code).toBe(-32601);
      expect(server.received).toEqual([]);
    });

    it("hazard 8: an answer counts only under exactly the id of a live request", async () => {
      const wrongIds = (id: unknown): unknown[] => [String(id), ` ${id} `, `${id}.0`, 999, null];
      const sly: Answer = async ({ id, method }, send) => {
        if (method !== "tools/list") return;
        for (const wrong of wrongIds(id)) {
          await send({ jsonrpc: "2.0", id: wrong, result: listFor(line, "secret") });
        }
        await send({ jsonrpc: "2.0", id, result: listFor(line, "secret", "echo") });
        await send({ jsonrpc: "2.0", id, result: listFor(line, "secret", "second") });
      };
      const audit = createAuditLog();
      const gated = await dialForeignServer(line, scenarioPolicy, sly, { audit: audit.sink });
      expect((await gated.connection.listTools()).map(({ name }) => name)).toEqual(["echo"]);
      expect(audit.refusals()).toEqual(Array.from({ length: 6 }, () => "unknown_response"));
      const plain = await dialForeignServer(line, undefined, sly);
      expect((await plain.connection.listTools()).map(({ name }) => name)).toContain("secret");
    });

    it("hazard 9: a list of tools is filtered whatever request it answers", async () => {
      const { peer, server } = await connectByHand(line, scenarioPolicy);
      await peer.send({ jsonrpc: "2.0", id: 1, method: "prompts/list", params: paramsFor(line, {}) });
      await server.send({
        jsonrpc: "2.0",
        id: 1,
        result: listFor(line, "secret", "echo"),
      });
      const { result } = await peer.until(({ id }) => id === 1);
      expect(JSON.stringify(result)).not.toContain("secret");
    });

    it.each([
      ["is no list", "secret"],
      ["is an object", { "0": { name: "secret" } }],
      ["is missing", undefined],
    ])("an answer to tools/list whose `tools` %s is not handed on", async (_, tools) => {
      const { peer, server } = await connectByHand(line, scenarioPolicy);
      await peer.send({ jsonrpc: "2.0", id: 1, method: "tools/list", params: paramsFor(line, {}) });
      await server.send({ jsonrpc: "2.0", id: 1, result: { ...listFor(line), tools, note: "secret" } });
      const answer = await peer.until(({ id }) => id === 1);
      expect(answer.error?.code).toBe(-32603);
      expect(JSON.stringify(peer.received)).not.toContain("secret");
    });

    it("hazard 11: forwards the values it judged when an argument reads differently each time", async () => {
      const { peer, server } = await connectByHand(line, scenarioPolicy);
      let reads = 0;
      const args = {
        get amount(): number {
          reads += 1;
          return reads === 1 ? 5 : 5_000;
        },
      };
      await peer.send(callMessage(line, 1, "pay", args));
      await peer.until(({ id }) => id === 1);
      expect(server.received.map(({ params }) => (params as { arguments: unknown }).arguments)).toEqual([
        { amount: 5 },
      ]);
    });

    it("hazard 11: forwards the name it judged when the name reads differently each time", async () => {
      const { peer, server } = await connectByHand(line, scenarioPolicy);
      const names = ["echo", "unlisted", "unlisted", "unlisted"];
      const params = new Proxy(paramsFor(line, { name: "echo", arguments: {} }), {
        get: (target, key, receiver) => (key === "name" ? names.shift() : Reflect.get(target, key, receiver)),
      });
      await outcomeOf(peer.send({ jsonrpc: "2.0", id: 1, method: "tools/call", params }));
      await peer.ask("barrier", "tools/call", paramsFor(line, { name: "echo", arguments: { text: "after" } }));
      expect(server.received.map(toolOf)).not.toContain("unlisted");
    });

    it("hazard 11: what a caller changes after the call, while it is held, is not what is forwarded", async () => {
      const grant = held<string>();
      const { peer, server } = await connectByHand(line, scenarioPolicy, { grant });
      const message = callMessage(line, 1, "pay", { amount: 5 });
      const sent = peer.send(message);
      await grant.entered;
      const { params } = message as { params: { name: string; arguments: { amount: number } } };
      params.arguments.amount = 5_000;
      params.name = "unlisted";
      grant.release("someone");
      await sent;
      expect(server.received.map((received) => [toolOf(received), argumentsOf(received)])).toEqual([
        ["pay", { amount: 5 }],
      ]);
    });

    it("hazard 22: filters every page, and leaves a page that becomes empty a valid page with its cursor", async () => {
      const pages: Answer = ({ id, method, params }, send) => {
        if (method !== "tools/list") return undefined;
        const { cursor } = (params ?? {}) as { cursor?: string };
        const page = cursor === undefined ? { ...listFor(line, "secret"), nextCursor: "2" } : listFor(line, "echo");
        return send({ jsonrpc: "2.0", id, result: page });
      };
      const { connection, server } = await dialForeignServer(line, scenarioPolicy, pages);
      expect((await connection.listTools()).map(({ name }) => name)).toEqual(["echo"]);
      expect(server.received.filter(({ method }) => method === "tools/list")).toHaveLength(2);
    });

    it("hazard 23: a list that was filtered is private to this caller, whatever the server says", async () => {
      const { peer, server } = await connectByHand(line, scenarioPolicy);
      await peer.send({ jsonrpc: "2.0", id: 1, method: "tools/list", params: paramsFor(line, {}) });
      const page = { ...listFor(line, "secret", "echo"), ttlMs: 60_000, cacheScope: "public" };
      await server.send({ jsonrpc: "2.0", id: 1, result: page });
      const { result } = await peer.until(({ id }) => id === 1);
      expect(result).toEqual({ ...page, ...listFor(line, "echo"), ttlMs: 60_000, cacheScope: "private" });
    });

    it("hazard 3, a documented limit: whoever keeps the inner transport can send past the gate", async () => {
      const [near, far] = line.linkedPair();
      const server = await createPeer(far, answerCalls(line));
      await createPeer(wrapTransport(near, createLiveGate(scenarioPolicy), upstream));
      await near.send(callMessage(line, 1, "unlisted"));
      expect(server.received.map(toolOf)).toEqual(["unlisted"]);
    });
  });
}
