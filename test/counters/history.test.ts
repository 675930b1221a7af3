import {
  createGate,
  createMemoryStore,
  type Gate,
  type LimitDocument,
  NotExecutedError,
  type Policy,
  parsePolicy,
} from "callgate";
import { createSettableClock } from "callgate/testing";
import { describe, expect, test } from "vitest";
import { workedPolicy } from "../docs/worked.js";
import { HOUR, limitedGate, MINUTE, payPolicy, START, tally } from "./limited-gate.js";

type Args = Readonly<Record<string, unknown>>;

/** Calls `name`, and says `allowed`, or the message of the denial. */
async function ask(gate: Gate, name: string, args: Args = {}, context: object = {}): Promise<string> {
  const result = await gate.run({ name, arguments: args }, context, () => undefined);
  return result.allowed ? "allowed" : result.decision.message;
}

function gateFor(policy: Policy, store = createMemoryStore()) {
  const clock = createSettableClock(START);
  return { clock, gate: createGate({ policy, clock, store }) };
}

/** A call that runs until it is told how it ends. */
function running(gate: Gate, name: string, args: Args) {
  let end = { resolve: (): void => undefined, reject: (_error: Error): void => undefined };
  const ended = new Promise<void>((resolve, reject) => {
    end = { resolve, reject };
  });
  const result = gate
    .run({ name, arguments: args }, {}, () => ended)
    .then(
      ({ allowed, decision }) => (allowed ? "allowed" : decision.message),
      () => "threw",
    );
  return { result, ...end };
}

const SEEN: LimitDocument = { counter: "seen", window: "day" };
const EARLY = "the policy asks for another call before this one";

