import type { CallResult } from "../audit/event.js";
import type { Call, CallContext, Decision, DenyDecision, ListedTool } from "../evaluate/decision.js";
import type { ListedKind } from "../evaluate/reach.js";
import type { MaybePromise } from "../internal/maybe.js";
import type { Retry } from "./denial.js";
import type { Asking } from "./identify.js";

/** One call, as a delivery hands it in: its name and arguments are a snapshot that nobody else can change. */
export interface Asked extends Asking {
  readonly call: Call;
  readonly requestId: string | number | undefined;
  /** Listed with several definitions, so that nobody can tell what the call means. */
  readonly ambiguous: boolean;
  /** A host that serves every request with a gate of its own, where a counter in memory would never count. */
  readonly stateless: boolean;
  /** The tool as its server lists it for a grant. Asked only where the policy looks at it; answers in time. */
  readonly listedTool?: ((grant: string) => MaybePromise<ListedTool | undefined>) | undefined;
  /** Whether the caller has given up. Looked at after every wait. */
  readonly dead: () => boolean;
}

/** What became of a call that was asked for. */
export type Admission =
  | { readonly admitted: true; readonly decision: Decision; readonly settle: Settle }
  | { readonly admitted: false; readonly decision: DenyDecision; readonly retry: Retry };

/**
 * Says how an admitted call ended, and by which JSON-RPC error; the first time counts. After `task`, what the call holds
 * in flight is held until another end is said, for one more lease each time that `task` is said again.
 */
export type Settle = (result: CallResult, rpcCode?: number) => void;

/** What a caller may see of what is listed: by name, and of a tool also by its definition. */
export interface Lists {
  names(kind: ListedKind, name: string): boolean;
  tool(name: string, tool: ListedTool): boolean;
}

/** A caller that was identified. */
export type KnownContext = CallContext & { readonly grant: string };
