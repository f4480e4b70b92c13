import { connect, type Socket } from 'node:net';

/** Where a scanner listens. */
export type ScannerAddress = { readonly path: string } | { readonly host: string; readonly port: number };

/** One connection to a scanner: bytes out at its pace, bytes in up to a bound, all within one time limit. */
export interface Exchange {
  write(bytes: Buffer | string): Promise<void>;
  /** What has arrived, once `enough` says that it is whole or the other side has ended. Throws on failure. */
  read(enough: (received: Buffer) => boolean): Promise<Buffer>;
  close(): void;
}

const maxAnswer = 65_536;

/** Opens a connection. Rejects when it is not made in time; later steps reject when the time is over. */
export async function openExchange(address: ScannerAddress, timeoutMs: number): Promise<Exchange> {
  const socket: Socket = connect(address);
  let received = Buffer.alloc(0);
  let ended = false;
  let failure: Error | null = null;
  let wake: (() => void) | null = null;
  const changed = (): void => {
    const look = wake;
    wake = null;
    look?.();
  };
  const fail = (reason: string): void => {
    failure ??= new Error(reason);
    socket.destroy();
    changed();
  };
  const timer = setTimeout(() => fail('timeout'), timeoutMs);
  socket.on('error', () => fail('connection'));
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    if (received.length > maxAnswer) fail('answer too long');
    changed();
  });
  socket.on('end', () => {
    ended = true;
    changed();
  });
  socket.on('close', () => {
    ended = true;
    changed();
  });
  socket.on('drain', changed);
  socket.on('connect', changed);
  const settle = (done: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (failure !== null) reject(failure);
        else if (done()) resolve();
        else wake = look;
      };
      look();
    });
  const exchange: Exchange = {
    async write(bytes) {
      if (failure !== null) throw failure;
      // What has been answered already need not be sent to its end.
      if (ended || socket.destroyed) return;
      if (!socket.write(bytes)) await settle(() => ended || !socket.writableNeedDrain);
    },
    async read(enough) {
      await settle(() => ended || enough(received));
      return received;
    },
    close() {
      clearTimeout(timer);
      socket.destroy();
    },
  };
  try {
    await settle(() => !socket.connecting);
  } catch (error) {
    exchange.close();
    throw error;
  }
  return exchange;
}
