import { connect, type Socket } from 'node:net';

/** Where a scanner listens. */
export type ScannerAddress = { readonly path: string } | { readonly host: string; readonly port: number };

/** One connection to a scanner: bytes out at its pace, bytes in up to a bound, all within one time limit. */
export interface Exchange {
  write(bytes: Buffer | string): Promise<void>;
  /** What has arrived, once `enough` says that it is whole or the other side has ended. Throws on failure. */
  read(enough: (received: Buffer) => boolean): Promise<Buffer>;
  /** Whether the other side has said something, or ended. */
  answered(): boolean;
  close(): void;
}

const maxAnswer = 65_536;

/** Why an exchange failed. `connection`: none was made; `broken off`: the other side ended it. */
export class ExchangeError extends Error {
  readonly why: 'timeout' | 'connection' | 'broken off' | 'answer not understood';
  constructor(why: ExchangeError['why']) {
    super(why);
    this.name = 'ExchangeError';
    this.why = why;
  }
}

/** Why a file was not scanned, for people. */
export const whyFailed = (error: unknown): string => (error instanceof ExchangeError ? error.why : 'connection');

/** Opens a connection. Rejects when it is not made in time; later steps reject when the time is over. */
export async function openExchange(address: ScannerAddress, timeoutMs: number): Promise<Exchange> {
  const socket: Socket = connect(address);
  let received = Buffer.alloc(0);
  let ended = false;
  let failure: ExchangeError | null = null;
  let connected = false;
  let wake: (() => void) | null = null;
  const changed = (): void => {
    const look = wake;
    wake = null;
    look?.();
  };
  const fail = (why: ExchangeError['why']): void => {
    failure ??= new ExchangeError(why);
    socket.destroy();
    changed();
  };
  const timer = setTimeout(() => fail('timeout'), timeoutMs);
  // A scanner that has heard enough says so and hangs up, while more is being sent: what it said counts.
  socket.on('error', () => {
    if (received.length === 0) fail(connected ? 'broken off' : 'connection');
  });
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    if (received.length > maxAnswer) fail('answer not understood');
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
  socket.on('connect', () => {
    connected = true;
    changed();
  });
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
    answered: () => ended || received.length > 0,
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
