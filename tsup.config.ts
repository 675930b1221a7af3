import { copyFile, rm, writeFile } from "node:fs/promises";
import { defineConfig, type Options } from "tsup";
import { SCHEMA_SQL } from "./src/counters/postgres/schema.js";

const shared: Options = {
  target: "node20",
  treeshake: true,
  // Its CommonJS entry cannot be bundled (it requires by computed names), so who bundles callgate would get a broken
  // bundle. Its ES modules go into ours instead, and its licence beside them.
  noExternal: ["jsonc-parser"],
  esbuildOptions(options) {
    options.mainFields = ["module", "main"];
  },
};

// Not by `clean`: each of the two would remove what the other has built.
await rm("dist", { recursive: true, force: true });

/** What is imported runs everywhere; `callgate/node` and the command run on Node.js. */
export default defineConfig([
  {
    ...shared,
    entry: ["src/index.ts", "src/sqlite.ts", "src/redis.ts", "src/postgres.ts", "src/otel.ts", "src/testing.ts"],
    format: ["esm", "cjs"],
    dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
    platform: "neutral",
    splitting: true,
    async onSuccess() {
      await writeFile("dist/postgres.sql", SCHEMA_SQL);
      await copyFile("src/audit/audit.schema.json", "dist/audit.schema.json");
      await copyFile("src/policy/policy.schema.json", "dist/policy.schema.json");
      await copyFile("node_modules/jsonc-parser/LICENSE.md", "dist/LICENSE.jsonc-parser.md");
    },
  },
  {
    ...shared,
    entry: ["src/node.ts"],
    format: ["esm", "cjs"],
    dts: { compilerOptions: { ignoreDeprecations: "6.0", types: ["node"] } },
    platform: "node",
  },
  { ...shared, entry: { cli: "src/cli.ts" }, format: ["esm"], platform: "node" },
]);
