import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.js";

// The wire of the campaigns, shown to do what its faults say.

let server: Server;
let proxy: TcpProxy;
/** What reached the server, which sends all of it back. */
let reached: string;
const clients: Socket[] = [];

beforeEach(async () => {
  reached = "";
  server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (data) => {
      reached += data;
      socket.write(data);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  proxy = await startTcpProxy({ host: "127.0.0.1", port: (server.address() as AddressInfo).port });
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await proxy.close();
  server.close();
});

/** A client that keeps what it hears, and says whether it was told that the connection is over. */
async function client() {
  const socket = connect(proxy.port, "127.0.0.1");
  clients.push(socket);
  const heard = { text: "", over: false };
  socket.on("error", () => undefined);
  socket.on("data", (data) => {
    heard.text += data;
  });
  socket.once("close", () => {
    heard.over = true;
  });
  // A wire that is cut may be so before the client knows that it was whole.
  await new Promise((resolve) => socket.once("connect", resolve).once("close", resolve));
  return { heard, say: (text: string) => socket.write(text) };
}

/** Says something, and waits until it came back. */
async function expectWhole(): Promise<void> {
  const { heard, say } = await client();
  say("hello");
  await expect.poll(() => heard.text).toBe("hello");
}

describe("a wire", () => {
  test("without a fault passes everything on, both ways, in order", async () => {
    const { heard, say } = await client();
    for (let part = 0; part < 100; part++) say(`${part},`);
    await expect.poll(() => heard.text).toBe(Array.from({ length: 100 }, (_, part) => `${part},`).join(""));
  });

  test("with latency is late, and keeps the order when it is not late any more", async () => {
    const { heard, say } = await client();
    proxy.become({ kind: "latency", ms: 50 });
    const said = performance.now();
    say("a");
    await expect.poll(() => reached).toBe("a");
    expect(performance.now() - said).toBeGreaterThanOrEqual(49);
    say("b");
    proxy.heal();
    say("c");
    await expect.poll(() => heard.text).toBe("abc");
  });

  test("that is stalled passes nothing on until it is whole, and then all of it", async () => {
    const { heard, say } = await client();
    proxy.become({ kind: "stalled" });
    say("a");
    const other = await client();
    other.say("b");
    proxy.heal();
    await expect.poll(() => heard.text + other.heard.text).toBe("ab");
  });

  test("that is cut breaks connections, new ones too, until it is whole", async () => {
    const first = await client();
    proxy.become({ kind: "cut" });
    const second = await client();
    await expect.poll(() => [first.heard, second.heard]).toEqual(Array(2).fill({ text: "", over: true }));
    proxy.heal();
    await expectWhole();
  });

  test.each([
    [["questions"], "", ""],
    [["answers"], "a", ""],
    [["questions", "answers"], "", ""],
  ] as const)(
    "that is half open loses %s without a word, and that connection stays dead",
    async (lost, there, back) => {
      const { heard, say } = await client();
      proxy.become({ kind: "half_open", lost });
      say("a");
      await expect.poll(() => reached).toBe(there);
      // What comes after another connection's whole round trip had the time to come.
      proxy.heal();
      await expectWhole();
      say("b");
      await expectWhole();
      expect(heard).toEqual({ text: back, over: false });
    },
  );

  test.each([
    ["questions", "abc"],
    ["answers", "abcdef"],
  ] as const)("that drops after three bytes of %s breaks then, on each connection", async (of, there) => {
    proxy.become({ kind: "drop_after", of, bytes: 3 });
    for (const time of [1, 2]) {
      const { heard, say } = await client();
      say("abcdef");
      await expect.poll(() => heard.over).toBe(true);
      expect("abc".startsWith(heard.text)).toBe(true);
      await expect.poll(() => reached).toBe(there.repeat(time));
    }
    proxy.heal();
    await expectWhole();
  });

  test("that closes slowly is closed for the server at once, and for the client later", async () => {
    const { heard, say } = await client();
    say("a");
    await expect.poll(() => heard.text).toBe("a");
    const closed = performance.now();
    proxy.become({ kind: "slow_close", ms: 60 });
    say("b");
    await expect.poll(() => heard).toEqual({ text: "a", over: true });
    expect(performance.now() - closed).toBeGreaterThanOrEqual(59);
    expect(reached).toBe("a");
    proxy.heal();
    await expectWhole();
  });
});
