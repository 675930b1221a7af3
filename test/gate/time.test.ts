import { createGate, parsePolicy, wrapTransport } from "callgate";
import { createSettableClock } from "callgate/testing";
import { expect, test } from "vitest";
import { call } from "../guard/messages.ts";
import { RawTransport } from "../guard/raw-transport.ts";
import { effect } from "./gate-policy.ts";

const policy = parsePolicy({
  version: "1",
  default: "deny",
  tools: {
    deploy: {
      require: [
        {
          conditions: [
            { path: "time.hour", op: "lt", value: 17 },
            { path: "time.weekday", op: "lte", value: 5 },
          ],
          on_deny: "Office hours only.",
        },
      ],
    },
  },
});
const FRIDAY = Date.UTC(2026, 0, 2, 16, 59, 59, 999);

test("rules on time read the gate's own clock, at each call anew", async () => {
  const clock = createSettableClock(FRIDAY);
  const gate = createGate({ policy, clock });
  const run = effect();
  const outcome = async () => (await gate.run({ name: "deploy" }, {}, run)).decision.outcome;
  expect(await outcome()).toBe("allow");
  clock.advance(1);
  expect(await outcome()).toBe("deny");
  clock.set(FRIDAY - 3_600_000);
  expect(await outcome()).toBe("allow");
  clock.set(Date.UTC(2026, 0, 3, 12));
  expect(await outcome()).toBe("deny");
  expect(run.times).toBe(2);
});

test("rules on time read the gate's own clock for the calls of a wrapped transport", async () => {
  const clock = createSettableClock(FRIDAY);
  const raw = new RawTransport();
  const guarded = wrapTransport(raw, { policy, clock });
  guarded.onmessage = () => undefined;
  await guarded.start();
  await guarded.send(call(1, "deploy", {}));
  clock.advance(1);
  await guarded.send(call(2, "deploy", {}));
  clock.set(FRIDAY);
  await guarded.send(call(3, "deploy", {}));
  expect(raw.sent).toEqual([call(1, "deploy", {}), call(3, "deploy", {})]);
});

test("the host that runs a call may say what time it is; the arguments may not", async () => {
  const gate = createGate({ policy, clock: createSettableClock(FRIDAY + 1) });
  const run = effect();
  const late = { name: "deploy", arguments: { time: { hour: 9 }, now: FRIDAY } };
  expect((await gate.run(late, {}, run)).decision.outcome).toBe("deny");
  expect((await gate.run(late, { now: FRIDAY }, run)).decision.outcome).toBe("allow");
  expect(run.times).toBe(1);
});
