import { same } from "../violation.js";
import type { ContractCase } from "./case.js";

const KEYS: readonly string[] = [
  "",
  " ",
  "a",
  "a ",
  " a",
  "A",
  "a:b",
  "a::b",
  "a:b:",
  ":a:b",
  "a/b",
  "a|b",
  "a,b",
  "a.b",
  "a;b",
  "a-b",
  "a_b",
  "a%b",
  "a%3Ab",
  "a*",
  "a?",
  "a[b]",
  "a\\b",
  "a\nb",
  "a\tb",
  "a\u0000b",
  "a\u0000",
  "{a}b",
  "{a}:b",
  "a'b",
  'a"b',
  "a''b",
  "0",
  "00",
  "1e0",
  "null",
  "__proto__",
  "constructor",
  "toString",
  "\u00e9",
  "e\u0301",
  "\u{1f600}",
  "x".repeat(255),
  "x".repeat(256),
];

export const keysApart: readonly ContractCase[] = [
  {
    promise: 8,
    name: "keys of every kind have a counter each",
    run: async (bench) => {
      for (const [index, key] of KEYS.entries()) await bench.take(bench.charge(key, index + 1));
      const readings = await bench.read(...KEYS.map((key) => ({ key, window: bench.window })));
      const found = readings.map(({ value }, index) => [KEYS[index], value]);
      same(
        "the counters",
        found,
        KEYS.map((key, index) => [key, index + 1]),
      );
    },
  },
  {
    promise: 8,
    name: "a reservation over keys of every kind charges each, and gives back to each",
    run: async (bench) => {
      const zeros = KEYS.map(() => 0);
      for (const some of [KEYS.slice(0, 20), KEYS.slice(20, 40), KEYS.slice(40)]) {
        const charges = some.map((key, index) => bench.charge(key, index + 1));
        const reservation = await bench.take(...charges);
        const charged = await bench.read(...charges);
        same(
          "the counters",
          charged.map(({ value }) => value),
          some.map((_, index) => index + 1),
        );
        await bench.release(reservation);
      }
      const readings = await bench.read(...KEYS.map((key) => ({ key, window: bench.window })));
      same(
        "the counters after the releases",
        readings.map(({ value }) => value),
        zeros,
      );
    },
  },
  {
    promise: 8,
    name: "a key and the length of a window that read alike together stay apart",
    needs: ["settable clock"],
    run: async (bench) => {
      const pairs = [
        bench.charge("a", 1, 1, { windowMs: 11_000 }),
        bench.charge("a1", 1, 1, { windowMs: 1_000 }),
        bench.charge("b", 1, 1, { windowMs: 10_000 }),
        bench.charge("0b", 1, 1, { windowMs: 1_000 }),
      ];
      for (const charge of pairs) await bench.take(charge);
      for (const charge of pairs) await bench.refuse(0, charge);
    },
  },
];
