import type { AnswerHead } from './answer-head.ts';
import type { Connection, ExchangeHandler } from './connection.ts';
import type { UpstreamRequest } from './request-writer.ts';
import type { UpstreamError } from './upstream-error.ts';

/** A request in the pool's hands: in the queue, then on a connection, until its handler has heard `end` or `error`. */
export class Dispatch implements ExchangeHandler {
  readonly request: UpstreamRequest;
  /** On the pool's monotonic clock, for the wait in the queue. */
  readonly deadline: number;
  /** Set by the pool when the request has left the queue. */
  connection: Connection | null = null;
  readonly #handler: ExchangeHandler;
  readonly #withdraw: (entry: Dispatch) => void;
  #ended = false;

  constructor(request: UpstreamRequest, handler: ExchangeHandler, deadline: number, withdraw: (entry: Dispatch) => void) {
    this.request = request;
    this.deadline = deadline;
    this.#handler = handler;
    this.#withdraw = withdraw;
  }

  head(head: AnswerHead): void {
    this.#handler.head(head);
  }

  data(piece: Buffer): void {
    this.#handler.data(piece);
  }

  end(): void {
    this.#ended = true;
    this.#handler.end();
  }

  error(error: UpstreamError): void {
    this.#ended = true;
    this.#handler.error(error);
  }

  /** Gives the request up; the handler hears an error. */
  abandon(): void {
    if (this.#ended) return;
    if (this.connection !== null) this.connection.abandon();
    else this.#withdraw(this);
  }

  /** Stops reading the answer until {@link resume}. */
  pause(): void {
    if (!this.#ended) this.connection?.pause();
  }

  resume(): void {
    if (!this.#ended) this.connection?.resume();
  }
}
