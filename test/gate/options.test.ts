import type { Gate, GateOptions } from "callgate";
import {
  type CallgateError,
  createGate,
  createMemoryStore,
  OptionsError,
  PolicyError,
  parsePolicy,
  wrapServer,
  wrapTransport,
} from "callgate";
import { describe, expect, test } from "vitest";
import { RawServer, RawTransport } from "../guard/raw-transport.ts";
import { effect, POLICY } from "./gate-policy.ts";

const policy = parsePolicy(POLICY);

/** Every way options come in. */
const ENTRANCES: readonly [string, (options: GateOptions) => unknown][] = [
  ["createGate", (options) => createGate(options)],
  ["wrapTransport", (options) => wrapTransport(new RawTransport(), options)],
  ["wrapServer", (options) => wrapServer(new RawServer(), options)],
];

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return "nothing thrown";
}

describe.each(ENTRANCES)("options of %s", (_, enter) => {
  test.each([
    ["polcy", "unknown option `polcy`, did you mean `policy`?"],
    ["Audit", "unknown option `Audit`, did you mean `audit`?"],
    ["timeout", "unknown option `timeout`, did you mean `timeouts`?"],
    ["unrelated", "unknown option `unrelated`"],
    ["__proto__", "unknown option `__proto__`"],
  ])("an unknown one (%s) is refused, with the one that was meant", (name, message) => {
    const options = Object.defineProperty({ policy }, name, { value: undefined, enumerable: true });
    expect(thrown(() => enter(options))).toEqual(new OptionsError(message));
  });

  test.each<[keyof GateOptions, unknown]>([
    ["policy", 7],
    ["policy", "{}"],
    ["policy", null],
    ["store", {}],
    ["store", { reserve: () => undefined, release: () => undefined }],
    ["store", null],
    ["grant", ""],
    ["grant", "x".repeat(257)],
    ["grant", 7],
    ["grant", null],
    ["session", "s"],
    ["facts", []],
    ["facts", "x"],
    ["facts", null],
    ["server", ""],
    ["server", 7],
    ["server", "\u20ac".repeat(86)],
    ["audit", {}],
    ["audit", true],
    ["listing", "all"],
    ["listing", true],
    ["listing", []],
    ["listing", { mode: "all" }],
    ["listing", { sanitize: "yes" }],
    ["listing", { sanitise: true }],
    ["clock", { now: 7 }],
    ["clock", () => 7],
    ["ids", "id"],
    ["timeouts", { resolve: 0 }],
    ["timeouts", { store: -1 }],
    ["timeouts", { audit: 1.5 }],
    ["timeouts", { audit: Number.POSITIVE_INFINITY }],
    ["timeouts", { audit: Number.NaN }],
    ["timeouts", { resolve: "5000" }],
    ["timeouts", { approval: 5 }],
    ["timeouts", { resolve: 2 ** 31 }],
    ["timeouts", 5],
    ["caps", { depth: 0 }],
    ["caps", { bytes: 5 }],
    ["caps", { values: null }],
  ])("`%s` that is %j is refused", (name, value) => {
    const error = thrown(() => enter({ policy, [name]: value }));
    expect(error).toBeInstanceOf(OptionsError);
    expect((error as CallgateError).code).toBe("invalid_options");
    expect((error as Error).message).toContain(`option \`${name}\` must be `);
  });

  test.each([[undefined], [null], [7], ["policy"], [[]]])("options that are %j are refused", (options) => {
    expect(thrown(() => enter(options as never))).toBeInstanceOf(OptionsError);
  });

  test("A22: without a policy they are refused", () => {
    expect(thrown(() => enter({} as GateOptions))).toEqual(new OptionsError("option `policy` is missing"));
    expect(thrown(() => enter({ policy: undefined } as never))).toEqual(new OptionsError("option `policy` is missing"));
    expect(thrown(() => enter(Object.create({ policy })))).toEqual(new OptionsError("option `policy` is missing"));
  });

  test("an option that is undefined is one that was left out", () => {
    const all = { store: undefined, grant: undefined, audit: undefined, timeouts: undefined, caps: undefined };
    expect(() => enter({ policy, ...all })).not.toThrow();
  });

  test.each([
    ["an unknown key", { version: "1", defualt: "allow" }],
    ["no version", { default: "allow" }],
    ["another version", { version: "2", default: "allow" }],
    ["an empty object", {}],
    ["an array", []],
    ["a date", new Date(0)],
  ])("O05: a document that is no policy (%s) is refused with its issues", (__, document) => {
    const error = thrown(() => enter({ policy: document as never }));
    expect(error).toBeInstanceOf(PolicyError);
    expect((error as PolicyError).issues.length).toBeGreaterThan(0);
  });
});

test("a document that was not parsed is taken, and means what the parsed one means", async () => {
  const gate = createGate({ policy: structuredClone(POLICY) as never });
  const codes: string[] = [];
  for (const name of ["ok", "secret", "nobody"]) codes.push((await gate.run({ name }, {}, effect())).decision.code);
  expect(codes).toEqual(["allowed", "not_permitted", "not_permitted"]);
});

test("A11: what becomes of a document that was given unparsed changes nothing in the gate", async () => {
  const document = { version: "1", default: "deny", tools: {} as Record<string, object> } as const;
  const gate = createGate({ policy: document as never });
  document.tools.added = {};
  expect((await gate.run({ name: "added" }, {}, effect())).allowed).toBe(false);
});

test("what becomes of the options after the gate was made changes nothing in it", async () => {
  const options = { policy, grant: "a", timeouts: { resolve: 5 }, facts: {} };
  const gate = createGate(options);
  Object.assign(options, { policy: parsePolicy({ version: "1", default: "allow" }), grant: "" });
  expect((await gate.run({ name: "nobody" }, {}, effect())).decision.code).toBe("not_permitted");
  expect((await gate.run({ name: "ok" }, {}, effect())).allowed).toBe(true);
});

test("A22: a gate without a store counts in memory, each gate on its own", async () => {
  const run = effect();
  for (const gate of [createGate({ policy }), createGate({ policy })]) {
    await gate.run({ name: "once" }, {}, run);
    await gate.run({ name: "once" }, {}, run);
  }
  expect(run.times).toBe(2);
});

test("gates that are given one store count together", async () => {
  const store = createMemoryStore();
  const run = effect();
  for (const gate of [createGate({ policy, store }), createGate({ policy, store })]) {
    await gate.run({ name: "once" }, {}, run);
  }
  expect(run.times).toBe(1);
});

test("a gate cannot be changed by who holds it", () => {
  const gate = createGate({ policy });
  expect(Object.isFrozen(gate)).toBe(true);
  expect(Object.keys(gate).sort()).toEqual(["close", "reset", "run", "usage"]);
});

test("a gate that was copied or wrapped in a Proxy is none", () => {
  const gate = createGate({ policy });
  for (const alike of [{ ...gate }, new Proxy(gate, {}), Object.create(gate)] as Gate[]) {
    expect(() => wrapTransport(new RawTransport(), alike)).toThrow(OptionsError);
  }
});
