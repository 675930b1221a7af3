import { type Call, type CallContext, type Decision, decide, type PolicyDocument, parsePolicy } from "callgate";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";

const RULED = { conditions: [{ path: "args.a.b", op: "eq", value: 1 }] } as const;
const POLICIES = [
  { version: "1", default: "allow" },
  { version: "1", default: "deny", hide: ["hidden"], tools: { t: {} } },
  {
    version: "1",
    default: "allow",
    all_tools: { limits: [{ counter: "s", window: "day", scope: "session" }] },
    tools: {
      r: { deny_if: [{ conditions: [{ path: "args.a", op: "regex", value: "a" }] }] },
      t: { require: [RULED], deny_if: [{ conditions: [{ path: "context.a[*]", op: "regex", value: "a" }] }] },
      u: { limits: [{ counter: "c", window: "day", increment_from: "args.a[*].b" }], action: "require_approval" },
      "v*": {
        deny_if: [{ conditions: [{ path: "grant.labels.team", op: "eq", value: "polluted" }] }],
        require: [{ conditions: [{ path: "server", op: "exists", value: false }] }],
      },
      "w?": {
        require_approval_if: [{ conditions: [{ path: "time.hour", op: "eq", value: 12 }] }],
        require: [{ conditions: [{ path: "args.b", op: "eq", value: 2, if_present: true }] }],
      },
    },
  },
] as const satisfies readonly PolicyDocument[];

const OUTCOMES = ["allow", "deny", "require_approval"];
const boom = (): never => {
  throw new Error("boom");
};

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function frozenDeeply(value: unknown): boolean {
  if (value === null || typeof value !== "object") return true;
  return Object.isFrozen(value) && Object.values(value).every(frozenDeeply);
}

describe("decide never throws", () => {
  const anything = fc.anything({
    key: fc.constantFrom("name", "arguments", "kind", "a", "b", "__proto__", "toString", "facts", "session", "grant"),
    maxDepth: 4,
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
  });
  const call = fc.oneof(
    anything,
    fc.record({ name: fc.constantFrom("t", "u", "r", "hidden", "x"), arguments: anything }),
    fc.record({ name: fc.constantFrom("t", "u", "r"), arguments: fc.dictionary(fc.constantFrom("a", "b"), anything) }),
  );

  test("whatever the call and the context are, there is a decision", () => {
    const before = Reflect.ownKeys(Object.prototype);
    const policies = POLICIES.map((document) => parsePolicy(document));
    let allowed = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...policies),
        call,
        fc.option(anything, { nil: undefined }),
        (policy, asked, context) => {
          const decision = decide(policy, asked as Call, context as CallContext);
          expect(OUTCOMES).toContain(decision.outcome);
          expect(decision.revision).toBe(policy.revision);
          if (decision.outcome === "allow") allowed++;
        },
      ),
      { numRuns: 2_000 },
    );
    expect(allowed).toBeGreaterThan(20);
    expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
  });

  test.each<[string, unknown]>([
    ["a call that is null", null],
    ["a call that is undefined", undefined],
    ["a call that is a number", 5],
    ["a call that is text", "t"],
    ["a call that is a symbol", Symbol("t")],
    ["a call that is a revoked Proxy", revoked()],
    ["a name that throws when read", Object.defineProperty({}, "name", { get: boom, enumerable: true })],
    ["a kind that throws when read", Object.defineProperty({ name: "t" }, "kind", { get: boom, enumerable: true })],
    ["arguments that throw when read", Object.defineProperty({ name: "t" }, "arguments", { get: boom })],
    ["arguments that are a revoked Proxy", { name: "t", arguments: revoked() }],
  ])("%s is denied, under default allow too", (_what, asked) => {
    for (const document of POLICIES) {
      expect(decide(parsePolicy(document), asked as Call)).toMatchObject({
        outcome: "deny",
        code: "invalid_arguments",
      });
    }
  });

  test.each<[string, Record<string, unknown>]>([
    ["a revoked Proxy", { a: revoked() }],
    ["keys that throw", new Proxy({}, { getOwnPropertyDescriptor: boom })],
    ["members that throw", new Proxy({ a: 1 }, { get: boom })],
  ])("arguments with %s are denied where they are read, and nowhere else", (_what, args) => {
    const context = { session: "s", facts: { a: [] } };
    expect(decide(parsePolicy(POLICIES[2]), { name: "t", arguments: args }, context)).toMatchObject({
      outcome: "deny",
      code: "denied",
      pointer: "/tools/t/require/0/conditions/0",
    });
    expect(decide(parsePolicy(POLICIES[2]), { name: "u", arguments: args }, context)).toMatchObject({
      outcome: "deny",
      code: "denied",
      pointer: "/tools/u/limits/0",
    });
    expect(decide(parsePolicy(POLICIES[2]), { name: "r", arguments: args }, context).outcome).toBe("deny");
    expect(decide(parsePolicy(POLICIES[1]), { name: "t", arguments: args }, context).outcome).toBe("allow");
  });

  test.each<[string, unknown]>([
    ["null", null],
    ["a number", 5],
    ["a revoked Proxy", revoked()],
    ["an object whose facts throw when read", Object.defineProperty({}, "facts", { get: boom })],
    ["an object whose grant throws when read", Object.defineProperty({}, "grant", { get: boom })],
    ["an object whose session throws when read", Object.defineProperty({}, "session", { get: boom })],
    ["an object whose facts are a revoked Proxy", { facts: revoked() }],
  ])("a context that is %s lets no call pass that needs it", (_what, context) => {
    const policy = parsePolicy(POLICIES[2]);
    expect(decide(policy, { name: "t", arguments: { a: { b: 1 } } }, context as CallContext).outcome).toBe("deny");
  });
});

