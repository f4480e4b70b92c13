import { type AnswerFraming, answerHead } from './answer-head.ts';

/** The connection that an answer leaves by. */
export interface AnswerWire {
  readonly method: string;
  readonly minor: 0 | 1;
  /** Lines that every answer carries. Decides whether the connection goes on after the answer; `mustClose` says that it cannot. */
  tail(mustClose: boolean): string;
  /** Both return whether the client keeps up. */
  writeText(latin1: string): boolean;
  writeBytes(bytes: Buffer): boolean;
  /** A head and the body behind it, in as few writes as possible. */
  writeBoth(head: string, body: Buffer): boolean;
  /** The answer is whole. */
  answered(): void;
  destroy(): void;
}

/** Who streams an answer. */
export interface AnswerStream {
  drain(): void;
  /** The client has gone before the answer was whole. */
  broken(): void;
}

/** A body up to this size leaves in one write with its head. */
const joinedBytes = 16_384;
/** A large body leaves in pieces, so that a client that takes nothing can be told from one that is slow. */
const pieceBytes = 65_536;
const noHeaders: readonly string[] = [];

/** The answer to one request. Header names are written in lower case; the framing is the connection's. */
export class ClientResponse {
  readonly #wire: AnswerWire;
  #preset: Map<string, string> | null = null;
  #status = 200;
  #headers: readonly string[] = noHeaders;
  #lines = '';
  #framing: AnswerFraming | null = null;
  #left = 0;
  #ended = false;
  #stream: AnswerStream | null = null;
  /** Whether status and headers are settled. */
  headersSent = false;
  /** Whether the answer is whole, or can no longer become so. */
  closed = false;
  /** Called once, when the answer is whole or its client has gone. */
  onClose: (() => void) | null = null;
  #afterClose: (() => void)[] | null = null;
  /** Called once, when the client has gone before the answer was whole. A client that has only ended its side may still be answered. */
  onAbandon: (() => void) | null = null;

  constructor(wire: AnswerWire) {
    this.#wire = wire;
  }

  /** Calls `hear` when the answer is whole or its client has gone; now, when that has been already. For what a stage has to clear away. */
  once(_event: 'close', hear: () => void): this {
    if (this.closed) hear();
    else {
      this.#afterClose ??= [];
      this.#afterClose.push(hear);
    }
    return this;
  }

  /** Sets a header that {@link writeHead} adds to its own. */
  setHeader(name: string, value: string): void {
    this.#preset ??= new Map();
    this.#preset.set(name, value);
  }

  getHeaderNames(): string[] {
    return this.#preset === null ? [] : [...this.#preset.keys()];
  }

  removeHeader(name: string): void {
    this.#preset?.delete(name);
  }

  /**
   * Settles status and headers, as a flat list of names in lower case and values. A header of the list replaces one that was set before. `lines` are further
   * headers of our own, none of them in the list or set before, each line with its end.
   */
  writeHead(status: number, headers: readonly string[] = noHeaders, lines = ''): this {
    if (this.headersSent) throw new Error('the answer has begun');
    this.headersSent = true;
    this.#status = status;
    this.#lines = lines;
    this.#headers = this.#preset === null ? headers : withPreset(this.#preset, headers);
    return this;
  }

