import {
  type Charge,
  createGate,
  type Decision,
  decide,
  type PolicyDocument,
  parsePolicy,
  type ToolRules,
} from "callgate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allowed, COUNTED, denied, every, hidden, NOT_LISTED, NOT_LISTED_METHOD, NOT_PERMITTED } from "./expected.js";

type Tools = NonNullable<PolicyDocument["tools"]>;

const fires: ToolRules = { deny_if: [{ conditions: [] }] };
const fails: ToolRules = { require: [{ conditions: [{ path: "args.never", op: "exists", value: true }] }] };

function ask(tools: Tools, name: string, rest: Partial<PolicyDocument> = {}, args = {}): Decision {
  return decide(parsePolicy({ version: "1", default: "deny", tools, ...rest }), { name, arguments: args });
}

describe("what a pattern lists", () => {
  test.each<[rule: string, pattern: string, listed: string[], unlisted: string[]]>([
    ["`*` lists everything", "*", ["a", "a/b", "*", "工具", "x".repeat(512)], []],
    ["`**` lists everything", "**", ["a", "a/b"], []],
    ["`?` lists one character", "?", ["a", "🛠", "*"], ["ab", "🛠🛠"]],
    ["a star goes over separators", "repo*", ["repo", "repo/delete", "repo.x:y"], ["Repo", "a_repo"]],
    ["a star inside", "a*z", ["az", "a/z", "abcz"], ["a", "z", "za", "azb"]],
    ["brackets are themselves", "[ab]*", ["[ab]", "[ab]x"], ["a", "b", "ax"]],
    ["dots are themselves", "a.*", ["a.", "a.b"], ["ab", "a"]],
    ["plus signs are themselves", "a+?", ["a+b"], ["aab", "a+"]],
    ["backslashes escape nothing", "a\\*", ["a\\", "a\\x"], ["a*", "a"]],
    ["B02: nothing is normalised", "\u00e9*", ["\u00e9t"], ["e\u0301t"]],
    ["B01: case is kept", "Delete_*", ["Delete_x"], ["delete_x", "DELETE_x"]],
    ["Q13: no name is special", "*o*", ["constructor", "__proto__", "toString"], ["length", "name"]],
  ])("%s", (_rule, pattern, listed, unlisted) => {
    const policy = parsePolicy({ version: "1", default: "deny", tools: { [pattern]: {} } });
    for (const name of listed) expect(decide(policy, { name })).toEqual(allowed(policy));
    for (const name of unlisted) expect(decide(policy, { name })).toEqual(denied(policy, NOT_LISTED));
  });

  test("Q12: a star inside a denying pattern is not a character of the name", () => {
    const deny = ask({ "*_delete_*": { action: "deny", reason: "no deletions" } }, "repo_delete_all", {
      default: "allow",
    });
    expect(deny).toMatchObject({ code: "not_permitted", pointer: "/tools/*_delete_*/action", message: "no deletions" });
  });

  test.each([
    ["B04: a zero-width space", "pay\u200b"],
    ["B04: NUL", "pay\0"],
    ["B04: a line feed", "pay\n"],
    ["B04: a right-to-left override", "pay\u202e"],
    ["B13: a lone surrogate", "pay\ud800"],
    ["513 characters", `pay${"y".repeat(510)}`],
  ])("%s makes no name, though a pattern would match it", (_what, name) => {
    for (const tools of [{ "*": {} }, { "pay*": {} }, { "pay*": { deny_if: [] }, "*": {} }]) {
      expect(ask(tools, name)).toMatchObject({ outcome: "deny", code: "invalid_arguments", rule: "(malformed call)" });
    }
  });

  test("a pattern lists tools only: methods stay under the default", () => {
    const policy = parsePolicy({ version: "1", default: "deny", tools: { "*": {} } });
    expect(decide(policy, { name: "x", kind: "method" })).toEqual(denied(policy, NOT_LISTED_METHOD));
    expect(decide(policy, { name: "x", kind: "resource" })).toEqual(allowed(policy));
  });

  test("a pattern does not match a call named like the pattern only: its star is a character there", () => {
    const policy = parsePolicy({ version: "1", default: "deny", tools: { "a?c": { action: "deny" } } });
    expect(decide(policy, { name: "a?c" })).toMatchObject({ pointer: "/tools/a?c/action" });
    expect(decide(policy, { name: "abc" })).toMatchObject({ pointer: "/tools/a?c/action" });
    expect(decide(policy, { name: "a?d" })).toEqual(denied(policy, NOT_LISTED));
  });
});

