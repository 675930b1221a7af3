import { parsePolicy, safeParsePolicy } from "callgate";
import { describe, expect, test } from "vitest";

const MIB = 1_048_576;
/** Far over the promised second, for a machine that does other things: a document that hangs is what this finds. */
const SOON = { timeout: 5_000 };
const TOO_LARGE = { code: "too_large", pointer: "", message: "policy must not be larger than 1048576 bytes" };
const TOO_DEEP = { code: "too_deep", message: "policy must not nest deeper than 64" };
const ACCEPTED = { ok: true };

const refused = (issue: object) => ({ ok: false, issues: [{ severity: "error", ...issue }] });
const utf8 = (text: string) => new TextEncoder().encode(text);

/** A policy text of exactly `bytes` bytes, the last of them in a message of `char`. */
function textOf(bytes: number, char = "x"): string {
  const [head, tail] = ['{"version":"1","default":"deny","tools":{"t":{"reason":"', '"}}}'];
  const room = bytes - head.length - tail.length;
  const chars = Math.floor(room / utf8(char).length);
  return `${head}${char.repeat(chars)}${"x".repeat(room - chars * utf8(char).length)}${tail}`;
}

/** A policy text whose operand makes it nest exactly `depth` deep. */
function deepText(depth: number): string {
  const inner = depth - 7;
  const operand = `${"[".repeat(inner)}${"]".repeat(inner)}`;
  const condition = `{"path":"args.a","op":"eq","value":${operand}}`;
  return `{"version":"1","default":"deny","tools":{"t":{"require":[{"conditions":[${condition}]}]}}}`;
}

function withTools(count: number): object {
  const tools = Object.fromEntries(Array.from({ length: count }, (_, index) => [`tool_${index}`, {}]));
  return { version: "1", default: "deny", tools };
}

describe("size", () => {
  test("a text of exactly 1 MiB is accepted", SOON, () => {
    expect(utf8(textOf(MIB))).toHaveLength(MIB);
    expect(safeParsePolicy(textOf(MIB))).toMatchObject(ACCEPTED);
  });

  test("a text of one byte more is refused", SOON, () => {
    expect(safeParsePolicy(textOf(MIB + 1))).toMatchObject(refused(TOO_LARGE));
  });

  test.each(["é", "あ", "𝄞"])("bytes are counted, not characters: %s", SOON, (char) => {
    expect(utf8(textOf(MIB, char))).toHaveLength(MIB);
    expect(safeParsePolicy(textOf(MIB, char))).toMatchObject(ACCEPTED);
    expect(safeParsePolicy(textOf(MIB + 1, char))).toMatchObject(refused(TOO_LARGE));
  });

  test("bytes have the same bound, and a byte order mark is not counted", SOON, () => {
    expect(safeParsePolicy(utf8(`\uFEFF${textOf(MIB)}`))).toMatchObject(ACCEPTED);
    expect(safeParsePolicy(utf8(textOf(MIB + 1)))).toMatchObject(refused(TOO_LARGE));
    expect(safeParsePolicy(utf8(`\uFEFF${textOf(MIB + 1)}`))).toMatchObject(refused(TOO_LARGE));
  });

  test("A13: a text of 50 MB is refused without being read", SOON, () => {
    expect(safeParsePolicy(" ".repeat(50_000_000))).toMatchObject(refused(TOO_LARGE));
    expect(safeParsePolicy(new Uint8Array(50_000_000))).toMatchObject(refused(TOO_LARGE));
  });

  test("A13: a value with a million rules is refused", SOON, () => {
    const deny_if = Array.from({ length: 1_000_000 }, () => ({ conditions: [] }));
    const source = { version: "1", default: "deny", tools: { t: { deny_if } } };
    expect(safeParsePolicy(source)).toMatchObject(refused(TOO_LARGE));
  });

  test("A13: a value that repeats one object without end is refused, not followed", SOON, () => {
    let operand: unknown = [];
    for (let doublings = 0; doublings < 40; doublings++) operand = [operand, operand];
    const conditions = [{ path: "args.a", op: "eq", value: operand }];
    const source = { version: "1", default: "deny", tools: { t: { deny_if: [{ conditions }] } } };
    expect(safeParsePolicy(source)).toMatchObject(refused(TOO_LARGE));
  });

  test("a document full of problems is refused with all of them", SOON, () => {
    const hide = Array.from({ length: 100_000 }, () => "");
    const parsed = safeParsePolicy(JSON.stringify({ version: "1", default: "deny", hide }));
    expect(parsed.ok ? 0 : parsed.issues.length).toBe(100_000);
    expect(parsed.ok ? undefined : parsed.issues.at(-1)?.pointer).toBe("/hide/99999");
  });
});

describe("depth", () => {
  test.each([
    ["text", deepText],
    ["a value", (depth: number) => JSON.parse(deepText(depth))],
  ])("%s that nests 64 deep is accepted, 65 deep refused", (_kind, source) => {
    expect(safeParsePolicy(source(64))).toMatchObject(ACCEPTED);
    expect(safeParsePolicy(source(65))).toMatchObject(refused(TOO_DEEP));
  });

  test("brackets inside text do not nest", () => {
    const reason = `\\"${"[{".repeat(100)}\\\\`;
    expect(parsePolicy(`{"version":"1","default":"deny","tools":{"t":{"reason":"${reason}"}}}`).tools?.t?.reason).toBe(
      `"${"[{".repeat(100)}\\`,
    );
  });

  test("text that only opens brackets is refused, not recursed into", SOON, () => {
    expect(safeParsePolicy("[".repeat(1_000_000))).toMatchObject(refused(TOO_DEEP));
  });

  test("A10: a value that contains itself is refused", SOON, () => {
    const source: Record<string, unknown> = { version: "1", default: "deny" };
    source.tools = source;
    expect(safeParsePolicy(source)).toMatchObject(refused(TOO_DEEP));
  });
});

describe("tools", () => {
  test("10,000 tools are accepted", SOON, () => {
    expect(Object.keys(parsePolicy(withTools(10_000)).tools ?? {})).toHaveLength(10_000);
    expect(safeParsePolicy(JSON.stringify(withTools(10_000)))).toMatchObject(ACCEPTED);
  });

  test("10,001 tools are refused", SOON, () => {
    const issue = { code: "too_many_tools", pointer: "/tools", message: "more than 10000 tools" };
    expect(safeParsePolicy(withTools(10_001))).toMatchObject(refused(issue));
    expect(safeParsePolicy(JSON.stringify(withTools(10_001)))).toMatchObject(
      refused({ ...issue, line: 1, column: 41 }),
    );
  });
});
