import { concatBytes, equalBytes, uint32 } from '../bytes.ts';
import type { Aead } from '../suite.ts';
import { expandAes256Key, type RoundKeys, transpose } from './aes256.ts';

/**
 * AES-256-GCM for bodies of some kilobytes where no compiler helps, as on phones that only interpret: the same algorithms as `aes256-gcm.ts`, written out so that
 * bits stay in local variables, and GHASH by carry-less products of words. Three times the code for a third of the time; as free of look-ups and branches by secrets.
 */

const rounds = 14;
const tagBytes = 16;

/** Encrypts the counter blocks `counter` and `counter + 1` under the IV's three words (least significant byte first) into 8 words, the two blocks alternating. */
function encryptCounters(keys: RoundKeys, iv: Int32Array, counter: number, out: Int32Array): void {
  const one = swapped(counter);
  const other = swapped(counter + 1);
  const [i0, i1, i2] = iv as unknown as [number, number, number];
  out[0] = out[1] = i0;
  out[2] = out[3] = i1;
  out[4] = out[5] = i2;
  out[6] = one;
  out[7] = other;
  transpose(out);
  let q0 = out[0]! ^ keys[0]!;
  let q1 = out[1]! ^ keys[1]!;
  let q2 = out[2]! ^ keys[2]!;
  let q3 = out[3]! ^ keys[3]!;
  let q4 = out[4]! ^ keys[4]!;
  let q5 = out[5]! ^ keys[5]!;
  let q6 = out[6]! ^ keys[6]!;
  let q7 = out[7]! ^ keys[7]!;
  for (let round = 1; ; round += 1) {
    // The S-box: the circuit of `aes256.ts`.
    const y14 = q4 ^ q2;
    const y13 = q7 ^ q1;
    const y9 = q7 ^ q4;
    const y8 = q7 ^ q2;
    const t0 = q6 ^ q5;
    const y1 = t0 ^ q0;
    const y4 = y1 ^ q4;
    const y12 = y13 ^ y14;
    const y2 = y1 ^ q7;
    const y5 = y1 ^ q1;
    const y3 = y5 ^ y8;
    const t1 = q3 ^ y12;
    const y15 = t1 ^ q2;
    const y20 = t1 ^ q6;
    const y6 = y15 ^ q0;
    const y10 = y15 ^ t0;
    const y11 = y20 ^ y9;
    const y7 = q0 ^ y11;
    const y17 = y10 ^ y11;
    const y19 = y10 ^ y8;
    const y16 = t0 ^ y11;
    const t2 = y12 & y15;
    const t7 = y13 & y16;
    const t12 = y9 & y11;
    const t14 = (y14 & y17) ^ t12;
    const t16 = (y8 & y10) ^ t12;
    const t21 = (y3 & y6) ^ t2 ^ t14 ^ y20;
    const t22 = (y4 & q0) ^ t2 ^ t16 ^ y19;
    const t23 = (y5 & y1) ^ t7 ^ t14 ^ y13 ^ y16;
    const t24 = (y2 & y7) ^ t7 ^ t16 ^ q7 ^ y16;
    const t25 = t21 ^ t22;
    const t26 = t21 & t23;
    const t27 = t24 ^ t26;
    const t29 = (t25 & t27) ^ t22;
    const t33 = ((t22 ^ t26) & (t23 ^ t24)) ^ t24;
    const t36 = t24 & (t27 ^ t33);
    const t37 = t36 ^ t23 ^ t33;
    const t40 = t25 ^ (t29 & (t27 ^ t36));
    const t41 = t40 ^ t37;
    const t42 = t29 ^ t33;
    const t43 = t29 ^ t40;
    const t44 = t33 ^ t37;
    const t45 = t42 ^ t41;
    const z2 = t33 & q0;
    const z3 = t43 & y16;
    const z4 = t40 & y1;
    const z5 = t29 & y7;
    const z7 = t45 & y17;
    const z10 = t37 & y3;
    const z12 = t43 & y13;
    const z16 = t45 & y14;
    const t46 = (t42 & y9) ^ z16;
    const t48 = z5 ^ (t40 & y5);
    const t53 = (t44 & y15) ^ z3;
    const t57 = z2 ^ z12 ^ t53;
    const t58 = z4 ^ t46;
    const t59 = z3 ^ (t42 & y11) ^ z7;
    const t60 = t46 ^ t57;
    const t62 = z7 ^ (t41 & y10) ^ t58;
    const t63 = (t44 & y12) ^ z10 ^ t58;
    const t64 = z4 ^ t59;
    const t65 = (t29 & y2) ^ t57 ^ t62;
    const t66 = (t37 & y6) ^ t63;
    const s3 = t53 ^ t66;

    const a7 = shiftRows(t59 ^ t63);
    const a6 = shiftRows(t64 ^ ~s3);
    const a5 = shiftRows(z16 ^ (t41 & y8) ^ ~(t64 ^ t65));
    const a4 = shiftRows(s3);
    const a3 = shiftRows(z2 ^ z5 ^ t66);
    const a2 = shiftRows(z10 ^ (t33 & y4) ^ t65);
    const a1 = shiftRows(z12 ^ t48 ^ ~t62);
    const a0 = shiftRows(t48 ^ ~t60);

    const key = 8 * round;
    if (round === rounds) {
      out[0] = a0 ^ keys[key]!;
      out[1] = a1 ^ keys[key + 1]!;
      out[2] = a2 ^ keys[key + 2]!;
      out[3] = a3 ^ keys[key + 3]!;
      out[4] = a4 ^ keys[key + 4]!;
      out[5] = a5 ^ keys[key + 5]!;
      out[6] = a6 ^ keys[key + 6]!;
      out[7] = a7 ^ keys[key + 7]!;
      break;
    }
    // MixColumns: every byte with its neighbour below, doubled where the polynomial says.
    const r0 = (a0 >>> 8) | (a0 << 24);
    const r1 = (a1 >>> 8) | (a1 << 24);
    const r2 = (a2 >>> 8) | (a2 << 24);
    const r3 = (a3 >>> 8) | (a3 << 24);
    const r4 = (a4 >>> 8) | (a4 << 24);
    const r5 = (a5 >>> 8) | (a5 << 24);
    const r6 = (a6 >>> 8) | (a6 << 24);
    const r7 = (a7 >>> 8) | (a7 << 24);
    const w0 = a0 ^ r0;
    const w1 = a1 ^ r1;
    const w2 = a2 ^ r2;
    const w3 = a3 ^ r3;
    const w4 = a4 ^ r4;
    const w5 = a5 ^ r5;
    const w6 = a6 ^ r6;
    const w7 = a7 ^ r7;
    q0 = w7 ^ r0 ^ ((w0 >>> 16) | (w0 << 16)) ^ keys[key]!;
    q1 = w0 ^ w7 ^ r1 ^ ((w1 >>> 16) | (w1 << 16)) ^ keys[key + 1]!;
    q2 = w1 ^ r2 ^ ((w2 >>> 16) | (w2 << 16)) ^ keys[key + 2]!;
    q3 = w2 ^ w7 ^ r3 ^ ((w3 >>> 16) | (w3 << 16)) ^ keys[key + 3]!;
    q4 = w3 ^ w7 ^ r4 ^ ((w4 >>> 16) | (w4 << 16)) ^ keys[key + 4]!;
    q5 = w4 ^ r5 ^ ((w5 >>> 16) | (w5 << 16)) ^ keys[key + 5]!;
    q6 = w5 ^ r6 ^ ((w6 >>> 16) | (w6 << 16)) ^ keys[key + 6]!;
    q7 = w6 ^ r7 ^ ((w7 >>> 16) | (w7 << 16)) ^ keys[key + 7]!;
  }
  transpose(out);
}

