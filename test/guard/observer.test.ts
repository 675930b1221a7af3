import { parsePolicy, wrapServer } from "callgate";
import { expect, test } from "vitest";
import { call } from "./messages.ts";
import { OK_ONLY, RawServer, RawTransport } from "./raw-transport.ts";

/** Chains the handler that it finds, as the servers of both SDK lines do. */
class ChainingServer extends RawServer {
  override async connect(transport: RawTransport): Promise<void> {
    const before = transport.onmessage;
    await super.connect(transport);
    const own = transport.onmessage;
    transport.onmessage = (message, extra) => {
      before?.(message, extra);
      own?.(message, extra);
    };
  }
}

test("who listens to a server's transport before it is connected hears what was let through, and nothing else", async () => {
  const raw = new RawTransport();
  const heard: unknown[] = [];
  raw.onmessage = (message) => void heard.push(message);
  const server = wrapServer(new ChainingServer(), { policy: parsePolicy(OK_ONLY) });
  await server.connect(raw);
  raw.onmessage?.(call(1, "ok"));
  raw.onmessage?.(call(2, "secret"));
  expect(server.received).toEqual([call(1, "ok")]);
  expect(heard).toEqual([call(1, "ok")]);
});
