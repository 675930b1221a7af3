import type { PolicyDocument } from "callgate";
import { answer } from "./messages.ts";
import { type Bench, type BenchOptions, drained, openBench, type Side } from "./raw-transport.ts";

/** `pay` and `look` are held to their own schemas, `free` is not. */
export const HELD: PolicyDocument = {
  version: "1",
  default: "deny",
  hide: ["secret"],
  tools: {
    pay: { args: "tool" },
    look: { args: "tool" },
    free: {},
    secret: { args: "tool" },
    retired: { args: "tool", action: "deny" },
  },
};

export const AMOUNT = {
  type: "object",
  properties: { amount: { type: "number" } },
  required: ["amount"],
  additionalProperties: false,
};
export const PAY = { name: "pay", inputSchema: AMOUNT };
export const LOOK = { name: "look", inputSchema: { type: "object", required: ["at"] } };

export interface ListRequest {
  readonly id: string;
  readonly method: string;
  readonly params: Record<string, unknown>;
}

export function openHeld(side: Side, options: BenchOptions = {}): Promise<Bench> {
  return openBench(side, { policy: HELD, ...options });
}

/** What the guard asked of the called on its own account, in order. */
export function ownRequests(bench: Bench): readonly ListRequest[] {
  return (bench.asked as ListRequest[]).filter(
    ({ id, method }) => method === "tools/list" && typeof id === "string" && id.startsWith("callgate:"),
  );
}

/** What the called got of the caller's. */
export function reached(bench: Bench): readonly unknown[] {
  const own: readonly unknown[] = ownRequests(bench);
  return bench.asked.filter((message) => !own.includes(message));
}

/** Answers the latest list that the guard asked for. */
export async function replyList(bench: Bench, result: unknown): Promise<void> {
  await bench.reply(answer(ownRequests(bench).at(-1)?.id, result));
  await drained();
}

/** Hands in a message and does not wait for what becomes of it. */
export async function start(bench: Bench, message: unknown, extra?: unknown): Promise<void> {
  void bench.ask(message, extra);
  await drained();
}
