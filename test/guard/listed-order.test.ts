import fc from "fast-check";
import { expect, test } from "vitest";
import { LOOK, openHeld, ownRequests, PAY, reached, start } from "./listing-bench.ts";
import { answer, call, cancel, failure, notification, request } from "./messages.ts";
import { type Bench, drained, SIDES } from "./raw-transport.ts";

/** What either end may do next. The server is honest: whatever else it answers, `pay` has one schema. */
type Step = (bench: Bench, id: number) => Promise<void>;

const lastOwn = (bench: Bench): unknown => ownRequests(bench).at(-1)?.id ?? "none";
const lastList = (bench: Bench): unknown =>
  (reached(bench) as { id?: unknown; method: string }[]).findLast(({ method }) => method === "tools/list")?.id ??
  "none";

const STEPS: Readonly<Record<string, Step>> = {
  right: (bench, id) => start(bench, call(id, "pay", { amount: id })),
  wrong: (bench, id) => start(bench, call(id, "pay", { amount: "5" })),
  extra: (bench, id) => start(bench, call(id, "pay", { amount: 5, account: "mine" })),
  other: (bench, id) => start(bench, call(id, "look", { at: id })),
  list: (bench, id) => start(bench, request(id, "tools/list")),
  cancel: (bench, id) => bench.ask(cancel(id - 1)),
  guess: (bench, id) => bench.ask(answer(lastOwn(bench), { tools: [{ name: "pay", inputSchema: true }], id })),
  whole: (bench) => bench.reply(answer(lastOwn(bench), { tools: [PAY, LOOK] })),
  page: (bench, id) => bench.reply(answer(lastOwn(bench), { tools: [LOOK], nextCursor: `${id}` })),
  empty: (bench) => bench.reply(answer(lastOwn(bench), { tools: [] })),
  error: (bench) => bench.reply(failure(lastOwn(bench), -32603, "no")),
  broken: (bench) => bench.reply(answer(lastOwn(bench), 7)),
  twice: (bench) => bench.reply(answer(ownRequests(bench)[0]?.id ?? "none", { tools: [PAY] })),
  listed: (bench) => bench.reply(answer(lastList(bench), { tools: [PAY] })),
  partly: (bench) => bench.reply(answer(lastList(bench), { tools: [LOOK], nextCursor: "more" })),
  changed: (bench) => bench.reply(notification("notifications/tools/list_changed")),
};

test.each(SIDES)("in whatever order both ends speak, only calls that fit get through, %s side", async (side) => {
  let passed = 0;
  const steps = fc.array(fc.constantFrom(...Object.keys(STEPS)), { minLength: 5, maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(steps, async (names) => {
      const bench = await openHeld(side);
      for (const [id, name] of names.entries()) {
        await STEPS[name]?.(bench, id).catch(() => undefined);
        await drained();
      }
      const calls = (reached(bench) as { method: string; params: { name: string; arguments: object } }[]).filter(
        ({ method, params }) => method === "tools/call" && params.name === "pay",
      );
      for (const { params } of calls) expect(params.arguments).toEqual({ amount: expect.any(Number) });
      expect(JSON.stringify(bench.told)).not.toContain("callgate:");
      expect(bench.errors).toEqual([]);
      passed += calls.length;
    }),
    { numRuns: 400 },
  );
  // A sequence that never lets a call pass would show nothing.
  expect(passed).toBeGreaterThan(40);
});
