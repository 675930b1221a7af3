import { readFileSync } from "node:fs";
import { createMemoryStore } from "callgate";
import { counterStoreContract, createRecordingSink, createSettableClock, type TestRunner } from "callgate/testing";
import { describe, expect, expectTypeOf, test } from "vitest";
import { limitedGate, PER_MINUTE, payPolicy, START } from "./limited-gate.js";

type NodeTest = typeof import("node:test");

/** The promises as the port says them: number and words. */
function documentedPromises(): readonly string[] {
  const port = readFileSync(new URL("../../src/counters/store.ts", import.meta.url), "utf8");
  const sentences = port.matchAll(/^ \* (\d+)\. ((?:.|\n \* {4})*?)\.$/gm);
  return Array.from(sentences, ([, number, words = ""]) => {
    const plain = words.replace(/\n \* {4}/g, " ").replaceAll("`", "");
    return `promise ${number}: ${plain.charAt(0).toLowerCase()}${plain.slice(1)}`;
  });
}

describe("counterStoreContract", () => {
  const setup = () => ({ store: createMemoryStore(), clock: createSettableClock(0) });

  test("has a group for each promise of the port, by its number and in its words", () => {
    const groups: string[] = [];
    counterStoreContract({ describe: (name) => groups.push(name), test: () => undefined }, setup);
    expect(documentedPromises()).toHaveLength(15);
    expect(groups).toEqual(documentedPromises());
  });

  test("tests every promise, and begins names with the promise where there is no `describe`", () => {
    const names: string[] = [];
    counterStoreContract({ test: (name) => names.push(name) }, setup);
    const tested = names.map((name) => documentedPromises().findIndex((promise) => name.startsWith(`${promise}: `)));
    expect([...new Set(tested)]).toEqual(Array.from({ length: 15 }, (_, index) => index));
    expect(new Set(names).size).toBe(names.length);
  });

  test("opens nothing until a test runs", () => {
    const opened: number[] = [];
    counterStoreContract({ test: () => undefined }, () => {
      opened.push(1);
      return setup();
    });
    expect(opened).toEqual([]);
  });

  test("takes the tests of vitest and of node:test", () => {
    expectTypeOf<{ describe: typeof describe; test: typeof test }>().toExtend<TestRunner>();
    expectTypeOf<Pick<NodeTest, "describe" | "test">>().toExtend<TestRunner>();
  });
});

describe("createSettableClock", () => {
  test("stands still until it is set, moves on by what it is told, and goes back", () => {
    const clock = createSettableClock(START);
    expect([clock.now(), clock.now()]).toEqual([START, START]);
    clock.advance(5);
    expect(clock.now()).toBe(START + 5);
    clock.set(1);
    expect(clock.now()).toBe(1);
  });
});

describe("createRecordingSink", () => {
  test("keeps every event of a gate, in order, by type when asked, until it is cleared", async () => {
    const audit = createRecordingSink();
    const { payTimes } = limitedGate(payPolicy({ ...PER_MINUTE, max: 1 }), { audit });
    await payTimes(2);
    expect(audit.events.map(({ type }) => type)).toEqual(["decision", "outcome", "decision"]);
    expect(audit.of("decision").map(({ outcome }) => outcome)).toEqual(["allow", "deny"]);
    expect(audit.of("outcome").map(({ result }) => result)).toEqual(["ok"]);
    expect(audit.of("refusal")).toEqual([]);
    audit.clear();
    expect(audit.events).toEqual([]);
    await payTimes(1);
    expect(audit.events).toHaveLength(1);
  });
});
