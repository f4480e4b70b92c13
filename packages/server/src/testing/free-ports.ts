import { randomInt } from 'node:crypto';
import { type AddressInfo, createServer, type Server } from 'node:net';

async function listen(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return server;
}

const close = (server: Server): Promise<unknown> => new Promise((resolve) => server.close(resolve));

/** A port of this machine that nobody listens on, for a program that must be told its port. */
export async function freePort(): Promise<number> {
  const server = await listen(0);
  const { port } = server.address() as AddressInfo;
  await close(server);
  return port;
}

/** The first of four ports in a row that are free: below those that the system gives to connections, which nobody else here listens on either. */
export async function freePortBase(): Promise<number> {
  for (;;) {
    const base = randomInt(20_000, 32_000);
    const tried = await Promise.allSettled([0, 1, 2, 3].map((more) => listen(base + more)));
    const open = tried.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    await Promise.all(open.map(close));
    if (open.length === tried.length) return base;
  }
}
