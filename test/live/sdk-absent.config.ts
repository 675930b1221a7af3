import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vitest/config";

/**
 * Runs the whole suite twice, each time as if one SDK were not installed:
 * `vitest run --config test/live/sdk-absent.config.ts`.
 */
const sdks = [
  { name: "v1", packages: ["@modelcontextprotocol/sdk"] },
  {
    name: "v2",
    packages: ["@modelcontextprotocol/client", "@modelcontextprotocol/server", "@modelcontextprotocol/node"],
  },
] as const;

function absent(packages: readonly string[]): Plugin {
  return {
    name: "sdk-absent",
    enforce: "pre",
    resolveId(source) {
      const hidden = packages.find((name) => source === name || source.startsWith(`${name}/`));
      if (hidden !== undefined) throw new Error(`\`${hidden}\` is absent in this run`);
      return null;
    },
  };
}

// biome-ignore lint/style/noDefaultExport: vitest reads a configuration from its default export
export default defineConfig({
  test: {
    projects: sdks.map(({ name, packages }) => ({
      extends: fileURLToPath(new URL("../vitest.config.ts", import.meta.url)),
      plugins: [absent(packages)],
      test: {
        name: `without ${name}`,
        root: fileURLToPath(new URL("../..", import.meta.url)),
        // What is about the SDK that is missing, and the examples, which are written with both.
        exclude: [`test/live/${name}/**`, "test/docs/examples.test.ts"],
      },
    })),
  },
});