describe("every entry that matches applies", () => {
  const ENTRIES = { "repo/delete": {}, "repo/*": {}, "*/delete": {}, "r?po*": {}, "*": {} } satisfies Tools;
  const KEYS = Object.keys(ENTRIES) as (keyof typeof ENTRIES)[];

  test.each(KEYS)("Q01: what %s denies, no other entry allows", (key) => {
    for (const rules of [fires, fails, { action: "deny" } as const]) {
      for (const order of [KEYS, [...KEYS].reverse()]) {
        const tools = Object.fromEntries(
          order.map((name) => [name, name === key ? rules : { action: "allow" as const }]),
        );
        const decision = ask(tools, "repo/delete");
        const place = `/tools/${key.replaceAll("/", "~1")}`;
        expect(decision.outcome).toBe("deny");
        expect(decision.pointer.startsWith(`${place}/`)).toBe(true);
      }
    }
  });

  test("what matches no entry but one has the rules of that one only", () => {
    const tools = { "repo/delete": fires, "repo/*": fails, "*/delete": {}, "user*": fires };
    expect(ask(tools, "file/delete").outcome).toBe("allow");
    expect(ask(tools, "repo/list")).toMatchObject({
      outcome: "deny",
      pointer: "/tools/repo~1*/require/0/conditions/0",
    });
    expect(ask(tools, "repo").code).toBe("not_permitted");
  });

  test("of several objections in one list, that of the name is reported, then of a pattern, then of all tools", () => {
    const all_tools = { require: fails.require as NonNullable<ToolRules["require"]> };
    const place = (tools: Tools): string => ask(tools, "ab", { all_tools }).pointer;
    expect(place({ "*": fails, "a*": fails, ab: fails })).toBe("/tools/ab/require/0/conditions/0");
    expect(place({ "*": fails, "a*": fails, ab: {} })).toBe("/tools/*/require/0/conditions/0");
    expect(place({ "*": {}, "a*": fails, ab: {} })).toBe("/tools/a*/require/0/conditions/0");
    expect(place({ "*": {}, "a*": {}, ab: {} })).toBe("/all_tools/require/0/conditions/0");
  });

  test.each<[string, Tools, string]>([
    [
      "action deny of a pattern, before a requirement of the name",
      { "*": { action: "deny" }, ab: fails },
      "/tools/*/action",
    ],
    [
      "a requirement of a pattern, before a prohibition of the name",
      { "*": fails, ab: fires },
      "/tools/*/require/0/conditions/0",
    ],
    [
      "a prohibition of a pattern, before an approval of the name",
      { "*": fires, ab: { action: "require_approval" } },
      "/tools/*/deny_if/0",
    ],
  ])("stages come before entries: %s", (_what, tools, pointer) => {
    expect(ask(tools, "ab")).toMatchObject({ outcome: "deny", pointer });
  });

  test("the order of entries changes no decision, on every order of four", () => {
    const entries: [string, ToolRules][] = [
      ["ab", { limits: [{ counter: "c", window: "day", max: 3 }] }],
      ["a*", { limits: [{ counter: "c", window: "day", increment: 2 }], action: "require_approval", reason: "one" }],
      ["?b", { require_approval_if: [{ conditions: [], on_deny: "two" }] }],
      ["*", { rate_limit: { max: 5, window: 60 } }],
    ];
    const seen = permutations(entries).map((order) => {
      const { outcome, charges, approvals } = ask(Object.fromEntries(order), "ab");
      const by = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
      return JSON.stringify({ outcome, charges: [...charges].sort(by), approvals: [...approvals].sort(by) });
    });
    expect(seen).toHaveLength(24);
    expect(new Set(seen).size).toBe(1);
  });

  test("an entry of a name keeps its own messages, and a pattern's reason does not leak into it", () => {
    const tools = { "a*": { reason: "pattern" }, ab: { ...fires, reason: "name" }, ac: fires };
    expect(ask(tools, "ab").message).toBe("name");
    expect(ask(tools, "ac").message).toBe("the policy forbids this call");
  });
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  );
}

