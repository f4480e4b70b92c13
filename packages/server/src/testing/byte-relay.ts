import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Somebody between phone and gateway who sees every byte. */
export interface ByteRelay {
  readonly url: string;
  /** What went towards the gateway, and what came back. */
  readonly seen: { readonly up: Buffer[]; readonly down: Buffer[] };
  /** Changes what goes towards the gateway. */
  change: (bytes: Buffer) => Buffer;
  close(): Promise<void>;
}

/** Relays TCP on loopback to a target, `http://host:port`. */
export async function startByteRelay(target: string): Promise<ByteRelay> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    return socket;
  };
  const server = createServer((phone) => {
    keep(phone);
    const gateway = keep(connect(Number(port), hostname));
    phone.on('data', (bytes: Buffer) => {
      const changed = relay.change(bytes);
      relay.seen.up.push(changed);
      gateway.write(changed);
    });
    gateway.on('data', (bytes: Buffer) => {
      relay.seen.down.push(bytes);
      phone.write(bytes);
    });
    phone.on('close', () => gateway.destroy());
    gateway.on('close', () => phone.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const relay: ByteRelay = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: { up: [], down: [] },
    change: (bytes) => bytes,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return relay;
}
