import type { CounterStore, Reading, Reserved, StoreCharge } from "callgate";
import { createSqliteStore, type SqliteDatabase } from "callgate/sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { createDatabaseFile } from "./database-file.js";
import { openDatabase } from "./drivers.js";

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1, 12, 0, 40);
const PER_MINUTE: StoreCharge["window"] = { kind: "fixed", ms: MINUTE, offsetMs: 0 };

function charge(key: string, details: Partial<StoreCharge> = {}): StoreCharge {
  return { key, group: key, grant: "g", window: PER_MINUTE, amount: 1, max: 1, ...details };
}

/** A store in memory whose answers come at once, and its tables. */
function openStore(bounds: object = {}) {
  const database = openDatabase("libsql", ":memory:");
  const store: CounterStore = createSqliteStore({ database, ...bounds });
  return {
    store,
    database,
    reserve: (now: number, ...charges: StoreCharge[]) => store.reserve(charges, { now }) as Reserved,
    values: (now: number, ...charges: StoreCharge[]) =>
      (store.read(charges, { now }) as readonly Reading[]).map(({ value }) => value),
    rows: (table: string) => database.prepare(`SELECT count(*) AS count FROM ${table}`).get() as { count: number },
  };
}

describe("a counter that has ended makes room, and none that is being charged", () => {
  const kinds: readonly StoreCharge["window"][] = [
    PER_MINUTE,
    { kind: "sliding", ms: MINUTE },
    { kind: "session", idleMs: MINUTE },
    { kind: "in_flight", leaseMs: MINUTE },
  ];

  test.each(kinds.map((window) => [window.kind, window] as const))("%s", (_kind, window) => {
    const { reserve, values } = openStore({ maxKeys: 3, maxKeysPerGrant: 3 });
    const idle = charge("idle", { window });
    reserve(START, idle, charge("b"), charge("c"));
    const later = START + 10 * MINUTE;
    expect(reserve(later, idle, charge("new"))).toMatchObject({ ok: true });
    expect(values(later, idle, charge("new"))).toEqual([1, 1]);
    expect(reserve(later, idle)).toMatchObject({ ok: false, refused: 0 });
  });
});

describe("what counts longer than when it was first charged makes no room", () => {
  const slots = charge("slots", { window: { kind: "in_flight", leaseMs: 2 * MINUTE }, max: 2 });
  const afterTheFirst = START + 2 * MINUTE;

  test("a slot that was renewed", () => {
    const { reserve, store } = openStore({ maxKeys: 1, maxKeysPerGrant: 1 });
    const answer = reserve(START, slots);
    if (!answer.ok) throw new Error("there was room");
    store.renew(answer.reservation, { now: START + MINUTE });
    expect(() => reserve(afterTheFirst, charge("new"))).toThrow("the SQLite store is full");
  });

  test("a slot, or a part of a sliding window, that came later", () => {
    for (const later of [slots, charge("sliding", { window: { kind: "sliding", ms: 2 * MINUTE }, max: 2 })]) {
      const { reserve } = openStore({ maxKeys: 1, maxKeysPerGrant: 1 });
      reserve(START, later);
      reserve(START + MINUTE, later);
      expect(() => reserve(afterTheFirst + MINUTE / 2, charge("new"))).toThrow("the SQLite store is full");
    }
  });

  test("a session that goes on", () => {
    const { reserve } = openStore({ maxKeys: 1, maxKeysPerGrant: 1 });
    const session = charge("session", { window: { kind: "session", idleMs: 2 * MINUTE }, max: 2 });
    reserve(START, session);
    reserve(START + MINUTE, session);
    expect(() => reserve(afterTheFirst, charge("new"))).toThrow("the SQLite store is full");
  });
});

describe("G01, G02: a clock that runs ahead and is set right again", () => {
  const ahead = START + 10 * MINUTE;

  test("a counter that was removed begins with the next window, not with the same one", () => {
    const { reserve, store } = openStore({ maxKeys: 1, maxKeysPerGrant: 1 });
    const end = START + 20_000;
    reserve(START, charge("a"));
    reserve(ahead, charge("b"));
    store.reset(["b"]);
    expect(reserve(START, charge("a")).readings).toEqual([{ value: 1, resetsAt: end + MINUTE }]);
    for (const time of [START, end, end + MINUTE - 1]) {
      expect(reserve(time, charge("a"))).toMatchObject({ ok: false });
    }
    expect(reserve(end + MINUTE, charge("a"))).toMatchObject({ ok: true });
  });
});

