import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Reading } from "callgate";
import { createSqliteStore } from "callgate/sqlite";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createDatabaseFile, type DatabaseFile } from "./database-file.js";
import { DRIVERS, isThere } from "./drivers.js";
import { heldAfter, victimCharges } from "./victim-charges.js";

/** How often each driver's process is killed in each way. `CALLGATE_KILLS=1000` for more. */
const KILLS = Number(process.env.CALLGATE_KILLS ?? 25);
const minutes = 60_000;

const repository = fileURLToPath(new URL("../../", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "callgate-kill-"));
const victim = join(scratch, "victim.mjs");
const packages = [join(repository, "node_modules"), process.env.NODE_PATH ?? ""].join(delimiter);
const options = {
  env: { ...process.env, NODE_PATH: packages, NODE_NO_WARNINGS: "1" },
  stdio: ["ignore", "pipe", "inherit"] as ["ignore", "pipe", "inherit"],
};

// As one file, so that a process is there at once.
beforeAll(() =>
  build({
    entryPoints: [join(repository, "test/sqlite/victim.ts")],
    outfile: victim,
    ...{ bundle: true, format: "esm", platform: "node", target: "node20", logLevel: "silent" },
    tsconfig: join(repository, "test/tsconfig.json"),
  }),
);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe.each(DRIVERS.filter(isThere))("J02, K02: kill -9 of a process, by %s", (driver) => {
  let file: DatabaseFile;
  let running: ChildProcess | undefined;

  beforeEach(() => {
    file = createDatabaseFile(driver);
    // The commits that are counted are those of operations.
    expect(reservationsThatCount()).toEqual([0, 0, 0]);
  });

  afterEach(() => {
    running?.kill("SIGKILL");
    file.remove();
  });

  /** What counts when the file is opened anew, by the reservations that it is worth. */
  function reservationsThatCount(): number[] {
    const database = file.open();
    const readings = createSqliteStore({ database }).read(victimCharges.charges, victimCharges.options);
    const values = (readings as readonly Reading[]).map(({ value }) => value);
    database.close();
    return values.map((value, index) => value / (victimCharges.charges[index]?.amount ?? 0));
  }

  function expectWhole(): void {
    const database = file.open();
    expect(Object.values(database.prepare("PRAGMA integrity_check").get() as object)[0]).toBe("ok");
    const kept = database.prepare("SELECT keys FROM callgate_store").get();
    expect(kept).toMatchObject({ keys: 3 });
    database.close();
  }

  test(
    `between any two statements, ${KILLS} times: what was committed counts, and nothing else`,
    () => {
      let held = 0;
      for (let kill = 1; kill <= KILLS; kill++) {
        // Over the moments of some operations, in steps that meet them all.
        const killAt = 1 + ((kill * 7) % 97);
        const { stdout, signal } = spawnSync(process.execPath, [victim, driver, file.path, String(killAt)], options);
        expect(signal).toBe("SIGKILL");
        const commits = stdout.toString().length;
        held += heldAfter(commits);
        expect([kill, reservationsThatCount()]).toEqual([kill, [held, held, held]]);
      }
      expectWhole();
    },
    KILLS * 2_000 + minutes,
  );

  test(
    `at any moment, ${KILLS} times: what it said was committed counts, and at most the next one too`,
    async () => {
      let held = 0;
      for (let kill = 1; kill <= KILLS; kill++) {
        const commits = await commitsUntilKilled((kill * 13) % 40);
        const [counted = -1, ...others] = reservationsThatCount();
        expect(others).toEqual([counted, counted]);
        expect([held + heldAfter(commits), held + heldAfter(commits + 1)]).toContain(counted);
        held = counted;
      }
      expectWhole();
    },
    KILLS * 2_000 + minutes,
  );

  test(
    "while it makes its tables: the next process makes them, or finds them whole",
    () => {
      for (let killAt = 1; killAt <= 12; killAt++) {
        const fresh = createDatabaseFile(driver);
        const { signal } = spawnSync(process.execPath, [victim, driver, fresh.path, String(killAt)], options);
        const store = createSqliteStore({ database: fresh.open() });
        const answer = store.reserve(victimCharges.charges, victimCharges.options);
        fresh.remove();
        expect([killAt, signal, answer]).toEqual([killAt, "SIGKILL", expect.objectContaining({ ok: true })]);
      }
    },
    minutes,
  );

  /** Starts a process, kills it some milliseconds after its first commit, and says how many it has said. */
  async function commitsUntilKilled(ms: number): Promise<number> {
    const child = spawn(process.execPath, [victim, driver, file.path], options);
    let said = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      if (said === 0) setTimeout(() => child.kill("SIGKILL"), ms);
      said += chunk.length;
    });
    running = child;
    const [, signal] = await once(child, "close");
    expect(signal).toBe("SIGKILL");
    return said;
  }
});
