import { describe, expect, test } from "vitest";
import { type PathStep, parsePath } from "../../src/internal/path.js";

const key = (name: string): PathStep => ({ kind: "key", key: name });
const index = (at: number): PathStep => ({ kind: "index", index: at });
const each: PathStep = { kind: "each" };

describe("parsePath", () => {
  test.each<[string, "args" | "context", PathStep[]]>([
    ["args.a", "args", [key("a")]],
    ["args.a.b", "args", [key("a"), key("b")]],
    ['args["a.b"]', "args", [key("a.b")]],
    ['args["a"].b["c"]', "args", [key("a"), key("b"), key("c")]],
    ["args.items[*].price", "args", [key("items"), each, key("price")]],
    ["args.items[0]", "args", [key("items"), index(0)]],
    ["args[0][1]", "args", [index(0), index(1)]],
    ["args[*]", "args", [each]],
    ["args.a[9999999999]", "args", [key("a"), index(9_999_999_999)]],
    ["args.0", "args", [key("0")]],
    ['args["0"]', "args", [key("0")]],
    ['args["*"]', "args", [key("*")]],
    ['args[""]', "args", [key("")]],
    ['args["a\\"b\\\\c\\u0064\\n"]', "args", [key('a"b\\cd\n')]],
    ["args.__proto__.constructor", "args", [key("__proto__"), key("constructor")]],
    ["args.a-b_c$d/e~f:g", "args", [key("a-b_c$d/e~f:g")]],
    ["args.naïve.日本", "args", [key("naïve"), key("日本")]],
    ["context.role", "context", [key("role")]],
    ["context.args.a", "context", [key("args"), key("a")]],
    [`args${".a".repeat(64)}`, "args", Array.from({ length: 64 }, () => key("a"))],
  ])("reads %s", (text, root, steps) => {
    expect(parsePath(text)).toEqual({ ok: true, path: { root, steps } });
  });

  test.each([
    ["", "path must start with `args.` or `context.`"],
    ["a.b", "path must start with `args.` or `context.`"],
    [" args.a", "path must start with `args.` or `context.`"],
    ["argsa", "path must start with `args.` or `context.`"],
    ["$.args.a", "path must start with `args.` or `context.`"],
    ["/args/a", "path must start with `args.` or `context.`"],
    ["args", "path must go on after `args`"],
    ["context", "path must go on after `context`"],
    ["args.", "path cannot be read from `.`"],
    ["args.a.", "path cannot be read from `.`"],
    ["args..a", "path cannot be read from `..a`"],
    ["args.a b", "path cannot be read from ` b`"],
    ["args.a\nb", "path cannot be read from `\\u{a}b`"],
    ["args.a[00]", "path cannot be read from `[00]`"],
    ["args.a[1.5]", "path cannot be read from `[1.5]`"],
    ["args.a[10000000000]", "path cannot be read from `[10000000000]`"],
    ["args.a[b]", "path cannot be read from `[b]`"],
    ["args.a['b']", "path cannot be read from `['b']`"],
    ['args["a"', 'path cannot be read from `["a"`'],
    ['args["\\x"]', 'path cannot be read from `["\\x"]`'],
    ["args.a]", "path cannot be read from `]`"],
    ["args.a[*", "path cannot be read from `[*`"],
    ["args.a[**]", "path cannot be read from `[**]`"],
    [`args${".a".repeat(65)}`, "path has more than 64 steps"],
  ])("refuses %j", (text, message) => {
    expect(parsePath(text)).toEqual({ ok: false, message });
  });
});
