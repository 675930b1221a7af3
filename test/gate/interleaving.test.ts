import type { CallerInfo } from "callgate";
import { parsePolicy } from "callgate";
import { expect, test } from "vitest";
import { keptGate } from "./gate-policy.ts";

test("P10: over 10,000 interleavings every call is judged as its own caller's", async () => {
  const waiting: (() => void)[] = [];
  const turn = <T>(value: T): Promise<T> => new Promise((resolve) => void waiting.push(() => resolve(value)));
  const user = ({ authInfo }: CallerInfo): string => (authInfo as { user: string }).user;
  const admin = parsePolicy({
    version: "1",
    default: "deny",
    tools: { role: { require: [{ conditions: [{ path: "context.role", op: "eq", value: "admin" }] }] } },
  });
  const { gate, events } = keptGate({
    grant: (caller) => turn(user(caller)),
    policy: (grant) => turn(grant.startsWith("none") ? undefined : admin),
    facts: (caller) => turn({ role: user(caller).split("-")[0] }),
    timeouts: { resolve: 600_000 },
  });
  const wrong: string[] = [];
  const start = async (index: number): Promise<void> => {
    const role = ["admin", "guest", "none"][index % 3] as string;
    const name = `${role}-${index}`;
    const result = await gate.run({ name: "role" }, { authInfo: { user: name } }, () => name);
    if (result.allowed !== (role === "admin") || (result.allowed && result.value !== name)) wrong.push(name);
  };
  for (let wave = 0; wave < 10; wave++) {
    let running = 1_000;
    for (let index = 0; index < 1_000; index++) {
      void start(1_000 * wave + index).then(() => {
        running -= 1;
      });
    }
    // Answers come in an order that mixes all callers: from the end, from the start, from the middle.
    for (let step = 0; running > 0; step++) {
      const at = [waiting.length - 1, 0, waiting.length >> 1][step % 3] as number;
      waiting.splice(at, 1)[0]?.();
      if (waiting.length === 0 || step % 64 === 0) await new Promise(setImmediate);
    }
  }
  expect(wrong).toEqual([]);
  expect(events.filter((event) => event.type === "outcome")).toHaveLength(3_334);
});