describe("min", () => {
  test("below it the call is refused with rate_limited, at it the call passes, and what it adds itself does not count", async () => {
    const { gate, clock, audit } = limitedGate(payPolicy({ ...SEEN, min: 2, increment: 5 }));
    const result = await gate.run({ name: "pay" }, {}, () => undefined);
    expect(result).toMatchObject({
      allowed: false,
      denial: {
        content: [{ text: `[POLICY DENIED] ${EARLY}` }],
        _meta: { "callgate/denial": { code: "rate_limited", retryable: true } },
      },
      decision: {
        code: "rate_limited",
        rule: "/tools/pay/limits/seen",
        pointer: "/tools/pay/limits/0",
        message: EARLY,
      },
    });
    expect(result.allowed ? {} : result.denial._meta["callgate/denial"]).not.toHaveProperty("retryAfterMs");
    clock.advance(1);
    expect(audit.of("decision")).toMatchObject([{ outcome: "deny", code: "rate_limited", charges: [{ amount: 5 }] }]);
    expect((await gate.usage("default")).map(({ value }) => value)).toEqual([0]);
  });

  test("its limit's message is `on_deny`, the entry's reason, or an engine text", async () => {
    const limits: readonly [LimitDocument, string | undefined, string][] = [
      [{ ...SEEN, min: 1 }, undefined, EARLY],
      [{ ...SEEN, min: 1 }, "because", "because"],
      [{ ...SEEN, min: 1, on_deny: "not yet" }, "because", "not yet"],
    ];
    for (const [limit, reason, message] of limits) {
      const entry = { limits: [limit], ...(reason === undefined ? {} : { reason }) };
      const { gate } = gateFor(parse({ t: entry }));
      expect(await ask(gate, "t")).toBe(message);
    }
  });

  test("refused by max and by min, the call is told of max; `min: 0` asks nothing", async () => {
    const { gate } = gateFor(
      parse({ t: { limits: [{ ...SEEN, min: 1, max: 0 }] }, u: { limits: [{ ...SEEN, min: 0 }] } }),
    );
    expect(await ask(gate, "t")).toBe("a limit of the policy is reached");
    expect(await ask(gate, "u")).toBe("allowed");
  });

  test("both bounds of one counter hold: open from the second call on, closed after the fourth", async () => {
    const count = { limits: [SEEN] };
    const between = { limits: [{ ...SEEN, increment: 0, min: 2, max: 4 }] };
    const { gate } = gateFor(parse({ count, between }));
    const seen = [];
    for (let time = 0; time < 6; time++) {
      seen.push(await ask(gate, "between"));
      await ask(gate, "count");
    }
    expect(seen).toEqual([EARLY, EARLY, "allowed", "allowed", "allowed", "a limit of the policy is reached"]);
  });

  test("it is atomic with the other limits of the call: what it refuses costs nothing, and nothing is counted twice", async () => {
    const limits = [
      { counter: "spend", window: "day", max: 1 },
      { ...SEEN, increment: 0, min: 1 },
    ] as const;
    const { gate } = gateFor(parse({ t: { limits }, count: { limits: [SEEN] } }));
    expect([await ask(gate, "t"), await ask(gate, "t"), await ask(gate, "count"), await ask(gate, "t")]).toEqual([
      EARLY,
      EARLY,
      "allowed",
      "allowed",
    ]);
    expect(await ask(gate, "t")).toBe("a limit of the policy is reached");
  });

  test("history ends with its window", async () => {
    const { gate, clock } = gateFor(
      parse({ t: { limits: [{ ...SEEN, increment: 0, min: 1 }] }, count: { limits: [SEEN] } }),
    );
    await ask(gate, "count");
    expect(await ask(gate, "t")).toBe("allowed");
    clock.set(Date.UTC(2026, 0, 2));
    expect(await ask(gate, "t")).toBe(EARLY);
  });

  test("a call that was never executed is no history", async () => {
    const { gate } = gateFor(parse({ t: { limits: [{ ...SEEN, increment: 0, min: 1 }] }, count: { limits: [SEEN] } }));
    const failed = gate.run({ name: "count" }, {}, () => Promise.reject(new NotExecutedError()));
    await expect(failed).rejects.toThrow(NotExecutedError);
    expect(await ask(gate, "t")).toBe(EARLY);
  });

  test("of 1,000 parallel calls, those pass that come after the first one counted", async () => {
    const { gate } = gateFor(parse({ t: { limits: [{ ...SEEN, increment: 0, min: 1 }] }, count: { limits: [SEEN] } }));
    const calls = Array.from({ length: 1_000 }, (_, index) => ask(gate, index === 500 ? "count" : "t"));
    expect(tally(await Promise.all(calls))).toEqual({ allowed: 500, [EARLY]: 500 });
  });
});

describe("worked policy: no e-mail after secrets were read", () => {
  const policy = workedPolicy("No e-mail after secrets were read");
  const NO_MAIL = "No e-mail once secrets were read.";

  test("mail passes as long as nothing was read, and never after, in that session", async () => {
    const { gate } = gateFor(policy);
    const [one, other] = [{ session: "one" }, { session: "other" }];
    const seen = [await ask(gate, "send_email", {}, one), await ask(gate, "send_email", {}, one)];
    await ask(gate, "read_secret", {}, one);
    seen.push(
      await ask(gate, "send_email", {}, one),
      await ask(gate, "read_secret", {}, one),
      await ask(gate, "send_email", {}, other),
    );
    expect(seen).toEqual(["allowed", "allowed", NO_MAIL, "allowed", "allowed"]);
  });

  test("a read that still runs counts, and one that failed counts: it may have read", async () => {
    const { gate } = gateFor(policy);
    const context = { session: "s" };
    const failed = gate.run({ name: "read_secret" }, context, async () => {
      expect(await ask(gate, "send_email", {}, context)).toBe(NO_MAIL);
      throw new Error("failed");
    });
    await expect(failed).rejects.toThrow("failed");
    expect(await ask(gate, "send_email", {}, context)).toBe(NO_MAIL);
  });

  test("it holds over gates, as over processes, that share a store", async () => {
    const store = createMemoryStore();
    const [one, other] = [gateFor(policy, store).gate, gateFor(policy, store).gate];
    await ask(one, "read_secret", {}, { session: "s" });
    expect(await ask(other, "send_email", {}, { session: "s" })).toBe(NO_MAIL);
  });
});

