import { runInNewContext } from "node:vm";
import { parsePolicy, safeParsePolicy } from "callgate";
import { describe, expect, test } from "vitest";
import { issuesOf } from "./issues.js";

const TEXT = '{ "version": "1", "default": "deny", "tools": { "é": { "reason": "no" } } }';
const DOCUMENT = { version: "1", default: "deny", tools: { é: { reason: "no" } } };
const { revision } = parsePolicy(TEXT);
const utf8 = (text: string) => new TextEncoder().encode(text);
const error = (issue: object) => [{ severity: "error", ...issue }];
const NOT_JSON_TEXT = error({ code: "invalid_json", pointer: "", message: "policy is not JSON", line: 1, column: 1 });
const NOT_UTF8 = error({ code: "invalid_encoding", pointer: "", message: "policy must be UTF-8 text" });
const notJson = (pointer: string, found: string) =>
  error({ code: "not_json", pointer, message: `policy must be JSON, found ${found}` });

function utf16(text: string, order: "le" | "be"): Uint8Array {
  const bytes = Buffer.from(text, "utf16le");
  return order === "le" ? bytes : bytes.swap16();
}

describe("encodings", () => {
  test.each([
    ["text", TEXT],
    ["text after a byte order mark", `\uFEFF${TEXT}`],
    ["UTF-8 bytes", utf8(TEXT)],
    ["UTF-8 bytes after a byte order mark", utf8(`\uFEFF${TEXT}`)],
    ["a Buffer", Buffer.from(TEXT)],
    ["a window of a larger array of bytes", utf8(`xx${TEXT}xx`).subarray(2, -2)],
    ["a value", DOCUMENT],
    ["a value without prototypes", Object.assign(Object.create(null), DOCUMENT)],
    ["a value of another realm", runInNewContext(`(${TEXT})`)],
    ["a policy", parsePolicy(TEXT)],
  ])("A16: %s gives the same policy", (_kind, source) => {
    expect(parsePolicy(source).revision).toBe(revision);
  });

  test.each([
    ["UTF-16 LE with a byte order mark", utf16(`\uFEFF${TEXT}`, "le"), NOT_UTF8],
    ["UTF-16 BE with a byte order mark", utf16(`\uFEFF${TEXT}`, "be"), NOT_UTF8],
    ["UTF-16 LE without one", utf16(TEXT.replace("é", "e"), "le"), error({ ...NOT_JSON_TEXT[0], column: 2 })],
    ["Latin-1", Buffer.from(TEXT, "latin1"), NOT_UTF8],
    ["an overlong form", new Uint8Array([...utf8('{"'), 0xc1, 0xa1, ...utf8('":1}')]), NOT_UTF8],
    ["a surrogate in UTF-8", new Uint8Array([...utf8('{"'), 0xed, 0xa0, 0x80, ...utf8('":1}')]), NOT_UTF8],
    ["a truncated character", utf8(TEXT.slice(0, TEXT.indexOf("é") + 1)).subarray(0, -1), NOT_UTF8],
    ["two byte order marks", `\uFEFF\uFEFF${TEXT}`, NOT_JSON_TEXT],
  ])("A16: %s is refused", (_encoding, source, issues) => {
    expect(issuesOf(source)).toEqual(issues);
  });

  test.each([
    ["YAML", 'version: "1"\ndefault: deny\n', [1, 1]],
    ["YAML with anchors, aliases and a merge key", "a: &a [x]\nb: *a\n<<: *a\n", [1, 1]],
    ["a comment", '// mine\n{ "version": "1", "default": "deny" }', [1, 1]],
    ["a trailing comma", '{ "version": "1",\n  "default": "deny", }', [2, 22]],
    ["single quotes", "{ 'version': '1' }", [1, 3]],
    ["text after the document", '{ "version": "1" } x', [1, 20]],
    ["a line feed in a string", '{ "version": "1\n" }', [1, 14]],
  ] as const)("A14: %s is not JSON, and the place is given", (_what, source, [line, column]) => {
    expect(issuesOf(source)).toEqual(error({ ...NOT_JSON_TEXT[0], line, column }));
  });
});

