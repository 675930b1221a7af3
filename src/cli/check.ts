import { parseArgs } from "node:util";
import { checkPolicy } from "../check/check.js";
import { formatIssue, type PolicyIssue } from "../policy/issue.js";
import { safeParsePolicy } from "../policy/parse.js";
import { type FileHost, readFile, readTools } from "./files.js";

/** What the command needs of the process that runs it. */
export interface CommandHost extends FileHost {
  print(line: string): void;
  complain(line: string): void;
}

/** 0: no errors. 1: the policy has errors, or with `--strict` warnings. 2: the command could not be carried out. */
export type ExitCode = 0 | 1 | 2;

export const USAGE = `usage: callgate check <policy.json> [--tools <tools.json>] [--json] [--strict]

Checks a policy document. With --tools, the answer of a server to tools/list, also holds it against the tools.

  --json    print {"policy", "ok", "issues"} as JSON
  --strict  fail on warnings too
  --help    print this

exit codes: 0 no errors, 1 errors in the policy, 2 the command could not be carried out`;

interface Asked {
  readonly policy: string;
  readonly tools: string | undefined;
  readonly json: boolean;
  readonly strict: boolean;
}

/** Carries out `callgate check`. */
export async function check(args: readonly string[], host: CommandHost): Promise<ExitCode> {
  try {
    const asked = readArguments(args);
    if (asked !== "help") return tell(asked, await issuesOf(asked, host), host);
    host.print(USAGE);
    return 0;
  } catch (error) {
    host.complain(`callgate: ${error instanceof Error ? error.message : "failed"}`);
    return 2;
  }
}

const OPTIONS = {
  tools: { type: "string" },
  json: { type: "boolean" },
  strict: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

function readArguments(args: readonly string[]): Asked | "help" {
  const { values, positionals } = parse(args);
  if (values.help === true) return "help";
  const [policy, ...rest] = positionals;
  if (policy === undefined || rest.length > 0) throw new Error(`expected one policy file\n\n${USAGE}`);
  return { policy, tools: values.tools, json: values.json === true, strict: values.strict === true };
}

function parse(
  args: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    // The first sentence says what is wrong; the rest is advice on other command lines than this one.
    const [fault = ""] = String((error as Error).message).split(". ");
    throw new Error(`${fault.charAt(0).toLowerCase()}${fault.slice(1)}\n\n${USAGE}`);
  }
}

async function issuesOf({ policy, tools }: Asked, host: CommandHost): Promise<readonly PolicyIssue[]> {
  const bytes = await readFile(policy, host);
  const offered = tools === undefined ? undefined : await readTools(tools, host);
  const parsed = safeParsePolicy(bytes);
  if (!parsed.ok) return parsed.issues;
  return offered === undefined ? [] : checkPolicy(parsed.policy, offered, { source: new TextDecoder().decode(bytes) });
}

function tell(asked: Asked, issues: readonly PolicyIssue[], host: CommandHost): ExitCode {
  const fails = issues.some(({ severity }) => severity === "error" || asked.strict);
  if (asked.json) host.print(JSON.stringify({ policy: asked.policy, ok: !fails, issues }, undefined, 2));
  else for (const line of report(asked.policy, issues)) host.print(line);
  return fails ? 1 : 0;
}

function report(policy: string, issues: readonly PolicyIssue[]): string[] {
  const count = (severity: PolicyIssue["severity"]): number =>
    issues.filter((issue) => issue.severity === severity).length;
  const lines = issues.map((issue) => `${policy}:${formatIssue(issue)} [${issue.severity} ${issue.code}]`);
  return [...lines, `${policy}: ${plural(count("error"), "error")}, ${plural(count("warning"), "warning")}`];
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
