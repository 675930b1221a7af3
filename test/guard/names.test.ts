import { createGate, parsePolicy, wrapTransport } from "callgate";
import { describe, expect, test } from "vitest";
import { answer, call, decisions, failure, notPermitted, outcomes, refusals, request, toolList } from "./messages.ts";
import { clock, openBench, RawTransport, SIDES } from "./raw-transport.ts";

const NFC = "caf\u00e9";
const NFD = "cafe\u0301";

describe.each(SIDES)("the name of a tool, %s side", (side) => {
  test.each([
    ["B01", "in upper case", "OK"],
    ["B01", "in mixed case", "Ok"],
    ["B02", "in NFD where NFC is allowed", NFD],
    ["B05", "with a leading space", " ok"],
    ["B05", "with a trailing space", "ok "],
    ["B05", "with a no-break space", "ok\u00a0"],
    ["B08", "__proto__", "__proto__"],
    ["B08", "constructor", "constructor"],
    ["B08", "toString", "toString"],
    ["B08", "valueOf", "valueOf"],
    ["B08", "hasOwnProperty", "hasOwnProperty"],
    ["B10", "with the prefix of another server", "a__ok"],
    ["hazard 10", "with a homoglyph", "\u043ek"],
    ["hazard 10", "in full width", "\uff4f\uff4b"],
    ["hazard 10", "with a wildcard", "*"],
    ["hazard 10", "with a wildcard in it", "o?"],
    ["E07", "renamed", "ok2"],
    ["N04", "hidden", "secret"],
    ["N04", "unknown to everybody", "nobody"],
  ])("%s: %s is another tool, denied as one that does not exist", async (_, __, name) => {
    const policy = { version: "1", default: "deny", hide: ["secret"], tools: { ok: {}, [NFC]: {} } } as const;
    const bench = await openBench(side, { policy });
    await bench.ask(call(1, name, { a: 1 }));
    expect(bench.asked).toEqual([]);
    expect(bench.told).toEqual([notPermitted(1)]);
    expect(decisions(bench)).toMatchObject([{ name, outcome: "deny", code: "not_permitted", argumentKeys: ["a"] }]);
  });

  test.each([
    ["B04", "a zero-width space", "ok\u200b"],
    ["B04", "a right-to-left override", "\u202eok"],
    ["B04", "a tag character", "ok\u{e0061}"],
    ["B04", "NUL", "ok\0"],
    ["B04", "a line feed", "ok\n"],
    ["B04", "a line separator", "ok\u2028"],
    ["B04", "an ANSI escape", "\u001b[31mok"],
    ["B04", "a byte order mark", "\ufeffok"],
    ["B04", "a soft hyphen", "o\u00adk"],
    ["B13", "a lone high surrogate", "ok\ud800"],
    ["B13", "a lone low surrogate", "\udfffok"],
  ])("%s: with %s it is refused, and not repeated to anybody", async (_, __, name) => {
    const bench = await openBench(side, { policy: { version: "1", default: "allow" } });
    await bench.ask(call(1, name));
    const reason = "the name of a tool must not hold control, invisible or unpaired characters";
    expect(bench.asked).toEqual([]);
    expect(bench.told).toEqual([failure(1, -32602, reason)]);
    expect(refusals(bench)).toMatchObject([{ code: "invalid_name", message: reason }]);
  });

  test.each([
    ["a number", 7],
    ["a boolean", true],
    ["null", null],
    ["an array", ["ok"]],
    ["an object with `toString`", { toString: "ok" }],
    ["an object with `toJSON`", { toJSON: "ok" }],
    ["an object", { name: "ok" }],
  ])("B07: %s is refused, never turned into text", async (_, name) => {
    const bench = await openBench(side, { policy: { version: "1", default: "allow" } });
    await bench.ask(call(1, name));
    expect(bench.asked).toEqual([]);
    expect(bench.told).toEqual([failure(1, -32602, "the name of a tool must be a string")]);
    expect(bench.events).toMatchObject([{ type: "refusal", code: "invalid_name" }]);
  });

  test("hazard 10: an empty or an over-long name is refused", async () => {
    const bench = await openBench(side, { policy: { version: "1", default: "allow" } });
    await bench.ask(call(1, ""));
    await bench.ask(call(2, "x".repeat(513)));
    await bench.ask(call(3, "x".repeat(512)));
    expect(bench.told).toEqual([
      failure(1, -32602, "the name of a tool must not be empty"),
      failure(2, -32602, "the name of a tool must not be longer than 512 characters"),
    ]);
    expect(bench.asked).toEqual([call(3, "x".repeat(512))]);
  });

  test.each(["__proto__", "constructor", "toString"])(
    "B08: %s is a tool like any other where it is listed",
    async (name) => {
      const policy = JSON.parse(`{"version":"1","default":"deny","tools":{"${name}":{}}}`);
      const bench = await openBench(side, { policy });
      await bench.ask(call(1, name));
      await bench.ask(call(2, "ok"));
      await bench.ask(request(3, "tools/list"));
      await bench.reply(toolList(3, name, "ok"));
      expect(bench.asked).toEqual([call(1, name), request(3, "tools/list")]);
      expect(bench.told).toEqual([notPermitted(2), toolList(3, name, "ok")]);
    },
  );

  test("B14: a tool that is allowed and unknown upstream is forwarded, and its charge stays", async () => {
    const limits = [{ counter: "n", window: "day", max: 5 }] as const;
    const bench = await openBench(side, { policy: { version: "1", default: "deny", tools: { gone: { limits } } } });
    await bench.ask(call(1, "gone"));
    await bench.reply(failure(1, -32602, "Unknown tool: gone"));
    expect(bench.told).toEqual([failure(1, -32602, "Unknown tool: gone")]);
    expect(outcomes(bench)).toEqual([{ result: "protocol_error", refunded: false }]);
  });
});

