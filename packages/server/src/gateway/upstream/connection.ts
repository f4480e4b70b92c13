import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import type { AnswerHead } from './answer-head.ts';
import { AnswerParser } from './answer-parser.ts';
import { CallerFault, requestHead, type UpstreamRequest, writeRequest } from './request-writer.ts';
import { UpstreamError } from './upstream-error.ts';

/** Who waits for an answer. After `end` or `error` nothing more comes. */
export interface ExchangeHandler {
  head(head: AnswerHead): void;
  /** A piece is only lent: who keeps it copies it. */
  data(piece: Buffer): void;
  end(): void;
  error(error: UpstreamError): void;
}

export interface Origin {
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number;
  /** Value of the Host header. */
  readonly host: string;
  /** What its certificate is held to and what it is shown; null for what Node does by itself. */
  readonly secureContext: SecureContext | null;
}

const connectMs = 3_000;
const idleMs = 20_000;
/** The backend says when it closes an idle connection; ours closes first, so that no request meets the closing. */
const idleMarginMs = 1_000;
/** Over how long the pace of a client is measured, in milliseconds. */
const paceMs = 2_000;

/**
 * One buffer for the reads of all connections to plain backends: a piece is handled, and copied where it is kept, before the next read.
 */
const readBuffer = Buffer.allocUnsafeSlow(65_536);

const nothing = (): void => undefined;

interface Exchange {
  readonly handler: ExchangeHandler;
  readonly timeoutMs: number;
  stopBody: () => void;
  bodySent: boolean;
  persistent: boolean;
  paused: boolean;
  deadline: number;
  /** Where the measuring of the client's pace began, whether the client was waited for since, and what came of the time before, in bytes a second. */
  paceSince: number;
  paceBytes: number;
  waited: boolean;
  pace: number;
}

