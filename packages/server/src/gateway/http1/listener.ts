import { createServer as createPlain, type Server, type Socket } from 'node:net';
import { createServer as createTls, type Server as TlsServer } from 'node:tls';
import { plainAddress } from '../address.ts';
import { type TlsPair, tlsOptions } from '../tls.ts';
import { ClientConnection, type ConnectionHost, type ConnectionSlot, type Http1Limits, type Pace } from './client-connection.ts';
import type { RequestHead } from './request-head.ts';

/** How often deadlines are looked at, in milliseconds: a time limit is exact to this much. */
const checkMs = 100;

export interface ListenerLimits extends Http1Limits {
  /** Connections at a time; one more is closed at once. */
  readonly connections: number;
}

/** Limits on connections of one address, and on their pace. */
export interface ConnectionLimits extends Pace {
  /** Counts a new connection; null when its address has as many as it may. `close` is called when it has waited longest of too many. */
  admit(address: string, close: () => void): ConnectionSlot | null;
}

export interface ListenerOptions extends Pick<ConnectionHost, 'request' | 'upgrade' | 'refused'> {
  readonly tls: TlsPair | null;
  readonly limits: ListenerLimits;
  /** Epoch ms, for the `date` of answers. */
  readonly clock: () => number;
  /** Monotonic, in milliseconds. */
  readonly monotonic: () => number;
  readonly connections: ConnectionLimits;
}

/** A listener for HTTP/1.1, in clear or over TLS. */
export class Http1Listener {
  readonly server: Server;
  readonly #options: ListenerOptions;
  readonly #secure: TlsServer | null;
  readonly #sockets = new Set<Socket>();
  readonly #connections = new Set<ClientConnection>();
  /** Connections that speak another protocol now: who took them ends them. */
  readonly #upgraded = new Set<Socket>();
  readonly #host: ConnectionHost;
  #timer: NodeJS.Timeout | null = null;
  #second = -1;
  #goesOn = '';
  #last = '';

  constructor(options: ListenerOptions) {
    this.#options = options;
    const { tls, limits, request, upgrade, refused } = options;
    this.#host = {
      limits,
      now: options.monotonic(),
      closing: false,
      pace: options.connections,
      tail: (goesOn) => this.#tail(goesOn),
      request,
      upgrade: upgrade === null ? null : (head, socket, behind) => this.#upgrade(upgrade, head, socket, behind),
      refused,
      closed: (connection) => this.#left(connection),
    };
    if (tls === null) {
      this.#secure = null;
      this.server = createPlain({ allowHalfOpen: true, noDelay: true }, (socket) => this.#take(socket));
    } else {
      const handshakeTimeout = limits.headerTimeoutMs;
      // Who ends their side in the handshake cannot finish it; only after it does a half-open connection have an answer to take.
      this.#secure = createTls({ noDelay: true, ...tlsOptions(tls), handshakeTimeout, ALPNProtocols: ['http/1.1'] }, (socket) => {
        socket.allowHalfOpen = true;
        this.#take(socket);
      });
      this.server = this.#secure;
      // What does not become TLS is no request; nothing can be said to it in a language that it speaks.
      this.#secure.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
        if (error.code !== 'ECONNRESET') refused({ code: 'bad_request', socket, head: null });
        socket.destroy();
      });
    }
    this.server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.server.maxConnections = limits.connections;
  }

  /** Begins to listen; resolves to the port. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => {
        this.server.off('error', reject);
        this.#timer = setInterval(() => this.#check(), checkMs);
        this.#timer.unref();
        const place = this.server.address();
        resolve(typeof place === 'object' && place !== null ? place.port : port);
      });
    });
  }

  /** Takes over new limits; what runs under the old ones ends under them. */
  setLimits(limits: ListenerLimits): void {
    this.#host.limits = limits;
    this.server.maxConnections = limits.connections;
  }

  /** Shows another certificate to new connections. */
  setTls(tls: TlsPair): void {
    this.#secure?.setSecureContext(tlsOptions(tls));
  }

  /** Takes no new connection, ends idle ones, lets requests under way end for `graceMs`, then closes what is left. */
  async close(graceMs: number): Promise<void> {
    this.#host.closing = true;
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    for (const connection of [...this.#connections]) connection.retire();
    this.#endSilent();
    const timer = setTimeout(() => {
      for (const socket of [...this.#sockets]) socket.destroy();
    }, graceMs);
    await closed;
    clearTimeout(timer);
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  /** While it closes, handshakes that have not ended go with the last request: nobody would hear what they lead to. */
  #endSilent(): void {
    if (!this.#host.closing || this.#connections.size > 0 || this.#upgraded.size > 0) return;
    for (const socket of [...this.#sockets]) socket.destroy();
  }

  #left(connection: ClientConnection): void {
    this.#connections.delete(connection);
    this.#endSilent();
  }

  #upgrade(take: NonNullable<ConnectionHost['upgrade']>, head: RequestHead, socket: Socket, behind: Buffer): void {
    this.#upgraded.add(socket);
    socket.once('close', () => {
      this.#upgraded.delete(socket);
      this.#endSilent();
    });
    take(head, socket, behind);
  }

  #take(socket: Socket): void {
    if (this.#host.closing) return void socket.destroy();
    let connection: ClientConnection | null = null;
    const slot = this.#options.connections.admit(plainAddress(socket.remoteAddress), () => connection?.retire());
    // Without a word: every word costs.
    if (slot === null) return void socket.destroy();
    connection = new ClientConnection(socket, this.#host, slot);
    this.#connections.add(connection);
  }

  #check(): void {
    const now = this.#options.monotonic();
    this.#host.now = now;
    for (const connection of this.#connections) connection.check(now);
  }

  /** Made once a second. The client hears how long an idle connection is kept, so that it need not find out by a request that is lost. */
  #tail(goesOn: boolean): string {
    const second = Math.floor(this.#options.clock() / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      const date = `date: ${new Date(second * 1_000).toUTCString()}\r\n`;
      const seconds = Math.floor(this.#host.limits.keepAliveMs / 1_000);
      this.#goesOn = `${date}connection: keep-alive\r\n${seconds > 0 ? `keep-alive: timeout=${seconds}\r\n` : ''}\r\n`;
      this.#last = `${date}connection: close\r\n\r\n`;
    }
    return goesOn ? this.#goesOn : this.#last;
  }
}
