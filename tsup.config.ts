import { copyFile, writeFile } from "node:fs/promises";
import { defineConfig } from "tsup";
import { SCHEMA_SQL } from "./src/counters/postgres/schema.js";

export default defineConfig({
  entry: ["src/index.ts", "src/postgres.ts", "src/testing.ts"],
  format: ["esm", "cjs"],
  dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
  target: "node20",
  platform: "neutral",
  clean: true,
  splitting: true,
  treeshake: true,
  // Its CommonJS entry cannot be bundled (it requires by computed names), so who bundles callgate would get a broken
  // bundle. Its ES modules go into ours instead, and its licence beside them.
  noExternal: ["jsonc-parser"],
  esbuildOptions(options) {
    options.mainFields = ["module", "main"];
  },
  async onSuccess() {
    await copyFile("node_modules/jsonc-parser/LICENSE.md", "dist/LICENSE.jsonc-parser.md");
    await writeFile("dist/postgres.sql", SCHEMA_SQL);
  },
});
