import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A wire to a server that a test can cut, or make deaf on the way back. */
export interface Wire {
  readonly url: string;
  /** From now on what the server says gets lost; what it is told does not. */
  mute(): void;
  /** Breaks every connection. The next ones are whole. */
  cut(): void;
  close(): void;
}

export async function wireTo(port: number): Promise<Wire> {
  let muted = false;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.once("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on("data", (data) => far.write(data));
    far.on("data", (data) => {
      if (!muted) near.write(data);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const cut = (): void => {
    muted = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `redis://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    mute: () => {
      muted = true;
    },
    cut,
    close: () => {
      cut();
      server.close();
    },
  };
}
