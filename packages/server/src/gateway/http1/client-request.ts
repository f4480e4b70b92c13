import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { HeaderMemo } from '@menshen/inspect';
import type { BodyFailure, IncomingBody } from './incoming-body.ts';
import type { RequestHead, RequestHeaders } from './request-head.ts';

/** A request of a client as the gateway's stages see it: its head, and a body that is read when it is asked for. */
export class ClientRequest {
  readonly method: string;
  /** The request target as it was sent. */
  readonly url: string;
  readonly headers: RequestHeaders;
  /** Names as they were written, and values: name, value, name, value. */
  readonly rawHeaders: readonly string[];
  /** What is known of `rawHeaders`, where they come again. */
  readonly memo: HeaderMemo | null;
  readonly socket: Socket;
  readonly #body: IncomingBody | null;

  /** `body` is null where none comes. */
  constructor(head: RequestHead, socket: Socket, body: IncomingBody | null) {
    this.method = head.method;
    this.url = head.target;
    this.headers = head.headers;
    this.rawHeaders = head.rawHeaders;
    this.memo = head.memo;
    this.socket = socket;
    this.#body = body;
  }

  /**
   * The body as one buffer of at most `limit` bytes: at once when it has come already, else within `timeoutMs`; or why it is not there. Once only.
   */
  readBody(limit: number, timeoutMs: number): Buffer | BodyFailure | Promise<Buffer | BodyFailure> {
    return this.#body === null ? nothing : this.#body.whole(limit, timeoutMs);
  }

  /** The body as a stream at its reader's pace. `onBytes` hears the size of each piece, and ends the stream with the error that it returns. Once only. */
  streamBody(timeoutMs: number, onBytes: (bytes: number) => Error | null): Readable {
    return this.#body === null ? Readable.from([]) : this.#body.stream(timeoutMs, onBytes);
  }
}

const nothing = Buffer.alloc(0);
