import { parseArgs } from "node:util";
import { checkPolicy } from "../check/check.js";
import { quote } from "../internal/quote.js";
import { formatIssue, type PolicyIssue } from "../policy/issue.js";
import { safeParsePolicy } from "../policy/parse.js";

/** What the command needs of the process that runs it. */
export interface CommandHost {
  readFile(path: string): Promise<Uint8Array>;
  print(line: string): void;
  complain(line: string): void;
}

/** 0: no errors. 1: the policy has errors, or with `--strict` warnings. 2: the command could not be carried out. */
export type ExitCode = 0 | 1 | 2;

export const USAGE = `usage: callgate check <policy.json> [--tools <tools.json>] [--json] [--strict]

Checks a policy document. With --tools, the answer of a server to tools/list, also holds it against the tools.

  --json    print {"policy", "ok", "issues"} as JSON
  --strict  fail on warnings too

exit codes: 0 no errors, 1 errors in the policy, 2 the command could not be carried out`;

interface Asked {
  readonly policy: string;
  readonly tools: string | undefined;
  readonly json: boolean;
  readonly strict: boolean;
}

/** Carries out `callgate check`. */
export async function check(args: readonly string[], host: CommandHost): Promise<ExitCode> {
  let asked: Asked;
  let issues: readonly PolicyIssue[];
  try {
    asked = readArguments(args);
    issues = await issuesOf(asked, host);
  } catch (error) {
    host.complain(`callgate: ${error instanceof Error ? error.message : "failed"}`);
    return 2;
  }
  const fails = issues.some(({ severity }) => severity === "error" || asked.strict);
  if (asked.json) host.print(JSON.stringify({ policy: asked.policy, ok: !fails, issues }, undefined, 2));
  else for (const line of report(asked.policy, issues)) host.print(line);
  return fails ? 1 : 0;
}

function readArguments(args: readonly string[]): Asked {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { tools: { type: "string" }, json: { type: "boolean" }, strict: { type: "boolean" } },
  });
  const [policy, ...rest] = positionals;
  if (policy === undefined || rest.length > 0) throw new Error(`expected one policy file\\n\\n${USAGE}`);
  return { policy, tools: values.tools, json: values.json === true, strict: values.strict === true };
}

async function issuesOf({ policy, tools }: Asked, host: CommandHost): Promise<readonly PolicyIssue[]> {
  const bytes = await readFile(policy, host);
  const offered = tools === undefined ? undefined : await readTools(tools, host);
  const parsed = safeParsePolicy(bytes);
  if (!parsed.ok) return parsed.issues;
  return offered === undefined ? [] : checkPolicy(parsed.policy, offered, { source: new TextDecoder().decode(bytes) });
}

async function readFile(path: string, host: CommandHost): Promise<Uint8Array> {
  try {
    return await host.readFile(path);
  } catch {
    throw new Error(`cannot read ${quote(path)}`);
  }
}

/** The tools of an answer to tools/list: the answer itself, its result, or the list in it. */
async function readTools(path: string, host: CommandHost): Promise<readonly unknown[]> {
  const text = new TextDecoder().decode(await readFile(path, host));
  const listed = listIn(parseJson(text, path));
  if (listed === undefined) throw new Error(`${quote(path)} has no list of tools: expected an answer to tools/list`);
  return listed;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${quote(path)} is not JSON`);
  }
}

function listIn(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (value === null || typeof value !== "object") return undefined;
  for (const member of ["result", "tools"]) {
    if (Object.hasOwn(value, member)) return listIn(Reflect.get(value, member));
  }
  return undefined;
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