function shiftRows(x: number): number {
  return (
    (x & 0xff) |
    ((x & 0xfc00) >>> 2) |
    ((x & 0x0300) << 6) |
    ((x & 0x00f00000) >>> 4) |
    ((x & 0x000f0000) << 4) |
    ((x & -0x40000000) >>> 6) |
    ((x & 0x3f000000) << 2)
  );
}

/** The bytes of a word in the other order. */
function swapped(x: number): number {
  return (x >>> 24) | ((x >>> 8) & 0xff00) | ((x & 0xff00) << 8) | (x << 24);
}

/** The bits of a word in the other order. */
function reversed(x: number): number {
  let r = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  r = ((r >>> 2) & 0x33333333) | ((r & 0x33333333) << 2);
  r = ((r >>> 4) & 0x0f0f0f0f) | ((r & 0x0f0f0f0f) << 4);
  return swapped(r);
}

const { imul } = Math;

/**
 * The low word of the carry-less product. Only every fourth bit of an operand takes part in one integer product: at most eight ones meet in a place, and what they
 * carry stays in the three places between, which are masked off.
 */
function lowProduct(x: number, y: number): number {
  const x0 = x & 0x11111111;
  const x1 = x & 0x22222222;
  const x2 = x & 0x44444444;
  const x3 = x & -0x77777778;
  const y0 = y & 0x11111111;
  const y1 = y & 0x22222222;
  const y2 = y & 0x44444444;
  const y3 = y & -0x77777778;
  return (
    ((imul(x0, y0) ^ imul(x1, y3) ^ imul(x2, y2) ^ imul(x3, y1)) & 0x11111111) |
    ((imul(x0, y1) ^ imul(x1, y0) ^ imul(x2, y3) ^ imul(x3, y2)) & 0x22222222) |
    ((imul(x0, y2) ^ imul(x1, y1) ^ imul(x2, y0) ^ imul(x3, y3)) & 0x44444444) |
    ((imul(x0, y3) ^ imul(x1, y2) ^ imul(x2, y1) ^ imul(x3, y0)) & -0x77777778)
  );
}

