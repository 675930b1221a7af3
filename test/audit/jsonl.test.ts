import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import type { AuditEvent } from "callgate";
import { createGate, createJsonlSink, parsePolicy } from "callgate";
import { createJsonlFile } from "callgate/node";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clock, effect, NOON, POLICY } from "../gate/gate-policy.ts";

const policy = parsePolicy(POLICY);
const at = (time: number, text = ""): AuditEvent => ({ time, text }) as unknown as AuditEvent;

describe("createJsonlSink", () => {
  test("each event is one line of JSON, whatever is in it", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 2 }), fc.string({ unit: "binary" }), (value, text) => {
        let written = "";
        const record = { value, text: `${text}\n\r\u0085\u2028\u2029` };
        void createJsonlSink({
          write: (line) => {
            written += line;
          },
        })(record);
        expect(written.split(/\r\n|[\n\r\u0085\u2028\u2029\v\f]/)).toHaveLength(2);
        expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(record)));
      }),
    );
  });

  test("a stream that fails or is closed denies the call and does not end the process", async () => {
    for (const acknowledge of ["written", "accepted"] as const) {
      const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error("disk full")) });
      const gate = createGate({ policy, clock, audit: { sink: createJsonlSink(stream, { acknowledge }) } });
      await new Promise(setImmediate);
      const run = effect();
      expect((await gate.run({ name: "ok" }, {}, run)).decision).toMatchObject({ rule: "(no record)" });
      expect(run.times).toBe(0);
    }
  });

  test("M02: a stream that pushes back is waited for, and nothing is lost", async () => {
    const stream = new PassThrough({ highWaterMark: 64 });
    const sink = createJsonlSink(stream, { acknowledge: "accepted" });
    let recorded = 0;
    const writing = Array.from({ length: 50 }, async (_, index) => {
      await sink(at(index, "x".repeat(30)));
      recorded++;
    });
    await new Promise(setImmediate);
    expect(recorded).toBeLessThan(5);
    let text = "";
    stream.on("data", (chunk) => {
      text += chunk;
    });
    await Promise.all(writing);
    await sink.flush();
    expect(
      text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).time),
    ).toEqual(writing.map((_, index) => index));
  });

  test("a writer that answers a promise is waited for", async () => {
    let written: () => void = () => undefined;
    const sink = createJsonlSink({
      write: () =>
        new Promise<void>((resolve) => {
          written = resolve;
        }),
    });
    const recording = Promise.all([sink(at(1)), sink.flush()]);
    written();
    await recording;
    await expect(createJsonlSink({ write: () => Promise.reject(new Error("gone")) })(at(1))).rejects.toThrow("gone");
  });
});

describe("createJsonlFile", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "callgate-audit-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const linesOf = async (name: string): Promise<unknown[]> =>
    (await readFile(join(folder, name), "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));

  test("appends, keeps what is there, is readable by its owner alone", async () => {
    const path = join(folder, "a.jsonl");
    for (const time of [1, 2]) {
      const file = createJsonlFile(path, { sync: true });
      await file(at(time));
      await file.close();
    }
    expect(await linesOf("a.jsonl")).toEqual([at(1), at(2)]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test("a file whose last line is cut goes on in a new line", async () => {
    await writeFile(join(folder, "a.jsonl"), '{"time":0,"te');
    const file = createJsonlFile(join(folder, "a.jsonl"));
    await file(at(1));
    await file.close();
    expect(await readFile(join(folder, "a.jsonl"), "utf8")).toBe('{"time":0,"te\n{"time":1,"text":""}\n');
  });

  test("no file is larger than `maxBytes`, unless one line is, and every event is in one, in order", async () => {
    const file = createJsonlFile(join(folder, "a.jsonl"), { maxBytes: 300 });
    const events = Array.from({ length: 60 }, (_, index) =>
      at(NOON, `${index} ${"x".repeat(index === 30 ? 500 : 20)}`),
    );
    await Promise.all(events.map((event) => file(event)));
    await file.close();
    const names = (await readdir(folder)).sort((a, b) => numberOf(a) - numberOf(b));
    expect(names.length).toBeGreaterThan(5);
    expect(names.slice(0, -1).every((name) => name.startsWith("a.jsonl.2026-01-01."))).toBe(true);
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
    expect(sizes.filter((size) => size > 300)).toHaveLength(1);
    expect((await Promise.all(names.map(linesOf))).flat()).toEqual(events);
  });

  test("`daily` puts the file away by the day of the events, in UTC, also of one that was there", async () => {
    const path = join(folder, "a.jsonl");
    const day = 86_400_000;
    const file = createJsonlFile(path, { daily: true });
    await Promise.all([file(at(NOON)), file(at(NOON + 1)), file(at(NOON + day)), file(at(Number.NaN))]);
    await file(at(NOON + 2 * day));
    await file.close();
    expect((await readdir(folder)).sort()).toEqual(["a.jsonl", "a.jsonl.2026-01-01.1", "a.jsonl.2026-01-02.1"]);
    expect(await linesOf("a.jsonl.2026-01-01.1")).toEqual([at(NOON), at(NOON + 1)]);
    expect(await linesOf("a.jsonl.2026-01-02.1")).toEqual([at(NOON + day), { time: null, text: "" }]);
  });

  test("a file that cannot be opened denies the call, and records again once it can", async () => {
    const file = createJsonlFile(join(folder, "sub", "a.jsonl"));
    const gate = createGate({ policy, clock, audit: { sink: file } });
    const run = effect();
    expect((await gate.run({ name: "ok" }, {}, run)).decision).toMatchObject({ rule: "(no record)" });
    const { mkdir } = await import("node:fs/promises");
    await mkdir(join(folder, "sub"));
    expect((await gate.run({ name: "ok" }, {}, run)).allowed).toBe(true);
    expect(run.times).toBe(1);
    await gate.close();
    await file.close();
    expect(await linesOf("sub/a.jsonl")).toContainEqual(expect.objectContaining({ type: "stop" }));
  });
});

function numberOf(name: string): number {
  return name === "a.jsonl" ? Number.POSITIVE_INFINITY : Number(name.split(".").at(-1));
}