describe("values that are not JSON", () => {
  class Tools {
    t = {};
  }
  const hole: unknown[] = ["a", "b"];
  delete hole[0];
  test.each<[string, unknown, ReturnType<typeof notJson>]>([
    ["undefined", undefined, notJson("", "undefined")],
    ["a function", () => DOCUMENT, notJson("", "a function")],
    ["a bigint", { ...DOCUMENT, version: 1n }, notJson("/version", "a bigint")],
    ["a symbol", { ...DOCUMENT, default: Symbol("allow") }, notJson("/default", "a symbol")],
    ["a function in a list", { ...DOCUMENT, hide: ["a", () => "b"] }, notJson("/hide/1", "a function")],
    ["a key without a value", { ...DOCUMENT, hide: undefined }, notJson("/hide", "undefined")],
    ["a hole in a list", { ...DOCUMENT, hide: hole }, notJson("/hide/0", "undefined")],
    ["NaN", { ...DOCUMENT, tools: { "a/b": Number.NaN } }, notJson("/tools/a~1b", "a number that is not finite")],
    ["a class instance", { ...DOCUMENT, tools: new Tools() }, notJson("/tools", "an instance of a class")],
    ["a Map", { ...DOCUMENT, tools: new Map([["t", {}]]) }, notJson("/tools", "an instance of a class")],
    ["a Date", { ...DOCUMENT, version: new Date(0) }, notJson("/version", "an instance of a class")],
    ["a boxed string", { ...DOCUMENT, version: Object("1") }, notJson("/version", "an instance of a class")],
    ["an ArrayBuffer", utf8(TEXT).buffer, notJson("", "an instance of a class")],
    ["a promise", Promise.resolve(DOCUMENT), notJson("", "an instance of a class")],
  ])("A10: %s is refused", (_what, source, issues) => {
    expect(issuesOf(source)).toEqual(issues);
  });

  const throws = (): never => {
    throw new Error("boom");
  };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  test.each<[string, unknown]>([
    [
      "a getter",
      {
        ...DOCUMENT,
        get tools() {
          return throws();
        },
      },
    ],
    ["the keys of a Proxy", new Proxy({ ...DOCUMENT }, { ownKeys: throws })],
    ["the members of a Proxy", new Proxy({ ...DOCUMENT }, { get: throws })],
    ["the prototype of a Proxy", new Proxy({ ...DOCUMENT }, { getPrototypeOf: throws })],
    ["the prototype of a Proxy inside", { ...DOCUMENT, tools: new Proxy({}, { getPrototypeOf: throws }) }],
    ["a revoked Proxy", revoked.proxy],
    ["a revoked Proxy inside", { ...DOCUMENT, tools: revoked.proxy }],
  ])("A10: %s that throws is an issue, not an exception", (_what, source) => {
    const issues = issuesOf(source);
    expect(issues.map(({ code, message }) => ({ code, message }))).toEqual([
      { code: "not_json", message: "policy must be JSON, found a value that throws when read" },
    ]);
  });
});

describe("independence of the source", () => {
  test("A10: a getter is read once, so it cannot answer twice", () => {
    const answers = ["deny", "allow", "allow"];
    let reads = 0;
    const source = Object.defineProperty({ version: "1" }, "default", {
      enumerable: true,
      get: () => answers[reads++],
    });
    expect(parsePolicy(source).default).toBe("deny");
    expect(reads).toBe(1);
  });

  test("A10: every member of a Proxy is read once", () => {
    const reads: string[] = [];
    const spied = <T extends object>(target: T): T =>
      new Proxy(target, {
        get: (object, key, receiver) => {
          if (typeof key === "string" && !(Array.isArray(object) && key === "length")) reads.push(key);
          const value: unknown = Reflect.get(object, key, receiver);
          return value !== null && typeof value === "object" ? spied(value) : value;
        },
      });
    const policy = parsePolicy(spied({ ...DOCUMENT, hide: ["a"] }));
    expect(JSON.parse(JSON.stringify(policy))).toEqual({ ...DOCUMENT, hide: ["a"] });
    expect(reads.sort()).toEqual(["0", "default", "hide", "reason", "tools", "version", "é"]);
  });

  test("A10: only own enumerable string keys are the document", () => {
    const inherited = Object.assign(Object.create(null), { hide: ["a"] });
    const source = Object.create(inherited, {
      version: { value: "1", enumerable: true },
      default: { value: "deny", enumerable: true },
      owner: { value: "me", enumerable: false },
    });
    const policy = parsePolicy(Object.assign(source, { [Symbol("note")]: 1 }));
    expect(Reflect.ownKeys(policy)).toEqual(["version", "default", "revision"]);
  });

  test("A11: what the caller does to the source later changes nothing", () => {
    const limit = { counter: "c", window: "day", max: 1 };
    const source = { version: "1", default: "deny", hide: ["a"], tools: { t: { limits: [limit] } } };
    const policy = parsePolicy(source);
    const before = JSON.stringify(policy);
    source.default = "allow";
    source.hide.pop();
    limit.max = 1_000_000;
    Object.assign(source.tools, { other: {} });
    expect(JSON.stringify(policy)).toBe(before);
    expect(Object.isFrozen(source)).toBe(false);
    expect(Object.isFrozen(limit)).toBe(false);
  });

  test("A11: the policy and everything in it is frozen and has no prototype", () => {
    const condition = { path: "args.a", op: "eq", value: { deep: [{ list: [] }, {}] } };
    const policy = parsePolicy({
      version: "1",
      default: "deny",
      hide: [],
      all_tools: { limits: [{ counter: "c", window: "day" }] },
      tools: {
        ["__proto__"]: { limits: [] },
        t: { require: [{ conditions: [condition] }], rate_limit: { max: 1, window: 60 } },
      },
    });
    let seen = 0;
    const visit = (value: unknown): void => {
      if (value === null || typeof value !== "object") return;
      seen++;
      expect(Object.isFrozen(value)).toBe(true);
      if (!Array.isArray(value)) expect(Object.getPrototypeOf(value)).toBeNull();
      for (const key of Reflect.ownKeys(value)) visit(Reflect.get(value, key));
    };
    visit(policy);
    expect(seen).toBe(19);
    expect(() => Object.assign(policy, { default: "allow" })).toThrow(TypeError);
  });

  test("the same source twice gives two policies with one revision", () => {
    const [a, b] = [safeParsePolicy(TEXT), safeParsePolicy(TEXT)];
    expect(a).toEqual(b);
    expect(a.ok && b.ok && a.policy !== b.policy).toBe(true);
  });
});
