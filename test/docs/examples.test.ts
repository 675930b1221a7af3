import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { decide, type Policy, type PolicyDocument, parsePolicy, safeParsePolicy } from "callgate";
import { describe, expect, test } from "vitest";
import { hasRedis } from "../services/redis.js";
import { blocks } from "./blocks.js";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const read = (file: string): string => readFileSync(repository + file, "utf8");
const run = promisify(execFile);
/** What runs an example as its reader would, but with the sources in the place of the package. */
const tsx = (example: string): string[] => ["--import", "tsx", `docs/examples/${example}`];
const options = { cwd: repository, env: { ...process.env, TSX_TSCONFIG_PATH: `${repository}test/tsconfig.json` } };

describe("README", () => {
  test("its first lines of code are docs/examples/quickstart.ts", () => {
    expect(blocks(read("README.md"), "ts")[0]).toBe(read("docs/examples/quickstart.ts"));
  });

  test("they run against a real server, and the call is denied", async () => {
    const { stdout } = await run(process.execPath, tsx("quickstart.ts"), options);
    expect(stdout).toContain("[POLICY DENIED] this call does not meet a requirement of the policy");
    expect(stdout).toContain("isError: true");
  });

  test("npm run demo ends with 0 and shows every kind of outcome", async () => {
    const { stdout } = await run("npm", ["run", "--silent", "demo"], { cwd: repository });
    expect(stdout).toContain("Every outcome was the expected one.");
    for (const outcome of ["allowed", "denied", "not_permitted", "rate_limited"]) expect(stdout).toContain(outcome);
  });

  test("npm run demo -- limits ends with 0: exactly 20 calls of four processes pass, over each store", async () => {
    const { stdout } = await run("npm", ["run", "--silent", "demo", "--", "limits"], { cwd: repository });
    const together = stdout.split("\n").filter((line) => line.includes("together 48 times"));
    expect(together).toEqual(Array(hasRedis ? 2 : 1).fill(expect.stringMatching(/^ {3}together 48 times +20 passed$/)));
    expect(stdout.includes("No redis-server was found here")).toBe(!hasRedis);
    expect(stdout).toContain("Every outcome was the expected one.");
  }, 60_000);

  test("npm run demo -- limits says so where there is no Redis server", async () => {
    const env = { ...process.env, PATH: "/nowhere", TSX_TSCONFIG_PATH: "test/tsconfig.json" };
    const { stdout } = await run(process.execPath, ["--import", "tsx", "docs/examples/demo.ts", "limits"], {
      cwd: repository,
      env,
    });
    expect(stdout).toContain("No redis-server was found here, so nothing is shown over Redis.");
    expect(stdout).toContain("Every outcome was the expected one.");
  }, 60_000);

  test("npm run demo -- scan ends with 0 and shows what changed in a server that turned rogue", async () => {
    const { stdout } = await run("npm", ["run", "--silent", "demo", "--", "scan"], { cwd: repository });
    expect(stdout).toContain("Every outcome was the expected one.");
    expect(stdout).toContain("- tool `add` was changed");
  });
});

describe("npm run demo -- language", () => {
  const constructs = [
    ...[
      "default",
      "hide",
      "patterns",
      "action",
      "require",
      "if_present",
      "deny_if",
      "require_approval_if",
      "args",
      "pin",
    ],
    ...[
      "logic",
      "min",
      "by",
      "session",
      "increment_from",
      "rate_limit",
      "all_tools",
      "grant",
      "server",
      "time",
      "context",
    ],
    ...["resources", "prompts", "methods"],
  ];

  test("ends with 0, finds no problem, and shows each construct and each way that a call can end", async () => {
    const { stdout } = await run("npm", ["run", "--silent", "demo", "--", "language"], { cwd: repository });
    expect(stdout).toContain("no problem: every name is a tool of the server");
    expect(stdout).toContain("Every outcome was the expected one.");
    expect(stdout).not.toContain("undefined");
    const titles = stdout.split("\n").filter((line) => /^ {3}\S/.test(line));
    expect(constructs.filter((construct) => !titles.some((title) => title.includes(construct)))).toEqual([]);
    for (const outcome of [
      "allowed",
      "not_permitted",
      "invalid_arguments",
      "denied",
      "approval_required",
      "rate_limited",
    ]) {
      expect(stdout).toContain(` ${outcome} `);
    }
  });

  test("its policy has every operator and every key of an entry and a limit", () => {
    const schema = read("src/policy/policy.schema.json");
    const policy = read("docs/examples/demo/language.policy.json");
    const { $defs } = JSON.parse(schema) as { $defs: Record<string, { properties?: object; enum?: string[] }> };
    const words = [$defs.ToolRules, $defs.Limit].flatMap((def) => Object.keys(def?.properties ?? {}));
    expect(words.length).toBeGreaterThan(15);
    expect(words.filter((word) => !policy.includes(`"${word}":`))).toEqual([]);
    const operators = "eq neq lt lte gt gte in not_in exists regex contains path_within host_in".split(" ");
    expect(operators.filter((operator) => !policy.includes(`"op": "${operator}"`))).toEqual([]);
    expect(policy.split("\n").length).toBeLessThanOrEqual(70);
  });
});

