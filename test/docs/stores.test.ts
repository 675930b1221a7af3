import { readFileSync } from "node:fs";
import type { CounterName, StoreCharge } from "callgate";
import { counterStoreContract, createSettableClock } from "callgate/testing";
import { describe, expect, test } from "vitest";
import { Counters, createObjectStore } from "../../docs/examples/durable-object.js";

const read = (path: string): string => readFileSync(new URL(`../../docs/${path}`, import.meta.url), "utf8");

/** As a stub would: what goes over is a copy. */
function overRpc(object: Counters): Pick<Counters, "reserve" | "release" | "renew" | "read" | "reset"> {
  return {
    reserve: async (charges) => structuredClone(await object.reserve(structuredClone(charges as StoreCharge[]))),
    release: (id, only) => object.release(id, structuredClone(only)),
    renew: (id) => object.renew(id),
    read: async (counters) => structuredClone(await object.read(structuredClone(counters as CounterName[]))),
    reset: (groups) => object.reset(structuredClone(groups)),
  };
}

test("docs/stores.md shows docs/examples/durable-object.ts", () => {
  expect(read("stores.md")).toContain(`\`\`\`ts\n${read("examples/durable-object.ts")}\`\`\``);
});

describe("the Durable Object of the documentation", () => {
  counterStoreContract(
    { describe, test },
    () => {
      const clock = createSettableClock(0);
      const object = overRpc(new Counters(clock));
      return { store: createObjectStore(object), clock, connect: () => createObjectStore(object) };
    },
    { clock: "backend", shared: true },
  );
});
