import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildProgram, type Program } from "../backends/program.js";
import { BACKENDS, BELATED, backendCalled, HOPEFUL, noteOf } from "../backends/table.js";
import { type BrokenWire, FAULT_KINDS, startBrokenWire } from "./broken-wire.js";
import { killMany, VICTIM } from "./kills.js";

// The short form of `npm run test:faults`.

const MINUTE = 60_000;
const SEED = 1;

const wired = Object.entries(BACKENDS).filter(([, { wire }]) => wire !== undefined);
const shared = Object.entries(BACKENDS).filter(([, { isShared }]) => isShared);

describe.each(wired)("I02, I04, J04: the wire to %s", (name, backend) => {
  let broken: BrokenWire;

  beforeAll(async () => {
    if (backend.isThere) broken = await startBrokenWire(name, SEED);
  }, MINUTE);
  afterAll(() => broken?.end());

  test.skipIf(!backend.isThere).each(FAULT_KINDS)(
    `breaks and is mended: nothing runs uncharged, passes a limit or hangs, and it goes on by itself: %s${noteOf(backend)}`,
    async (kind) => {
      for (let round = 0; round < 2; round++) {
        const { effects, breaches } = await broken.round(kind);
        expect(breaches).toEqual([]);
        expect(effects).toBeGreaterThan(0);
      }
    },
    MINUTE,
  );
});

describe("what finds nothing in the stores finds something", () => {
  test.skipIf(!backendCalled(HOPEFUL).isThere)(
    `in one that takes a failure for a yes${noteOf(backendCalled(HOPEFUL))}`,
    async () => {
      const broken = await startBrokenWire(HOPEFUL, SEED);
      const { breaches } = await broken.round("cut").finally(broken.end);
      expect(breaches).toContainEqual(expect.stringMatching(/payments happened, and \d+ are counted/));
    },
    MINUTE,
  );

  test.skipIf(!backendCalled(BELATED).isThere)(
    `in one that charges later${noteOf(backendCalled(BELATED))}`,
    async () => {
      const program = await buildProgram(VICTIM);
      const { breaches } = await killMany(program, BELATED, 4, SEED).finally(program.remove);
      expect(breaches).toContainEqual(expect.stringMatching(/calls had their effect, and \d+ are counted/));
    },
    MINUTE,
  );
});

describe("J02, K01, K02: kill -9", () => {
  let program: Program;

  beforeAll(async () => {
    program = await buildProgram(VICTIM);
  }, MINUTE);
  afterAll(() => program?.remove());

  for (const [name, backend] of shared) {
    test.skipIf(!backend.isThere)(
      `of processes that use ${name}: what they did is counted, and no limit is passed${noteOf(backend)}`,
      async () => {
        const { breaches, kills, effects } = await killMany(program, name, 6, SEED);
        expect([breaches, kills]).toEqual([[], 6]);
        expect(effects).toBeGreaterThan(0);
      },
      MINUTE,
    );
  }
});
