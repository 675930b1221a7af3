import { createHash } from "node:crypto";
import type { AuditEvent, ChainOptions } from "callgate";
import { chainAudit, createJsonlSink, verifyAudit } from "callgate";
import { describe, expect, test } from "vitest";

const event = (seq: number): AuditEvent => ({ schema: 1, seq, time: seq, type: "start" }) as unknown as AuditEvent;

async function chained(count: number, options: ChainOptions = {}): Promise<string[]> {
  const lines: string[] = [];
  const sink = chainAudit(createJsonlSink({ write: (line) => void lines.push(line.trimEnd()) }), options);
  for (let seq = 1; seq <= count; seq++) await sink(event(seq));
  await sink.flush?.();
  return lines;
}

const keys = () => crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]) as Promise<CryptoKeyPair>;
const edit = (line = ""): string => line.replace(/"time":(\d)/, '"time":9$1');

describe("verifyAudit", () => {
  test("a record that nobody touched is sound, up to its last checkpoint", async () => {
    const lines = await chained(10, { every: 4 });
    expect(lines.map((line) => JSON.parse(line).type === "checkpoint")).toEqual(
      [..."eeeeCeeeeCeeC"].map((kind) => kind === "C"),
    );
    const verified = await verifyAudit(lines);
    expect(verified).toEqual({
      ok: true,
      records: 13,
      head: { link: 13, hash: JSON.parse(lines.at(-1) ?? "").hash },
      sealed: { link: 12, hash: JSON.parse(lines[11] ?? "").hash },
    });
    expect(await verifyAudit(`${lines.join("\r\n")}\n`)).toEqual(verified);
  });

  const L = 6;
  test.each<[string, (lines: string[]) => string[], object]>([
    ["edited: a value", (l) => l.with(2, edit(l[2])), { fault: "edited", line: 3 }],
    ["edited: a key twice", (l) => l.with(2, (l[2] ?? "").replace("{", '{"time":9,')), { fault: "edited", line: 3 }],
    ["edited: white space", (l) => l.with(2, (l[2] ?? "").replace(":", ": ")), { fault: "edited", line: 3 }],
    ["edited: the last", (l) => l.with(L - 1, edit(l[L - 1])), { fault: "truncated", line: L }],
    ["edited with a digest of its own", (l) => l.with(2, rehash(l[2] ?? "")), { fault: "edited", line: 3 }],
    ["no JSON", (l) => l.with(2, "x"), { fault: "edited", line: 3 }],
    ["removed: the first", (l) => l.slice(1), { fault: "removed", line: 1 }],
    ["removed: in the middle", (l) => l.toSpliced(2, 2), { fault: "removed", line: 3 }],
    ["reordered", (l) => l.with(1, l[3] ?? "").with(3, l[1] ?? ""), { fault: "reordered", line: 2 }],
    ["repeated", (l) => l.toSpliced(3, 0, l[1] ?? ""), { fault: "reordered", line: 4 }],
    ["another chain appended", (l) => [...l, l[0] ?? ""], { fault: "reordered", line: L + 1 }],
    ["cut within a line", (l) => l.with(L - 1, (l[L - 1] ?? "").slice(0, 40)), { fault: "truncated", line: L }],
  ])("M08: %s", async (_, change, fault) => {
    const lines = change(await chained(5, { every: 100 }));
    expect(await verifyAudit(lines)).toMatchObject({ ok: false, ...fault });
  });

  test("M08: an end that is cut is seen by a head that was kept, and else not", async () => {
    const lines = await chained(5);
    const whole = await verifyAudit(lines);
    if (!whole.ok) throw new Error(whole.message);
    const cut = lines.slice(0, 3);
    expect(await verifyAudit(cut)).toMatchObject({ ok: true, records: 3, sealed: undefined });
    expect(await verifyAudit(cut, { head: whole.head })).toMatchObject({ ok: false, fault: "truncated", line: 4 });
    expect(await verifyAudit(lines, { head: whole.head })).toMatchObject({ ok: true });
    expect(await verifyAudit(await chained(5), { head: { link: 2, hash: "0".repeat(64) } })).toMatchObject({
      ok: false,
      fault: "edited",
      line: 2,
    });
  });

  test("a chain goes on where another ended, and only there", async () => {
    const first = await verifyAudit(await chained(3));
    if (!first.ok) throw new Error(first.message);
    const next = await chained(3, { after: first.head });
    expect(await verifyAudit(next, { after: first.head })).toMatchObject({ ok: true, head: { link: 8 } });
    expect(await verifyAudit(next)).toMatchObject({ ok: false, fault: "removed", line: 1 });
  });

  test("M08: a checkpoint is signed, and by no other key", async () => {
    const [mine, other] = [await keys(), await keys()];
    const lines = await chained(5, { signingKey: mine.privateKey });
    expect(await verifyAudit(lines, { publicKey: mine.publicKey })).toMatchObject({ ok: true, sealed: { link: 5 } });
    const bad = { ok: false, fault: "bad_checkpoint", line: 6 };
    expect(await verifyAudit(lines, { publicKey: other.publicKey })).toMatchObject(bad);
    // Whoever writes everything anew cannot sign it.
    expect(await verifyAudit(await chained(5), { publicKey: mine.publicKey })).toMatchObject(bad);
  });

  test("a checkpoint of another record is none", async () => {
    const lines = await chained(2);
    const forged = JSON.parse(lines[2] ?? "");
    forged.head.link = 1;
    const { previous, hash: _, link, ...rest } = forged;
    expect(await verifyAudit([...lines.slice(0, 2), await withHash({ ...rest, link, previous })])).toMatchObject({
      ok: false,
      fault: "bad_checkpoint",
      line: 3,
    });
  });
});

describe("chainAudit", () => {
  test("a record that the sink refuses is no part of the chain, and those after it are", async () => {
    const lines: string[] = [];
    let calls = 0;
    for (const slow of [false, true]) {
      const sink = chainAudit((record) => {
        if (calls++ % 3 === 1) return slow ? Promise.reject(new Error("full")) : fail();
        lines.push(JSON.stringify(record));
        return slow ? Promise.resolve() : undefined;
      });
      const results = Array.from({ length: 9 }, async (_, seq) => sink(event(seq)));
      expect((await Promise.allSettled(results)).filter(({ status }) => status === "rejected")).toHaveLength(3);
      expect(await verifyAudit(lines.splice(0))).toMatchObject({ ok: true, records: 6 });
    }
  });

  test("signing holds no event up, and every checkpoint still comes", async () => {
    const { privateKey, publicKey } = await keys();
    const lines: string[] = [];
    const sink = chainAudit(createJsonlSink({ write: (line) => void lines.push(line.trimEnd()) }), {
      every: 2,
      signingKey: privateKey,
    });
    for (let seq = 1; seq <= 7; seq++) expect(sink(event(seq))).toBeUndefined();
    await sink.flush?.();
    expect(await verifyAudit(lines, { publicKey })).toMatchObject({ ok: true });
    expect(lines.slice(0, 7).map((line) => JSON.parse(line).seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(JSON.parse(lines.at(-1) ?? "").type).toBe("checkpoint");
  });
});

function fail(): never {
  throw new Error("full");
}

function rehash(line: string): string {
  const { hash: _, ...body } = JSON.parse(edit(line));
  return withHash(body);
}

function withHash(body: object): string {
  const hash = createHash("sha256").update(JSON.stringify(body)).digest("hex");
  return JSON.stringify({ ...body, hash });
}
