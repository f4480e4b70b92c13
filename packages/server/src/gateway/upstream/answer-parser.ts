import { ChunkDecoder } from '../http1/chunk-decoder.ts';
import { type AnswerHead, invalidAnswer, readAnswerHead } from './answer-head.ts';

const maxHeadBytes = 65_536;
const maxInformational = 10;

const chunkRules = { invalid: invalidAnswer, plain: false };

/** Where the pieces of an answer go. A piece is only lent: who keeps it copies it. */
export interface AnswerSink {
  head(head: AnswerHead): void;
  data(piece: Buffer): void;
  end(): void;
}

/** Reads the answers of a connection, one after the other, from its bytes, however they are cut. */
export class AnswerParser {
  readonly #sink: AnswerSink;
  #method = '';
  #rest: Buffer | null = null;
  #head: AnswerHead | null = null;
  #left = 0;
  #chunks: ChunkDecoder | null = null;
  #informational = 0;
  #ended = false;

  constructor(sink: AnswerSink) {
    this.#sink = sink;
  }

  /** Expects the answer to a request of this method; forgets the answer before. */
  begin(method: string): void {
    this.#method = method;
    this.#rest = null;
    this.#head = null;
    this.#left = 0;
    this.#chunks = null;
    this.#informational = 0;
    this.#ended = false;
  }

  get headSeen(): boolean {
    return this.#head !== null;
  }

  /** Takes the next bytes. Throws {@link UpstreamError} `backend_answer_invalid`, also for bytes behind the answer's end. */
  push(bytes: Buffer): void {
    let at = 0;
    if (this.#ended) throw invalidAnswer('bytes behind the answer');
    while (this.#head === null) {
      const joined = this.#rest === null ? bytes : Buffer.concat([this.#rest, bytes]);
      const from: number = this.#rest === null ? at : 0;
      const end = joined.indexOf('\r\n\r\n', from, 'latin1');
      if (end < 0 ? joined.length - from > maxHeadBytes : end - from > maxHeadBytes) throw invalidAnswer('head too large');
      if (end < 0) {
        this.#rest = Buffer.from(joined.subarray(from));
        return;
      }
      at = end + 4;
      if (this.#rest !== null) {
        bytes = joined;
        this.#rest = null;
      }
      this.#begin(readAnswerHead(joined.toString('latin1', from, end), this.#method));
      if (at === bytes.length && this.#head === null) return;
    }
    if (at < bytes.length) this.#body(at === 0 ? bytes : bytes.subarray(at));
  }

  /** The backend has closed its side. Throws when the answer was not whole. */
  finish(): void {
    if (this.#ended) return;
    if (this.#head?.framing.kind !== 'close') throw invalidAnswer('cut off');
    this.#end();
  }

  #begin(head: AnswerHead): void {
    if (head.status < 200) {
      this.#informational += 1;
      // No route takes an upgrade, and nobody asked for one.
      if (head.status === 101 || this.#informational > maxInformational) throw invalidAnswer('informational answer');
      return;
    }
    this.#head = head;
    this.#sink.head(head);
    const { framing } = head;
    if (framing.kind === 'length') this.#left = framing.bytes;
    if (framing.kind === 'chunked') this.#chunks = new ChunkDecoder(chunkRules);
    if (framing.kind === 'none' || (framing.kind === 'length' && framing.bytes === 0)) this.#end();
  }

  #body(bytes: Buffer): void {
    if (this.#ended) throw invalidAnswer('bytes behind the answer');
    if (this.#chunks !== null) {
      const used = this.#chunks.decode(bytes, (piece) => this.#sink.data(piece));
      if (used < bytes.length) throw invalidAnswer('bytes behind the answer');
      if (this.#chunks.done) this.#end();
      return;
    }
    if (this.#head?.framing.kind === 'close') return this.#sink.data(bytes);
    if (bytes.length > this.#left) throw invalidAnswer('bytes behind the answer');
    this.#left -= bytes.length;
    this.#sink.data(bytes);
    if (this.#left === 0) this.#end();
  }

  #end(): void {
    this.#ended = true;
    this.#sink.end();
  }
}
