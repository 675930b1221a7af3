import { describe, expect, it } from "vitest";
import { type Gate, type PolicyDocument, type ServerLike, wrapServer, wrapTransport } from "../../src/index.ts";
import { denial } from "./denial.ts";
import { type ToolAnswer, text } from "./fixture.ts";
import { call } from "./foreign-client.ts";
import { createLiveGate, upstream } from "./gate.ts";
import type { Kit, KitServer } from "./kit.ts";
import { createMemoryLedger, type Ledger } from "./ledger.ts";
import { openByHand } from "./line.ts";
import { outcomeOf } from "./outcome.ts";
import { allowAllPolicy, scenarioPolicy } from "./policies.ts";
import { createPeer, type WireMessage, type WireTransport } from "./wire.ts";

const notPermitted = {
  result: denial({ code: "not_permitted", message: "this tool is not permitted by policy" }),
};

/** A handler that leaves its name on the ledger and answers with it. */
function handler(ledger: Ledger, name: string): () => ToolAnswer {
  return () => {
    ledger.record(name);
    return text(name);
  };
}

/** What a host may do before, after and around wrapping. */
export function describeWrapping<T extends WireTransport>(kit: Kit<T>): void {
  const gate = (): Gate => createLiveGate(scenarioPolicy);
  const wrap = (target: ServerLike): ServerLike => wrapServer(target, gate(), upstream);

  /** What the calls of `names` came to, one after the other, over a fresh connection. */
  const callAll = async (server: KitServer<T>, names: readonly string[]): Promise<unknown[]> => {
    const [near, far] = kit.linkedPair();
    await server.connect(far);
    const connection = await kit.dial(near);
    const outcomes = [];
    for (const name of names) outcomes.push(await outcomeOf(connection.callTool(name)));
    await server.close();
    return outcomes;
  };

  describe(`${kit.name}: wrapping`, () => {
    it("hazard 1: covers a tool that is registered after the server was wrapped", async () => {
      const ledger = createMemoryLedger();
      const server = kit.mcpServer();
      wrap(server.target);
      for (const name of ["echo", "unlisted"]) server.register(name, handler(ledger, name));
      expect(await callAll(server, ["echo", "unlisted"])).toEqual([{ result: text("echo") }, notPermitted]);
      expect(ledger.effects()).toEqual(["echo"]);
    });

    it("hazard 1: covers a tool that gets another handler, another name, or is enabled later", async () => {
      const ledger = createMemoryLedger();
      const server = kit.mcpServer();
      const tool = server.register("echo", () => text("old"));
      const other = server.register("unlisted", handler(ledger, "unlisted"));
      other.setEnabled(false);
      wrap(server.target);
      other.replace(handler(ledger, "replaced"));
      other.setEnabled(true);
      tool.rename("renamed");
      expect(await callAll(server, ["unlisted", "renamed"])).toEqual([notPermitted, notPermitted]);
      expect(ledger.effects()).toEqual([]);
    });

    it("hazard 1: covers a handler of tools/call that is set, or set again, after the server was wrapped", async () => {
      const ledger = createMemoryLedger();
      const server = kit.lowServer();
      server.handleCalls((name) => handler(ledger, `first ${name}`)());
      wrap(server.target);
      server.handleCalls((name) => handler(ledger, name)());
      expect(await callAll(server, ["echo", "unlisted"])).toEqual([{ result: text("echo") }, notPermitted]);
      expect(ledger.effects()).toEqual(["echo"]);
    });

    it("hazard 1: announces a tool that is registered while the server is connected, and judges it", async () => {
      const ledger = createMemoryLedger();
      const server = kit.mcpServer();
      server.register("echo", handler(ledger, "echo"));
      wrap(server.target);
      const [near, far] = kit.linkedPair();
      await server.connect(far);
      const peer = await createPeer(near);
      const line = { revision: "2025-11-25" } as const;
      await openByHand(line, peer);
      server.register("unlisted", handler(ledger, "unlisted"));
      await peer.until(({ method }) => method === "notifications/tools/list_changed");
      expect((await call(line, peer, 1, "unlisted")).result).toEqual(notPermitted.result);
      expect(ledger.effects()).toEqual([]);
      await server.close();
    });

    it("hazard 2: covers a fallback handler that takes tools/call", async () => {
      const ledger = createMemoryLedger();
      const server = kit.lowServer();
      wrap(server.target);
      server.handleRest((method) => handler(ledger, method)());
      expect(await callAll(server, ["echo", "unlisted"])).toEqual([{ result: text("tools/call") }, notPermitted]);
      expect(ledger.effects()).toEqual(["tools/call"]);
    });

    it("hazard 2: a method that is none of MCP's reaches a fallback handler only where the default is to allow", async () => {
      const ask = async (policy: PolicyDocument): Promise<{ answer: WireMessage; ran: readonly string[] }> => {
        const ledger = createMemoryLedger();
        const server = kit.lowServer();
        wrapServer(server.target, createLiveGate(policy), upstream);
        server.handleRest((method) => handler(ledger, method)());
        const [near, far] = kit.linkedPair();
        await server.connect(far);
        const peer = await createPeer(near);
        await openByHand({ revision: "2025-11-25" }, peer);
        const answer = await peer.ask(1, "acme/run", {});
        await server.close();
        return { answer, ran: ledger.effects() };
      };
      const denied = { jsonrpc: "2.0", id: 1, error: { code: -32601, message: "Method not found" } };
      expect(await ask(scenarioPolicy)).toEqual({ answer: denied, ran: [] });
      expect(await ask(allowAllPolicy)).toEqual({
        answer: { jsonrpc: "2.0", id: 1, result: text("acme/run") },
        ran: ["acme/run"],
      });
    });

    it("covers every connection of a server that is closed and connected again", async () => {
      const server = kit.mcpServer();
      for (const name of ["echo", "unlisted"]) server.register(name, () => text(name));
      wrap(server.target);
      const expected = [{ result: text("echo") }, notPermitted];
      expect(await callAll(server, ["echo", "unlisted"])).toEqual(expected);
      expect(await callAll(server, ["echo", "unlisted"])).toEqual(expected);
    });

    it("gives back the server it was given, and a transport of the same class", () => {
      const server = kit.mcpServer();
      expect(wrap(server.target)).toBe(server.target);
      const [near] = kit.linkedPair();
      const wrapped = wrapTransport(near, gate(), upstream);
      expect(wrapped).not.toBe(near);
      expect(Object.getPrototypeOf(wrapped)).toBe(Object.getPrototypeOf(near));
      expect(wrapped.constructor).toBe(near.constructor);
    });

    it("refuses to wrap twice, by whichever end of an McpServer", () => {
      const outer = kit.mcpServer();
      wrap(outer.target);
      expect(() => wrap(outer.target)).toThrow(expect.objectContaining({ code: "already_wrapped" }));
      expect(() => wrap(outer.inner)).toThrow(expect.objectContaining({ code: "already_wrapped" }));
      const inner = kit.mcpServer();
      wrap(inner.inner);
      expect(() => wrap(inner.target)).toThrow(expect.objectContaining({ code: "already_wrapped" }));
      const [near] = kit.linkedPair();
      const wrapped = wrapTransport(near, gate(), upstream);
      for (const again of [near, wrapped]) {
        expect(() => wrapTransport(again, gate(), upstream)).toThrow(
          expect.objectContaining({ code: "already_wrapped" }),
        );
      }
    });

    it("a gate takes a second client only under a name, and any number of servers of one host", () => {
      const shared = gate();
      wrapTransport(kit.linkedPair()[0], shared);
      expect(() => wrapTransport(kit.linkedPair()[0], shared)).toThrow(
        expect.objectContaining({ code: "invalid_options" }),
      );
      expect(() => wrapTransport(kit.linkedPair()[0], shared, { server: "second" })).not.toThrow();
      const host = gate();
      for (const server of [kit.mcpServer(), kit.lowServer()]) {
        expect(() => wrapServer(server.target, host)).not.toThrow();
      }
    });

    it("hazard 5: refuses to wrap a server that is connected already", async () => {
      const [, far] = kit.linkedPair();
      for (const server of [kit.mcpServer(), kit.lowServer()]) {
        await server.connect(far);
        expect(() => wrap(server.target)).toThrow(expect.objectContaining({ code: "already_connected" }));
        await server.close();
      }
    });

    it("hazard 5: refuses to wrap a transport that a client is connected over already", async () => {
      const [near, far] = kit.linkedPair();
      const server = kit.mcpServer();
      await server.connect(far);
      await kit.dial(near);
      expect(() => wrapTransport(near, gate(), upstream)).toThrow(
        expect.objectContaining({ code: "already_connected" }),
      );
      await server.close();
    });
  });
}
