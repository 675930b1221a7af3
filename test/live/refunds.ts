import { describe, expect, it } from "vitest";
import { type CounterStore, createMemoryStore, type GateOptions } from "../../src/index.ts";
import { type Connection, type Hooks, sides } from "./cell.ts";
import { deferred } from "./deferred.ts";
import { createLiveGate, guarded } from "./gate.ts";
import { createMemoryLedger } from "./ledger.ts";
import type { Line } from "./line.ts";
import { outcomeOf } from "./outcome.ts";
import { limitedTo, overLimit } from "./policies.ts";
import type { WireTransport } from "./wire.ts";

/** What may hold a call that has its charge already, before it is handed on. */
const holders = ["the store", "the audit"] as const;

interface Holding {
  readonly options: Partial<GateOptions>;
  /** Resolves once the first call is charged and held. */
  readonly charged: Promise<void>;
  /** Resolves once a charge has been given back. */
  readonly released: Promise<void>;
  /** Lets the first call, and every other, go on. */
  proceed(): void;
}

/** A gate whose store, or whose audit, does its work at once and says so when the test lets it. */
function hold(holder: (typeof holders)[number]): Holding {
  const inner = createMemoryStore();
  const charged = deferred<void>();
  const proceed = deferred<void>();
  const released = deferred<void>();
  const pause = (): Promise<void> => {
    charged.resolve();
    return proceed.promise;
  };
  const store: CounterStore = {
    clock: inner.clock,
    read: (counters, options) => inner.read(counters, options),
    renew: (reservation, options) => inner.renew(reservation, options),
    reset: (groups) => inner.reset(groups),
    reserve: async (charges, options) => {
      const result = await inner.reserve(charges, options);
      if (holder === "the store") await pause();
      return result;
    },
    release: async (reservation, only) => {
      await inner.release(reservation, only);
      released.resolve();
    },
  };
  const audit: GateOptions["audit"] = (event) => {
    if (holder === "the audit" && event.type === "decision" && event.outcome === "allow") return pause();
  };
  return {
    options: { store, audit, timeouts: { store: 60_000, audit: 60_000 } },
    charged: charged.promise,
    released: released.promise,
    proceed: () => proceed.resolve(),
  };
}

/** A charge stays once the message was handed on, whatever comes back; before that it is given back. */
export function describeRefunds<T extends WireTransport>(line: Line<T>): void {
  const connect = async (
    side: (typeof sides)[number],
    policy: unknown,
    options: Partial<GateOptions> = {},
  ): Promise<Connection> => {
    const [near, far] = line.linkedPair();
    const ledger = createMemoryLedger();
    const hooks: Hooks = guarded(side, createLiveGate(policy, options));
    const close = await line.serve(far, hooks, ledger);
    const connection = await line.dial(near, hooks, ledger);
    return { ...connection, close: () => connection.close().then(close) };
  };

  describe.each(sides)(`${line.name}: refunds, with the gate on the %s`, (side) => {
    it("a call that the server refused with -32602 after its effect keeps its charge", async () => {
      const connection = await connect(side, limitedTo(1, "reject"));
      expect(await outcomeOf(connection.callTool("reject"))).toMatchObject({ error: { code: -32602 } });
      expect(await outcomeOf(connection.callTool("reject"))).toEqual({ result: overLimit });
      expect(connection.effects()).toEqual(["reject"]);
    });

    it("a call whose handler threw keeps its charge", async () => {
      const connection = await connect(side, limitedTo(1, "fail"));
      expect(await outcomeOf(connection.callTool("fail"))).toMatchObject({ error: { code: -32603 } });
      expect(await outcomeOf(connection.callTool("fail"))).toEqual({ result: overLimit });
      expect(connection.effects()).toEqual(["fail"]);
    });

    it.each(holders)("a call that %s held, charged, when it was aborted, gives its charge back", async (holder) => {
      const { options, charged, released, proceed } = hold(holder);
      const connection = await connect(side, limitedTo(1), options);
      const abort = new AbortController();
      const call = outcomeOf(connection.callTool("metered", {}, { signal: abort.signal }));
      await charged;
      abort.abort();
      expect(await call).toHaveProperty("error");
      proceed();
      await released;
      expect(await outcomeOf(connection.callTool("metered"))).toHaveProperty("result.content.0.text", "metered");
      expect(await outcomeOf(connection.callTool("metered"))).toEqual({ result: overLimit });
      expect(connection.effects()).toEqual(["metered"]);
    });
  });
}