/** What a low word leaves in the word 128 bits above it, and in the one below that: x^128 = x^7 + x^2 + x + 1. */
function folded(x: number): number {
  return x ^ (x >>> 1) ^ (x >>> 2) ^ (x >>> 7);
}

function carried(x: number): number {
  return (x << 31) ^ (x << 30) ^ (x << 25);
}

/** GHASH (NIST SP 800-38D §6.4) of whole blocks under the subkey's four words, most significant first. */
function ghash(h3: number, h2: number, h1: number, h0: number, data: Uint8Array): Uint8Array {
  // A product of 128 bits is nine of 32 by Karatsuba twice; its high words are low words of the reversed operands.
  const s0 = reversed(h0);
  const s1 = reversed(h1);
  const s2 = reversed(h2);
  const s3 = reversed(h3);
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  let y0 = 0;
  let y1 = 0;
  let y2 = 0;
  let y3 = 0;
  for (let at = 0; at < data.length; at += 16) {
    y3 ^= view.getInt32(at);
    y2 ^= view.getInt32(at + 4);
    y1 ^= view.getInt32(at + 8);
    y0 ^= view.getInt32(at + 12);
    const r0 = reversed(y0);
    const r1 = reversed(y1);
    const r2 = reversed(y2);
    const r3 = reversed(y3);
    const a0 = lowProduct(y0, h0);
    const a1 = lowProduct(y1, h1);
    const a2 = lowProduct(y2, h2);
    const a3 = lowProduct(y3, h3);
    const a01 = lowProduct(y0 ^ y1, h0 ^ h1) ^ a0 ^ a1;
    const a23 = lowProduct(y2 ^ y3, h2 ^ h3) ^ a2 ^ a3;
    const a02 = lowProduct(y0 ^ y2, h0 ^ h2);
    const a13 = lowProduct(y1 ^ y3, h1 ^ h3);
    const middle = lowProduct(y0 ^ y1 ^ y2 ^ y3, h0 ^ h1 ^ h2 ^ h3) ^ a02 ^ a13;
    const b0 = lowProduct(r0, s0);
    const b1 = lowProduct(r1, s1);
    const b2 = lowProduct(r2, s2);
    const b3 = lowProduct(r3, s3);
    const b01 = lowProduct(r0 ^ r1, s0 ^ s1) ^ b0 ^ b1;
    const b23 = lowProduct(r2 ^ r3, s2 ^ s3) ^ b2 ^ b3;
    const b02 = lowProduct(r0 ^ r2, s0 ^ s2);
    const b13 = lowProduct(r1 ^ r3, s1 ^ s3);
    const above = lowProduct(r0 ^ r1 ^ r2 ^ r3, s0 ^ s1 ^ s2 ^ s3) ^ b02 ^ b13;

    const z0 = a0;
    const z1 = a01 ^ (reversed(b0) >>> 1);
    const z2 = a1 ^ a0 ^ a2 ^ a02 ^ (reversed(b01) >>> 1);
    const z3 = a01 ^ a23 ^ middle ^ (reversed(b1 ^ b0 ^ b2 ^ b02) >>> 1);
    const z4 = a2 ^ a1 ^ a3 ^ a13 ^ (reversed(b01 ^ b23 ^ above) >>> 1);
    const z5 = a23 ^ (reversed(b2 ^ b1 ^ b3 ^ b13) >>> 1);
    const z6 = a3 ^ (reversed(b23) >>> 1);
    const z7 = reversed(b3) >>> 1;

    // GHASH's first bit is the highest: the product of 255 bits moves up by one, then its low half folds into the high one.
    const l0 = z0 << 1;
    const l1 = (z1 << 1) | (z0 >>> 31);
    const l2 = (z2 << 1) | (z1 >>> 31);
    const l3 = (z3 << 1) | (z2 >>> 31);
    const m3 = l3 ^ carried(l0);
    y0 = ((z4 << 1) | (z3 >>> 31)) ^ folded(l0) ^ carried(l1);
    y1 = ((z5 << 1) | (z4 >>> 31)) ^ folded(l1) ^ carried(l2);
    y2 = ((z6 << 1) | (z5 >>> 31)) ^ folded(l2) ^ carried(m3);
    y3 = ((z7 << 1) | (z6 >>> 31)) ^ folded(m3);
  }
  return concatBytes(uint32(y3), uint32(y2), uint32(y1), uint32(y0));
}

