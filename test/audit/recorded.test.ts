import { createHash, createHmac } from "node:crypto";
import type { AuditOptions, DecisionEvent } from "callgate";
import { createGate, parsePolicy } from "callgate";
import { createRecordingSink } from "callgate/testing";
import { describe, expect, test } from "vitest";
import { redactText } from "../../src/audit/redact.ts";
import { clock, effect, POLICY } from "../gate/gate-policy.ts";

async function decisionOn(args: object, options: Partial<AuditOptions>): Promise<DecisionEvent> {
  const sink = createRecordingSink();
  const gate = createGate({ policy: parsePolicy(POLICY), clock, audit: { sink, ...options } });
  await gate.run({ name: "ok", arguments: args as { [name: string]: unknown } }, {}, effect());
  return sink.of("decision")[0] as DecisionEvent;
}

describe("arguments that are recorded by choice", () => {
  test("M04: the values at these paths and no others", async () => {
    const args = { amount: 5, to: "ann", note: null, items: [{ price: 1 }, {}, { price: 2 }], deep: { "a.b": true } };
    const record = ["args.amount", "args.note", "args.items[*].price", 'args.deep["a.b"]', "args.deep", "args.gone"];
    expect((await decisionOn(args, { record })).recorded).toEqual({
      "args.amount": 5,
      "args.note": null,
      "args.items[*].price": [1, 2],
      'args.deep["a.b"]': true,
      "args.deep": { type: "object" },
    });
  });

  const secrets: [string, object, string][] = [
    ["a name that says so", { password: "x" }, "args.password"],
    ["a name in other words", { "X-Api-Key": "x" }, 'args["X-Api-Key"]'],
    ["a header", { authorization: 7 }, "args.authorization"],
    ["something under such a name", { token: { value: "x" } }, "args.token.value"],
    ["elements under such a name", { tokens: ["x"] }, "args.tokens[*]"],
    ["a key of an API", { note: "use sk-live-4242424242" }, "args.note"],
    ["a JSON Web Token", { note: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc" }, "args.note"],
    ["a private key", { note: "-----BEGIN RSA PRIVATE KEY-----\nMII" }, "args.note"],
    ["a bearer", { note: "Bearer abcdefgh1234" }, "args.note"],
    ["a password in a URL", { url: "redis://:hunter2@host" }, "args.url"],
    ["a token beyond what is shown", { note: `${"x ".repeat(127)}sk-live-4242424242` }, "args.note"],
  ];

  test.each(secrets)("M04: %s is redacted all the same", async (_, args, path) => {
    const { recorded } = await decisionOn(args, { record: [path] });
    expect([recorded?.[path]].flat()).toEqual(["[redacted]"]);
  });

  test("M05: a long text is recorded by its start, its length and its digest", async () => {
    const text = "long ".repeat(2_000_000);
    const { recorded } = await decisionOn({ text }, { record: ["args.text"] });
    const sha256 = createHash("sha256").update(text).digest("hex");
    expect(recorded).toEqual({ "args.text": { start: text.slice(0, 256), length: text.length, sha256 } });
  });

  test("M05: of a list 64 elements are recorded", async () => {
    const { recorded } = await decisionOn(
      { ids: Array.from({ length: 1_000 }, (_, id) => id) },
      { record: ["args.ids[*]"] },
    );
    expect(recorded?.["args.ids[*]"]).toEqual(Array.from({ length: 64 }, (_, id) => id));
  });

  test("M04: the digest is an HMAC of the canonical arguments, equal for equal ones, whatever their order", async () => {
    const digestKey = "0123456789abcdef";
    const hmac = createHmac("sha256", digestKey).update('{"a":[1],"b":"é"}').digest("hex");
    expect((await decisionOn({ b: "é", a: [1] }, { digestKey })).argumentsDigest).toBe(hmac);
    expect(
      (await decisionOn({ a: [1], b: "é" }, { digestKey: new TextEncoder().encode(digestKey) })).argumentsDigest,
    ).toBe(hmac);
    expect((await decisionOn({ a: [2], b: "é" }, { digestKey })).argumentsDigest).not.toBe(hmac);
    expect((await decisionOn({}, {})).argumentsDigest).toBeUndefined();
  });
});

describe("texts of errors", () => {
  test.each([
    ["connect postgres://ann:hunter2@db:5432/x failed", "connect postgres://[redacted]@db:5432/x failed"],
    ['{"password": "hunter2", "a": 1}', '{"password": "[redacted]", "a": 1}'],
    ["GET /?api_key=abc&x=1", "GET /?api_key=[redacted]&x=1"],
    ["401 for Bearer abcdefgh1234", "401 for [redacted]"],
    ["the store did not answer in time", "the store did not answer in time"],
  ])("M04: %s", (text, clean) => {
    expect(redactText(text)).toBe(clean);
  });

  test("hostile text is looked at in linear time", () => {
    for (const part of ["a", "-", " ", "sk-", "eyJa.", "-----BEGIN ", "token=", "a://", "passwordsecret", "a-"]) {
      for (let round = 0; round < 200; round++) redactText(part.repeat(1_000));
    }
  });
});