describe("hide", () => {
  test.each<[string, string[], string, number]>([
    ["a pattern hides what it matches", ["a*"], "ab", 0],
    ["a pattern hides under default allow", ["x", "?b"], "ab", 1],
    ["a name is reported before a pattern", ["*", "ab"], "ab", 1],
    ["the first of several patterns is reported", ["z*", "a*", "*"], "ab", 1],
    ["Q13: a pattern hides names that mean something to objects", ["__*"], "__proto__", 0],
    ["a literal bracket", ["[x]*"], "[x]1", 0],
  ])("%s, whatever lists it", (_rule, hide, name, index) => {
    for (const fallback of ["allow", "deny"] as const) {
      const policy = parsePolicy({
        version: "1",
        default: fallback,
        hide,
        tools: { [name]: { action: "allow" }, "*": {} },
      });
      expect(decide(policy, { name })).toEqual(denied(policy, hidden(index)));
    }
  });

  test("a pattern hides nothing else, and is case-sensitive", () => {
    const policy = parsePolicy({ version: "1", default: "allow", hide: ["a*b", "[cd]*"] });
    for (const name of ["b", "ba", "A_b", "aB", "c", "d"]) expect(decide(policy, { name })).toEqual(allowed(policy));
  });

  test("what is hidden by a pattern and what does not exist get one answer under default deny", () => {
    const policy = parsePolicy({ version: "1", default: "deny", hide: ["a*"], tools: { ab: {} } });
    const [one, other] = ["ab", "zz"].map((name) => decide(policy, { name }));
    expect([one?.code, one?.message]).toEqual([other?.code, other?.message]);
    expect(one?.message).toBe(NOT_PERMITTED);
  });
});

describe("counters of patterns", () => {
  const base: Charge = {
    rule: "",
    pointer: "",
    counter: "",
    scope: "grant",
    owner: "default",
    window: every(60_000),
    ...COUNTED,
    amount: 1,
    max: 5,
    message: "a limit of the policy is reached",
  };
  const rate = (key: string, max = 5): Charge => {
    const place = `/tools/${key.replaceAll("/", "~1")}/rate_limit`;
    return { ...base, rule: place, pointer: place, counter: `(rate_limit) ${key}`, max };
  };

  test("a rate_limit on a pattern is one counter for all that it matches", () => {
    const tools = { "repo/*": { rate_limit: { max: 5, window: 60 } } };
    for (const name of ["repo/a", "repo/b", "repo/"]) expect(ask(tools, name).charges).toEqual([rate("repo/*")]);
  });

  test("through a gate, what one tool uses up of a pattern's counter, another has not", async () => {
    const tools = { "repo/*": { rate_limit: { max: 2, window: 60 } }, "repo/free": { limits: [] } };
    const gate = createGate({ policy: parsePolicy({ version: "1", default: "deny", tools }), clock: { now: () => 0 } });
    const codes: string[] = [];
    for (const name of ["repo/a", "repo/b", "repo/c", "repo/free", "repo/a"]) {
      codes.push((await gate.run({ name }, {}, () => undefined)).decision.code);
    }
    expect(codes).toEqual(["allowed", "allowed", "rate_limited", "rate_limited", "rate_limited"]);
    expect((await gate.run({ name: "repo/a" }, { grant: "other" }, () => undefined)).allowed).toBe(true);
  });

  test("rate_limits of a name and of every pattern that matches are charged each", () => {
    const tools = {
      "*": { rate_limit: { max: 7, window: 60 } },
      "repo/a": { rate_limit: { max: 5, window: 60 } },
      "repo/*": { rate_limit: { max: 6, window: 60 } },
    };
    expect(ask(tools, "repo/a").charges).toEqual([rate("repo/a"), rate("*", 7), rate("repo/*", 6)]);
    expect(ask(tools, "repo/b").charges).toEqual([rate("*", 7), rate("repo/*", 6)]);
    expect(ask(tools, "user").charges).toEqual([rate("*", 7)]);
  });

  test("a counter that a name, a pattern and all tools count with is charged once: largest amount, smallest max", () => {
    const limit = { counter: "c", window: "minute" } as const;
    const tools = {
      ab: { limits: [{ ...limit, increment: 3 }] },
      "a*": { limits: [{ ...limit, max: 2, on_deny: "two" }] },
      "*": { limits: [{ ...limit, max: 9, increment: 0 }] },
    };
    const all_tools = { limits: [{ ...limit, max: 4, increment: 1 }] };
    const charged = {
      ...base,
      rule: "/tools/a*/limits/c",
      pointer: "/tools/a*/limits/0",
      counter: "c",
      message: "two",
    };
    expect(ask(tools, "ab", { all_tools }).charges).toEqual([{ ...charged, amount: 3, max: 2 }]);
    expect(ask(tools, "ac", { all_tools }).charges).toEqual([{ ...charged, amount: 1, max: 2 }]);
  });
});

