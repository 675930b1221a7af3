import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasRedis, type RedisServer, redisMissing, startRedis } from "../services/redis.js";
import { charge, counted, outcome } from "./charges.js";
import { LIBRARIES, patientStore } from "./clients.js";

const PROCESSES = 8;
const CONNECTIONS = 5;

describe.skipIf(!hasRedis)(`many processes${redisMissing}`, () => {
  const directory = mkdtempSync(join(tmpdir(), "callgate-race-"));
  const program = join(directory, "race.mjs");
  const children: ChildProcess[] = [];
  let server: RedisServer;

  beforeAll(async () => {
    server = await startRedis();
    await build({
      entryPoints: [fileURLToPath(new URL("race-process.ts", import.meta.url))],
      outfile: program,
      ...{ bundle: true, platform: "node", format: "esm", logLevel: "error" },
      banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    });
  });
  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(directory, { recursive: true, force: true });
    await server?.stop();
  });

  test(`F02: of ${PROCESSES} processes with ${PROCESSES * CONNECTIONS} connections, exactly 10 pass a max of 10`, async () => {
    const lines = Array.from({ length: PROCESSES }, () => {
      const args = [program, server.url, `${CONNECTIONS}`, "25"];
      const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
      children.push(child);
      return createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    });
    const next = async () => Promise.all(lines.map(async (line) => (await line.next()).value as string));
    expect(new Set(await next())).toEqual(new Set(["ready"]));
    for (const child of children) child.stdin?.write("go\n");
    const passed = (await next()).map(Number);
    expect(passed.reduce((sum, some) => sum + some, 0)).toBe(10);
    // All or none: what was refused charged nothing to the other counter either.
    const { client, disconnect } = await (LIBRARIES[0] as (typeof LIBRARIES)[number])[1](server.url);
    const store = patientStore(client);
    const others = await Promise.all(children.map(({ pid }) => counted(store, `of ${pid}`)));
    expect(others).toEqual(passed);
    disconnect();
  }, 60_000);

  test.each(LIBRARIES)(
    "I16: ten thousand at once over one connection keep their order: %s",
    async (_name, connect) => {
      const { client, disconnect } = await connect(server.url);
      const store = patientStore(client, { deadlineMs: 60_000, prefix: _name });
      const outcomes = await Promise.all(Array.from({ length: 10_000 }, () => outcome(store, charge("many", 5_000))));
      disconnect();
      expect(outcomes.lastIndexOf("reserved")).toBe(4_999);
      expect(outcomes.indexOf("refused")).toBe(5_000);
    },
    60_000,
  );
});
