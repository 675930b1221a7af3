import { z } from "zod";
import type { Ledger } from "./ledger.ts";

/** The part of a tool result that both SDK lines share. */
export interface ToolAnswer {
  readonly [key: string]: unknown;
  readonly content: { type: "text"; text: string }[];
  readonly structuredContent?: Record<string, unknown>;
}

/** A tool of the fixture server, in words that no SDK owns. */
export interface FixtureTool {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodObject;
  readonly output?: z.ZodObject;
  readonly run: (args: Record<string, unknown>) => ToolAnswer;
}

export function text(value: string): ToolAnswer {
  return { content: [{ type: "text", text: value }] };
}

const nothing = z.object({});

/**
 * `add` declares an output schema: a denial that carried structured content, or a client that demanded it, would show.
 * `secret` stands in the middle of the list, so that it is neither on the first nor on the last page.
 */
export const fixtureTools: readonly FixtureTool[] = [
  {
    name: "echo",
    description: "answers with the text it was given",
    input: z.object({ text: z.string() }),
    run: (args) => text(String(args.text)),
  },
  {
    name: "add",
    description: "adds two numbers",
    input: z.object({ a: z.number(), b: z.number() }),
    output: z.object({ sum: z.number() }),
    run: (args) => {
      const sum = Number(args.a) + Number(args.b);
      return { content: [{ type: "text", text: String(sum) }], structuredContent: { sum } };
    },
  },
  {
    name: "pay",
    description: "pays an amount",
    input: z.object({ amount: z.unknown(), payment: z.unknown().optional() }),
    run: (args) => text(`paid ${JSON.stringify(args)}`),
  },
  { name: "secret", description: "must not be seen", input: nothing, run: () => text("the secret") },
  {
    name: "read",
    description: "reads a path",
    input: z.object({ path: z.string().optional() }),
    run: (args) => text(`content of ${String(args.path)}`),
  },
  {
    name: "fail",
    description: "throws after its effect",
    input: nothing,
    run: () => {
      throw new Error("the handler failed");
    },
  },
  { name: "metered", description: "may run a few times", input: nothing, run: () => text("metered") },
  { name: "wipe", description: "needs a person's consent", input: nothing, run: () => text("wiped") },
  { name: "retired", description: "is refused outright", input: nothing, run: () => text("retired") },
  { name: "unlisted", description: "no policy names it", input: nothing, run: () => text("unlisted") },
];

export function fixtureTool(name: unknown): FixtureTool | undefined {
  return fixtureTools.find((tool) => tool.name === name);
}

/** Records the effect, then answers: an effect that is on the ledger did happen, whatever the caller was told. */
export function runTool(tool: FixtureTool, args: Record<string, unknown>, ledger: Ledger): ToolAnswer {
  ledger.record(tool.name);
  return tool.run(args);
}

/** The body of the tool `wait`, which runs until its caller cancels it. */
export async function waitForAbort(signal: AbortSignal, ledger: Ledger): Promise<ToolAnswer> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
  ledger.record("wait aborted");
  return text("waited");
}

/** The tool as `tools/list` shows it, for the servers that answer the list by hand. */
export function describeTool(tool: FixtureTool): {
  name: string;
  description: string;
  inputSchema: { type: "object" };
  outputSchema?: { type: "object" };
} {
  return {
    name: tool.name,
    description: tool.description,
    inputSchema: objectSchema(tool.input),
    ...(tool.output && { outputSchema: objectSchema(tool.output) }),
  };
}

function objectSchema(schema: z.ZodObject): { type: "object" } {
  return { ...z.toJSONSchema(schema), type: "object" };
}

const PAGE_SIZE = 3;

/** One page of the fixture tools; the cursor is the index of its first tool. */
export function listPage(cursor: string | undefined): {
  tools: ReturnType<typeof describeTool>[];
  nextCursor?: string;
} {
  const start = cursor === undefined ? 0 : Number(cursor);
  const end = start + PAGE_SIZE;
  const tools = fixtureTools.slice(start, end).map(describeTool);
  return end < fixtureTools.length ? { tools, nextCursor: String(end) } : { tools };
}