describe("worked policy: only after a quote for the same id", () => {
  const policy = workedPolicy("Only after a quote for the same id");
  const NO_QUOTE = "Ask for a quote first.";
  const quote = (gate: Gate, id: unknown) => ask(gate, "get_quote", { id });
  const accept = (gate: Gate, id: unknown) => ask(gate, "accept_quote", { quote: { id } });

  test("the id decides, typed; other ids, other callers and no id are refused", async () => {
    const { gate } = gateFor(policy);
    const seen = [await accept(gate, 7), await quote(gate, 7), await accept(gate, 7), await accept(gate, 7)];
    expect(seen).toEqual([NO_QUOTE, "allowed", "allowed", "allowed"]);
    expect([await accept(gate, "7"), await accept(gate, 8), await accept(gate, 7.5)]).toEqual([
      NO_QUOTE,
      NO_QUOTE,
      NO_QUOTE,
    ]);
    expect(await ask(gate, "accept_quote", { quote: { id: 7 } }, { grant: "other" })).toBe(NO_QUOTE);
    for (const id of [null, [7], { id: 7 }]) expect(await accept(gate, id)).toMatch(/is missing, or no text/);
  });

  test("a quote lasts an hour, over the full hour, and at most a sixtieth longer", async () => {
    const { gate, clock } = gateFor(policy);
    clock.set(Date.UTC(2026, 0, 1, 12, 59, 0));
    await quote(gate, 1);
    clock.advance(HOUR - 1);
    expect(await accept(gate, 1)).toBe("allowed");
    clock.advance(MINUTE + 1);
    expect(await accept(gate, 1)).toBe(NO_QUOTE);
  });
});

describe("worked policy: one deploy of a repository at a time, and only after its tests passed", () => {
  const policy = workedPolicy("One deploy of a repository at a time, and only after its tests passed");
  const commit = { repo: "shop", commit: "c1" };

  test("untested, while tests run, and while another deploy runs it is refused", async () => {
    const { gate } = gateFor(policy);
    expect(await ask(gate, "deploy", commit)).toBe("Run the tests of this commit first.");
    const tests = running(gate, "run_tests", commit);
    expect(await ask(gate, "deploy", commit)).toBe("Its tests are still running.");
    tests.resolve();
    expect(await tests.result).toBe("allowed");
    const deploy = running(gate, "deploy", commit);
    expect(await ask(gate, "deploy", commit)).toBe("A deploy of this repository is running.");
    expect(await ask(gate, "deploy", { ...commit, commit: "c2" })).toBe("A deploy of this repository is running.");
    deploy.reject(new Error("failed"));
    expect(await deploy.result).toBe("threw");
    expect(await ask(gate, "deploy", commit)).toBe("allowed");
    expect(await ask(gate, "deploy", { ...commit, commit: "c2" })).toBe("Run the tests of this commit first.");
  });

  test("of a hundred deploys at once one runs, in each repository", async () => {
    const { gate } = gateFor(policy);
    for (const repo of ["shop", "site"]) await ask(gate, "run_tests", { repo, commit: "c1" });
    const deploys = Array.from({ length: 100 }, (_, index) =>
      running(gate, "deploy", { repo: index % 2 === 0 ? "shop" : "site", commit: "c1" }),
    );
    for (const deploy of deploys) deploy.resolve();
    const outcomes = await Promise.all(deploys.map(({ result }) => result));
    expect(tally(outcomes)).toEqual({ allowed: 2, "A deploy of this repository is running.": 98 });
  });
});

function parse(tools: Readonly<Record<string, object>>): Policy {
  return parsePolicy({ version: "1", default: "deny", tools });
}
