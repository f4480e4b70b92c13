import { createECDH, createHash } from 'node:crypto';
import type { RandomBytes } from '../bytes.ts';
import type { Sm2Encryption } from '../suite-s.ts';

// GB/T 32918.5: the recommended curve y² = x³ - 3x + b over p, with a base point of order n.
const p = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const b = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
const n = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;

/** Jacobian coordinates: x/z², y/z³; the point at infinity has z = 0. */
interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
}

const infinity: Point = { x: 1n, y: 1n, z: 0n };
const mod = (value: bigint): bigint => {
  const rest = value % p;
  return rest < 0n ? rest + p : rest;
};

function double({ x, y, z }: Point): Point {
  if (z === 0n || y === 0n) return infinity;
  const zz = mod(z * z);
  const yy = mod(y * y);
  const s = mod(4n * x * yy);
  const m = mod(3n * (x - zz) * (x + zz));
  const x3 = mod(m * m - 2n * s);
  return { x: x3, y: mod(m * (s - x3) - 8n * yy * yy), z: mod(2n * y * z) };
}

function add(one: Point, other: Point): Point {
  if (one.z === 0n) return other;
  if (other.z === 0n) return one;
  const z1 = mod(one.z * one.z);
  const z2 = mod(other.z * other.z);
  const u1 = mod(one.x * z2);
  const u2 = mod(other.x * z1);
  const s1 = mod(one.y * z2 * other.z);
  const s2 = mod(other.y * z1 * one.z);
  const h = mod(u2 - u1);
  const r = mod(s2 - s1);
  if (h === 0n) return r === 0n ? double(one) : infinity;
  const hh = mod(h * h);
  const hhh = mod(h * hh);
  const v = mod(u1 * hh);
  const x = mod(r * r - hhh - 2n * v);
  return { x, y: mod(r * (v - x) - s1 * hhh), z: mod(one.z * other.z * h) };
}

/** Montgomery's ladder: one addition and one doubling for each of 256 bits, whatever they are. BigInt itself takes varying time. */
function multiply(scalar: bigint, point: Point): Point {
  let low = infinity;
  let high = point;
  for (let bit = 255n; bit >= 0n; bit -= 1n) {
    const sum = add(low, high);
    if ((scalar >> bit) & 1n) {
      low = sum;
      high = double(high);
    } else {
      high = sum;
      low = double(low);
    }
  }
  return low;
}

/** A multiple of the base point, as x and y: by OpenSSL, which knows the curve, several times as fast as here and in a time of its own. */
function publicPoint(scalar: bigint): Uint8Array {
  const pair = createECDH('SM2');
  pair.setPrivateKey(bytesOf(scalar));
  return pair.getPublicKey().subarray(1);
}

function inverse(value: bigint): bigint {
  let [low, high] = [mod(value), p];
  let [x, y] = [1n, 0n];
  while (low > 1n) {
    const quotient = high / low;
    [low, high] = [high - quotient * low, low];
    [x, y] = [y - quotient * x, x];
  }
  return mod(x);
}

/** x and y, 32 bytes each; `null` for the point at infinity. */
function affine({ x, y, z }: Point): Uint8Array | null {
  if (z === 0n) return null;
  const i = inverse(z);
  const ii = mod(i * i);
  return Buffer.concat([bytesOf(mod(x * ii)), bytesOf(mod(y * ii * i))]);
}

const bytesOf = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);

/** An uncompressed point of the curve, or `null`. The cofactor is 1: every point but infinity has order n. */
function pointOf(bytes: Uint8Array): Point | null {
  if (bytes.length !== 65 || bytes[0] !== 4) return null;
  const x = numberOf(bytes.subarray(1, 33));
  const y = numberOf(bytes.subarray(33));
  const onCurve = x < p && y < p && mod(y * y) === mod(x * x * x - 3n * x + b);
  return onCurve ? { x, y, z: 1n } : null;
}

/** A number from 1 to n - 2; each draw is fit but for one in 2^32. */
function scalarFrom(random: RandomBytes): bigint {
  for (let draws = 0; draws < 16; draws += 1) {
    const value = numberOf(random(32));
    if (value > 0n && value < n - 1n) return value;
  }
  throw new Error('wire: the source of randomness repeats itself');
}

const sm3 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sm3');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** GB/T 32918.4 §5.4.3. */
function keyStream(shared: Uint8Array, length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let counter = 1; blocks.length * 32 < length; counter += 1) {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(counter);
    blocks.push(sm3(shared, number));
  }
  return Buffer.concat(blocks).subarray(0, length);
}

const xor = (one: Uint8Array, other: Uint8Array): Uint8Array => one.map((byte, at) => byte ^ (other[at] ?? 0));

/**
 * SM2 public-key encryption (GB/T 32918.4), for the gateway and for tests: Node's OpenSSL has the curve and multiples of its base point, but neither the scheme
 * nor multiples of another point, which are made with BigInt. Not constant time: see
 * docs/reference/client-protocol.md.
 */
export const nodeSm2Encryption: Sm2Encryption = {
  keyPair(random) {
    const scalar = scalarFrom(random);
    return { privateKey: new Uint8Array(bytesOf(scalar)), publicKey: new Uint8Array([4, ...publicPoint(scalar)]) };
  },
  encrypt(publicKey, message, random) {
    const point = pointOf(publicKey);
    if (point === null || message.length === 0) return null;
    for (let tries = 0; tries < 16; tries += 1) {
      const scalar = scalarFrom(random);
      const first = publicPoint(scalar);
      const shared = affine(multiply(scalar, point));
      if (shared === null) continue;
      const stream = keyStream(shared, message.length);
      // The standard draws again when the key stream is all zero.
      if (stream.every((byte) => byte === 0)) continue;
      const check = sm3(shared.subarray(0, 32), message, shared.subarray(32));
      return new Uint8Array(Buffer.concat([Buffer.from([4]), first, check, xor(message, stream)]));
    }
    return null;
  },
  decrypt(privateKey, ciphertext) {
    const point = ciphertext.length > 97 ? pointOf(ciphertext.subarray(0, 65)) : null;
    const scalar = numberOf(privateKey);
    if (point === null || scalar === 0n || scalar >= n) return null;
    const shared = affine(multiply(scalar, point));
    if (shared === null) return null;
    const hidden = ciphertext.subarray(97);
    const stream = keyStream(shared, hidden.length);
    const message = xor(hidden, stream);
    const check = sm3(shared.subarray(0, 32), message, shared.subarray(32));
    let difference = stream.every((byte) => byte === 0) ? 1 : 0;
    for (let at = 0; at < 32; at += 1) difference |= (check[at] ?? 0) ^ (ciphertext[65 + at] ?? 0);
    return difference === 0 ? new Uint8Array(message) : null;
  },
};
