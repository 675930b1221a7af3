import { expect, test } from "vitest";
import { bundle, platforms } from "../structure/bundle.js";

test.each(Object.entries(platforms))(
  "callgate/sqlite for %s holds no driver and nothing of Node.js",
  async (_, conditions) => {
    const { problems, packages } = await bundle('export * from "./src/sqlite.ts";', conditions);
    expect({ problems, packages }).toEqual({ problems: [], packages: ["@noble/hashes"] });
  },
);
