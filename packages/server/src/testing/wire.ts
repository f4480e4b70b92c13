import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A wire to a server that a test can cut. */
export interface Wire {
  /** The server's address with the wire's host and port. */
  readonly url: string;
  /** Breaks every connection and takes no other, or takes them again. */
  cut(off: boolean): void;
  /** Carries nothing any more, and lets nobody know: what a machine that loses its power leaves behind. */
  silence(): void;
  close(): Promise<void>;
}

export async function startWire(address: string): Promise<Wire> {
  const target = new URL(address);
  const sockets = new Set<Socket>();
  let cutOff = false;
  const server = createServer((client) => {
    if (cutOff) return void client.destroy();
    const upstream = connect(Number(target.port || 5432), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(address);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const destroyAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    silence() {
      for (const socket of sockets) socket.unpipe().pause();
    },
    cut(off) {
      cutOff = off;
      if (off) destroyAll();
    },
    async close() {
      destroyAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
