import { planOf } from "../compile/decide.js";
import { OptionsError } from "../errors.js";
import { DEFAULT_GRANT } from "../evaluate/charge.js";
import { type CallContext, type DenyDecision, deny } from "../evaluate/decision.js";
import type { Plan } from "../evaluate/plan.js";
import { attempt, chain, isPromiseLike, type MaybePromise } from "../internal/maybe.js";
import type { KnownContext } from "./admission.js";
import type { Wait } from "./deadlines.js";
import { type CallerInfo, type Facts, type GateOptions, isUsableName } from "./options.js";

/** Who asks and by which policy; or why nobody can tell, as a denial. */
export type Identity =
  | { readonly known: true; readonly plan: Plan; readonly context: KnownContext }
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

const PLACES = {
  grant: { rule: "(no grant)", pointer: "" },
  policy: { rule: "(no policy)", pointer: "" },
  session: { rule: "(no session)", pointer: "" },
  facts: { rule: "(no facts)", pointer: "" },
} as const;

export const NOT_PERMITTED = "this tool is not permitted by policy";
export const UNAVAILABLE = "the policy cannot be consulted now";

/** Thrown inside, to leave by the one exit that denies. */
class Unidentified extends Error {
  readonly identity: Identity & { readonly known: false };

  constructor(code: "not_permitted" | "unavailable", what: keyof typeof PLACES, grant: string, cause?: unknown) {
    super("nobody can tell who asks");
    const message = code === "unavailable" ? UNAVAILABLE : NOT_PERMITTED;
    this.identity = { known: false, denied: deny(code, PLACES[what], message, ""), grant, cause: describe(cause) };
  }
}

/** Resolves grant, policy, session and facts, in this order. Whatever fails denies. */
export function identify(options: GateOptions, asking: Asking, now: number, wait: Wait): MaybePromise<Identity> {
  return fixedIdentity(options, asking, now) ?? resolveIdentity(options, asking, now, wait);
}

/** The identity that needs no resolver, where the options have none. */
function fixedIdentity(
  { grant, policy, session, facts }: GateOptions,
  asking: Asking,
  now: number,
): Identity | undefined {
  const resolved = typeof grant === "function" || typeof policy === "function" || typeof facts === "function";
  if (resolved || session !== undefined || asking.given !== undefined) return undefined;
  if (asking.session !== undefined && !isUsableName(asking.session)) return undefined;
  const { server } = asking.caller;
  const context = { grant: grant ?? DEFAULT_GRANT, session: asking.session, server, facts, labels: undefined, now };
  return { known: true, plan: planOf(policy), context };
}

function resolveIdentity(options: GateOptions, asking: Asking, now: number, wait: Wait): MaybePromise<Identity> {
  /** One answer of the host's, waited for no longer than its deadline. */
  const ask = <T>(what: keyof typeof PLACES, grant: string, answer: () => MaybePromise<T>): MaybePromise<T> =>
    attempt(
      () => {
        const given = answer();
        return isPromiseLike(given) ? wait(given) : given;
      },
      (cause) => {
        throw new Unidentified("unavailable", what, grant, cause);
      },
    );
  const withGrant = (grant: string | undefined): MaybePromise<Identity> => {
    if (!isUsableName(grant)) throw new Unidentified("not_permitted", "grant", "");
    return chain(
      ask("policy", grant, () => planFor(options, grant)),
      (plan) => {
        if (plan === undefined) throw new Unidentified("not_permitted", "policy", grant);
        return withPlan(grant, plan);
      },
    );
  };
  const withPlan = (grant: string, plan: Plan): MaybePromise<Identity> =>
    chain(
      ask("session", grant, () => sessionOf(options, asking)),
      (session) =>
        chain(
          ask("facts", grant, () => factsOf(options, asking)),
          (facts) => {
            const { given } = asking;
            const server = given?.server ?? asking.caller.server;
            return {
              known: true,
              plan,
              context: {
                grant,
                session,
                server,
                facts,
                labels: given?.labels,
                now: given?.now ?? now,
                tool: given?.tool,
              },
            };
          },
        ),
    );
  return attempt<Identity>(
    () =>
      chain(
        ask("grant", "", () => grantOf(options, asking)),
        withGrant,
      ),
    (error) => (error instanceof Unidentified ? error : new Unidentified("unavailable", "grant", "", error)).identity,
  );
}

/** What an operator can read of a failure; it never reaches the agent. */
export function describe(cause: unknown): string | undefined {
  if (cause === undefined) return undefined;
  return cause instanceof Error ? `${cause.name}: ${cause.message}`.slice(0, 500) : "a failure without an error";
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
