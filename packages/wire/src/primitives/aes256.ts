/**
 * AES-256 (FIPS 197) without tables: bits of two blocks stand side by side in eight 32-bit words ("bitslicing"), and the S-box is the circuit of Boyar and
 * Peralta ("A depth-16 circuit for the AES S-box", 2011). No look-up and no branch depends on key or data. Encryption only: GCM needs no more.
 */

/** Expanded key: 15 round keys of eight words. */
export type RoundKeys = Int32Array;

const rounds = 14;

/** SubBytes on 32 bytes at once. */
function substitute(q: Int32Array): void {
  const x0 = q[7]!,
    x1 = q[6]!,
    x2 = q[5]!,
    x3 = q[4]!,
    x4 = q[3]!,
    x5 = q[2]!,
    x6 = q[1]!,
    x7 = q[0]!;
  const y14 = x3 ^ x5,
    y13 = x0 ^ x6,
    y9 = x0 ^ x3,
    y8 = x0 ^ x5,
    t0 = x1 ^ x2,
    y1 = t0 ^ x7,
    y4 = y1 ^ x3;
  const y12 = y13 ^ y14,
    y2 = y1 ^ x0,
    y5 = y1 ^ x6,
    y3 = y5 ^ y8,
    t1 = x4 ^ y12,
    y15 = t1 ^ x5,
    y20 = t1 ^ x1;
  const y6 = y15 ^ x7,
    y10 = y15 ^ t0,
    y11 = y20 ^ y9,
    y7 = x7 ^ y11,
    y17 = y10 ^ y11,
    y19 = y10 ^ y8,
    y16 = t0 ^ y11;
  const y21 = y13 ^ y16,
    y18 = x0 ^ y16;
  const t2 = y12 & y15,
    t4 = (y3 & y6) ^ t2,
    t6 = (y4 & x7) ^ t2,
    t7 = y13 & y16,
    t9 = (y5 & y1) ^ t7,
    t11 = (y2 & y7) ^ t7;
  const t12 = y9 & y11,
    t14 = (y14 & y17) ^ t12,
    t16 = (y8 & y10) ^ t12;
  const t21 = t4 ^ t14 ^ y20,
    t22 = t6 ^ t16 ^ y19,
    t23 = t9 ^ t14 ^ y21,
    t24 = t11 ^ t16 ^ y18;
  const t25 = t21 ^ t22,
    t26 = t21 & t23,
    t27 = t24 ^ t26,
    t29 = (t25 & t27) ^ t22,
    t30 = t23 ^ t24,
    t31 = t22 ^ t26;
  const t33 = (t31 & t30) ^ t24,
    t34 = t23 ^ t33,
    t36 = t24 & (t27 ^ t33),
    t37 = t36 ^ t34,
    t38 = t27 ^ t36;
  const t40 = t25 ^ (t29 & t38),
    t41 = t40 ^ t37,
    t42 = t29 ^ t33,
    t43 = t29 ^ t40,
    t44 = t33 ^ t37,
    t45 = t42 ^ t41;
  const z0 = t44 & y15,
    z1 = t37 & y6,
    z2 = t33 & x7,
    z3 = t43 & y16,
    z4 = t40 & y1,
    z5 = t29 & y7,
    z6 = t42 & y11;
  const z7 = t45 & y17,
    z8 = t41 & y10,
    z9 = t44 & y12,
    z10 = t37 & y3,
    z11 = t33 & y4,
    z12 = t43 & y13,
    z13 = t40 & y5;
  const z14 = t29 & y2,
    z15 = t42 & y9,
    z16 = t45 & y14,
    z17 = t41 & y8;
  const t46 = z15 ^ z16,
    t47 = z10 ^ z11,
    t48 = z5 ^ z13,
    t49 = z9 ^ z10,
    t50 = z2 ^ z12,
    t51 = z2 ^ z5,
    t52 = z7 ^ z8;
  const t53 = z0 ^ z3,
    t54 = z6 ^ z7,
    t55 = z16 ^ z17,
    t56 = z12 ^ t48,
    t57 = t50 ^ t53,
    t58 = z4 ^ t46,
    t59 = z3 ^ t54;
  const t60 = t46 ^ t57,
    t61 = z14 ^ t57,
    t62 = t52 ^ t58,
    t63 = t49 ^ t58,
    t64 = z4 ^ t59,
    t65 = t61 ^ t62,
    t66 = z1 ^ t63;
  const s3 = t53 ^ t66;
  q[7] = t59 ^ t63;
  q[6] = t64 ^ ~s3;
  q[5] = t55 ^ ~(t64 ^ t65);
  q[4] = s3;
  q[3] = t51 ^ t66;
  q[2] = t47 ^ t65;
  q[1] = t56 ^ ~t62;
  q[0] = t48 ^ ~t60;
}

