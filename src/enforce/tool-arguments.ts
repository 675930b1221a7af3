import { type Call, type DenyDecision, deny } from "../evaluate/decision.js";
import type { Plan } from "../evaluate/plan.js";
import { needsListedTool } from "../evaluate/reach.js";
import { attempt, chain, isPromiseLike, type MaybePromise } from "../internal/maybe.js";
import { own } from "../internal/own.js";
import type { Asked, KnownContext } from "./admission.js";
import type { Wait } from "./deadlines.js";
import { NO_RETRY, RETRY_LATER, type Retry } from "./denial.js";
import { UNAVAILABLE } from "./identify.js";
import { type HostSchemas, unfitFor } from "./standard-schema.js";

/** Where a call is denied whose arguments do not fit the schema that the host gave for its tool. */
const PLACE = { rule: "(args)", pointer: "" } as const;

/** The context that a call is judged in, and why it lacks the tool where it does. */
export interface Equipped {
  readonly context: KnownContext;
  readonly cause: unknown;
}

/** Why arguments do not fit the schema that the host gave for a tool, or cannot be held to it now. */
export interface Unfit {
  readonly denied: DenyDecision;
  readonly cause: unknown;
  readonly retry: Retry;
}

/** Adds the tool as its server lists it, where the policy looks at it. What cannot be had is left out, and denies. */
export function withListedTool(asked: Asked, plan: Plan, context: KnownContext): MaybePromise<Equipped> {
  const { listedTool, call } = asked;
  const equipped = { context, cause: undefined };
  if (!plan.needsListedTools || listedTool === undefined || own(context, "tool") !== undefined) return equipped;
  if ((call.kind ?? "tool") !== "tool" || !needsListedTool(plan, call.name)) return equipped;
  return attempt<Equipped>(
    () =>
      chain(listedTool(context.grant), (tool) =>
        tool === undefined ? { context, cause: NOT_LISTED } : { context: { ...context, tool }, cause: undefined },
      ),
    (cause) => ({ context, cause }),
  );
}

const NOT_LISTED = new Error("the server does not list this tool");

/** Holds the arguments of a tool call to the schema that the host gave for it. What throws or does not answer denies. */
export function checkHostSchema(
  schemas: HostSchemas | undefined,
  call: Call,
  revision: string,
  wait: Wait,
): MaybePromise<Unfit | undefined> {
  if (schemas === undefined || (call.kind ?? "tool") !== "tool") return undefined;
  const schema = own(schemas, call.name);
  if (schema === undefined) return undefined;
  return attempt<Unfit | undefined>(
    () => {
      const answer = unfitFor(schema, call.arguments ?? {});
      return chain(isPromiseLike(answer) ? wait(answer) : answer, (message) =>
        message === undefined
          ? undefined
          : { denied: deny("invalid_arguments", PLACE, message, revision), cause: undefined, retry: NO_RETRY },
      );
    },
    (cause) => ({ denied: deny("unavailable", PLACE, UNAVAILABLE, revision), cause, retry: RETRY_LATER }),
  );
}
