import { fingerprintTool, type PolicyDocument, parsePolicy, pinPolicy, type ToolDefinition } from "callgate";
import { describe, expect, test } from "vitest";

const tool = (name: string, description = ""): ToolDefinition => ({ name, description, inputSchema: {} });
const pinOf = (name: string, description = ""): string => fingerprintTool(tool(name, description));
const deny = (tools: PolicyDocument["tools"], more: object = {}): PolicyDocument => ({
  version: "1",
  default: "deny",
  ...(tools === undefined ? {} : { tools }),
  ...more,
});

describe("pinPolicy", () => {
  test("pins what the policy lists, and lists nothing more", () => {
    const policy = deny({ get_user: { reason: "r" }, "get_*": {}, gone: {} }, { hide: ["get_secret"] });
    expect(
      pinPolicy(
        policy,
        ["get_user", "get_team", "get_secret", "unlisted"].map((name) => tool(name)),
      ),
    ).toEqual(
      deny(
        {
          get_user: { reason: "r", pin: pinOf("get_user") },
          "get_*": {},
          gone: {},
          get_team: { pin: pinOf("get_team") },
        },
        { hide: ["get_secret"] },
      ),
    );
  });

  test('under `default: "allow"` every tool that is not hidden is listed', () => {
    const policy: PolicyDocument = { version: "1", default: "allow", hide: ["b"] };
    expect(pinPolicy(policy, [tool("a"), tool("b")])).toEqual({ ...policy, tools: { a: { pin: pinOf("a") } } });
  });

  test("pins again what changed, and keeps the pins of tools that are not given", () => {
    const first = pinPolicy(deny({ a: {}, b: {} }), [tool("a"), tool("b")]);
    expect(pinPolicy(first, [tool("a", "new")])).toEqual(
      deny({ a: { pin: pinOf("a", "new") }, b: { pin: pinOf("b") } }),
    );
  });

  test("the result is a policy; the one handed in, parsed or not, stays as it is", () => {
    const document = deny({ a: {} });
    const parsed = parsePolicy(document);
    const pinned = parsePolicy(pinPolicy(parsed, [tool("a")]));
    expect(pinned.tools).toEqual({ a: { pin: pinOf("a") } });
    expect(pinned.revision).not.toBe(parsed.revision);
    expect([document, JSON.parse(JSON.stringify(parsed))]).toEqual([deny({ a: {} }), deny({ a: {} })]);
  });

  test("`__proto__` is a tool like any other", () => {
    const policy = JSON.parse('{ "version": "1", "default": "deny", "tools": { "__proto__": {} } }') as PolicyDocument;
    expect(JSON.stringify(pinPolicy(policy, [tool("__proto__")]).tools)).toBe(
      `{"__proto__":{"pin":"${pinOf("__proto__")}"}}`,
    );
  });

  test("a policy that lists nothing stays without entries", () => {
    expect(pinPolicy(deny(undefined), [tool("a")])).toEqual(deny(undefined));
  });

  test("equal definitions of one name are one tool", () => {
    expect(pinPolicy(deny({ a: {} }), [tool("a"), { ...tool("a"), title: "A" }]).tools).toEqual({
      a: { pin: pinOf("a") },
    });
  });

  test.each<[states: string, tools: readonly unknown[], message: string]>([
    ["two definitions", [tool("a"), tool("a", "b")], "tool `a` is listed with two definitions, so it cannot be pinned"],
    [
      "a name that is a pattern",
      [tool("a*")],
      "tool `a*` has a name that is a pattern in a policy, so it cannot be pinned",
    ],
    ["no name", [{}], "the name of a tool must be a string"],
    ["nothing", [null], "a tool must be an object"],
    ["what is no JSON", [{ name: "a", inputSchema: () => 1 }], "a tool must be JSON, found a function"],
  ])("a listed tool with %s cannot be pinned", (_states, tools, message) => {
    expect(() => pinPolicy(deny({ "a*": {} }), tools as ToolDefinition[])).toThrow(
      expect.objectContaining({ code: "invalid_tool", message }),
    );
  });

  test("what is not listed need not be possible to pin", () => {
    expect(pinPolicy(deny({ a: {} }), [tool("b*"), tool("c"), tool("c", "2")])).toEqual(deny({ a: {} }));
  });

  test("refuses what is no policy, and what is no list of tools", () => {
    expect(() => pinPolicy({ version: "1" } as PolicyDocument, [])).toThrow(
      expect.objectContaining({ code: "invalid_policy" }),
    );
    expect(() => pinPolicy(deny({}), { tools: [] } as never)).toThrow(
      expect.objectContaining({ code: "invalid_options", message: "`tools` must be an array of tools" }),
    );
  });
});