test("npm run demo -- report writes a page and says where", async () => {
  const { stdout } = await run("npm", ["run", "--silent", "demo", "--", "report"], { cwd: repository });
  expect(stdout).toContain("nobody called merge_tickets, export_tickets");
  expect(stdout).toContain("suggested: 7 allowed, 2 offered and not used (denied)");
  const [file = ""] = /\/\S+report\.html/.exec(stdout) ?? [];
  const page = readFileSync(file, "utf8");
  rmSync(dirname(file), { recursive: true });
  expect(page).toContain("<h1>Support desk, 2 March 2026</h1>");
  expect(page).toContain("&lt;img src=x onerror=alert(document.cookie)&gt;");
});

describe("documents in the documentation", () => {
  const files = ["README.md", "docs/policy.md", "docs/pins.md"];
  const documents = files.flatMap((file) => blocks(read(file), "json").map((text) => [file, text] as const));

  test("there are some", () => {
    expect(documents.length).toBeGreaterThanOrEqual(4);
  });

  test.each(documents)("%s: a policy that it shows is accepted", (_file, text) => {
    expect(safeParsePolicy(text)).toMatchObject({ ok: true });
  });

  test("docs/policy.md: the answer to arguments that do not fit is the one that is shown", () => {
    const policies = blocks(read("docs/policy.md"), "json").map(parsePolicy);
    const policy = policies.find(({ tools }) => tools?.read_file?.args !== undefined) as Policy;
    const { message } = decide(policy, { name: "read_file", arguments: { limit: "many", force: true } });
    expect(blocks(read("docs/policy.md"), "text")).toContain(`[POLICY DENIED] ${message}\n`);
  });

  test.each(["filesystem", "venice", "language", "audit-report"])(
    "docs/examples/demo/%s.policy.json is accepted",
    (name) => {
      const text = read(`docs/examples/demo/${name}.policy.json`);
      expect(JSON.parse(JSON.stringify(parsePolicy(text)))).toEqual(JSON.parse(text) as PolicyDocument);
    },
  );
});

describe("examples", () => {
  test("server.ts guards itself: ten calls a minute", async () => {
    const client = new Client({ name: "reader", version: "1.0.0" });
    const env = { ...options.env } as Record<string, string>;
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args: tsx("server.ts"), cwd: repository, env }),
    );
    const greet = () => client.callTool({ name: "greet", arguments: { name: "Ada" } });
    const first = await greet();
    expect(first.content).toEqual([{ type: "text", text: "Hello, Ada" }]);
    await client.close();
  });

  test("stateless.ts holds one limit over all its requests", async () => {
    expect(await withinOneDay(callPingTwelveTimes)).toEqual([...Array(10).fill("pong"), LIMITED, LIMITED]);
  });

  test("direct.ts limits the third call and records each", async () => {
    const { stdout } = await withinOneDay(() => run(process.execPath, tsx("direct.ts"), options));
    const lines = stdout.trim().split("\n");
    const events = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as { type: string });
    expect(lines.filter((line) => !line.startsWith("{"))).toEqual(["Oslo", "Lima", LIMITED]);
    expect(events.map((event) => event.type)).toEqual(["decision", "outcome", "decision", "outcome", "decision"]);
  });
});

const LIMITED = "[POLICY DENIED] a limit of the policy is reached";

/** The examples count by the day, by the real clock: what saw two days is done again. */
async function withinOneDay<T>(work: () => Promise<T>): Promise<T> {
  const today = (): string => new Date().toISOString().slice(0, 10);
  const day = today();
  const result = await work();
  return day === today() ? result : withinOneDay(work);
}

async function callPingTwelveTimes(): Promise<unknown[]> {
  const child = spawn(process.execPath, [...tsx("stateless.ts"), "0"], {
    ...options,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const client = new Client({ name: "reader", version: "1.0.0" });
    await client.connect(new StreamableHTTPClientTransport(new URL(line.toString().trim())));
    const texts: unknown[] = [];
    for (let call = 0; call < 12; call++) {
      const { content } = await client.callTool({ name: "ping" });
      texts.push((content as { text: string }[])[0]?.text);
    }
    await client.close();
    return texts;
  } finally {
    child.kill();
  }
}
