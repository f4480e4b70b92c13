/** An element of GF(2^255 - 19) in 16 limbs of 16 bits, which may be signed and larger for a while: products of two stay below 2^53. */
type Field = Float64Array;

const limbs = 16;
const field = (): Field => new Float64Array(limbs);

function add(out: Field, a: Field, b: Field): void {
  for (let at = 0; at < limbs; at += 1) out[at] = a[at]! + b[at]!;
}

function subtract(out: Field, a: Field, b: Field): void {
  for (let at = 0; at < limbs; at += 1) out[at] = a[at]! - b[at]!;
}

/** Carries every limb into the next; what leaves the last counts 38 times in the first, because 2^256 = 38. */
function carry(a: Field): void {
  let over = 0;
  for (let at = 0; at < limbs; at += 1) {
    const value = a[at]! + over;
    over = Math.floor(value / 65536);
    a[at] = value - over * 65536;
  }
  a[0] = a[0]! + 38 * over;
}

const product = new Float64Array(31);

function multiply(out: Field, a: Field, b: Field): void {
  product.fill(0);
  for (let i = 0; i < limbs; i += 1) {
    const factor = a[i]!;
    for (let j = 0; j < limbs; j += 1) product[i + j] = product[i + j]! + factor * b[j]!;
  }
  for (let at = 0; at < 15; at += 1) out[at] = product[at]! + 38 * product[at + 16]!;
  out[15] = product[15]!;
  carry(out);
  carry(out);
}

/** Swaps the two when `bit` is 1, without a branch. */
function swap(a: Field, b: Field, bit: number): void {
  for (let at = 0; at < limbs; at += 1) {
    const difference = bit * (a[at]! - b[at]!);
    a[at] = a[at]! - difference;
    b[at] = b[at]! + difference;
  }
}

/** a^(p-2), the inverse. The exponent is public: 2^255 - 21 has all bits set but 2 and 4. */
function invert(out: Field, a: Field): void {
  const power = a.slice();
  for (let bit = 253; bit >= 0; bit -= 1) {
    multiply(power, power, power);
    if (bit !== 2 && bit !== 4) multiply(power, power, a);
  }
  out.set(power);
}

/** The one form below p, as 32 bytes, least significant first. */
function pack(a: Field): Uint8Array {
  const value = a.slice();
  carry(value);
  carry(value);
  carry(value);
  // Twice: value may be up to twice p and a bit.
  for (let round = 0; round < 2; round += 1) {
    const reduced = field();
    let borrow = 0;
    for (let at = 0; at < limbs; at += 1) {
      const modulus = at === 0 ? 0xffed : at === 15 ? 0x7fff : 0xffff;
      const difference = value[at]! - modulus - borrow;
      borrow = difference < 0 ? 1 : 0;
      reduced[at] = difference + borrow * 65536;
    }
    swap(value, reduced, 1 - borrow);
  }
  const out = new Uint8Array(32);
  for (let at = 0; at < limbs; at += 1) {
    out[2 * at] = value[at]! & 255;
    out[2 * at + 1] = value[at]! >> 8;
  }
  return out;
}

function unpack(bytes: Uint8Array): Field {
  const out = field();
  for (let at = 0; at < limbs; at += 1) out[at] = bytes[2 * at]! + 256 * bytes[2 * at + 1]!;
  out[15] = out[15]! % 32768;
  return out;
}

const a24 = field();
a24[0] = 0xdb41;
a24[1] = 1;

/**
 * X25519 (RFC 7748 §5): private key and public key, 32 bytes each, give 32 bytes. Doubles as integers, since phones may have no BigInt; the Montgomery ladder
 * takes the same steps and touches the same memory for every key. The result is all zero for a public key of low order: the caller refuses it.
 */
export function x25519(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  if (privateKey.length !== 32 || publicKey.length !== 32) throw new TypeError('wire: X25519 takes 32 bytes and 32 bytes');
  const scalar = privateKey.slice();
  scalar[0] = scalar[0]! & 248;
  scalar[31] = (scalar[31]! & 127) | 64;
  const x1 = unpack(publicKey);
  const x2 = field();
  const z2 = field();
  const x3 = x1.slice();
  const z3 = field();
  const [s, t, u, v] = [field(), field(), field(), field()];
  x2[0] = 1;
  z3[0] = 1;
  for (let at = 254; at >= 0; at -= 1) {
    const bit = (scalar[at >> 3]! >> (at & 7)) & 1;
    swap(x2, x3, bit);
    swap(z2, z3, bit);
    add(s, x2, z2);
    subtract(t, x2, z2);
    add(u, x3, z3);
    subtract(v, x3, z3);
    multiply(u, u, t);
    multiply(v, v, s);
    add(x3, u, v);
    subtract(z3, u, v);
    multiply(x3, x3, x3);
    multiply(z3, z3, z3);
    multiply(z3, z3, x1);
    multiply(s, s, s);
    multiply(t, t, t);
    multiply(x2, s, t);
    subtract(u, s, t);
    multiply(v, u, a24);
    add(v, v, s);
    multiply(z2, u, v);
    swap(x2, x3, bit);
    swap(z2, z3, bit);
  }
  invert(z2, z2);
  multiply(x2, x2, z2);
  return pack(x2);
}
