import { describe, expect, test } from "vitest";
import { type PathRoot, type PathStep, parsePath } from "../../src/internal/path.js";

const key = (name: string): PathStep => ({ kind: "key", key: name });
const index = (at: number): PathStep => ({ kind: "index", index: at });
const each: PathStep = { kind: "each" };
const ROOTS = "path must start with `args`, `tool`, `grant`, `session`, `server`, `time`, `context`";

describe("parsePath", () => {
  test.each<[string, PathRoot, PathStep[]]>([
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
    ["tool", "tool", []],
    ["server", "server", []],
    ["grant.id", "grant", [key("id")]],
    ['grant["id"]', "grant", [key("id")]],
    ["grant.labels", "grant", [key("labels")]],
    ['grant.labels["cost centre"][0]', "grant", [key("labels"), key("cost centre"), index(0)]],
    ["session.id", "session", [key("id")]],
    ["time.hour", "time", [key("hour")]],
    ["time.minute", "time", [key("minute")]],
    ["time.weekday", "time", [key("weekday")]],
    ["time.date", "time", [key("date")]],
    ["context[0]", "context", [index(0)]],
    [`args${".a".repeat(64)}`, "args", Array.from({ length: 64 }, () => key("a"))],
  ])("reads %s", (text, root, steps) => {
    expect(parsePath(text)).toEqual({ ok: true, path: { root, steps } });
  });

  test.each([
    ["", ROOTS],
    ["a.b", ROOTS],
    [" args.a", ROOTS],
    ["argsa", ROOTS],
    ["$.args.a", ROOTS],
    ["/args/a", ROOTS],
    ["args", "path must go on after `args`"],
    ["context", "path must go on after `context`"],
    ["Tool", ROOTS],
    ["toolname", ROOTS],
    ["times.hour", ROOTS],
    ["contexts.a", ROOTS],
    ["env.HOME", ROOTS],
    ["grant", "path must go on after `grant`"],
    ["session", "path must go on after `session`"],
    ["time", "path must go on after `time`"],
    ["tool.name", "`tool` is a value, with nothing under it"],
    ["tool[0]", "`tool` is a value, with nothing under it"],
    ["server.id", "`server` is a value, with nothing under it"],
    ["grant.role", "`grant` has only `id`, `labels`"],
    ["grant[0]", "`grant` has only `id`, `labels`"],
    ["grant[*]", "`grant` has only `id`, `labels`"],
    ["grant.__proto__", "`grant` has only `id`, `labels`"],
    ["session.name", "`session` has only `id`"],
    ["session.ID", "`session` has only `id`"],
    ["time.second", "`time` has only `hour`, `minute`, `weekday`, `date`"],
    ["time.day", "`time` has only `hour`, `minute`, `weekday`, `date`"],
    ["tool.", "path cannot be read from `.`"],
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
