import type { NormalProfile } from '../profile.ts';
import { type Refusal, type RefusalCode, refuse } from '../refusal.ts';
import { doublePrecision } from './number.ts';

/** What the scan of a text found, valid until the next scan. */
export interface JsonScan {
  /** Members of all objects together. */
  keys: number;
  /**
   * Byte from which on the keys have to be looked at again after parsing, or -1 when no object can have a key twice and none
   * has a key that reaches a prototype.
   */
  doubtAt: number;
}

/**
 * Scans the bytes of a JSON text once for what a JSON parser does not say: depth, counts, lengths, keys that come twice,
 * halves of surrogate pairs, numbers beyond a double. Assumes valid UTF-8. The grammar is left to the parser that runs next:
 * on a text that it refuses, the scan may say anything, in linear time.
 *
 * Keys are compared by hash. Equal keys always have equal hashes, so no two equal hashes in one object prove that no key
 * comes twice; otherwise the caller compares the number of keys with what the parser kept, which no choice of colliding keys
 * makes slow.
 */
export type JsonScanner = (bytes: Buffer) => Refusal | JsonScan;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** Decimal numbers of so many digits survive a double unchanged (IEEE 754, DBL_DIG). */
const safeDigits = 15;
/** Where a native search becomes faster than a loop. */
const longString = 64;

// A hash set for one scan at a time. A slot counts as empty unless its stamp is the present scan's, so that it is never cleared.
const slots = 8_192;
const maxProbes = 16;
const stamps = new Uint32Array(slots);
const hashes = new Int32Array(slots);
let generation = 0;

/** Per depth: whether the container is an object, its salt, its elements so far. 1,000 is the deepest that a profile allows. */
const isObject = new Uint8Array(1_002);
const salts = new Int32Array(1_002);
const counts = new Int32Array(1_002);

/** Bytes that may stand in a number: digits, sign, point, exponent. */
const numberByte = new Uint8Array(256);
for (const char of '0123456789+-.eE') numberByte[char.charCodeAt(0)] = 1;

const result: JsonScan = { keys: 0, doubtAt: -1 };

/** Makes the scanner of a profile. */
export function createJsonScanner(profile: NormalProfile): JsonScanner {
  const { maxDepth, maxKeys, maxKeyLength, maxStringLength, maxArrayItems, maxNumberLength } = profile.limits;
  const { exactNumbers } = profile;

  return (bytes) => {
    const end = bytes.length;
    const escapes = bytes.indexOf(backslash) >= 0;
    generation = nextGeneration();
    let keys = 0;
    let doubtAt = -1;
    let depth = 0;
    let objects = 0;
    let expectKey = false;
    isObject[0] = 0;
    counts[0] = 0;

    let at = 0;
    while (at < end) {
      const byte = bytes[at] ?? 0;
      if (byte === quote) {
        const start = at + 1;
        at = start;
        if (expectKey) {
          expectKey = false;
          let hash = salts[depth] ?? 0;
          let current = 0;
          while (at < end) {
            current = bytes[at] ?? 0;
            if (current === quote || current === backslash) break;
            hash = Math.imul(hash ^ current, 0x01000193);
            at += 1;
          }
          if (current === backslash) {
            if (doubtAt < 0) doubtAt = start;
            const stop = skipEscaped(bytes, at, end);
            if (stop < 0) return refuse('body_ambiguous', `body byte ${~stop} escape`);
            at = stop;
          } else if (doubtAt < 0 && (reachesPrototype(bytes, start, at) || seen(hash))) doubtAt = start;
          if (at - start > maxKeyLength) return tooLong(start);
        } else {
          if (escapes) {
            const stop = skipEscaped(bytes, at, end);
            if (stop < 0) return refuse('body_ambiguous', `body byte ${~stop} escape`);
            at = stop;
          } else {
            const near = Math.min(start + longString, end);
            while (at < near && bytes[at] !== quote) at += 1;
            if (at === near) {
              const found = bytes.indexOf(quote, at);
              at = found < 0 ? end : found;
            }
          }
          if (at - start > maxStringLength) return tooLong(start);
        }
        at += 1;
      } else if (byte === comma) {
        const count = (counts[depth] ?? 0) + 1;
        counts[depth] = count;
        if (isObject[depth] === 1) expectKey = true;
        else if (count >= maxArrayItems) return tooMany(at);
        at += 1;
      } else if (byte === colon) {
        expectKey = false;
        keys += 1;
        if (keys > maxKeys) return tooMany(at);
        at += 1;
      } else if (byte === openBrace || byte === openBracket) {
        depth += 1;
        if (depth > maxDepth) return refuse('body_too_deep', `body byte ${at}`);
        counts[depth] = 0;
        expectKey = byte === openBrace;
        isObject[depth] = expectKey ? 1 : 0;
        objects += 1;
        salts[depth] = Math.imul(objects, 0x9e3779b1 | 0);
        at += 1;
      } else if (byte === closeBrace || byte === closeBracket) {
        expectKey = false;
        if (depth > 0) depth -= 1;
        at += 1;
      } else if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) {
        const start = at;
        let exponent = false;
        at += 1;
        while (at < end && numberByte[bytes[at] ?? 0] === 1) {
          exponent ||= ((bytes[at] ?? 0) | 0x20) === 0x65;
          at += 1;
        }
        if (at - start > safeDigits || exponent) {
          const code = checkNumber(bytes, start, at, maxNumberLength, exactNumbers);
          if (code !== null) return refuse(code, `body byte ${start} number`);
        }
      } else at += 1;
    }
    result.keys = keys;
    result.doubtAt = doubtAt;
    return result;
  };
}

