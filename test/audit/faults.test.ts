import type { AuditEvent, CounterStore } from "callgate";
import {
  auditJsonSchema,
  chainAudit,
  createGate,
  createMemoryStore,
  NotExecutedError,
  parsePolicy,
  verifyAudit,
} from "callgate";
import { describe, expect, test } from "vitest";
import schema from "../../src/audit/audit.schema.json" with { type: "json" };
import { compileSchema } from "../../src/json-schema/compile.ts";
import { POLICY } from "../gate/gate-policy.ts";

const CALLS = 20_000;
const NAMES = ["ok", "ok", "pay", "limited", "limited", "secret", "nobody", "asked", 7 as never];

/** Numbers from 0 to 1, the same at every run. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function faulty(store: CounterStore, chance: () => boolean): CounterStore {
  return {
    clock: store.clock,
    reserve: (charges, options) => {
      if (chance()) throw new Error("store");
      const answer = store.reserve(charges, options);
      return chance() ? Promise.reject(new Error("late")) : answer;
    },
    release: (reservation, only) => store.release(reservation, only),
    renew: (reservation, options) => store.renew(reservation, options),
    read: (keys, options) => store.read(keys, options),
    reset: (groups) => store.reset(groups),
  };
}

describe("20,000 calls with a store, a sink and an upstream that fail", () => {
  test("M11, M08: as many effects as allowed calls on record; the record is sound and of the published shape", {
    timeout: 120_000,
  }, async () => {
    const random = mulberry(1);
    const lines: string[] = [];
    const write = (record: object) => {
      if (random() < 0.02) throw new Error("disk");
      if (random() < 0.02) return Promise.reject(new Error("disk"));
      lines.push(JSON.stringify(record));
      return random() < 0.2 ? Promise.resolve() : undefined;
    };
    let [clockNow, effects, spared] = [0, 0, 0];
    const gate = createGate({
      policy: parsePolicy({
        ...POLICY,
        tools: { ...POLICY.tools, limited: { limits: [{ counter: "calls", window: "minute", max: 40 }] } },
      }),
      clock: {
        now: () => {
          clockNow += random() < 0.01 ? -50 : 5;
          return clockNow;
        },
      },
      store: faulty(createMemoryStore(), () => random() < 0.02),
      grant: () => (random() < 0.01 ? undefined : "ann"),
      audit: {
        sink: chainAudit(write, { every: 500 }),
        record: ["args.amount", "args.password"],
        digestKey: "0123456789abcdef",
      },
    });
    const one = async (index: number): Promise<void> => {
      const name = NAMES[Math.floor(random() * NAMES.length)] as string;
      const fate = random();
      const args = { amount: index % 150, password: "hunter2" };
      const execute = async (): Promise<void> => {
        if (fate < 0.05) {
          spared++;
          throw new NotExecutedError();
        }
        effects++;
        if (fate < 0.1) throw new Error("upstream");
      };
      await gate.run({ name, arguments: args }, {}, execute).catch(() => undefined);
    };
    for (let index = 0; index < CALLS; index += 20) {
      await Promise.all(Array.from({ length: 20 }, (_, offset) => one(index + offset)));
    }
    await gate.close();

    expect(await verifyAudit(lines)).toMatchObject({ ok: true, records: lines.length });
    const events = lines.map((line) => JSON.parse(line) as AuditEvent);
    const allowed = events.filter((event) => event.type === "decision" && event.outcome === "allow");
    expect(allowed).toHaveLength(effects + spared);
    expect(effects).toBeGreaterThan(5_000);
    expect(new Set(events.map(({ type }) => type as string))).toEqual(
      new Set(["start", "decision", "outcome", "refusal", "notice", "store_failure", "stop", "checkpoint"]),
    );
    const seqs = events.flatMap(({ seq }) => seq ?? []);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    expect(new Set(seqs).size).toBe(seqs.length);
    expect(lines.join("\n")).not.toContain("hunter2");

    expect(events.filter((event) => !isPublished(event)).slice(0, 1)).toEqual([]);
  });
});

describe("the published shape", () => {
  test("is that of the package", () => {
    expect(auditJsonSchema).toEqual(schema);
  });

  test.each([
    ["a key that is none", { extra: 1 }],
    ["another version", { schema: 2 }],
    ["a code that is none", { code: "gone" }],
    ["a number that is text", { seq: "1" }],
  ])("refuses %s", (_, change) => {
    const event = {
      ...{ schema: 1, seq: 1, time: 0, elapsed: 0, side: "direct", server: "" },
      ...{ type: "notice", code: "lease_lost", message: "", tools: [] },
    };
    expect(isPublished(event)).toBe(true);
    expect(isPublished({ ...event, ...change })).toBe(false);
  });
});

const compiled = compileSchema(schema, { unknownKeywords: "refuse" });

function isPublished(event: unknown): boolean {
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
  return compiled.validator.faults(event).length === 0;
}