describe("a counter that was given back to the last", () => {
  const kinds: readonly StoreCharge["window"][] = [
    PER_MINUTE,
    { kind: "month" },
    { kind: "sliding", ms: MINUTE },
    { kind: "session", idleMs: MINUTE },
    { kind: "in_flight", leaseMs: MINUTE },
  ];
  const later = START + 10_000;

  test.each(kinds.map((window) => [window.kind, window] as const))(
    "%s: makes room, until it is charged",
    (_, window) => {
      const { reserve, store } = openStore({ maxKeys: 1, maxKeysPerGrant: 1 });
      const refunded = charge("a", { window, max: 2 });
      const [first, second] = [reserve(START, refunded), reserve(later, refunded)];
      if (!first.ok || !second.ok) throw new Error("there was room");
      store.release(second.reservation);
      expect(() => reserve(later, charge("new"))).toThrow("the SQLite store is full");
      store.release(first.reservation);
      expect(reserve(later, refunded)).toMatchObject({ ok: true, readings: [{ value: 1 }] });
      for (const { reservation } of [first, second]) store.release(reservation);
      expect(() => reserve(later, charge("new"))).toThrow("the SQLite store is full");
    },
  );

  test.each(kinds.map((window) => [window.kind, window] as const))("%s: is dropped for a new one", (_, window) => {
    const { reserve, store, values } = openStore({ maxKeys: 1, maxKeysPerGrant: 1 });
    const answer = reserve(START, charge("a", { window }));
    if (!answer.ok) throw new Error("there was room");
    store.release(answer.reservation);
    expect(reserve(START, charge("new"))).toMatchObject({
      ok: true,
      readings: [{ value: 1, resetsAt: START + 20_000 }],
    });
    store.release(answer.reservation);
    expect(values(START, charge("a", { window }), charge("new"))).toEqual([0, 1]);
  });

  test.each([
    ["that is there", false],
    ["that was dropped", true],
  ])("G01: opens no earlier window again, if the clock moves back: one %s", (_, dropped) => {
    const { reserve, store } = openStore({ maxKeys: 1, maxKeysPerGrant: 1 });
    const end = START + 20_000;
    reserve(START, charge("a"));
    const answer = reserve(end, charge("a"));
    if (!answer.ok) throw new Error("a new window");
    store.release(answer.reservation);
    if (dropped) {
      reserve(end, charge("b"));
      store.reset(["b"]);
    }
    expect(reserve(START, charge("a")).readings).toEqual([{ value: 1, resetsAt: end + MINUTE }]);
    expect(reserve(end, charge("a"))).toMatchObject({ ok: false });
  });

  test("G01: a late release of what had ended before changes nothing of that", () => {
    const { reserve, store } = openStore({ maxKeys: 1, maxKeysPerGrant: 1 });
    const sliding = charge("a", { window: { kind: "sliding", ms: MINUTE } });
    const [ended, last] = [reserve(START, sliding), reserve(START + 3 * MINUTE, sliding)];
    if (!ended.ok || !last.ok) throw new Error("there was room");
    for (const { reservation } of [last, ended]) store.release(reservation);
    reserve(START + 3 * MINUTE, charge("b"));
    store.reset(["b"]);
    expect(reserve(START + MINUTE, sliding).readings).toEqual(last.readings);
  });

  test("charges of nothing leave no rows, and can be released and renewed", () => {
    const { reserve, store, rows } = openStore();
    for (const window of kinds) {
      const asked = charge(window.kind, { window, amount: 0 });
      const answer = reserve(START, asked);
      if (!answer.ok) throw new Error("nothing always fits");
      expect(answer.readings).toEqual(store.read([asked], { now: START }));
      expect(store.renew(answer.reservation, { now: START })).toBe(true);
      store.release(answer.reservation);
    }
    expect([rows("callgate_counter"), rows("callgate_part")]).toMatchObject([{ count: 0 }, { count: 0 }]);
  });
});

describe("G01: a clock that moves back", () => {
  test("leaves what is charged meanwhile to a sliding window in it as long as what was charged before", () => {
    const { reserve } = openStore();
    const sliding = charge("a", { window: { kind: "sliding", ms: MINUTE }, max: 2 });
    for (const time of [START + 30_000, START]) expect(reserve(time, sliding)).toMatchObject({ ok: true });
    expect(reserve(START + 30_000 + MINUTE - 1, sliding)).toMatchObject({ ok: false });
    expect(reserve(START + 31_000 + MINUTE, sliding)).toMatchObject({ ok: true });
  });

  test("ends no session early", () => {
    const { reserve } = openStore();
    const session = charge("a", { window: { kind: "session", idleMs: MINUTE }, max: 2 });
    for (const time of [START + 30_000, START]) expect(reserve(time, session)).toMatchObject({ ok: true });
    expect(reserve(START + 30_000 + MINUTE - 1, session)).toMatchObject({ ok: false });
  });
});

describe("readings and releases where a counter moves on", () => {
  test.each<[string, StoreCharge["window"]]>([
    ["session", { kind: "session", idleMs: MINUTE }],
    ["sliding", { kind: "sliding", ms: MINUTE }],
    ["in_flight", { kind: "in_flight", leaseMs: MINUTE }],
  ])("%s: a reservation says what a read says, and each is given back", (_kind, window) => {
    const { reserve, store } = openStore();
    const moving = charge("a", { window, max: 10 });
    const answers = [START, START + 10_000, START + 20_000].map((now) => reserve(now, moving));
    expect(store.read([moving], { now: START + 20_000 })).toEqual(answers[2]?.readings);
    const values = answers.map((answer) => {
      if (answer.ok) store.release(answer.reservation);
      return (store.read([moving], { now: START + 20_000 }) as readonly Reading[])[0]?.value;
    });
    expect(values).toEqual([2, 1, 0]);
  });
});

