import type { Engine } from "../enforce/engine.js";
import { engineFor, type Gate } from "../enforce/gate.js";
import { type GateOptions, isUsableName } from "../enforce/options.js";
import { OptionsError } from "../errors.js";
import { own } from "../internal/own.js";
import { quote } from "../internal/quote.js";
import type { WireSide } from "./connection.js";
import { PoisonedText } from "./poisoned-text.js";
import { RunningTasks } from "./running-tasks.js";
import { ShadowedTools } from "./shadowed-tools.js";
import { TaskOwners } from "./tasks.js";

/** What every guard of one gate shares. */
export interface GuardHost {
  readonly engine: Engine;
  readonly tasks: TaskOwners;
  readonly running: RunningTasks;
  readonly poisoned: PoisonedText;
  readonly shadowed: ShadowedTools;
  /** The side of the first target that was guarded without a name. */
  unnamed: WireSide | undefined;
}

/** What may be said of one target. */
export interface TargetOptions {
  /** The operator's name for the server behind this transport, or of this server. Overrides the gate's `server`. */
  readonly server?: string | undefined;
}

const hosts = new WeakMap<Engine, GuardHost>();

/**
 * What was said of a target, by its own keys.
 *
 * @throws OptionsError for an unknown option, and for a name that cannot be one.
 */
export function readTarget(target: TargetOptions): TargetOptions {
  for (const name of Object.keys(target)) {
    if (name !== "server") throw new OptionsError(`unknown option ${quote(name)} of a target, which has \`server\``);
  }
  const server: unknown = own(target, "server");
  if (server !== undefined && !isUsableName(server)) {
    throw new OptionsError("option `server` must be a name of 1 to 256 bytes");
  }
  return { server };
}

/**
 * The host of the gate a target is to be guarded by.
 *
 * @throws OptionsError when the gate already guards a target and this one has no name to tell them apart by. Servers
 * may share a gate unnamed, because a stateless host makes one for each request.
 */
export function hostFor(gate: Gate | GateOptions, side: WireSide, server: string | undefined): GuardHost {
  const engine = engineFor(gate);
  const host = hosts.get(engine) ?? {
    engine,
    tasks: new TaskOwners(engine),
    running: new RunningTasks(),
    poisoned: new PoisonedText({ sanitize: engine.sanitizesLists }),
    shadowed: new ShadowedTools(),
    unnamed: undefined,
  };
  hosts.set(engine, host);
  if ((server ?? engine.server) !== undefined) return host;
  if (host.unnamed === undefined) host.unnamed = side;
  else if (host.unnamed === "client" || side === "client") {
    throw new OptionsError(
      'this gate guards another target: name each, as in `wrapTransport(transport, gate, { server: "files" })`',
    );
  }
  return host;
}