test("B11, hazard 28: one gate for two servers refuses the second until each has a name, and counts each apart", async () => {
  const limits = [{ counter: "n", window: "day", max: 1 }] as const;
  const policy = parsePolicy({ version: "1", default: "deny", tools: { ok: { limits } } });
  const gate = createGate({ policy, clock });
  wrapTransport(new RawTransport(), gate);
  expect(() => wrapTransport(new RawTransport(), gate)).toThrow(
    'this gate guards another target: name each, as in `wrapTransport(transport, gate, { server: "files" })`',
  );
  const named = createGate({ policy, clock });
  const files = await openBench("client", named, { server: "files" });
  const mail = await openBench("client", named, { server: "mail" });
  for (const bench of [files, mail]) {
    await bench.ask(call(1, "ok"));
    await bench.ask(call(2, "ok"));
    expect(bench.asked).toEqual([call(1, "ok")]);
    expect(bench.told).toMatchObject([{ id: 2, result: { isError: true } }]);
  }
});

test("hazard 28: counters of a server belong to the operator's name for it, not to what it calls itself", async () => {
  const limits = [{ counter: "n", window: "day", max: 1 }] as const;
  const gate = createGate({ clock, policy: parsePolicy({ version: "1", default: "deny", tools: { ok: { limits } } }) });
  const bench = await openBench("client", gate, { server: "files" });
  await bench.ask(request(0, "initialize", {}));
  await bench.reply(answer(0, { serverInfo: { name: "mail", version: "1" } }));
  await bench.ask(call(1, "ok"));
  const again = await openBench("client", gate, { server: "files" });
  await again.ask(request(0, "initialize", {}));
  await again.reply(answer(0, { serverInfo: { name: "other", version: "2" } }));
  await again.ask(call(1, "ok"));
  expect(again.asked).toEqual([request(0, "initialize", {})]);
});
