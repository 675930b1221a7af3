import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Bench, drained, openBench, SIDES } from "./raw-transport.ts";

const METHODS = [
  "tools/call",
  "tools/list",
  "tasks/list",
  "tasks/get",
  "ping",
  "prompts/get",
  "resources/read",
  "notifications/cancelled",
  "notifications/tools/list_changed",
  "Tools/Call",
  "vendor/run",
  "",
];
const NAMES = ["ok", "secret", "OK", "ok ", "", "__proto__", "constructor", "other"];

const hostile = fc.constantFrom<unknown>(
  undefined,
  Symbol("x"),
  10n,
  Number.NaN,
  () => "ok",
  new Date(0),
  new Map(),
  new Proxy({}, { get: () => "ok", ownKeys: () => ["name"] }),
  new Proxy([], {}),
  Object.create({ name: "ok", method: "tools/call" }),
);
const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<unknown>(...NAMES) },
  fc.string(),
  fc.jsonValue(),
  hostile,
);
const id = fc.oneof(
  fc.integer({ min: 0, max: 4 }),
  fc.constantFrom<unknown>("1", "", null, undefined, 1.5, {}),
  hostile,
);
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true }),
  hostile,
);
const params = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record(
      { name, arguments: anything, cursor: anything, taskId: name, requestId: id },
      { requiredKeys: [] },
    ),
  },
  anything,
);
const tools = fc.array(fc.oneof(fc.record({ name, inputSchema: anything }), anything), { maxLength: 5 });
const result = fc.oneof(
  { weight: 3, arbitrary: fc.record({ tools: fc.oneof(tools, anything), tasks: anything }, { requiredKeys: [] }) },
  anything,
);
const optional: { requiredKeys: ["jsonrpc"] } = { requiredKeys: ["jsonrpc"] };
const request = fc.record(
  { jsonrpc: fc.constant("2.0"), id, method: fc.constantFrom<unknown>(...METHODS), params },
  optional,
);
const response = fc.record({ jsonrpc: fc.constant("2.0"), id, result, error: anything }, optional);
const loose = fc.record(
  {
    jsonrpc: fc.oneof(fc.constant("2.0"), anything),
    id,
    method: anything,
    params,
    result,
    error: anything,
    extra: anything,
  },
  { requiredKeys: [] },
);
const single = fc.oneof({ weight: 5, arbitrary: request }, { weight: 3, arbitrary: response }, loose, anything);
const message = fc.oneof({ weight: 8, arbitrary: single }, fc.array(single, { maxLength: 3 }));
const step = fc.tuple(fc.boolean(), message);

/** Every value of `value` that a JSON encoder or a consumer would come across. */
function isCallOfOther(value: unknown): boolean {
  if (value === null || typeof value !== "object") return false;
  const { method, params: given } = value as { method?: unknown; params?: { name?: unknown } };
  return method === "tools/call" && given?.name !== "ok";
}

/** Whether an answer is a list that names a tool that is hidden. */
function namesHidden(value: unknown): boolean {
  const listed = (value as { result?: { tools?: unknown } } | null)?.result?.tools;
  return Array.isArray(listed) && listed.some((tool) => (tool as { name?: unknown } | null)?.name === "secret");
}

async function run(bench: Bench, steps: readonly (readonly [boolean, unknown])[]): Promise<void> {
  for (const [fromCaller, raw] of steps) {
    const throughRaw = fromCaller === (bench.side === "server");
    if (throughRaw) bench.raw.onmessage?.(raw, undefined);
    else await bench.guarded.send(raw).catch(() => undefined);
  }
  await drained();
}

describe.each(SIDES)("any sequence of raw messages, %s side", (side) => {
  test.each([
    ["answers at once", {}],
    ["answers later", { grant: async () => "a" }],
  ])(
    "no call but of the one allowed tool is forwarded, no list names a hidden one (a gate that %s)",
    async (_, options) => {
      const before = Reflect.ownKeys(Object.prototype).length;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          const bench = await openBench(side, options);
          // What is thrown here was thrown into the transport, and fails the property.
          await run(bench, steps);
          expect(bench.asked.filter(isCallOfOther)).toEqual([]);
          expect(bench.told.filter((told) => isCallOfOther(told) || namesHidden(told))).toEqual([]);
          expect([...bench.asked, ...bench.told].filter(Array.isArray)).toEqual([]);
        }),
        { numRuns: 600 },
      );
      expect(Reflect.ownKeys(Object.prototype)).toHaveLength(before);
    },
  );

  test("planted: the same property fails for a connection without a guard", async () => {
    const open = fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const asked = steps.filter(([fromCaller]) => fromCaller).map(([, raw]) => raw);
      expect(asked.filter(isCallOfOther)).toEqual([]);
    });
    const { failed } = await fc.check(open, { numRuns: 600 });
    expect(failed).toBe(true);
  });
});
