import * as one from "callgate";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { RawServer, RawTransport } from "../guard/raw-transport.ts";
import { effect, POLICY } from "./gate-policy.ts";

/** A second copy of the library, as two versions of a package, or ESM and CommonJS, make one. */
let two: typeof one;

beforeAll(async () => {
  vi.resetModules();
  two = await import("callgate");
});

afterAll(() => void vi.resetModules());

const ANOTHER_COPY = "this gate was made by another copy of callgate: make it with the copy that wraps";

describe("two copies of the library in one process", () => {
  test("O14: are two copies here", () => {
    expect(two.createGate).not.toBe(one.createGate);
    expect(two.CallgateError).not.toBe(one.CallgateError);
  });

  test("O14: a policy that one parsed is a policy to the other, of the same revision", async () => {
    const policy = one.parsePolicy(POLICY);
    for (const gate of [two.createGate({ policy }), two.createGate({ policy: () => policy })]) {
      const run = effect();
      const allowed = await gate.run({ name: "ok" }, {}, run);
      const denied = await gate.run({ name: "secret" }, {}, run);
      expect([allowed.allowed, denied.allowed, run.times]).toEqual([true, false, 1]);
      expect(denied.decision.revision).toBe(policy.revision);
    }
    expect(two.decide(policy, { name: "pay", arguments: { amount: 101 } }).code).toBe("denied");
  });

  test("O14: a gate of one is refused by the other, with what to do instead", () => {
    const gate = one.createGate({ policy: one.parsePolicy(POLICY) });
    expect(() => two.wrapTransport(new RawTransport(), gate)).toThrow(new two.OptionsError(ANOTHER_COPY));
    expect(() => two.wrapServer(new RawServer(), gate)).toThrow(new two.OptionsError(ANOTHER_COPY));
  });

  test("O14: a store of one counts for the other", async () => {
    const store = one.createMemoryStore();
    const run = effect();
    await one.createGate({ policy: one.parsePolicy(POLICY), store }).run({ name: "once" }, {}, run);
    await two.createGate({ policy: two.parsePolicy(POLICY), store }).run({ name: "once" }, {}, run);
    expect(run.times).toBe(1);
  });

  test("O14: `NotExecutedError` of the other copy proves nothing: the charge stays", async () => {
    const gate = one.createGate({ policy: one.parsePolicy(POLICY) });
    await expect(
      gate.run({ name: "once" }, {}, () => Promise.reject(new two.NotExecutedError())),
    ).rejects.toBeInstanceOf(two.NotExecutedError);
    expect((await gate.run({ name: "once" }, {}, effect())).decision.code).toBe("rate_limited");
  });

  test("O14, O01: a transport that both wrap is judged by both, and what one denies is not sent", async () => {
    const raw = new RawTransport();
    const inner = one.wrapTransport(raw, {
      policy: one.parsePolicy({ version: "1", default: "deny", tools: { a: {}, b: {} } }),
    });
    const outer = two.wrapTransport(inner, {
      policy: two.parsePolicy({ version: "1", default: "deny", tools: { a: {}, c: {} } }),
    });
    const told: unknown[] = [];
    outer.onmessage = (message) => void told.push(message);
    await outer.start();
    for (const [id, name] of ["a", "b", "c"].entries()) {
      await outer.send({ jsonrpc: "2.0", id, method: "tools/call", params: { name } });
    }
    expect(raw.sent).toMatchObject([{ id: 0 }]);
    expect(told).toMatchObject([
      { id: 1, result: { isError: true } },
      { id: 2, result: { isError: true } },
    ]);
  });
});
