import { randomBytes } from 'node:crypto';

/** How fast buckets of one kind fill. */
export interface TableRate {
  /** Tokens of a full bucket. */
  readonly capacity: number;
  /** Milliseconds in which one token comes back. */
  readonly msPerToken: number;
}

const ways = 8;
/** Refilling adds fractions; a token that lacks less than this is whole. */
const tolerance = 1e-6;

/**
 * Token buckets of this process in a fixed amount of memory, 16 bytes a bucket. A bucket is kept as the time at which it is full again (the generic
 * cell rate algorithm, ITU-T I.371), its key as a seeded hash of 64 bits. Each key has eight places; when all are taken by buckets that are not full,
 * the one nearest to full is forgotten, so that a flood of new keys never frees an exhausted one. A clock that steps back takes no tokens away.
 */
export class TokenTable {
  readonly #clock: () => number;
  readonly #mask: number;
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;
  readonly #fullAt: Float64Array;
  readonly #seedHigh: number;
  readonly #seedLow: number;
  #base: number;
  #last: number;
  /** Of the key that was hashed last. */
  #keyHigh = 0;
  #keyLow = 0;
  /** Live buckets that had to be forgotten. */
  forgotten = 0;

  /** `places` is rounded up to a power of two, at least eight. `seed` holds 8 secret bytes, lest keys be made to meet. */
  constructor(clock: () => number, places: number, seed: Uint8Array = randomBytes(8)) {
    const size = 2 ** Math.max(3, Math.ceil(Math.log2(places)));
    const view = new DataView(seed.buffer, seed.byteOffset, 8);
    this.#clock = clock;
    this.#mask = size / ways - 1;
    this.#high = new Uint32Array(size);
    this.#low = new Uint32Array(size);
    this.#fullAt = new Float64Array(size);
    this.#seedHigh = view.getUint32(0);
    this.#seedLow = view.getUint32(4);
    this.#last = clock();
    // The own time starts at 1, because 0 stands for an empty place.
    this.#base = this.#last - 1;
  }

  /** Takes `cost` tokens, at most the capacity. 0 when they were there; else nothing is taken, and the milliseconds until they will be. */
  take(space: number, key: string, rate: TableRate, cost: number): number {
    const now = this.#now();
    this.#hash(space, key);
    const place = this.#find();
    const holds = rate.capacity * rate.msPerToken;
    const before = place < 0 ? 0 : (this.#fullAt[place] ?? 0);
    const next = Math.min(Math.max(before, now), now + holds) + cost * rate.msPerToken;
    const wait = next - now - holds;
    if (wait > tolerance * rate.msPerToken) return Math.max(1, Math.ceil(wait - tolerance * rate.msPerToken));
    const at = place < 0 ? this.#claim(now) : place;
    this.#high[at] = this.#keyHigh;
    this.#low[at] = this.#keyLow;
    this.#fullAt[at] = next;
    return 0;
  }

  /** As {@link take}, without taking anything. */
  wait(space: number, key: string, rate: TableRate, cost: number): number {
    const now = this.#now();
    const holds = rate.capacity * rate.msPerToken;
    const next = now + this.#debt(now, space, key, holds) + cost * rate.msPerToken;
    const wait = next - now - holds;
    return wait > tolerance * rate.msPerToken ? Math.max(1, Math.ceil(wait - tolerance * rate.msPerToken)) : 0;
  }

  /** Whole tokens left. */
  remaining(space: number, key: string, rate: TableRate): number {
    const holds = rate.capacity * rate.msPerToken;
    return Math.floor((holds - this.#debt(this.#now(), space, key, holds)) / rate.msPerToken + tolerance);
  }

  /** Fills a bucket. */
  forget(space: number, key: string): void {
    this.#hash(space, key);
    const place = this.#find();
    if (place >= 0) this.#fullAt[place] = 0;
  }

  /** Milliseconds until the bucket is full. */
  #debt(now: number, space: number, key: string, holds: number): number {
    this.#hash(space, key);
    const place = this.#find();
    return place < 0 ? 0 : Math.min(Math.max(0, (this.#fullAt[place] ?? 0) - now), holds);
  }

  #now(): number {
    const time = this.#clock();
    if (time < this.#last) this.#base -= this.#last - time;
    this.#last = time;
    return time - this.#base;
  }

  /** Two multiplicative hashes side by side, mixed at the end (the finalizer of MurmurHash3). */
  #hash(space: number, key: string): void {
    let high = this.#seedHigh ^ space;
    let low = this.#seedLow ^ Math.imul(space, 0x9e3779b1);
    for (let at = 0; at < key.length; at += 1) {
      const unit = key.charCodeAt(at);
      high = Math.imul(high ^ unit, 0x01000193);
      low = Math.imul(low + unit, 0x5bd1e995);
      low ^= low >>> 15;
    }
    this.#keyHigh = mix(high ^ key.length);
    this.#keyLow = mix(low ^ this.#keyHigh);
  }

  /** The place of the last key, or -1. */
  #find(): number {
    const high = this.#keyHigh >>> 0;
    const low = this.#keyLow >>> 0;
    const first = this.#set();
    for (let at = first; at < first + ways; at += 1) {
      if (this.#high[at] === high && this.#low[at] === low) return at;
    }
    return -1;
  }

  /** First of the eight places of the last key. */
  #set(): number {
    return ((this.#keyHigh ^ (this.#keyLow >>> 7)) & this.#mask) * ways;
  }

  /** A place for the last key: one that is empty or holds a full bucket, else the one nearest to full. */
  #claim(now: number): number {
    const first = this.#set();
    let best = first;
    for (let at = first; at < first + ways; at += 1) {
      if ((this.#fullAt[at] ?? 0) <= now) return at;
      if ((this.#fullAt[at] ?? 0) < (this.#fullAt[best] ?? 0)) best = at;
    }
    this.forgotten += 1;
    return best;
  }
}

function mix(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
