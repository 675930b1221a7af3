import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { StreamableHTTPClientTransport as V2Http } from "@modelcontextprotocol/client";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as V1Http } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { InMemoryTransport as V1Memory } from "@modelcontextprotocol/sdk/inMemory.js";
import { createMcpHandler, InMemoryTransport as V2Memory } from "@modelcontextprotocol/server";
import { parsePolicy, type ServerScan, scanServer } from "callgate";
import { describe, expect, test } from "vitest";
import { unwrapped } from "../live/cell.ts";
import { fixtureTools } from "../live/fixture.ts";
import { type HttpHandler, listen } from "../live/http-host.ts";
import type { HttpLine } from "../live/http-line.ts";
import { createMemoryLedger } from "../live/ledger.ts";
import { connectClient as connectV1 } from "../live/v1/client.ts";
import { v1HttpLine } from "../live/v1/http-line.ts";
import { createMcpServer as v1Server } from "../live/v1/server.ts";
import { connectClient as connectV2 } from "../live/v2/client.ts";
import { v2LegacyHttpLine, v2ModernHttpLine } from "../live/v2/http-line.ts";
import { createLowServer, createMcpServer as v2Server } from "../live/v2/server.ts";

/** What the fixture of either line offers, and how it is graded. */
function expectFixture(scan: ServerScan): void {
  expect(scan.server).toEqual({ name: "fixture", version: "1.0.0" });
  expect(scan.tools.map(({ name }) => name)).toEqual(expect.arrayContaining(fixtureTools.map(({ name }) => name)));
  expect(scan.prompts).toEqual([{ name: "greet", hidden: [] }]);
  expect(scan.resources).toEqual([{ name: "note://one", hidden: [] }]);
  expect(scan.problems).toEqual([]);
}

describe("a scan of a live server", () => {
  test("v1: over a transport, and with a client that stays connected", async () => {
    const [near, far] = V1Memory.createLinkedPair();
    await v1Server(createMemoryLedger()).connect(far);
    expectFixture(await scanServer(near));
    const [again, farther] = V1Memory.createLinkedPair();
    await v1Server(createMemoryLedger()).connect(farther);
    const { client } = await connectV1(again, unwrapped, createMemoryLedger(), []);
    const scan = await scanServer(client);
    expectFixture(scan);
    expect((await scanServer(client, { previous: scan })).changes).toEqual([]);
    await client.close();
  });

  test("v2: over a transport, and with a client that stays connected", async () => {
    const [near, far] = V2Memory.createLinkedPair();
    await v2Server(createMemoryLedger()).connect(far);
    expectFixture(await scanServer(near));
    const [again, farther] = V2Memory.createLinkedPair();
    await v2Server(createMemoryLedger()).connect(farther);
    const { client } = await connectV2(again, "2025-11-25", unwrapped, createMemoryLedger(), []);
    const scan = await scanServer(client);
    expectFixture(scan);
    expect((await scanServer(client, { previous: scan })).changes).toEqual([]);
    await client.close();
  });

  test.each<[line: HttpLine, transport: (url: URL) => V1Http | V2Http]>([
    [v1HttpLine, (url) => new V1Http(url)],
    [v2LegacyHttpLine, (url) => new V2Http(url)],
    [v2ModernHttpLine, (url) => new V2Http(url)],
  ])("$name: over a transport, every page", async ({ host }, transport) => {
    const { url, close } = await host(unwrapped, () => createMemoryLedger());
    try {
      const scan = await scanServer(transport(url));
      expect(scan.tools.map(({ name }) => name)).toEqual(fixtureTools.map(({ name }) => name));
      expect(scan.problems).toEqual([]);
    } finally {
      await close();
    }
  });

  test("v2 on 2026-07-28 alone: over a transport, every page", async () => {
    const handler = createMcpHandler(() => createLowServer(createMemoryLedger()), { legacy: "reject" });
    const { url, close } = await listen(toNodeHandler(handler) as HttpHandler);
    try {
      const scan = await scanServer(new V2Http(url));
      expect(scan.tools.map(({ name }) => name)).toEqual(fixtureTools.map(({ name }) => name));
      expect([scan.server.name, scan.problems]).toEqual(["fixture", []]);
    } finally {
      await close();
    }
  });

  test("the filesystem server from the registry, as a child process", async () => {
    const manifest = createRequire(import.meta.url).resolve("@modelcontextprotocol/server-filesystem/package.json");
    const args = [join(dirname(manifest), "dist/index.js"), tmpdir()];
    const scan = await scanServer(new StdioClientTransport({ command: process.execPath, args, stderr: "ignore" }));
    expect(scan.server.name).toBe("secure-filesystem-server");
    expect(scan.tools.map(({ name }) => name)).toContain("write_file");
    expect(scan.tools.every(({ fingerprint }) => fingerprint !== undefined)).toBe(true);
    expect([scan.grade, scan.problems]).toEqual([expect.stringMatching(/^[BC]$/), []]);
    expect(() => parsePolicy(scan.recommendation.policy)).not.toThrow();
  });
});
