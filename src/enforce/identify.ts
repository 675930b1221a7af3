import { planOf } from "../compile/decide.js";
import { OptionsError } from "../errors.js";
import { DEFAULT_GRANT } from "../evaluate/charge.js";
import { type CallContext, type DenyDecision, deny } from "../evaluate/decision.js";
import type { Plan } from "../evaluate/plan.js";
import { attempt, chain, isPromiseLike, type MaybePromise } from "../internal/maybe.js";
import { type CallerInfo, type Facts, type GateOptions, isUsableName } from "./options.js";

/** Who asks and by which policy; or why nobody can tell, as a denial. */
export type Identity =
  | { readonly known: true; readonly plan: Plan; readonly context: CallContext & { readonly grant: string } }
  | {
      readonly known: false;
      readonly denied: DenyDecision;
      readonly grant: string;
      readonly cause: string | undefined;
    };

/** A request as the resolvers see it, and the session its transport gives. */
export interface Asking {
  readonly caller: CallerInfo;
  readonly session: string | undefined;
  /** What `gate.run` was told by its caller, who is trusted; overrides the options. */
  readonly given?: CallContext | undefined;
}

type Wait = <T>(work: PromiseLike<T>) => Promise<T>;

const NOBODY = { rule: "(no grant)", pointer: "" };
const NO_POLICY = { rule: "(no policy)", pointer: "" };
const NO_FACTS = { rule: "(no facts)", pointer: "" };
export const NOT_PERMITTED = "this tool is not permitted by policy";
export const UNAVAILABLE = "the policy cannot be consulted now";

/** Thrown inside, to leave by the one exit that denies. */
class Unknown extends Error {
  readonly denied: DenyDecision;
  readonly grant: string;

  constructor(denied: DenyDecision, grant: string, cause?: unknown) {
    super("not identified", { cause });
    this.denied = denied;
    this.grant = grant;
  }
}

/** Resolves grant, policy, session and facts, in this order. Whatever fails denies. */
export function identify(options: GateOptions, asking: Asking, wait: Wait): MaybePromise<Identity> {
  const unavailable =
    (place: typeof NOBODY, grant: string) =>
    (cause: unknown): never => {
      if (cause instanceof Unknown) throw cause;
      throw new Unknown(deny("unavailable", place, UNAVAILABLE, ""), grant, cause);
    };
  const resolve = <T>(work: () => MaybePromise<T>, place: typeof NOBODY, grant: string): MaybePromise<T> =>
    attempt(() => awaited(work(), wait), unavailable(place, grant));

  const identified = attempt<Identity>(
    () =>
      chain(
        resolve(() => grantOf(options, asking), NOBODY, ""),
        (grant) => {
          if (!isUsableName(grant)) throw new Unknown(deny("not_permitted", NOBODY, NOT_PERMITTED, ""), "");
          return chain(
            resolve(() => planFor(options, grant), NO_POLICY, grant),
            (plan) => {
              if (plan === undefined) throw new Unknown(deny("not_permitted", NO_POLICY, NOT_PERMITTED, ""), grant);
              return chain(
                resolve(() => sessionOf(options, asking), NOBODY, grant),
                (session) =>
                  chain(
                    resolve(() => factsOf(options, asking), NO_FACTS, grant),
                    (facts) => ({
                      known: true as const,
                      plan,
                      context: { grant, session, server: asking.given?.server ?? asking.caller.server, facts },
                    }),
                  ),
              );
            },
          );
        },
      ),
    (error) => {
      const { denied, grant, cause } = error instanceof Unknown ? error : unknownError(error);
      return { known: false, denied, grant, cause: describe(cause) };
    },
  );
  return identified;
}

function unknownError(error: unknown): Pick<Unknown, "denied" | "grant" | "cause"> {
  return { denied: deny("unavailable", NOBODY, UNAVAILABLE, ""), grant: "", cause: error };
}

/** What an operator can read of a failure; it never reaches the agent. */
export function describe(cause: unknown): string | undefined {
  if (cause === undefined) return undefined;
  return cause instanceof Error ? `${cause.name}: ${cause.message}`.slice(0, 500) : "a failure without an error";
}

function awaited<T>(value: MaybePromise<T>, wait: Wait): MaybePromise<T> {
  return isPromiseLike(value) ? wait(value) : value;
}

function grantOf({ grant }: GateOptions, { caller, given }: Asking): MaybePromise<string | undefined> {
  if (given?.grant !== undefined) return given.grant;
  return typeof grant === "function" ? grant(caller) : (grant ?? DEFAULT_GRANT);
}

function planFor({ policy }: GateOptions, grant: string): MaybePromise<Plan | undefined> {
  if (typeof policy !== "function") return planOf(policy);
  return chain(policy(grant), (found) => (found === undefined ? undefined : planOf(found)));
}

function sessionOf({ session }: GateOptions, asking: Asking): MaybePromise<string | undefined> {
  const answer = asking.given?.session ?? (session === undefined ? asking.session : session(asking.caller));
  return chain(answer, (name) => {
    if (name !== undefined && !isUsableName(name)) throw new OptionsError("a session must be 1 to 256 bytes");
    return name;
  });
}

function factsOf({ facts }: GateOptions, { caller, given }: Asking): MaybePromise<Facts | undefined> {
  const answer = given?.facts ?? (typeof facts === "function" ? facts(caller) : facts);
  return chain(answer as MaybePromise<Facts | undefined>, (found) => {
    if (found !== undefined && (found === null || typeof found !== "object" || Array.isArray(found))) {
      throw new OptionsError("facts must be an object");
    }
    return found;
  });
}
