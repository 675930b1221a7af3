import type { ServerLike } from "../../src/index.ts";
import type { Connection } from "./cell.ts";
import type { ToolAnswer } from "./fixture.ts";
import type { WireTransport } from "./wire.ts";

export type Run = () => ToolAnswer;

/** A tool that was registered and can be changed while it is served. */
export interface KitTool {
  replace(run: Run): void;
  rename(name: string): void;
  setEnabled(enabled: boolean): void;
  describe(description: string): void;
}

/** A bare server of an SDK, built step by step by a test. */
export interface KitServer<T extends WireTransport> {
  /** What a host would hand to `wrapServer`. */
  readonly target: ServerLike;
  connect(far: T): Promise<void>;
  close(): Promise<void>;
}

export interface KitMcpServer<T extends WireTransport> extends KitServer<T> {
  /** The low-level server inside. */
  readonly inner: ServerLike;
  register(name: string, run: Run): KitTool;
}

export interface KitLowServer<T extends WireTransport> extends KitServer<T> {
  /** Sets the handler of `tools/call`; it is told the name. */
  handleCalls(run: (name: string) => ToolAnswer): void;
  /** Sets the handler of every request that no other handler takes. */
  handleRest(run: (method: string) => ToolAnswer): void;
}

/** What a test needs of one SDK to take a server apart. */
export interface Kit<T extends WireTransport = WireTransport> {
  readonly name: string;
  linkedPair(): readonly [near: T, far: T];
  mcpServer(): KitMcpServer<T>;
  lowServer(): KitLowServer<T>;
  /** The SDK's client on the 2025 protocol. */
  dial(near: T): Promise<Connection>;
}