/** A connection to a backend: one exchange after the other, never two at once. */
export class Connection {
  readonly #origin: Origin;
  readonly #socket: Socket;
  readonly #now: () => number;
  readonly #released: (connection: Connection) => void;
  readonly #parser = new AnswerParser({
    head: (answer) => this.#onHead(answer),
    data: (piece) => this.#exchange?.handler.data(piece),
    end: () => {
      this.#answered = true;
    },
  });
  #exchange: Exchange | null = null;
  /** Whether the answer of the exchange is whole. It ends when the parser is done with the bytes: none may lie behind it. */
  #answered = false;
  #connectDeadline: number;
  #connected = false;
  #idleSince = 0;
  #idleLimit = idleMs;
  #closed = false;
  #timedOut = false;

  /** `released` is called when the connection can take another request, and when it has closed. `now` is monotonic, in milliseconds. */
  constructor(origin: Origin, now: () => number, released: (connection: Connection) => void) {
    this.#origin = origin;
    this.#now = now;
    this.#released = released;
    this.#connectDeadline = now() + connectMs;
    const { hostname, port } = origin;
    if (origin.secure) {
      const context = origin.secureContext === null ? {} : { secureContext: origin.secureContext };
      // An address is no name to ask for (RFC 6066, section 3); its certificate is still held to it.
      const name = isIP(hostname) === 0 ? { servername: hostname } : {};
      this.#socket = connectTls({ host: hostname, port, ...name, ALPNProtocols: ['http/1.1'], ...context }, () =>
        this.#onConnect(),
      );
      this.#socket.on('data', (piece: Buffer) => this.#onBytes(piece));
    } else {
      const onread = {
        buffer: readBuffer,
        callback: (size: number): boolean => {
          this.#onBytes(readBuffer.subarray(0, size));
          return this.#exchange?.paused !== true;
        },
      };
      this.#socket = connectPlain({ host: hostname, port, noDelay: true, onread }, () => this.#onConnect());
    }
    this.#socket.on('end', () => this.#onEnd());
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#onClose());
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Whether it can take a request: it may be ending already. */
  get usable(): boolean {
    return !this.#socket.destroyed && this.#exchange === null;
  }

  /** Sends a request; only on a usable connection. Throws TypeError for a request that cannot be written. */
  send(request: UpstreamRequest, handler: ExchangeHandler): void {
    const head = requestHead(request, this.#origin.host);
    const exchange: Exchange = {
      handler,
      timeoutMs: request.timeoutMs,
      stopBody: nothing,
      bodySent: request.body === null || Buffer.isBuffer(request.body),
      persistent: false,
      paused: false,
      deadline: this.#now() + request.timeoutMs,
      paceSince: this.#now(),
      paceBytes: this.#bytes,
      waited: false,
      pace: Number.POSITIVE_INFINITY,
    };
    this.#parser.begin(request.method);
    this.#answered = false;
    this.#exchange = exchange;
    if (!exchange.bodySent && request.body !== null && !Buffer.isBuffer(request.body)) {
      request.body.once('end', () => {
        exchange.bodySent = true;
      });
    }
    exchange.stopBody = writeRequest(this.#socket, head, request, (error) => this.#fail(error));
  }

  /** Stops reading until {@link resume}: the client is slower than the backend. The time limit rests meanwhile. */
  pause(): void {
    if (this.#exchange !== null) this.#exchange.paused = true;
    this.#socket.pause();
  }

  resume(): void {
    if (this.#exchange !== null) {
      this.#exchange.paused = false;
      this.#exchange.deadline = this.#now() + this.#exchange.timeoutMs;
    }
    this.#socket.resume();
  }

  /** Holds the connection's deadlines against the time. */
  check(now: number): void {
    const exchange = this.#exchange;
    if (!this.#connected && now >= this.#connectDeadline) this.#fail(new Error('connect timeout'));
    else if (exchange === null) {
      if (this.#connected && now - this.#idleSince >= this.#idleLimit) this.destroy();
    } else {
      this.#measure(exchange, now);
      if (exchange.paused || now < exchange.deadline) return;
      this.#timedOut = true;
      this.#fail(this.#clientOwes(exchange) ? new CallerFault('not sent in time') : new Error('no answer in time'));
    }
  }

  /** How fast the client takes the answer or sends the body, in bytes a second; infinite while nobody waits for it. */
  get clientPace(): number {
    return this.#exchange?.pace ?? Number.POSITIVE_INFINITY;
  }

  get #bytes(): number {
    return this.#socket.bytesRead + this.#socket.bytesWritten;
  }

  /** Whether the backend has all of the body that has come, and waits for more. */
  #clientOwes({ bodySent }: Exchange): boolean {
    return !bodySent && !this.#socket.writableNeedDrain;
  }

  #measure(exchange: Exchange, now: number): void {
    exchange.waited ||= exchange.paused || this.#clientOwes(exchange);
    const elapsed = now - exchange.paceSince;
    if (elapsed < paceMs) return;
    exchange.pace = exchange.waited ? ((this.#bytes - exchange.paceBytes) * 1_000) / elapsed : Number.POSITIVE_INFINITY;
    exchange.paceSince = now;
    exchange.paceBytes = this.#bytes;
    exchange.waited = false;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Gives the exchange under way up; its handler hears an error. */
  abandon(cause = new Error('abandoned')): void {
    this.#fail(cause);
  }

  #onConnect(): void {
    this.#connected = true;
    this.#idleSince = this.#now();
  }

  #onHead(answer: AnswerHead): void {
    const exchange = this.#exchange;
    if (exchange === null) return;
    exchange.persistent = answer.persistent;
    if (answer.keepAliveMs !== null) this.#idleLimit = Math.max(0, Math.min(idleMs, answer.keepAliveMs - idleMarginMs));
    exchange.handler.head(answer);
  }

  #onBytes(bytes: Buffer): void {
    const exchange = this.#exchange;
    // Bytes that nobody asked for: whatever they are, they are no answer to the next request.
    if (exchange === null) return this.destroy();
    exchange.deadline = this.#now() + exchange.timeoutMs;
    try {
      this.#parser.push(bytes);
    } catch (error) {
      if (!this.#answered) return this.#fail(error instanceof Error ? error : new Error('unreadable'));
      // Bytes behind the answer: it stands, but no other request may meet them.
      exchange.persistent = false;
    }
    if (this.#answered) this.#finish();
  }

  #onEnd(): void {
    const exchange = this.#exchange;
    if (exchange === null) return this.destroy();
    try {
      exchange.persistent = false;
      this.#parser.finish();
      if (this.#answered) this.#finish();
    } catch (error) {
      this.#fail(this.#parser.headSeen && error instanceof Error ? error : new Error('closed before the answer'));
    }
  }

  #finish(): void {
    const exchange = this.#exchange;
    this.#answered = false;
    if (exchange === null) return;
    this.#exchange = null;
    this.#idleSince = this.#now();
    const reusable = exchange.persistent && exchange.bodySent;
    if (exchange.paused) this.#socket.resume();
    if (!reusable) {
      exchange.stopBody();
      this.destroy();
    }
    exchange.handler.end();
    if (reusable && !this.#closed) this.#released(this);
  }

  #fail(cause: Error): void {
    const exchange = this.#exchange;
    this.#exchange = null;
    this.destroy();
    if (exchange === null) return;
    exchange.stopBody();
    const code = this.#timedOut ? 'backend_timeout' : 'backend_unreachable';
    exchange.handler.error(cause instanceof UpstreamError ? cause : new UpstreamError(code, this.#connected, cause));
  }

  #onClose(): void {
    this.#closed = true;
    this.#fail(new Error('closed'));
    this.#released(this);
  }
}
