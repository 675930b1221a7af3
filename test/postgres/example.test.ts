import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { postgresNote, withoutPostgres } from "../services/postgres.js";
import { useServer } from "./server.js";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const database = useServer();
const LIMITED = "[POLICY DENIED] a limit of the policy is reached";

describe.skipIf(withoutPostgres)(`docs/examples/postgres.ts${postgresNote}`, () => {
  test("counts on where the run before it ended, in any process", async () => {
    const { host, user, database: name } = database.server().config;
    const env = {
      ...process.env,
      ...{ PGHOST: host, PGUSER: user, PGDATABASE: name, TSX_TSCONFIG_PATH: `${repository}test/tsconfig.json` },
    };
    const run = async () => {
      const args = ["--import", "tsx", "docs/examples/postgres.ts"];
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: repository, env });
      return stdout.trim().split("\n");
    };
    expect(await run()).toEqual(["sunny in Oslo", "sunny in Lima", LIMITED]);
    expect(await run()).toEqual([LIMITED, LIMITED, LIMITED]);
  });

  test("docs/stores.md begins as it does", () => {
    const documented = /```ts\n(import { createPostgresStore }[\s\S]*?)```/.exec(
      readFileSync(`${repository}docs/stores.md`, "utf8"),
    );
    const lines = (documented?.[1] ?? "").split("\n").filter((line) => line.startsWith("import"));
    const example = readFileSync(`${repository}docs/examples/postgres.ts`, "utf8").split("\n");
    expect(lines).toHaveLength(2);
    expect(example).toEqual(expect.arrayContaining(lines));
  });
});
