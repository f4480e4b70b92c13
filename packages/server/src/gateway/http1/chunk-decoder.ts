const maxSizeLine = 256;
const maxTrailer = 16_384;
const CR = 13;
const LF = 10;
/** Digits of a size that is read byte by byte; a longer one is read as text. */
const quickDigits = 7;

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

type State = 'size' | 'data' | 'after' | 'trailer' | 'done';

/** What a size line may be: with a blank end and extensions, as some servers write it, or nothing but digits. */
const lenientSize = /^([0-9a-fA-F]{1,12})[ \t]*(;[\t\x20-\x7e\x80-\xff]*)?\r\n$/;
const plainSize = /^([0-9a-fA-F]{1,12})\r\n$/;

export interface ChunkRules {
  /** Makes the error for a body that is not of the form. */
  readonly invalid: (why: string) => Error;
  /** No extensions, no blanks and no trailers: nobody needs them, and servers disagree about where they end. */
  readonly plain: boolean;
}

/** Decodes the chunked transfer coding (RFC 9112 §7.1). Extensions and trailers, where they are allowed, are passed over; both are bounded. */
export class ChunkDecoder {
  readonly #rules: ChunkRules;
  #state: State = 'size';
  #left = 0;
  /** The unfinished line: of a size, after a chunk, or of the trailer. */
  #line = '';
  #trailer = 0;

  constructor(rules: ChunkRules) {
    this.#rules = rules;
  }

  get done(): boolean {
    return this.#state === 'done';
  }

  /** Hands the payload in `bytes` to `data` piece by piece; returns how many bytes belong to the body. Throws what the rules make of it. */
  decode(bytes: Buffer, data: (piece: Buffer) => void): number {
    let at = 0;
    while (at < bytes.length && this.#state !== 'done') {
      if (this.#state === 'data') {
        const end = Math.min(bytes.length, at + this.#left);
        data(bytes.subarray(at, end));
        this.#left -= end - at;
        at = end;
        if (this.#left === 0) this.#state = 'after';
        continue;
      }
      const quick = this.#line === '' ? this.#quickLine(bytes, at) : 0;
      if (quick > 0) {
        at += quick;
        continue;
      }
      const end = bytes.indexOf(LF, at);
      const stop = end < 0 ? bytes.length : end + 1;
      if (this.#line.length + stop - at > maxSizeLine && this.#state !== 'trailer') throw this.#rules.invalid('chunk');
      this.#line += bytes.toString('latin1', at, stop);
      at = stop;
      if (this.#state === 'trailer') {
        this.#trailer += this.#line.length;
        if (this.#trailer > maxTrailer || this.#line.length > maxTrailer) throw this.#rules.invalid('trailer');
      }
      if (end >= 0) this.#endLine();
    }
    return at;
  }

  /**
   * Reads the plainest line, a size in digits alone or the end of a chunk, where it lies in one piece; returns its length, 0 for any other. A body in chunks
   * of one byte has more lines than bytes, and must not cost a text for each.
   */
  #quickLine(bytes: Buffer, from: number): number {
    let at = from;
    if (this.#state === 'size') {
      let size = 0;
      for (let digit = hexDigit(bytes[at]); digit >= 0 && at - from < quickDigits; digit = hexDigit(bytes[at])) {
        size = size * 16 + digit;
        at += 1;
      }
      if (at === from || bytes[at] !== CR || bytes[at + 1] !== LF) return 0;
      this.#left = size;
      this.#state = size === 0 ? 'trailer' : 'data';
    } else if (this.#state === 'after') {
      if (bytes[at] !== CR || bytes[at + 1] !== LF) return 0;
      this.#state = 'size';
    } else return 0;
    return at + 2 - from;
  }

  #endLine(): void {
    const line = this.#line;
    this.#line = '';
    if (line.charCodeAt(line.length - 2) !== CR) throw this.#rules.invalid('chunk line');
    if (this.#state === 'after') {
      if (line.length !== 2) throw this.#rules.invalid('chunk end');
      this.#state = 'size';
    } else if (this.#state === 'trailer') {
      if (line.length === 2) this.#state = 'done';
      else if (this.#rules.plain) throw this.#rules.invalid('trailer');
    } else {
      const size = (this.#rules.plain ? plainSize : lenientSize).exec(line);
      if (size === null) throw this.#rules.invalid('chunk size');
      this.#left = Number.parseInt(size[1] ?? '', 16);
      this.#state = this.#left === 0 ? 'trailer' : 'data';
    }
  }
}