/** Blocks in words of the stream, least significant byte first: counter 1 covers the tag, what follows the text. */
interface Stream {
  readonly subkey: Int32Array;
  readonly mask: Int32Array;
  /** XORs the text, a whole number of blocks, in place. */
  cover(text: Uint8Array): void;
}

function startStream(key: Uint8Array, iv: Uint8Array): Stream {
  if (iv.length !== 12) throw new TypeError('wire: AES-256-GCM takes an IV of 12 bytes');
  const keys = expandAes256Key(key);
  const bytes = new DataView(iv.buffer, iv.byteOffset, 12);
  const words = new Int32Array([bytes.getInt32(0, true), bytes.getInt32(4, true), bytes.getInt32(8, true)]);
  const pair = new Int32Array(8);
  const block = (other: 0 | 1): Int32Array =>
    new Int32Array([pair[other]!, pair[2 + other]!, pair[4 + other]!, pair[6 + other]!]);
  encryptCounters(keys, new Int32Array(3), 0, pair);
  const subkey = block(0);
  encryptCounters(keys, words, 1, pair);
  const mask = block(0);
  return {
    subkey,
    mask,
    cover(text) {
      const view = new DataView(text.buffer, text.byteOffset, text.length);
      for (let at = 0, other = 1, counter = 2; at < text.length; at += 16, counter += 1, other ^= 1) {
        if (other === 0) encryptCounters(keys, words, counter, pair);
        for (let word = 0; word < 4; word += 1)
          view.setInt32(at + 4 * word, view.getInt32(at + 4 * word, true) ^ pair[2 * word + other]!, true);
      }
    },
  };
}

function tagOf({ subkey, mask }: Stream, aad: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const from = ceil16(aad.length);
  const end = from + ceil16(ciphertext.length);
  const data = new Uint8Array(end + 16);
  data.set(aad);
  data.set(ciphertext, from);
  const lengths = new DataView(data.buffer, end);
  lengths.setUint32(0, Math.floor(aad.length / 0x20000000));
  lengths.setInt32(4, aad.length * 8);
  lengths.setUint32(8, Math.floor(ciphertext.length / 0x20000000));
  lengths.setInt32(12, ciphertext.length * 8);
  const [h3, h2, h1, h0] = subkey as unknown as [number, number, number, number];
  const tag = ghash(swapped(h3), swapped(h2), swapped(h1), swapped(h0), data);
  const view = new DataView(tag.buffer);
  for (let word = 0; word < 4; word += 1) view.setInt32(4 * word, view.getInt32(4 * word, true) ^ mask[word]!, true);
  return tag;
}

const ceil16 = (length: number): number => Math.ceil(length / 16) * 16;

/** The text under the stream; the bytes that fill the last block are cut off again. */
function covered(stream: Stream, text: Uint8Array): Uint8Array {
  const whole = new Uint8Array(ceil16(text.length));
  whole.set(text);
  stream.cover(whole);
  return whole.subarray(0, text.length);
}

/** AES-256-GCM as `aes256Gcm`, for bodies. */
export const aes256GcmUnrolled: Aead = {
  keyBytes: 32,
  ivBytes: 12,
  tagBytes,
  seal(key, iv, aad, plaintext) {
    const stream = startStream(key, iv);
    const ciphertext = covered(stream, plaintext);
    return concatBytes(ciphertext, tagOf(stream, aad, ciphertext));
  },
  open(key, iv, aad, sealed) {
    const stream = startStream(key, iv);
    if (sealed.length < tagBytes) return null;
    const ciphertext = sealed.slice(0, sealed.length - tagBytes);
    return equalBytes(tagOf(stream, aad, ciphertext), sealed.slice(sealed.length - tagBytes))
      ? covered(stream, ciphertext)
      : null;
  },
};