  /** Ends the answer with its whole body. Text is sent as UTF-8. */
  end(body?: string | Buffer | readonly Buffer[], length?: number): void {
    if (this.#ended || this.closed) return;
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const size = bytes === undefined ? 0 : Buffer.isBuffer(bytes) ? bytes.length : (length ?? sizeOf(bytes));
    const head = this.#begin(size);
    if (head.framing === 'length' && head.length !== size) return this.destroy();
    this.#ended = true;
    if (head.framing === 'none' || bytes === undefined || size === 0) this.#wire.writeText(head.text);
    else if (size <= joinedBytes) {
      // As Latin-1 text, which every byte survives, it leaves in one write with the head.
      let text = head.text;
      if (Buffer.isBuffer(bytes)) text += bytes.toString('latin1', 0, size);
      else for (const piece of bytes) text += piece.toString('latin1', 0, piece.length);
      this.#wire.writeText(text);
    } else return this.#endInPieces(head.text, Buffer.isBuffer(bytes) ? bytes : Buffer.concat(bytes, size));
    this.#finish();
  }

  /** Begins an answer of which the body follows piece by piece. */
  begin(stream: AnswerStream): void {
    this.#stream = stream;
    const head = this.#begin(null);
    this.#framing = head.framing;
    this.#left = head.length ?? Number.POSITIVE_INFINITY;
    this.#wire.writeText(head.text);
  }

  /** Sends a piece of the body; false when the client is slower, until `drain`. */
  write(piece: Buffer): boolean {
    if (this.closed || this.#ended || piece.length === 0) return !this.closed;
    this.#left -= piece.length;
    // More than its head declares would be read as the next answer.
    if (this.#left < 0) {
      this.destroy();
      return false;
    }
    if (this.#framing === 'chunked') {
      this.#wire.writeText(`${piece.length.toString(16)}\r\n`);
      this.#wire.writeBytes(piece);
      return this.#wire.writeText('\r\n');
    }
    return this.#framing === 'none' ? true : this.#wire.writeBytes(piece);
  }

  /** Ends an answer that was begun. One that is shorter than its head declares ends with its connection. Returns whether it is whole. */
  finish(): boolean {
    if (this.closed || this.#ended) return false;
    if (this.#framing === 'length' && this.#left > 0) {
      this.destroy();
      return false;
    }
    this.#ended = true;
    if (this.#framing === 'chunked') this.#wire.writeText('0\r\n\r\n');
    this.#finish();
    return true;
  }

  /** Breaks the connection: the only honest end of an answer that cannot become whole. */
  destroy(): void {
    this.#wire.destroy();
    this.gone();
  }

  /** For the connection: the client takes more. */
  drained(): void {
    this.#stream?.drain();
  }

  /** For the connection: the client has ended its side. */
  left(): void {
    if (this.closed) return;
    const abandon = this.onAbandon;
    this.onAbandon = null;
    abandon?.();
  }

  /** For the connection: it has closed. */
  gone(): void {
    if (this.closed) return;
    this.left();
    const stream = this.#stream;
    this.#close();
    stream?.broken();
  }

  #begin(bodyBytes: number | null) {
    if (!this.headersSent) this.writeHead(this.#status);
    const { method, minor } = this.#wire;
    const tail = this.#lines + this.#wire.tail(bodyBytes === null && minor === 0);
    return answerHead(this.#status, this.#headers, { method, minor, bodyBytes, tail });
  }

  #endInPieces(head: string, body: Buffer): void {
    let at = pieceBytes;
    const drain = (): void => {
      while (at < body.length) {
        const room = this.#wire.writeBytes(body.subarray(at, at + pieceBytes));
        at += pieceBytes;
        if (!room) break;
      }
      if (at >= body.length) this.#finish();
    };
    this.#stream = { drain, broken: () => undefined };
    if (this.#wire.writeBoth(head, body.subarray(0, pieceBytes))) drain();
    else if (at >= body.length) this.#finish();
  }

  #finish(): void {
    this.onAbandon = null;
    this.#close();
    this.#wire.answered();
  }

  #close(): void {
    this.closed = true;
    this.#stream = null;
    const close = this.onClose;
    this.onClose = null;
    close?.();
    for (const hear of this.#afterClose ?? []) hear();
  }
}

function sizeOf(pieces: readonly Buffer[]): number {
  let size = 0;
  for (const piece of pieces) size += piece.length;
  return size;
}

function withPreset(preset: ReadonlyMap<string, string>, headers: readonly string[]): readonly string[] {
  const all = [...headers];
  for (const [name, value] of preset) if (!headers.some((other, at) => at % 2 === 0 && other === name)) all.push(name, value);
  return all;
}
