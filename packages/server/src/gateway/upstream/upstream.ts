import { createSecureContext } from 'node:tls';
import type { AnswerSink, BackendAnswer } from '../backend-answer.ts';
import { type BackendTls, backendTlsOptions } from '../tls.ts';
import type { AnswerHead, AnswerHeaders } from './answer-head.ts';
import type { ExchangeHandler, Origin } from './connection.ts';
import { ConnectionPool } from './pool.ts';
import { CallerFault, type UpstreamRequest } from './request-writer.ts';
import { UpstreamError } from './upstream-error.ts';

/** An answer up to this size is held and sent in one piece; a larger one streams. */
const heldBytes = 64 * 1024;
const breakerFailures = 5;
const breakerOpenMs = 5_000;

export interface UpstreamOptions {
  readonly url: string;
  readonly connections: number;
  /** For https; what Node does by itself when absent. */
  readonly tls?: BackendTls | undefined;
  readonly clock: () => number;
  /** Monotonic, in milliseconds. */
  readonly monotonic: () => number;
}

export type UpstreamHealth = 'healthy' | 'failing' | 'open' | 'unknown';

/**
 * A backend: connection pool, time limits and a circuit breaker. Five failures in a row, while nobody was answered, open the circuit for five seconds, in
 * which requests fail at once; then one request tries it.
 */
export class Upstream {
  readonly #pool: ConnectionPool;
  readonly #clock: () => number;
  #failures = 0;
  #openUntil = 0;
  #trying = false;
  /** How often it has answered. */
  #answers = 0;

  constructor(options: UpstreamOptions) {
    this.#pool = new ConnectionPool({
      origin: originOf(options.url, options.tls),
      connections: options.connections,
      now: options.monotonic,
    });
    this.#clock = options.clock;
  }

  get health(): UpstreamHealth {
    if (this.#openUntil > this.#clock()) return 'open';
    if (this.#failures > 0) return 'failing';
    return this.#answers > 0 ? 'healthy' : 'unknown';
  }

  /** Sends a request and resolves when the answer is whole or has outgrown the buffer. Rejects with {@link UpstreamError}. */
  exchange(request: UpstreamRequest): Promise<BackendAnswer> {
    if (this.#failures >= breakerFailures) {
      if (this.#clock() < this.#openUntil || this.#trying)
        return Promise.reject(new UpstreamError('backend_circuit_open', false));
      this.#trying = true;
    }
    return new Promise<BackendAnswer>((resolve, reject) => {
      let abandoned = false;
      const answers = this.#answers;
      const held = new HeldAnswer(
        request.holdBytes ?? heldBytes,
        (answer) => {
          this.#failures = 0;
          this.#trying = false;
          this.#answers += 1;
          resolve(answer);
        },
        (error) => {
          this.#trying = false;
          // A caller who left says nothing about the backend, nor does one whose body broke off; and a backend that answered others meanwhile is not down.
          const ofCaller = abandoned || error.cause instanceof CallerFault;
          if (!ofCaller && answers === this.#answers) this.#fail();
          reject(error);
        },
      );
      const exchange = this.#pool.dispatch(request, held);
      held.control = exchange;
      request.onStart?.(() => {
        abandoned = true;
        exchange.abandon();
      });
    });
  }

  #fail(): void {
    this.#failures += 1;
    if (this.#failures >= breakerFailures) this.#openUntil = this.#clock() + breakerOpenMs;
  }

  /** Takes no more requests; resolves when those under way have ended. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  async destroy(): Promise<void> {
    this.#pool.destroy();
  }
}

function originOf(text: string, tls: BackendTls | undefined): Origin {
  const url = new URL(text);
  const secure = url.protocol === 'https:';
  return {
    secure,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    host: url.host,
    secureContext: tls === undefined ? null : createSecureContext(backendTlsOptions(tls)),
  };
}

interface Control {
  abandon(): void;
  pause(): void;
  resume(): void;
}

/** Collects one answer; past {@link heldBytes} it pauses the backend and hands over to the pump. */
class HeldAnswer implements ExchangeHandler {
  control: Control | null = null;
  readonly #limit: number;
  readonly #resolve: (answer: BackendAnswer) => void;
  readonly #reject: (error: UpstreamError) => void;
  #status = 0;
  #headers: AnswerHeaders = {};
  #chunks: Buffer[] = [];
  #length = 0;
  #settled = false;
  #ended = false;
  #streamError: UpstreamError | null = null;
  #sink: { write: (chunk: Buffer) => boolean; end: () => void; fail: () => void } | null = null;

  constructor(limit: number, resolve: (answer: BackendAnswer) => void, reject: (error: UpstreamError) => void) {
    this.#limit = limit;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  head(head: AnswerHead): void {
    this.#status = head.status;
    this.#headers = head.headers;
  }

  data(piece: Buffer): void {
    const chunk = Buffer.from(piece);
    if (this.#sink !== null) {
      if (!this.#sink.write(chunk)) this.control?.pause();
      return;
    }
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length > this.#limit && !this.#settled) {
      this.control?.pause();
      this.#settle((response) => this.#pump(response));
    }
  }

  end(): void {
    this.#ended = true;
    if (this.#sink !== null) this.#sink.end();
    else this.#settle(null);
  }

  error(error: UpstreamError): void {
    this.#streamError = error;
    if (this.#sink !== null) return this.#sink.fail();
    if (this.#settled) return;
    this.#settled = true;
    this.#reject(error);
  }

  #settle(pump: BackendAnswer['pump']): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#resolve({ status: this.#status, headers: this.#headers, chunks: this.#chunks, length: this.#length, pump });
  }

  /** Sends what is held and then the rest, at the client's pace. Rejects when either side breaks off. */
  #pump(response: AnswerSink): Promise<number> {
    return new Promise((resolve, reject) => {
      let sent = 0;
      const broken = (): void => reject(new UpstreamError('backend_answer_invalid', true, this.#streamError));
      const write = (chunk: Buffer): boolean => {
        sent += chunk.length;
        return response.write(chunk);
      };
      response.begin({
        drain: () => this.control?.resume(),
        broken: () => {
          this.control?.abandon();
          broken();
        },
      });
      let room = true;
      for (const chunk of this.#chunks) room = write(chunk);
      this.#chunks = [];
      this.#sink = {
        write,
        end: () => {
          if (response.finish()) resolve(sent);
          else broken();
        },
        fail: () => {
          broken();
          // The status line is out: a broken connection is the only honest end.
          response.destroy();
        },
      };
      if (this.#streamError !== null) this.#sink.fail();
      else if (this.#ended) this.#sink.end();
      else if (room) this.control?.resume();
    });
  }
}
