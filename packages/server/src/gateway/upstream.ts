import type { ServerResponse } from 'node:http';
import { type Dispatcher, Pool } from 'undici';
import type { BackendAnswer } from './context.ts';

/** An answer up to this size is held and sent in one piece; a larger one streams. */
const heldBytes = 64 * 1024;
const breakerFailures = 5;
const breakerOpenMs = 5_000;
const maxAnswerHeaderBytes = 65_536;

export type UpstreamFailure = 'backend_unreachable' | 'backend_timeout' | 'backend_circuit_open' | 'backend_answer_invalid';

/** A failed exchange. `sent` says whether the backend may have seen the request: if so, it is never repeated. */
export class UpstreamError extends Error {
  readonly code: UpstreamFailure;
  readonly sent: boolean;
  constructor(code: UpstreamFailure, sent: boolean, cause?: unknown) {
    super(code, { cause });
    this.name = 'UpstreamError';
    this.code = code;
    this.sent = sent;
  }
}

export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: string[];
  readonly body: Buffer | NodeJS.ReadableStream | null;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | null;
}

export interface UpstreamOptions {
  readonly url: string;
  readonly connections: number;
  readonly clock: () => number;
}

export type UpstreamHealth = 'healthy' | 'failing' | 'open' | 'unknown';

/**
 * A backend: connection pool, time limits and a circuit breaker. Five failures in a row open the circuit for five seconds, in which requests
 * fail at once; then one request tries it.
 */
export class Upstream {
  readonly #pool: Pool;
  readonly #clock: () => number;
  #failures = 0;
  #openUntil = 0;
  #trying = false;
  #answered = false;

  constructor(options: UpstreamOptions) {
    this.#pool = new Pool(options.url, {
      connections: options.connections,
      pipelining: 1,
      connect: { timeout: 3_000 },
      maxHeaderSize: maxAnswerHeaderBytes,
      keepAliveTimeout: 20_000,
    });
    this.#clock = options.clock;
  }

  get health(): UpstreamHealth {
    if (this.#openUntil > this.#clock()) return 'open';
    if (this.#failures > 0) return 'failing';
    return this.#answered ? 'healthy' : 'unknown';
  }

  /** Sends a request and resolves when the answer is whole or has outgrown the buffer. Rejects with {@link UpstreamError}. */
  exchange(request: UpstreamRequest): Promise<BackendAnswer> {
    if (this.#failures >= breakerFailures) {
      if (this.#clock() < this.#openUntil || this.#trying)
        return Promise.reject(new UpstreamError('backend_circuit_open', false));
      this.#trying = true;
    }
    return new Promise<BackendAnswer>((resolve, reject) => {
      const exchange = new Exchange(
        (answer) => {
          this.#failures = 0;
          this.#trying = false;
          this.#answered = true;
          resolve(answer);
        },
        (error) => {
          this.#trying = false;
          if (request.signal?.aborted !== true) this.#fail();
          reject(error);
        },
      );
      if (request.signal !== null) {
        if (request.signal.aborted) return exchange.onResponseError(null, new Error('aborted'));
        request.signal.addEventListener('abort', () => exchange.abort(), { once: true });
      }
      try {
        this.#pool.dispatch(
          {
            method: request.method as Dispatcher.HttpMethod,
            path: request.path,
            headers: request.headers,
            body: request.body as Dispatcher.DispatchOptions['body'] & {},
            headersTimeout: request.timeoutMs,
            bodyTimeout: request.timeoutMs,
          },
          exchange,
        );
      } catch (error) {
        exchange.onResponseError(null, error instanceof Error ? error : new Error('dispatch failed'));
      }
    });
  }

  #fail(): void {
    this.#failures += 1;
    if (this.#failures >= breakerFailures) this.#openUntil = this.#clock() + breakerOpenMs;
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async destroy(): Promise<void> {
    await this.#pool.destroy();
  }
}

/** Collects one answer; past {@link heldBytes} it pauses the backend and hands over to the pump. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: BackendAnswer) => void;
  readonly #reject: (error: UpstreamError) => void;
  #controller: Dispatcher.DispatchController | null = null;
  #status = 0;
  #headers: Record<string, string | string[] | undefined> = {};
  #chunks: Buffer[] = [];
  #length = 0;
  #settled = false;
  #sent = false;
  #ended = false;
  #streamError: Error | null = null;
  #sink: { write: (chunk: Buffer) => boolean; end: () => void; fail: () => void } | null = null;

  constructor(resolve: (answer: BackendAnswer) => void, reject: (error: UpstreamError) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  abort(): void {
    if (this.#controller !== null) this.#controller.abort(new Error('aborted'));
    else this.onResponseError(null, new Error('aborted'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#sent = true;
    this.#controller = controller;
    if (this.#settled) controller.abort(new Error('aborted'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#sink !== null) {
      if (!this.#sink.write(chunk)) controller.pause();
      return;
    }
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length > heldBytes && !this.#settled) {
      controller.pause();
      this.#settle((response) => this.#pump(response));
    }
  }

  onResponseEnd(): void {
    this.#ended = true;
    if (this.#sink !== null) this.#sink.end();
    else this.#settle(null);
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.#streamError = error;
    if (this.#sink !== null) return this.#sink.fail();
    if (this.#settled) return;
    this.#settled = true;
    this.#reject(new UpstreamError(failureOf(error), this.#sent, error));
  }

  #settle(pump: BackendAnswer['pump']): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#resolve({ status: this.#status, headers: this.#headers, chunks: this.#chunks, length: this.#length, pump });
  }

  /** Sends what is held and then the rest, at the client's pace. Rejects when either side breaks off. */
  #pump(response: ServerResponse): Promise<number> {
    return new Promise((resolve, reject) => {
      let sent = this.#length;
      const broken = (): void => {
        this.#controller?.abort(new Error('client gone'));
        reject(new UpstreamError('backend_answer_invalid', true, this.#streamError));
      };
      response.once('close', () => {
        if (!response.writableFinished) broken();
      });
      response.on('drain', () => this.#controller?.resume());
      for (const chunk of this.#chunks) response.write(chunk);
      this.#chunks = [];
      const end = (): void => {
        response.end(() => resolve(sent));
      };
      this.#sink = {
        write: (chunk) => {
          sent += chunk.length;
          return response.write(chunk);
        },
        end,
        fail: () => {
          // The status line is out: a broken connection is the only honest end.
          response.destroy();
          reject(new UpstreamError('backend_answer_invalid', true, this.#streamError));
        },
      };
      if (this.#streamError !== null) this.#sink.fail();
      else if (this.#ended) end();
      else this.#controller?.resume();
    });
  }
}

function failureOf(error: Error): UpstreamFailure {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return 'backend_timeout';
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'backend_unreachable';
  if (code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' || code.startsWith('HPE_'))
    return 'backend_answer_invalid';
  return 'backend_unreachable';
}
