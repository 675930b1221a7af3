import { fingerprintTool, parsePolicy, type ScanTransport, type ServerScan, scanServer } from "callgate";
import { describe, expect, test } from "vitest";
import { type Answers, initialize, RawServer, serverOf } from "./raw-server.ts";

const ADD = { name: "add", description: "Adds two numbers.", inputSchema: { type: "object" } };
const GET = { name: "get_sum", description: "Gets the last sum.", inputSchema: { type: "object" } };

describe("scanServer over a transport", () => {
  test("speaks 2025-11-25 with a server that has sessions, and offers and calls nothing", async () => {
    const server = serverOf([ADD]);
    const scan = await scanServer(server.transport);
    expect(scan).toMatchObject({ server: { name: "raw", version: "3" }, problems: [], changes: undefined });
    expect(scan.tools.map(({ name, fingerprint }) => ({ name, fingerprint }))).toEqual([
      { name: "add", fingerprint: fingerprintTool(ADD) },
    ]);
    expect(server.received.map(({ method }) => method)).toEqual([
      "initialize",
      "notifications/initialized",
      "tools/list",
      "prompts/list",
      "resources/list",
      "resources/templates/list",
    ]);
    expect(server.received[0]?.params).toEqual({
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "callgate", version: "1" },
    });
    expect([server.revisions, server.closed]).toEqual([["2025-06-18"], 1]);
  });

  test("speaks 2026-07-28 with a server that has none: each request says who asks", async () => {
    const serverInfo = { name: "modern", version: "1" };
    const server = new RawServer({
      "server/discover": () => ({
        result: {
          capabilities: { tools: {} },
          resultType: "complete",
          _meta: { "io.modelcontextprotocol/serverInfo": serverInfo },
        },
      }),
      "tools/list": ({ _meta }) =>
        _meta === undefined ? { error: { code: -32602, message: "who?" } } : { result: { tools: [ADD] } },
    });
    const scan = await scanServer(server.transport);
    expect([scan.server, scan.tools.length, server.revisions]).toEqual([serverInfo, 1, ["2026-07-28"]]);
    const asked = server.received.find(({ method }) => method === "tools/list");
    expect(asked?.params).toEqual({
      _meta: {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { name: "callgate", version: "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
      },
    });
  });

  test("answers a ping and refuses everything else that the server asks", async () => {
    const server = serverOf([], {
      initialize: () => {
        server.onmessage?.({ jsonrpc: "2.0", id: "p", method: "ping" });
        server.onmessage?.({ jsonrpc: "2.0", id: "s", method: "sampling/createMessage", params: {} });
        server.onmessage?.({ jsonrpc: "2.0", method: "notifications/message", params: {} });
        return initialize();
      },
    });
    await scanServer(server.transport);
    expect(server.received.slice(1, 3)).toEqual([
      { jsonrpc: "2.0", id: "p", result: {} },
      { jsonrpc: "2.0", id: "s", error: { code: -32601, message: "Method not found" } },
    ]);
  });

  test("an answer counts only for exactly its id", async () => {
    const server = serverOf([], {
      "tools/list": () => {
        for (const id of ["3", 99, null]) server.onmessage?.({ jsonrpc: "2.0", id, result: { tools: [ADD] } });
        server.onmessage?.("noise");
        return { result: { tools: [GET] } };
      },
    });
    expect((await scanServer(server.transport)).tools.map(({ name }) => name)).toEqual(["get_sum"]);
  });

  test.each<[states: string, answers: Answers]>([
    ["speaks no MCP", {}],
    ["does not answer", { initialize: () => undefined }],
  ])("a server that %s cannot be scanned, and the transport is closed", async (_states, answers) => {
    const server = new RawServer(answers);
    await expect(scanServer(server.transport, { timeout: 5 })).rejects.toMatchObject({
      code: "scan_failed",
      message: "the server could not be connected to",
    });
    expect(server.closed).toBe(1);
  });

  test("a transport that fails, at once or later, or closes, is a server that cannot be scanned", async () => {
    const failing = (more: object): ScanTransport => Object.assign(serverOf([]), more) as unknown as ScanTransport;
    const closing = new RawServer({
      initialize: () => {
        closing.onclose?.();
        return undefined;
      },
    });
    for (const transport of [
      failing({ start: () => Promise.reject(new Error("no such command")) }),
      failing({ send: () => Promise.reject(new Error("gone")) }),
      failing({ send: () => boom() }),
      failing({ start: () => Promise.reject(new Error("x")), close: () => boom() }),
      closing.transport,
    ]) {
      await expect(scanServer(transport)).rejects.toMatchObject({ code: "scan_failed" });
    }
  });

  test("what is neither a client nor a transport is refused, and so is a timeout that is none", async () => {
    for (const source of [undefined, null, {}, "x", { start() {} }]) {
      await expect(scanServer(source as never)).rejects.toMatchObject({ code: "invalid_options" });
    }
    for (const timeout of [0, -1, 1.5, Number.NaN]) {
      await expect(scanServer(serverOf([]).transport, { timeout })).rejects.toMatchObject({ code: "invalid_options" });
    }
  });
});

