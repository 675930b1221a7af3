import { classifyTool } from "../classify/classify.js";
import { type RecommendOptions, recommendPolicy } from "../classify/recommend.js";
import { fingerprintTool } from "../definition/fingerprint.js";
import { findHiddenText } from "../definition/hidden-text.js";
import type { ToolDefinition } from "../definition/tool.js";
import { OptionsError } from "../errors.js";
import { own } from "../internal/own.js";
import { changesBetween } from "./changes.js";
import { gradeOf } from "./grade.js";
import { type Item, takeInventory } from "./inventory.js";
import { formatScan } from "./report.js";
import type { ScannedItem, ScannedTool, ServerScan } from "./scan-result.js";
import type { ScanTransport } from "./session.js";
import { openSource, type ScanClient } from "./source.js";

export interface ScanOptions extends RecommendOptions {
  /** An earlier scan of the same server, also one that was kept as JSON: what has changed since is told. */
  readonly previous?: ServerScan | undefined;
  /** Milliseconds to wait for each answer. Default 30,000. */
  readonly timeout?: number | undefined;
}

const TIMEOUT = 30_000;

/**
 * Looks at a live server: lists everything it offers, says of each tool what it may do, grades the server and recommends a
 * policy. Calls no tool and reads no resource. As `classifyTool`, it is advice: no decision of this library depends on it.
 *
 * @param source a connected client of either SDK line, which stays connected; or a transport that nobody is connected to,
 * which is started, spoken to without an SDK, and closed.
 * @throws OptionsError for what is neither, and for options that cannot be honoured.
 * @throws CallgateError with the code `scan_failed` when a transport leads to no server.
 */
export async function scanServer(source: ScanClient | ScanTransport, options: ScanOptions = {}): Promise<ServerScan> {
  const { previous, timeout = TIMEOUT } = options;
  if (!Number.isInteger(timeout) || timeout < 1) throw new OptionsError("`timeout` must be whole milliseconds");
  const opened = await openSource(source, timeout);
  const { serverInfo } = opened;
  const { items, problems } = await takeInventory(opened).finally(() => opened.close());
  const tools = items.tools.map(scanTool);
  const offered = {
    tools,
    prompts: items.prompts.map(scannedBy("name")),
    resources: items.resources.map(scannedBy("uri")),
    resourceTemplates: items.resourceTemplates.map(scannedBy("uriTemplate")),
  };
  const others = [...offered.prompts, ...offered.resources, ...offered.resourceTemplates];
  const scan = {
    server: { name: textOf(serverInfo, "name"), version: textOf(serverInfo, "version") },
    ...gradeOf({ tools, others, problems }),
    ...offered,
    problems,
    recommendation: recommendPolicy(
      tools.map(({ definition }) => definition),
      options,
    ),
    changes: previous === undefined ? undefined : changesBetween(previous, offered),
  };
  return { ...scan, markdown: formatScan(scan) };
}

function scanTool(tool: Item): ScannedTool {
  const definition = tool as unknown as ToolDefinition;
  return {
    ...scannedBy("name")(tool),
    ...classifyTool(definition),
    fingerprint: fingerprintOf(definition),
    definition,
  };
}

function fingerprintOf(tool: ToolDefinition): string | undefined {
  try {
    return fingerprintTool(tool);
  } catch {
    return undefined;
  }
}

const scannedBy =
  (key: string) =>
  (item: Item): ScannedItem => ({ name: textOf(item, key), hidden: findHiddenText(item) });

function textOf(source: unknown, key: string): string {
  const text: unknown = source !== null && typeof source === "object" ? own(source, key as never) : undefined;
  return typeof text === "string" ? text : "";
}