describe("decide is pure", () => {
  const policy = parsePolicy(POLICIES[2]);
  const calls: readonly Call[] = [
    { name: "t", arguments: { a: { b: 1 } } },
    { name: "t", arguments: { a: "x" } },
    { name: "u", arguments: { a: [{ b: 0.1 }, { b: 0.2 }] } },
    { name: "x" },
  ];
  const context = { grant: "g", session: "s", facts: { a: [] } };

  test("one call has one decision, however often and in whatever company it is asked for", () => {
    const first = calls.map((call) => decide(policy, call, context));
    for (let round = 0; round < 3; round++) {
      expect([...calls].reverse().map((call) => decide(policy, call, context))).toEqual([...first].reverse());
    }
    expect(calls.map((call) => decide(parsePolicy(POLICIES[2]), call, context))).toEqual(first);
  });

  test("a decision is deeply frozen", () => {
    const decisions = [...calls.map((call) => decide(policy, call, context)), decide(policy, { name: "" })];
    expect(decisions.map(({ outcome }) => outcome)).toEqual(["allow", "deny", "require_approval", "allow", "deny"]);
    expect(decisions.map(frozenDeeply)).toEqual(decisions.map(() => true));
  });

  test("call and context are left as they were", () => {
    const asked = structuredClone({ call: calls[2], context });
    decide(policy, asked.call as Call, asked.context);
    expect(asked).toEqual({ call: calls[2], context });
    expect(frozenDeeply(asked)).toBe(false);
  });

  test("a document that was never parsed is parsed, and refused like by parsePolicy", () => {
    const document = { version: "1", default: "deny", tools: { t: {} } } as never;
    expect(decide(document, { name: "t" }).outcome).toBe("allow");
    expect(decide(document, { name: "u" }).outcome).toBe("deny");
    expect(() => decide({ version: "1", defualt: "allow" } as never, { name: "t" })).toThrow(
      expect.objectContaining({ code: "invalid_policy" }),
    );
  });

  test("an unparsed document that changes is read anew", () => {
    const document = { version: "1", default: "deny", tools: {} as Record<string, object> };
    expect(decide(document as never, { name: "t" }).outcome).toBe("deny");
    document.tools.t = {};
    expect(decide(document as never, { name: "t" }).outcome).toBe("allow");
  });
});

