import { describe, expect, it } from "vitest";
import { unwrapped } from "./cell.ts";
import { denial } from "./denial.ts";
import { barrier, call, type Served, serveForeignClient, serveGated } from "./foreign-client.ts";
import { callMessage, type Line, paramsFor, resultFor } from "./line.ts";
import { malformedCalls } from "./malformed.ts";
import { outcomeOf } from "./outcome.ts";
import { scenarioPolicy } from "./policies.ts";
import type { WirePeer, WireTransport } from "./wire.ts";

/** What a wrapped server answers to a client that sends whatever it likes. */
export function describeServerMessages<T extends WireTransport>(line: Line<T>): void {
  describe(`${line.name}: messages to a server behind a gate`, () => {
    it("a denial on the wire is a complete result and nothing else", async () => {
      const { peer } = await serveGated(line, scenarioPolicy);
      expect(await call(line, peer, 1, "pay", { amount: 101 })).toEqual({
        jsonrpc: "2.0",
        id: 1,
        result: resultFor(line, denial({ code: "denied", message: "The amount is over the limit." })),
      });
    });

    it.each(malformedCalls)("never runs $title", async ({ message, errors, code }) => {
      const { peer, ledger, audit } = await serveGated(line, scenarioPolicy);
      await outcomeOf(peer.send(message(line, "odd")));
      await barrier(line, peer);
      expect(ledger.effects()).toEqual(["echo"]);
      const answers = peer.received.filter(({ id }) => id !== "barrier" && id !== "opening");
      expect(answers.map(({ id, error }) => [id, error !== undefined])).toEqual(Array(errors).fill(["odd", true]));
      expect(audit.refusals()).toEqual([code]);
    });

    it("hazard 7: refuses a second call with the id of one in flight; without a gate both run", async () => {
      const twice = async ({ peer, ledger }: Served): Promise<readonly string[]> => {
        await peer.send(callMessage(line, 7, "wait"));
        await ledger.until("wait");
        await peer.send(callMessage(line, 7, "add", { a: 1, b: 2 }));
        await barrier(line, peer);
        return ledger.effects();
      };
      const gated = await serveGated(line, scenarioPolicy);
      expect(await twice(gated)).toEqual(["wait", "echo"]);
      expect(gated.peer.received.filter(({ id }) => id === 7).map(({ error }) => error?.code)).toEqual([-32600]);
      expect(gated.audit.refusals()).toEqual(["duplicate_id"]);
      expect(await twice(await serveForeignClient(line, unwrapped))).toEqual(["wait", "add", "echo"]);
    });

    it("hazard 11: runs the values it judged when an argument reads differently each time", async () => {
      const { peer } = await serveGated(line, scenarioPolicy);
      let reads = 0;
      const args = {
        get amount(): number {
          reads += 1;
          return reads === 1 ? 5 : 5_000;
        },
      };
      const { result } = await call(line, peer, 1, "pay", args);
      expect(result?.content).toEqual([{ type: "text", text: 'paid {"amount":5}' }]);
    });

    it("hazard 14: a method that is not exactly tools/call runs nothing", async () => {
      const { peer, ledger } = await serveGated(line, scenarioPolicy);
      for (const [id, method] of ["Tools/Call", "tools/call ", "TOOLS/CALL", "tools//call"].entries()) {
        const answer = await peer.ask(id, method, paramsFor(line, { name: "echo", arguments: { text: "x" } }));
        expect(answer.error).toBeDefined();
      }
      expect(ledger.effects()).toEqual([]);
    });

    it("hazard 22: no page shows a hidden tool, and every page keeps its cursor", async () => {
      const pages = async (peer: WirePeer): Promise<Record<string, unknown>[]> => {
        const results: Record<string, unknown>[] = [];
        for (const cursor of [undefined, "3", "6", "9"]) {
          const params = paramsFor(line, cursor === undefined ? {} : { cursor });
          results.push((await peer.ask(`page ${cursor}`, "tools/list", params)).result ?? {});
        }
        return results;
      };
      const plain = await pages((await serveForeignClient(line, unwrapped)).peer);
      const gated = await pages((await serveGated(line, scenarioPolicy)).peer);
      const without = plain.map((page) => ({
        ...page,
        tools: (page.tools as { name: string }[]).filter(({ name }) => name !== "secret"),
      }));
      expect(gated).toEqual(without);
      expect(JSON.stringify(plain)).toContain("secret");
    });

    it("lists only what this caller could call, when the operator wants that", async () => {
      const { peer } = await serveGated(line, scenarioPolicy, { listing: "callable" });
      const names: string[] = [];
      for (const cursor of [undefined, "3", "6", "9"]) {
        const params = paramsFor(line, cursor === undefined ? {} : { cursor });
        const { result } = await peer.ask(`page ${cursor}`, "tools/list", params);
        names.push(...namesIn(result));
      }
      expect(names).toEqual(["echo", "add", "pay", "read", "fail", "metered"]);
    });
  });
}

function namesIn(result: Record<string, unknown> = {}): string[] {
  return (result.tools as { name: string }[]).map(({ name }) => name);
}
