import { describe, expect, test } from "vitest";
import { check } from "../../src/cli/check.js";
import { COMMANDS } from "./commands.js";

/** Runs the command over files that are only here; the packed one is run over real files in test/package. */
async function run(args: readonly string[], files: Readonly<Record<string, string | Uint8Array>>) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await check(args, {
    readFile: async (path) => {
      const content = Object.hasOwn(files, path) ? files[path] : undefined;
      if (content === undefined) throw new Error("ENOENT: no such file, hunter2");
      return typeof content === "string" ? new TextEncoder().encode(content) : content;
    },
    print: (line) => void out.push(`${line}\n`),
    complain: (line) => void err.push(`${line}\n`),
  });
  return { code, out: out.join(""), err: err.join("") };
}

describe("callgate check", () => {
  test.each(COMMANDS)("$title: ends with $code", async ({ args, files, code, out, err }) => {
    expect(await run(args, files)).toEqual({ code, out, err });
  });

  test("every way to end is among them", () => {
    expect(new Set(COMMANDS.map(({ code }) => code))).toEqual(new Set([0, 1, 2]));
  });

  test("a hostile list of tools ends as any other", async () => {
    const policy = '{ "version": "1", "default": "deny", "tools": { "a": { "args": "tool" } } }';
    const tools = [null, 7, [], { name: 7 }, { name: "a", inputSchema: { $ref: "#" } }, { name: "__proto__" }];
    const { code, err } = await run(["p.json", "--tools", "t.json"], {
      "p.json": policy,
      "t.json": JSON.stringify(tools),
    });
    expect([code, err]).toEqual([0, ""]);
  });

  test("text that would change how a terminal reads is written out", async () => {
    const policy = '{ "version": "1", "default": "deny", "\\u001b[2J\\u202e": 1 }';
    const { out } = await run(["p.json"], { "p.json": policy });
    expect(out).toContain("\\u{1b}[2J\\u{202e}");
  });
});
