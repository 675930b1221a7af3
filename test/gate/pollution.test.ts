import type { AuditEvent } from "callgate";
import { createGate, parsePolicy } from "callgate";
import { afterEach, expect, test } from "vitest";
import { clock, effect, POLICY } from "./gate-policy.ts";

const POLLUTION: readonly [string, unknown][] = [
  ["policy", { version: "1", default: "allow" }],
  ["grant", "admin"],
  ["given", { grant: "admin", facts: { role: "admin" } }],
  ["facts", { role: "admin" }],
  ["role", "admin"],
  ["session", "s"],
  ["server", "x"],
  ["signal", { aborted: true }],
  ["kind", "prompt"],
  ["name", "ok"],
  ["arguments", { amount: 1 }],
  ["amount", 1],
  ["action", "allow"],
  ["default", "allow"],
  ["hide", []],
  ["tools", { nobody: {}, secret: {} }],
  ["require", []],
  ["deny_if", []],
  ["limits", []],
  ["conditions", []],
  ["max", 1_000_000],
  ["increment", 0],
  ["allow", true],
  ["allowed", true],
  ["effect", "allow"],
  ["admitted", true],
  ["known", true],
  ["outcome", "allow"],
  ["ok", true],
  ["task", 1],
  ["then", true],
  ["then", "then"],
  ["dead", true],
  ["ambiguous", true],
  ["retry", { retryable: true }],
  ["charges", []],
  ["readings", []],
  ["cause", "x"],
  ["run", true],
  ["audit", true],
  ["store", true],
  ["depth", 0],
  ["values", 0],
  ["resolve", 1],
  ["length", 0],
  ["0", "x"],
];

const CALLS = [
  [{ name: "ok" }, {}],
  [{ name: "secret" }, {}],
  [{ name: "nobody" }, {}],
  [{ name: "pay", arguments: { amount: 5000 } }, {}],
  [{ name: "pay", arguments: {} }, {}],
  [{ name: "role" }, {}],
  [{ name: "role" }, { facts: { role: "guest" } }],
  [{ name: "asked" }, {}],
  [{ name: "once" }, {}],
  [{ name: "once" }, {}],
  [{ name: "session" }, {}],
  [{}, {}],
  [{ name: "ok", arguments: Number.NaN }, {}],
] as const;

async function results(before: () => void, after: () => void): Promise<string> {
  before();
  const events: AuditEvent[] = [];
  const audit = (event: AuditEvent): void => void events.push(event);
  const gate = createGate({ policy: parsePolicy(POLICY), clock, ids: () => "id", audit });
  after();
  const told: unknown[] = [];
  for (const [call, context] of CALLS) {
    const result = await gate.run(call as never, context, effect());
    told.push([result.allowed, !result.allowed && result.denial, { ...result.decision }]);
  }
  for (const [key] of POLLUTION) Reflect.deleteProperty(Object.prototype, key);
  return JSON.stringify([told, events], null, 1);
}

const nothing = (): void => undefined;

function polluter(key: string, value: unknown): () => void {
  return () => {
    Object.defineProperty(Object.prototype, key, { value, writable: true, configurable: true, enumerable: false });
  };
}

afterEach(() => {
  for (const [key] of [...POLLUTION, ["nobody"]]) Reflect.deleteProperty(Object.prototype, key as string);
});

test.each(POLLUTION)(
  "O13: `%s` (%j) on Object.prototype after createGate changes no decision and no record",
  async (key, value) => {
    expect(await results(nothing, polluter(key, value))).toBe(await results(nothing, nothing));
  },
);

test.each(POLLUTION)(
  "O13: `%s` (%j) on Object.prototype before parsePolicy changes no decision and no record",
  async (key, value) => {
    expect(await results(polluter(key, value), nothing)).toBe(await results(nothing, nothing));
  },
);

test("O13: an enumerable member of Object.prototype is no argument and no tool", async () => {
  Object.defineProperty(Object.prototype, "nobody", { value: {}, configurable: true, enumerable: true });
  const gate = createGate({ policy: parsePolicy(POLICY), clock });
  let keys: string[] = [];
  await gate.run({ name: "ok", arguments: { a: 1 } }, {}, (judged) => {
    keys = Object.keys(judged.arguments);
  });
  const { decision } = await gate.run({ name: "nobody" }, {}, effect());
  Reflect.deleteProperty(Object.prototype, "nobody");
  expect([keys, decision.code]).toEqual([["a"], "not_permitted"]);
});

test("O13: replaced methods of built-ins that only read change no decision made before", async () => {
  const gate = createGate({ policy: parsePolicy(POLICY), clock });
  const { includes, some } = Array.prototype;
  Array.prototype.includes = () => true;
  Array.prototype.some = () => true;
  try {
    const run = effect();
    await gate.run({ name: "secret" }, {}, run);
    await gate.run({ name: "pay", arguments: { amount: 5000 } }, {}, run);
    expect(run.times).toBe(0);
  } finally {
    Array.prototype.includes = includes;
    Array.prototype.some = some;
  }
});
