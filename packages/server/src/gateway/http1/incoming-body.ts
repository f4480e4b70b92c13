import { Readable } from 'node:stream';
import { ChunkDecoder } from './chunk-decoder.ts';

/** Why a body is not there: larger than its reader allows, too slow, cut off by its sender, or not of the form that the head declares. */
export type BodyFailure = 'too_large' | 'timeout' | 'gone' | 'malformed';

/** Who takes a body. After `end` or `failed` nothing more comes. Pieces may be kept. */
interface Taker {
  data(piece: Buffer): void;
  end(): void;
  failed(why: BodyFailure): void;
}

/** The connection that a body comes from. */
export interface BodySource {
  /** Somebody takes the body now: it has this many milliseconds from now on; a stream has them again with every piece. */
  wanted(timeoutMs: number, streamed: boolean): void;
  pause(): void;
  resume(): void;
}

const rules = { invalid: (why: string): Error => new RangeError(why), plain: true };
/** What is held for a reader that has not come yet, before the connection is paused. */
const heldBytes = 65_536;
const nothing: Buffer = Buffer.alloc(0);

/** Pieces as one buffer. The first is kept as it is; more are copied together, so that tiny pieces cost no more than their bytes. */
class Gathered {
  length = 0;
  #bytes: Buffer = nothing;

  add(piece: Buffer): void {
    if (this.length === 0) this.#bytes = piece;
    else {
      if (this.length + piece.length > this.#bytes.length) {
        const larger = Buffer.allocUnsafe(Math.max(2 * (this.length + piece.length), 4_096));
        this.#bytes.copy(larger, 0, 0, this.length);
        this.#bytes = larger;
      }
      piece.copy(this.#bytes, this.length);
    }
    this.length += piece.length;
  }

  take(): Buffer {
    const taken = this.length === this.#bytes.length ? this.#bytes : this.#bytes.subarray(0, this.length);
    this.#bytes = nothing;
    this.length = 0;
    return taken;
  }
}

/** The body of one request: decoded as it arrives, held until a stage asks for it, and read once. */
export class IncomingBody {
  readonly #source: BodySource;
  readonly #chunks: ChunkDecoder | null;
  readonly #held = new Gathered();
  /** The payload of the chunks that came with one read. */
  readonly #read = new Gathered();
  readonly #gather = (piece: Buffer): void => this.#read.add(piece);
  #left: number;
  #taker: Taker | null = null;
  #taken = false;
  #failure: BodyFailure | null = null;
  readonly #accept = (piece: Buffer): void => {
    if (this.#taker !== null) this.#taker.data(piece);
    else if (this.#failure === null) this.#held.add(piece);
  };

  /** `bytes` is the length that the head declares, -1 for chunks. */
  constructor(bytes: number, source: BodySource) {
    this.#left = Math.max(bytes, 0);
    this.#source = source;
    this.#chunks = bytes < 0 ? new ChunkDecoder(rules) : null;
  }

  /** Whether it has arrived whole. */
  get done(): boolean {
    return this.#chunks === null ? this.#left === 0 : this.#chunks.done;
  }

  get failure(): BodyFailure | null {
    return this.#failure;
  }

  /** Whether the connection should stop reading until somebody asks for what is held. */
  get waits(): boolean {
    return this.#taker === null && (this.#failure !== null || this.#held.length >= heldBytes);
  }

  get wanted(): boolean {
    return this.#taker !== null;
  }

  /** Bytes still to come of a declared length; for chunks that are not at their end, infinite. */
  get left(): number {
    return this.#chunks === null ? this.#left : this.#chunks.done ? 0 : Number.POSITIVE_INFINITY;
  }

  /** Takes the next bytes of the connection; returns how many belong to the body. What is not of the declared form fails the body. */
  push(bytes: Buffer): number {
    let used = bytes.length;
    if (this.#chunks !== null) {
      try {
        used = this.#chunks.decode(bytes, this.#gather);
      } catch {
        this.fail('malformed');
        return bytes.length;
      }
      // What came together goes on together: whoever sends single bytes must not have us write single bytes.
      if (this.#read.length > 0) this.#accept(this.#read.take());
    } else {
      used = Math.min(this.#left, bytes.length);
      this.#left -= used;
      this.#accept(used === bytes.length ? bytes : bytes.subarray(0, used));
    }
    if (this.done) this.#settle()?.end();
    return used;
  }

  fail(why: BodyFailure): void {
    if (this.#failure !== null || this.done) return;
    this.#failure = why;
    this.#settle()?.failed(why);
  }

  /** The body as one buffer, at once when it has come already. `limit` is in bytes. */
  whole(limit: number, timeoutMs: number): Buffer | BodyFailure | Promise<Buffer | BodyFailure> {
    this.#claim();
    if (this.#held.length > limit) this.fail('too_large');
    if (this.#held.length > limit) return 'too_large';
    if (this.done) return this.#held.take();
    if (this.#failure !== null) return this.#failure;
    return new Promise((resolve) => {
      this.#taker = {
        data: (piece) => {
          if (this.#held.length + piece.length <= limit) return this.#held.add(piece);
          // What still arrives is not read: the connection ends with the refusal.
          this.#taker = null;
          this.#failure = 'too_large';
          resolve('too_large');
        },
        end: () => resolve(this.#held.take()),
        failed: resolve,
      };
      this.#source.wanted(timeoutMs, false);
    });
  }

  /** The body as a stream at its reader's pace; `onBytes` hears the size of each piece and breaks the stream off by returning an error. */
  stream(timeoutMs: number, onBytes: (bytes: number) => Error | null): Readable {
    this.#claim();
    const source = this.#source;
    const readable = new Readable({
      read: () => {
        if (this.#taker !== null) source.resume();
      },
      destroy: (error, done) => {
        if (this.#taker !== null) {
          this.#taker = null;
          this.#failure ??= 'too_large';
          source.pause();
        }
        done(error);
      },
    });
    const data = (piece: Buffer): void => {
      const refused = onBytes(piece.length);
      if (refused !== null) readable.destroy(refused);
      else if (!readable.push(piece)) source.pause();
    };
    const taker: Taker = {
      data,
      end: () => void readable.push(null),
      failed: (why) => void readable.destroy(new Error(`body ${why}`)),
    };
    if (this.#held.length > 0) data(this.#held.take());
    if (this.done) taker.end();
    else if (this.#failure !== null) taker.failed(this.#failure);
    else if (!readable.destroyed) {
      this.#taker = taker;
      source.wanted(timeoutMs, true);
    }
    return readable;
  }

  /** Reads what is left and throws it away; `ended` is called when that is done. */
  discard(timeoutMs: number, ended: () => void): void {
    this.#taken = true;
    this.#held.take();
    this.#taker = { data: () => undefined, end: ended, failed: ended };
    this.#source.wanted(timeoutMs, false);
  }

  #claim(): void {
    if (this.#taken) throw new Error('a body is read once');
    this.#taken = true;
  }

  #settle(): Taker | null {
    const taker = this.#taker;
    this.#taker = null;
    return taker;
  }
}