describe("O13: a polluted Object.prototype changes no decision", () => {
  const POLLUTION: Readonly<Record<string, unknown>> = {
    allow: true,
    effect: "allow",
    outcome: "allow",
    code: "allowed",
    action: "allow",
    default: "allow",
    version: "1",
    name: "t",
    kind: "resource",
    arguments: { a: { b: 1 } },
    a: { b: 1 },
    b: 1,
    facts: { a: ["a"] },
    grant: "polluted",
    session: "polluted",
    tools: { x: {} },
    hide: ["t"],
    all_tools: { limits: [] },
    limits: [{ counter: "p", window: "day", max: 0 }],
    require: [],
    deny_if: [],
    conditions: [],
    require_approval_if: [{ conditions: [] }],
    if_present: true,
    labels: { team: "polluted" },
    server: "polluted",
    now: 0,
    id: "polluted",
    hour: 12,
    team: "polluted",
    rate_limit: { max: 0, window: 60 },
    reason: "polluted",
    on_deny: "polluted",
    max: 0,
    increment: 0,
    increment_from: "args.polluted",
    scope: "global",
    from: [],
    revision: "polluted",
    optional: true,
    denied: undefined,
    "0": { b: 1 },
    "-1": { rule: "polluted", pointer: "polluted" },
  };
  const asked: readonly (readonly [Call, CallContext?])[] = [
    [{ name: "t" }],
    [{ name: "t", arguments: {} }],
    [{ name: "t", arguments: { a: {} } }],
    [{ name: "t", arguments: { a: { b: 1 } } }, { session: "s" }],
    [{ name: "u", arguments: { a: [{}] } }, { session: "s" }],
    [{ name: "u", arguments: { a: [{ b: 2 }] } }, {}],
    [{ name: "x" }],
    [{ name: "hidden" }, { session: "s" }],
    [{ name: "v" }, { session: "s" }],
    [{ name: "w1" }, { session: "s", now: Date.UTC(2026, 0, 1), labels: {}, server: "s" }],
    [{} as Call],
  ];

  function pollute<T>(members: Readonly<Record<string, unknown>>, run: () => T): T {
    for (const [key, value] of Object.entries(members)) {
      Object.defineProperty(Object.prototype, key, { value, configurable: true, writable: true });
    }
    try {
      return run();
    } finally {
      for (const key of Object.keys(members)) Reflect.deleteProperty(Object.prototype, key);
    }
  }

  const decideAll = (judge: typeof decide, parse: typeof parsePolicy): Decision[] =>
    POLICIES.flatMap((document) =>
      asked.map(([call, context]) => judge(parse(JSON.stringify(document)), call, context)),
    );

  const untouched = decideAll(decide, parsePolicy);

  test.each(Object.keys(POLLUTION))("by `%s`", (key) => {
    expect(pollute({ [key]: POLLUTION[key] }, () => decideAll(decide, parsePolicy))).toEqual(untouched);
  });

  test("by all of them at once, also when the policy was parsed before", () => {
    const policies = POLICIES.map((document) => parsePolicy(document));
    const decided = pollute(POLLUTION, () =>
      policies.flatMap((policy) => asked.map(([call, context]) => decide(policy, call, context))),
    );
    expect(decided).toEqual(untouched);
    expect(pollute(POLLUTION, () => decideAll(decide, parsePolicy))).toEqual(untouched);
  });

  test("before the library is loaded", async () => {
    vi.resetModules();
    const members = { allow: true, effect: "allow", default: "allow", kind: "resource", outcome: "allow" };
    for (const [key, value] of Object.entries(members)) {
      Object.defineProperty(Object.prototype, key, { value, configurable: true, writable: true });
    }
    let decided: Decision[];
    try {
      const fresh = await import("callgate");
      expect(fresh.decide).not.toBe(decide);
      decided = decideAll(fresh.decide, fresh.parsePolicy);
    } finally {
      for (const key of Object.keys(members)) Reflect.deleteProperty(Object.prototype, key);
    }
    expect(decided).toEqual(untouched);
  });
});
