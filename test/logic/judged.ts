import { type Call, type CallContext, decide, type JsonValue, type Policy, parsePolicy } from "callgate";
import { compileLogic } from "../../src/compile/logic.js";
import { Environment } from "../../src/evaluate/environment.js";

export type Args = NonNullable<Call["arguments"]>;
export type Says = "true" | "false" | "error";

/** Noon on a Thursday. */
export const NOW = Date.UTC(2026, 0, 1, 12, 30);
export const CONTEXT: CallContext = {
  grant: "g",
  session: "s",
  server: "up",
  labels: { team: "ab" },
  facts: { role: "b" },
  now: NOW,
};

/** What `var` can read of a call in that context, for json-logic-js. */
export function dataOf(args: Args): object {
  return {
    args,
    tool: "t",
    grant: { id: "g", labels: { team: "ab" } },
    session: { id: "s" },
    server: "up",
    time: { hour: 12, minute: 30, weekday: 4, date: "2026-01-01" },
    context: { role: "b" },
  };
}

/** What a rule of this logic says, read off the decisions of the public `decide` in two lists. */
export function says(logic: JsonValue, args: Args, context: CallContext = CONTEXT): Says {
  return judge(logic)(args, context);
}

/** The same for many calls: the policies are parsed once. */
export function judge(logic: JsonValue): (args: Args, context?: CallContext) => Says {
  const [require, deny_if] = (["require", "deny_if"] as const).map((list) =>
    parsePolicy({ version: "1", default: "deny", tools: { t: { [list]: [{ logic }] } } }),
  ) as [Policy, Policy];
  return (args, context = CONTEXT) => {
    const call: Call = { name: "t", arguments: args };
    const required = decide(require, call, context);
    const forbidden = decide(deny_if, call, context);
    const key = `${required.code} ${required.pointer} ${forbidden.code} ${forbidden.pointer}`;
    const said = SAYS.get(key);
    if (said === undefined) throw new Error(`no verdict: ${key}`);
    return said;
  };
}

const SAYS: ReadonlyMap<string, Says> = new Map([
  ["allowed  denied /tools/t/deny_if/0", "true"],
  ["denied /tools/t/require/0/logic allowed ", "false"],
  ["denied /tools/t/require/0/logic denied /tools/t/deny_if/0/logic", "error"],
]);

/** What any logic gives, not only what is true or false; "error" where it cannot be judged. */
export function resultOf(logic: JsonValue, args: Args, context: CallContext = CONTEXT): { value: unknown } | "error" {
  parsePolicy({ version: "1", default: "deny", tools: { t: { require: [{ logic }] } } });
  try {
    return { value: compileLogic(logic)(undefined, new Environment({ name: "t", arguments: args }, context)) };
  } catch {
    return "error";
  }
}