function exchange(q: Int32Array, low: number, shift: number, x: number, y: number): void {
  const a = q[x]!;
  const b = q[y]!;
  q[x] = (a & low) | ((b & low) << shift);
  q[y] = ((a >>> shift) & low) | (b & ~low);
}

/** Turns eight words into their bits side by side, and back. */
export function transpose(q: Int32Array): void {
  for (let at = 0; at < 8; at += 2) exchange(q, 0x55555555, 1, at, at + 1);
  for (let at = 0; at < 8; at += 4) {
    exchange(q, 0x33333333, 2, at, at + 2);
    exchange(q, 0x33333333, 2, at + 1, at + 3);
  }
  for (let at = 0; at < 4; at += 1) exchange(q, 0x0f0f0f0f, 4, at, at + 4);
}

function shiftRows(q: Int32Array): void {
  for (let at = 0; at < 8; at += 1) {
    const x = q[at]!;
    q[at] =
      (x & 0xff) |
      ((x & 0xfc00) >>> 2) |
      ((x & 0x0300) << 6) |
      ((x & 0x00f00000) >>> 4) |
      ((x & 0x000f0000) << 4) |
      ((x & 0xc0000000) >>> 6) |
      ((x & 0x3f000000) << 2);
  }
}

function mixColumns(q: Int32Array): void {
  const turned = new Int32Array(8);
  const twice = new Int32Array(8);
  for (let at = 0; at < 8; at += 1) {
    const x = q[at]!;
    const r = (x >>> 8) | (x << 24);
    turned[at] = r;
    twice[at] = x ^ r;
  }
  for (let at = 0; at < 8; at += 1) {
    const top = at === 0 || at === 1 || at === 3 || at === 4 ? twice[7]! : 0;
    const below = at === 0 ? 0 : twice[at - 1]!;
    const sum = twice[at]!;
    q[at] = below ^ top ^ turned[at]! ^ ((sum >>> 16) | (sum << 16));
  }
}

function addRoundKey(q: Int32Array, keys: RoundKeys, round: number): void {
  for (let at = 0; at < 8; at += 1) q[at] = q[at]! ^ keys[8 * round + at]!;
}

/** Four bytes as a word, least significant first. */
function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/** Expands a key of 32 bytes (FIPS 197 §5.2). */
export function expandAes256Key(key: Uint8Array): RoundKeys {
  if (key.length !== 32) throw new TypeError('wire: AES-256 takes a key of 32 bytes');
  const words = new Int32Array(4 * (rounds + 1));
  const q = new Int32Array(8);
  let constant = 1;
  for (let at = 0; at < words.length; at += 1) {
    if (at < 8) {
      words[at] = word(key, 4 * at);
      continue;
    }
    let next = words[at - 1]!;
    if (at % 4 === 0) {
      if (at % 8 === 0) next = (next >>> 8) | (next << 24);
      q.fill(next);
      transpose(q);
      substitute(q);
      transpose(q);
      next = q[0]!;
      if (at % 8 === 0) {
        next ^= constant;
        constant <<= 1;
      }
    }
    words[at] = words[at - 8]! ^ next;
  }
  const keys = new Int32Array(8 * (rounds + 1));
  for (let round = 0; round <= rounds; round += 1) {
    for (let at = 0; at < 8; at += 1) q[at] = words[4 * round + (at >> 1)]!;
    transpose(q);
    keys.set(q, 8 * round);
  }
  return keys;
}

/** Encrypts two blocks, 32 bytes, in place. */
export function encryptTwoBlocks(keys: RoundKeys, blocks: Uint8Array): void {
  const q = new Int32Array(8);
  for (let at = 0; at < 4; at += 1) {
    q[2 * at] = word(blocks, 4 * at);
    q[2 * at + 1] = word(blocks, 16 + 4 * at);
  }
  transpose(q);
  addRoundKey(q, keys, 0);
  for (let round = 1; round <= rounds; round += 1) {
    substitute(q);
    shiftRows(q);
    if (round < rounds) mixColumns(q);
    addRoundKey(q, keys, round);
  }
  transpose(q);
  const view = new DataView(blocks.buffer, blocks.byteOffset, 32);
  for (let at = 0; at < 4; at += 1) {
    view.setInt32(4 * at, q[2 * at]!, true);
    view.setInt32(16 + 4 * at, q[2 * at + 1]!, true);
  }
}