const tooLong = (at: number): Refusal => refuse('body_too_large', `body byte ${at}`);
const tooMany = (at: number): Refusal => refuse('too_many_fields', `body byte ${at}`);

function nextGeneration(): number {
  if (generation < 0xffff_ffff) return generation + 1;
  stamps.fill(0);
  return 1;
}

/** Adds a hash to the set. True when it was there already, or when the set can no longer say. */
function seen(hash: number): boolean {
  let slot = (hash ^ (hash >>> 15)) & (slots - 1);
  for (let probe = 0; probe < maxProbes; probe += 1) {
    if (stamps[slot] !== generation) {
      stamps[slot] = generation;
      hashes[slot] = hash;
      return false;
    }
    if (hashes[slot] === hash) return true;
    slot = (slot + 1) & (slots - 1);
  }
  return true;
}

/**
 * Whether a key may be `__proto__` or `prototype`, by its length and two of its bytes: a false alarm costs time, not
 * correctness.
 */
function reachesPrototype(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start === 9 && bytes[start + 4] === 0x6f && (bytes[start + 8] === 0x5f || bytes[start + 8] === 0x65);
}

/**
 * From inside a string to its closing quote, over escapes. Returns the position of the quote (or the end), or the complement
 * of the position of an escape that parsers read differently: NUL, which ends a string for some, and half of a surrogate
 * pair, which UTF-8 cannot carry.
 */
function skipEscaped(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const byte = bytes[at];
    if (byte === quote) return at;
    if (byte !== backslash) {
      at += 1;
      continue;
    }
    if (bytes[at + 1] !== 0x75) {
      at += 2;
      continue;
    }
    const unit = hex4(bytes, at + 2);
    if (unit === 0 || (unit & 0xfc00) === 0xdc00) return ~at;
    if ((unit & 0xfc00) === 0xd800) {
      const pair = bytes[at + 6] === backslash && bytes[at + 7] === 0x75 ? hex4(bytes, at + 8) : -1;
      if (pair < 0 || (pair & 0xfc00) !== 0xdc00) return ~at;
      at += 12;
    } else at += 6;
  }
  return end;
}

/** Four hexadecimal digits as a number, or 1 when they are none: the parser refuses those. */
function hex4(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let i = at; i < at + 4; i += 1) {
    const byte = bytes[i] ?? 0;
    const lower = byte | 0x20;
    if (byte >= 0x30 && byte <= 0x39) value = (value << 4) | (byte - 0x30);
    else if (lower >= 0x61 && lower <= 0x66) value = (value << 4) | (lower - 0x57);
    else return 1;
  }
  return value;
}

function checkNumber(bytes: Uint8Array, start: number, end: number, maxLength: number, exact: boolean): RefusalCode | null {
  if (end - start > maxLength) return 'body_ambiguous';
  const precision = doublePrecision(String.fromCharCode(...bytes.subarray(start, end)));
  return precision === 'infinite' || (exact && precision === 'rounded') ? 'body_ambiguous' : null;
}