describe("names that only patterns match are remembered, and nothing else", () => {
  const tools: Tools = {
    "a*": { deny_if: [{ conditions: [{ path: "args.n", op: "gt", value: 5 }] }] },
    "*7": { action: "require_approval" },
    "*3*": { limits: [{ counter: "threes", window: "day" }] },
    a13: { action: "deny" },
  };
  const names = Array.from({ length: 2_500 }, (_, index) => `${index % 3 === 0 ? "b" : "a"}${index}`);

  test("5,000 names in any order are answered as by a policy that never saw another", () => {
    const policy = parsePolicy({ version: "1", default: "deny", hide: ["*99"], tools });
    const fresh = (name: string): Decision =>
      decide(parsePolicy(JSON.stringify(policy)), { name, arguments: { n: 6 } });
    const asked = [...names, ...names.toReversed(), "a1", "b1", "a13"];
    const answers = asked.map((name) => decide(policy, { name, arguments: { n: 6 } }));
    const sample = asked.flatMap((name, index) => (index % 97 === 0 || index > 4_995 ? [[name, index] as const] : []));
    for (const [name, index] of sample) expect(answers[index]).toEqual(fresh(name));
    expect(answers.slice(names.length, 2 * names.length).toReversed()).toEqual(answers.slice(0, names.length));
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(["deny", "require_approval", "allow"]));
  });

  test("no more than 1,000 names are held, however many are asked for", () => {
    const policy = parsePolicy({ version: "1", default: "deny", tools });
    decide(policy, { name: "a1" });
    // Nothing but the policy's plan makes a Map grow here.
    const sizes = largestMaps(() => {
      for (const name of names) decide(policy, { name });
      for (const name of names) decide(policy, { name: `unlisted ${name}` });
    });
    expect(sizes).toBe(1_000);
  });

  test("asking is pure: a name answered from memory is answered as at first", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a1", "a7", "b7", "a3", "x", "a13", "37"), { maxLength: 20 }), (order) => {
        const policy = parsePolicy({ version: "1", default: "deny", tools });
        const first = new Map<string, Decision>();
        for (const name of order) {
          const decision = decide(policy, { name });
          expect(decision).toEqual(first.get(name) ?? decision);
          first.set(name, decision);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("a name that nothing may be called by is not remembered: its length is the caller's to choose", () => {
    const policy = parsePolicy({ version: "1", default: "deny", tools: { [`*${"a".repeat(500)}b*`]: {} } });
    const grown = largestMaps(() => {
      for (let index = 0; index < 20; index++) decide(policy, { name: `${index}${"a".repeat(5_000)}` });
    });
    expect(grown).toBe(0);
  });
});

/** The size that the largest Map keyed by text reaches while `run` runs. */
function largestMaps(run: () => void): number {
  const { set } = Map.prototype;
  let largest = 0;
  Map.prototype.set = function (this: Map<unknown, unknown>, key: unknown, value: unknown) {
    set.call(this, key, value);
    if (typeof key === "string") largest = Math.max(largest, this.size);
    return this;
  };
  try {
    run();
  } finally {
    Map.prototype.set = set;
  }
  return largest;
}
