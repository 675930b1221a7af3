import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { type GateOptions, parsePolicy, wrapServer } from "../../src/index.ts";
import { createAuditLog } from "./audit-log.ts";
import { type Connection, closeAll, type Hooks, unwrapped } from "./cell.ts";
import { held } from "./deferred.ts";
import { denial } from "./denial.ts";
import { createLiveGate, fixedClock, guarded, upstream } from "./gate.ts";
import type { HttpLine } from "./http-line.ts";
import { createMemoryLedger, type Ledger } from "./ledger.ts";
import { callMessage, paramsFor } from "./line.ts";
import { outcomeOf } from "./outcome.ts";
import { limitedTo, overLimit, scenarioPolicy } from "./policies.ts";

const sessionLimit = {
  version: "1",
  default: "deny",
  tools: { metered: { limits: [{ counter: "metered", window: "minute", max: 1, scope: "session" }] } },
};

/** What a batch runs without a gate: the 2025 protocol had batches once, and its servers still take them. */
const RAN_IN_BATCHES = { "2025-11-25": ["unlisted", "pay", "unlisted", "unlisted"], "2026-07-28": [] };

/** Hosts without sessions, where nothing but the gate outlives a request. */
export function describeHttpHosts(line: HttpLine): void {
  const closers: (() => unknown)[] = [];
  afterEach(() => closeAll(closers.splice(0)));

  const host = async (hooks: Hooks, ledgerFor: (response: ServerResponse) => Ledger): Promise<URL> => {
    const { url, close } = await line.host(hooks, ledgerFor);
    closers.push(close);
    return url;
  };

  const dial = async (url: URL, hooks: Hooks, ledger: Ledger, token?: string): Promise<Connection> => {
    const connection = await line.dial(url, hooks, ledger, token);
    closers.push(() => connection.close());
    return connection;
  };

  const serverSide = (policy: unknown, options: Partial<GateOptions> = {}): Hooks =>
    guarded("server", createLiveGate(policy, options));

  describe(line.name, () => {
    it("a call that ran keeps its charge when the connection breaks before its answer and send rejects", async () => {
      const ledger = createMemoryLedger();
      const url = await host(unwrapped, (response) => ({
        ...ledger,
        record(effect) {
          ledger.record(effect);
          response.destroy();
        },
      }));
      const connection = await dial(url, guarded("client", createLiveGate(limitedTo(1))), ledger);
      expect(await outcomeOf(connection.callTool("metered"))).toHaveProperty("error");
      expect(await outcomeOf(connection.callTool("metered"))).toEqual({ result: overLimit });
      expect(ledger.effects()).toEqual(["metered"]);
    });

    it("hazard 18: a call that is aborted while the client holds it is never sent, and costs nothing", async () => {
      const ledger = createMemoryLedger();
      const grant = held<string>();
      const url = await host(unwrapped, () => ledger);
      const connection = await dial(url, guarded("client", createLiveGate(limitedTo(1), { grant })), ledger);
      const abort = new AbortController();
      const call = outcomeOf(connection.callTool("metered", {}, { signal: abort.signal }));
      await grant.entered;
      abort.abort();
      expect(await call).toHaveProperty("error");
      grant.release("someone");
      await grant.answered;
      expect(ledger.effects()).toEqual([]);
      expect(await outcomeOf(connection.callTool("metered"))).toHaveProperty("result.content.0.text", "metered");
      expect(await outcomeOf(connection.callTool("metered"))).toEqual({ result: overLimit });
    });

    it("hazard 30: one gate holds its limit over every request of every client", async () => {
      const ledger = createMemoryLedger();
      const url = await host(serverSide(limitedTo(2)), () => ledger);
      const first = await dial(url, unwrapped, ledger);
      const second = await dial(url, unwrapped, ledger);
      for (const connection of [first, second]) {
        expect(await outcomeOf(connection.callTool("metered"))).toHaveProperty("result.content.0.text", "metered");
      }
      for (const connection of [first, second]) {
        expect(await outcomeOf(connection.callTool("metered"))).toEqual({ result: overLimit });
      }
      expect(ledger.effects()).toEqual(["metered", "metered"]);
    });

    it("hazard 30: a gate made anew for every request denies what it could never limit, and says so", async () => {
      const ledger = createMemoryLedger();
      const audit = createAuditLog();
      const options = { policy: parsePolicy(limitedTo(1)), clock: fixedClock, audit: audit.sink };
      const anew: Hooks = { ...unwrapped, server: (server) => wrapServer(server, options, upstream) };
      const connection = await dial(await host(anew, () => ledger), unwrapped, ledger);
      expect(await outcomeOf(connection.callTool("metered"))).toMatchObject({
        result: { isError: true, _meta: { "callgate/denial": { code: "unavailable" } } },
      });
      expect(ledger.effects()).toEqual([]);
      const notices = audit.events.flatMap((event) => (event.type === "notice" ? [event.code] : []));
      expect(notices).toContain("limit_cannot_hold");
    });

    it("tells grants apart by what authentication put on the request", async () => {
      const ledger = createMemoryLedger();
      const grant: GateOptions["grant"] = ({ authInfo }) => (authInfo as { clientId?: string } | undefined)?.clientId;
      const url = await host(serverSide(limitedTo(1), { grant }), () => ledger);
      const [ada, bob, nobody] = await Promise.all(
        ["ada", "bob", undefined].map((token) => dial(url, unwrapped, ledger, token)),
      );
      expect(await outcomeOf(ada?.callTool("metered") ?? never())).toHaveProperty("result.content.0.text", "metered");
      expect(await outcomeOf(ada?.callTool("metered") ?? never())).toEqual({ result: overLimit });
      expect(await outcomeOf(bob?.callTool("metered") ?? never())).toHaveProperty("result.content.0.text", "metered");
      expect(await outcomeOf(nobody?.callTool("metered") ?? never())).toHaveProperty("result.isError", true);
      expect(ledger.effects()).toEqual(["metered", "metered"]);
    });

    it("a handler behind the gate sees what authentication put on the request", async () => {
      const ledger = createMemoryLedger();
      const url = await host(serverSide(limitedTo(1, "whoami")), () => ledger);
      const connection = await dial(url, unwrapped, ledger, "ada");
      expect(await outcomeOf(connection.callTool("whoami"))).toHaveProperty("result.content.0.text", "ada");
      expect(ledger.effects()).toEqual(["whoami ada"]);
    });

    it("a limit by session denies where there is no session", async () => {
      const ledger = createMemoryLedger();
      const connection = await dial(await host(serverSide(sessionLimit), () => ledger), unwrapped, ledger);
      expect(await outcomeOf(connection.callTool("metered"))).toHaveProperty(
        ["result", "_meta", "callgate/denial", "code"],
        "unavailable",
      );
      expect(ledger.effects()).toEqual([]);
    });

    it("hazard 6: a batch in one body runs nothing that a single message would not", async () => {
      const ledger = createMemoryLedger();
      const url = await host(serverSide(scenarioPolicy), () => ledger);
      const bodies = [
        [callMessage(line, 1, "unlisted"), callMessage(line, 2, "pay", { amount: 101 })],
        [callMessage(line, 1, "unlisted"), callMessage(line, 1, "unlisted")],
        [{ jsonrpc: "2.0", method: "tools/call", params: paramsFor(line, { name: "echo", arguments: { text: "x" } }) }],
      ];
      for (const body of bodies) await post(url, body);
      expect(ledger.effects()).toEqual([]);
      const open = createMemoryLedger();
      const ungated = await host(unwrapped, () => open);
      for (const body of bodies) await post(ungated, body);
      expect(open.effects()).toEqual(RAN_IN_BATCHES[line.revision]);
    });

    it("hazard 20: a denied call that claims to go on with an earlier one sends nothing at all", async () => {
      const ledger = createMemoryLedger();
      let requests = 0;
      const url = await host(unwrapped, () => {
        requests += 1;
        return ledger;
      });
      const connection = await dial(url, guarded("client", createLiveGate(scenarioPolicy)), ledger);
      const before = requests;
      const outcome = await outcomeOf(connection.callTool("unlisted", {}, { resumptionToken: "an-event" }));
      expect(outcome).toEqual({
        result: denial({ code: "not_permitted", message: "this tool is not permitted by policy" }),
      });
      expect(requests).toBe(before);
    });
  });
}

function never(): Promise<never> {
  return Promise.reject(new Error("no such connection"));
}

async function post(url: URL, body: unknown): Promise<string> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
    body: JSON.stringify(body),
  });
  return response.text();
}
