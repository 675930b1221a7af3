import { type AuditEvent, createGate, fingerprintTool, parsePolicy } from "callgate";
import { expect, test } from "vitest";

const TOOL = { name: "add", description: "Adds." };
const policy = parsePolicy({ version: "1", default: "deny", tools: { add: { pin: fingerprintTool(TOOL) } } });

test("gate.run holds a pinned call to the tool that it is given, and tells what changed", async () => {
  const events: AuditEvent[] = [];
  const gate = createGate({ policy, server: "sums", audit: (event) => void events.push(event) });
  const run = async (tool: object | undefined): Promise<string> => {
    const result = await gate.run({ name: "add" }, { tool }, () => "ran");
    return result.allowed ? result.value : result.decision.code;
  };
  const changed = { ...TOOL, description: "Adds, and more." };
  expect([await run(TOOL), await run(changed), await run(undefined)]).toEqual(["ran", "not_permitted", "unavailable"]);
  expect(events.filter(({ type }) => type === "notice")).toMatchObject([
    {
      code: "pin_mismatch",
      side: "direct",
      server: "sums",
      tools: ["add"],
      message: "`add` is not listed as it was pinned: `/description` changed from `Adds.` to `Adds, and more.`",
    },
  ]);
});