test("a grant whose share is full of ended counters gets room, however many older ones there are", () => {
  const { reserve } = openStore({ maxKeys: 1_000, maxKeysPerGrant: 2 });
  for (let index = 0; index < 300; index++) reserve(START, charge(`other ${index}`, { grant: `other ${index}` }));
  reserve(START + MINUTE, charge("a"), charge("b"));
  expect(() => reserve(START + MINUTE, charge("c"))).toThrow("the SQLite store is full");
  expect(reserve(START + 2 * MINUTE, charge("c"), charge("d"))).toMatchObject({ ok: true });
});

test("tables that another process makes meanwhile are used", () => {
  const file = createDatabaseFile();
  onTestFinished(() => file.remove());
  const database = file.open();
  const late: SqliteDatabase = {
    exec: (sql) => database.exec(sql),
    prepare: (sql) => {
      if (sql === "BEGIN IMMEDIATE")
        createSqliteStore({ database: file.open() }).reserve([charge("a")], { now: START });
      return database.prepare(sql);
    },
  };
  const store = createSqliteStore({ database: late });
  const [reading] = store.read([charge("a")], { now: START }) as readonly Reading[];
  expect(reading?.value).toBe(1);
});

describe("what is left in the tables", () => {
  test("parts that have ended go with the next charge, and those of a counter with it", () => {
    const { reserve, rows, store } = openStore();
    const slots = charge("slots", { window: { kind: "in_flight", leaseMs: MINUTE }, max: 100 });
    for (let time = 0; time < 10; time++) reserve(START, slots);
    expect(rows("callgate_part")).toMatchObject({ count: 10 });
    reserve(START + MINUTE, slots);
    expect(rows("callgate_part")).toMatchObject({ count: 1 });
    store.reset(["slots"]);
    expect([rows("callgate_part"), rows("callgate_counter"), rows("callgate_share")]).toMatchObject([
      { count: 0 },
      { count: 0 },
      { count: 0 },
    ]);
  });

  test("F11: five thousand slots that are given back leave none", () => {
    const { reserve, rows, store, values } = openStore();
    const slot = charge("slots", { window: { kind: "in_flight", leaseMs: MINUTE } });
    for (let time = 0; time < 5_000; time++) {
      const answer = reserve(START, slot);
      if (!answer.ok) throw new Error("a slot was not given back");
      store.release(answer.reservation);
    }
    expect([values(START, slot), rows("callgate_part")]).toMatchObject([[0], { count: 0 }]);
  });

  test("a sliding window has at most sixty-one parts, and one more for a clock that moves", () => {
    const { reserve, rows } = openStore();
    const sliding = charge("a", { window: { kind: "sliding", ms: MINUTE }, max: 1_000_000 });
    for (let at = 0; at < 5 * MINUTE; at += 250) reserve(START + at, sliding);
    expect(rows("callgate_part").count).toBeLessThanOrEqual(62);
  });

  test("names that text cannot hold everywhere are kept apart", () => {
    const { reserve, values } = openStore();
    const keys = ["\ud800", "\udfff", "\ufffd", "a\ud800", "a\ufffd", "a\0", "a\0b", "a"];
    for (const key of keys) expect(reserve(START, charge(key, { grant: key }))).toMatchObject({ ok: true });
    expect(values(START, ...keys.map((key) => charge(key)))).toEqual(keys.map(() => 1));
  });
});

describe("whole numbers, as drivers give them", () => {
  /** The handle as a driver gives it that was told to answer with bigints. */
  function withBigints(database: SqliteDatabase): SqliteDatabase {
    const big = (row: unknown): unknown =>
      row === undefined || row === null
        ? row
        : Object.fromEntries(
            Object.entries(row).map(([name, value]) => [name, typeof value === "number" ? BigInt(value) : value]),
          );
    return {
      exec: (sql) => database.exec(sql),
      prepare: (sql) => {
        const statement = database.prepare(sql);
        return {
          get: (...parameters) => big(statement.get(...parameters)),
          all: (...parameters) => statement.all(...parameters).map(big),
          run: (...parameters) => statement.run(...parameters),
        };
      },
    };
  }

  test("bigints are read as what they are", () => {
    const store = createSqliteStore({ database: withBigints(openDatabase("libsql", ":memory:")) });
    const { readings } = store.reserve([charge("a", { amount: 9_007_199_254_000_000, max: undefined })], {
      now: START,
    }) as Reserved;
    expect(readings).toEqual([{ value: 9_007_199_254_000_000, resetsAt: START + 20_000 }]);
  });

  test("a time between two milliseconds is the one before", () => {
    const { reserve } = openStore();
    expect(reserve(START + 19_999.9, charge("a")).readings).toEqual([{ value: 1, resetsAt: START + 20_000 }]);
  });
});