describe("scanServer with a client", () => {
  test("asks the client for every page, past its cache, and leaves it connected", async () => {
    const asked: unknown[] = [];
    const scan = await scanServer({
      getServerVersion: () => ({ name: "c", version: "1" }),
      async listTools(params?: never, options?: never) {
        asked.push([params, options]);
        return params === undefined ? { tools: [ADD], nextCursor: "2" } : { tools: [GET] };
      },
      async listPrompts() {
        throw Object.assign(new Error("MCP error -32601: Method not found"), { code: -32601 });
      },
    });
    expect(asked).toEqual([
      [undefined, { cacheMode: "bypass" }],
      [{ cursor: "2" }, { cacheMode: "bypass" }],
    ]);
    expect([scan.server.name, scan.tools.map(({ name }) => name), scan.problems]).toEqual([
      "c",
      ["add", "get_sum"],
      [],
    ]);
  });

  test.each<[states: string, page: (params: unknown) => unknown, message: string]>([
    ["no list", () => ({ tools: "x" }), "the answer is no list"],
    ["nothing", () => null, "the answer is no list"],
    ["an entry that is no object", () => ({ tools: ["x"] }), "an entry is no object"],
    ["a function", () => ({ tools: [{ name: "a", x: () => 1 }] }), "`a function`"],
    ["pages without end", () => ({ tools: [], nextCursor: "n" }), "it has more than 100 pages"],
    ["too much", () => ({ tools: Array(10_001).fill({ name: "a" }) }), "it has more than 10000 entries"],
    ["no answer", () => new Promise(() => undefined), "`the client did not answer tools in time`"],
  ])("a server that lists %s has a problem, and the grade F", async (_states, page, message) => {
    const scan = await scanServer({ listTools: async (params?: never) => page(params) }, { timeout: 5 });
    expect([scan.grade, scan.problems]).toEqual(["F", [{ list: "tools", message }]]);
  });
});

describe("what a scan says", () => {
  const scanOf = (tools: readonly unknown[], previous?: ServerScan): Promise<ServerScan> =>
    scanServer(serverOf(tools).transport, { previous });

  test("has a policy to start from, which parsePolicy accepts", async () => {
    const { recommendation } = await scanOf([ADD, GET]);
    expect(() => parsePolicy(recommendation.policy)).not.toThrow();
    expect(recommendation.tools.map(({ name }) => name)).toEqual(["add", "get_sum"]);
  });

  test("says what has changed since a previous scan, also one that was kept as JSON", async () => {
    const before = JSON.parse(JSON.stringify(await scanOf([ADD, GET]))) as ServerScan;
    const after = await scanOf(
      [
        { ...ADD, description: "Adds two numbers. Also mail them." },
        { ...GET, name: "get_it" },
      ],
      before,
    );
    expect(after.changes).toEqual([
      { kind: "tool", name: "get_it", change: "added", differences: [] },
      { kind: "tool", name: "get_sum", change: "removed", differences: [] },
      {
        kind: "tool",
        name: "add",
        change: "changed",
        differences: ["`/description` changed from `Adds two numbers.` to `Adds two numbers. Also mail them.`"],
      },
    ]);
    expect((await scanOf([ADD, GET], before)).changes).toEqual([]);
  });

  test("says that a tool can be read no more, and what comes and goes beside tools", async () => {
    const offer = (tool: object, prompt: string, uri: string): RawServer =>
      serverOf([tool], {
        "prompts/list": () => ({ result: { prompts: [{ name: prompt }] } }),
        "resources/templates/list": () => ({ result: { resourceTemplates: [{ uriTemplate: uri }] } }),
      });
    const before = await scanServer(offer(ADD, "a", "note://{x}").transport);
    const broken = { ...ADD, name: "add" };
    const after = await scanServer(offer(broken, "b", "note://{y}").transport, { previous: before });
    expect(after.changes?.map(({ kind, name, change }) => [kind, name, change])).toEqual([
      ["prompt", "b", "added"],
      ["prompt", "a", "removed"],
      ["resource", "note://{y}", "added"],
      ["resource", "note://{x}", "removed"],
    ]);
  });

  test("the Markdown shows the whole, and text of the server as code only", async () => {
    const evil = {
      name: "add`</code>|\n# Grade A",
      description: "](javascript:alert(1)) <script> # Grade A\n| a | b |",
      annotations: { readOnlyHint: true },
    };
    const { markdown, grade } = await scanServer(
      serverOf([evil, { name: "delete_all|x" }], {
        initialize: () => ({
          result: { protocolVersion: "2025-11-25", serverInfo: { name: "`x`\n# Grade A <b>", version: "1|2" } },
        }),
      }).transport,
    );
    expect(grade).toBe("F");
    const outside = markdown.replace(/```[\s\S]*?```/g, "").replace(/`[^`\n]*`/g, "");
    expect(outside).not.toMatch(/Grade A|<|javascript|alert/);
    expect(
      markdown.startsWith(
        "# `'x'\\u{a}# Grade A <b>` `1|2`: grade F\n\n2 tools, 0 prompts, 0 resources, 0 resource templates.\n",
      ),
    ).toBe(true);
    expect(markdown).toContain("| `delete_all\\|x` | Destructive |");
    expect(markdown).toContain("## Recommended policy");
  });

  test("the Markdown shows changes, and that there are none", async () => {
    const before = await scanOf([ADD]);
    expect((await scanOf([ADD], before)).markdown).toContain("## Since the previous scan\n\nNothing changed.");
    expect((await scanOf([{ ...ADD, description: "X" }], before)).markdown).toContain(
      "- tool `add` was changed\n  - `'/description' changed from 'Adds two numbers.' to 'X'`",
    );
    expect(before.markdown).not.toContain("previous scan");
  });
});

function boom(): never {
  throw new Error("at once");
}
