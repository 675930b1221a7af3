import { describe, expect, it } from "vitest";
import type { GateOptions } from "../../src/index.ts";
import { held } from "./deferred.ts";
import { call, serveGated } from "./foreign-client.ts";
import { callMessage, type Line, paramsFor, resultFor } from "./line.ts";
import { limitedTo, overLimit, scenarioPolicy } from "./policies.ts";
import type { WireTransport } from "./wire.ts";

/** What becomes of calls that are made of a wrapped server, held, given up and made again. */
export function describeServerCalls<T extends WireTransport>(line: Line<T>): void {
  describe(`${line.name}: calls of a server behind a gate`, () => {
    it("hazard 18: a call that is cancelled while it is held never runs, is not answered, and costs nothing", async () => {
      const grant = held<string>();
      const { peer, ledger } = await serveGated(line, limitedTo(1), { grant });
      await peer.send(callMessage(line, 5, "metered"));
      await grant.entered;
      await peer.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 5 } });
      grant.release("someone");
      expect((await call(line, peer, 6, "metered")).result).toMatchObject({
        content: [{ type: "text", text: "metered" }],
      });
      expect((await call(line, peer, 7, "metered")).result).toEqual(resultFor(line, overLimit));
      expect(ledger.effects()).toEqual(["metered"]);
      expect(peer.received.filter(({ id }) => id === 5)).toEqual([]);
    });

    it("hazard 18: a call that is held when the connection closes never runs", async () => {
      const grant = held<string>();
      const { peer, ledger, audit } = await serveGated(line, scenarioPolicy, { grant });
      await peer.send(callMessage(line, 5, "echo", { text: "late" }));
      await grant.entered;
      await peer.close();
      grant.release("someone");
      await grant.answered;
      expect(ledger.effects()).toEqual([]);
      expect(audit.events.filter(({ type }) => type === "outcome")).toEqual([]);
    });

    it("hazard 19: a call that ran and was cancelled keeps its charge", async () => {
      const { peer, ledger } = await serveGated(line, limitedTo(1, "wait"));
      await peer.send(callMessage(line, 1, "wait"));
      await ledger.until("wait");
      await peer.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } });
      await ledger.until("wait aborted");
      expect((await call(line, peer, 2, "wait")).result).toEqual(resultFor(line, overLimit));
      expect(ledger.effects()).toEqual(["wait", "wait aborted"]);
    });

    it("hazard 15: a denied call that asks for a task gets an error, never a result that is no task", async () => {
      const { peer, ledger } = await serveGated(line, scenarioPolicy);
      const params = paramsFor(line, { name: "unlisted", arguments: {}, task: { ttl: 1_000 } });
      const { result, error } = await peer.ask(1, "tools/call", params);
      expect([result, error?.code]).toEqual([undefined, -32602]);
      expect(ledger.effects()).toEqual([]);
    });

    it.each<[title: string, code: string, grant: GateOptions["grant"]]>([
      [
        "throws",
        "unavailable",
        () => {
          throw new Error("no directory");
        },
      ],
      ["rejects", "unavailable", () => Promise.reject(new Error("no directory"))],
      ["answers nothing", "not_permitted", () => undefined],
      ["answers the empty string", "not_permitted", async () => ""],
      ["answers what is no string", "not_permitted", () => ({ toString: () => "default" }) as never],
    ])("hazard 32: a grant resolver that %s denies with %s", async (_, code, grant) => {
      const { peer, ledger } = await serveGated(line, scenarioPolicy, { grant });
      const { result } = await call(line, peer, 1, "echo", { text: "x" });
      expect(result).toHaveProperty(["_meta", "callgate/denial", "code"], code);
      const { result: list } = await peer.ask(2, "tools/list", paramsFor(line, {}));
      expect(list?.tools).toEqual([]);
      expect(ledger.effects()).toEqual([]);
    });

    it("hazard 31: parallel calls that wait for an async resolver share one limit", async () => {
      const { peer, ledger } = await serveGated(line, limitedTo(10), { grant: async () => "someone" });
      const answers = await Promise.all(Array.from({ length: 100 }, (_, id) => call(line, peer, id, "metered")));
      expect(ledger.effects()).toHaveLength(10);
      const refused = answers.filter(({ result }) => JSON.stringify(result?._meta ?? {}).includes("rate_limited"));
      expect(refused).toHaveLength(90);
    });
  });
}
