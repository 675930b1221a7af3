import type { RefusalCode } from "../../src/index.ts";
import { callMessage, type Line, paramsFor } from "./line.ts";

export interface Malformed {
  readonly title: string;
  /** How many errors its sender gets: none where there is no id to answer to. */
  readonly errors: number;
  /** What the operator is told. */
  readonly code: RefusalCode;
  readonly message: (line: Pick<Line, "revision">, id: string) => unknown;
}

const withName = (title: string, name: unknown, code: RefusalCode = "invalid_name"): Malformed => ({
  title: `a name that is ${title}`,
  errors: 1,
  code,
  message: (line, id) => callMessage(line, id, name),
});

const withArguments = (title: string, args: unknown, code: RefusalCode = "invalid_arguments"): Malformed => ({
  title: `arguments that are ${title}`,
  errors: 1,
  code,
  message: (line, id) => callMessage(line, id, "echo", args),
});

const withParams = (title: string, params: unknown, code: RefusalCode = "malformed"): Malformed => ({
  title: `params that are ${title}`,
  errors: 1,
  code,
  message: (_, id) => ({ jsonrpc: "2.0", id, method: "tools/call", params }),
});

const withId = (title: string, id: unknown): Malformed => ({
  title: `an id that is ${title}`,
  errors: 0,
  code: "malformed",
  message: (line) => callMessage(line, id, "echo", { text: "x" }),
});

const withMember = (title: string, member: object, errors = 1): Malformed => ({
  title,
  errors,
  code: "malformed",
  message: (line, id) => ({ ...callMessage(line, id, "echo", { text: "x" }), ...member }),
});

const batch = (title: string, errors: number, wrap: (call: unknown) => unknown): Malformed => ({
  title: `hazard 6: ${title}`,
  errors,
  code: "batch",
  message: (line, id) => wrap(callMessage(line, id, "echo", { text: "x" })),
});

/** Messages that are, or that somebody could take for, a call of the allowed tool `echo`; none may be forwarded. */
export const malformedCalls: readonly Malformed[] = [
  withName("a number", 1),
  withName("a boolean", true),
  withName("null", null),
  withName("an array that reads like a tool when it becomes a string", ["echo"]),
  withName("an object that becomes a string", { toString: () => "echo" }, "malformed"),
  withName("empty", ""),
  withName("a tool with a line break behind it", "echo\n"),
  withName("a tool with an invisible character in it", "ec\u200bho"),
  withName("half of a surrogate pair", "\ud800"),
  withParams("missing", undefined, "invalid_name"),
  withParams("null", null),
  withParams("an array", ["echo"]),
  withParams("a string", "echo"),
  {
    title: "params without a name",
    errors: 1,
    code: "invalid_name",
    message: (line, id) => ({ jsonrpc: "2.0", id, method: "tools/call", params: paramsFor(line, {}) }),
  },
  withArguments("null", null),
  withArguments("an array", ["x"]),
  withArguments("a string", "x"),
  withArguments("a number", 1),
  withArguments("an instance of a class", new Map([["text", "x"]]), "malformed"),
  withArguments("holding a function", { text: () => "x" }, "malformed"),
  withArguments("holding a toJSON that would change them", { text: "x", toJSON: () => ({ text: "y" }) }, "malformed"),
  withArguments("holding a number that JSON has not", { text: Number.NaN }, "malformed"),
  withArguments("holding a bigint", { text: 1n }, "malformed"),
  withMember("no jsonrpc member", { jsonrpc: undefined }),
  withMember("another version of jsonrpc", { jsonrpc: "1.0" }),
  withMember("hazard 14: an extra member at the top", { extra: true }),
  withMember("hazard 14: a result beside the method", { result: {} }),
  withMember("hazard 14: an error beside the method", { error: { code: 1, message: "x" } }),
  {
    title: "hazard 13: no id, which makes it a notification",
    errors: 0,
    code: "notification_call",
    message: (line) => ({
      jsonrpc: "2.0",
      method: "tools/call",
      params: paramsFor(line, { name: "echo", arguments: { text: "x" } }),
    }),
  },
  withId("hazard 13: null", null),
  withId("undefined, as an own key", undefined),
  withId("a fraction", 1.5),
  withId("an object", {}),
  batch("a batch of one", 1, (call) => [call]),
  batch("a batch of two", 2, (call) => [call, call]),
  batch("a batch in a batch", 0, (call) => [[call]]),
];
