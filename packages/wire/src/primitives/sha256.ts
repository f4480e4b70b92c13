// FIPS 180-4 §4.2.2: first 32 bits of the fractional parts of the cube roots of the first 64 primes, computed instead of written down.
const constants = new Int32Array(64);
const initial = new Int32Array(8);
for (let prime = 2, count = 0; count < 64; prime += 1) {
  let composite = false;
  for (let factor = 2; factor * factor <= prime; factor += 1) if (prime % factor === 0) composite = true;
  if (composite) continue;
  constants[count] = (prime ** (1 / 3) % 1) * 0x100000000;
  if (count < 8) initial[count] = (prime ** 0.5 % 1) * 0x100000000;
  count += 1;
}

/** A hash that takes its input piece by piece. */
export interface IncrementalHash {
  update(data: Uint8Array): IncrementalHash;
  /** 32 bytes. The hash cannot be used afterwards. */
  digest(): Uint8Array;
}

/** SHA-256 (FIPS 180-4) in 32-bit integers; no look-up depends on the data. */
export function createSha256(): IncrementalHash {
  const state = initial.slice();
  const words = new Int32Array(64);
  const block = new Uint8Array(64);
  let held = 0;
  let total = 0;

  const compress = (data: Uint8Array, from: number): void => {
    const w = words;
    for (let t = 0, at = from; t < 16; t += 1, at += 4) {
      w[t] = (data[at]! << 24) | (data[at + 1]! << 16) | (data[at + 2]! << 8) | data[at + 3]!;
    }
    for (let t = 16; t < 64; t += 1) {
      const x = w[t - 15]!;
      const y = w[t - 2]!;
      w[t] =
        (w[t - 16]! +
          w[t - 7]! +
          (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) +
          (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) |
        0;
    }
    let a = state[0]!;
    let b = state[1]!;
    let c = state[2]!;
    let d = state[3]!;
    let e = state[4]!;
    let f = state[5]!;
    let g = state[6]!;
    let h = state[7]!;
    for (let t = 0; t < 64; t += 1) {
      const first =
        (h +
          (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) +
          (g ^ (e & (f ^ g))) +
          constants[t]! +
          w[t]!) |
        0;
      const second =
        ((((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) + ((a & b) | (c & (a | b)))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((value, at) => {
      state[at] = state[at]! + value;
    });
  };

  const hash: IncrementalHash = {
    update(data) {
      let at = 0;
      total += data.length;
      if (held > 0) {
        at = Math.min(64 - held, data.length);
        block.set(data.subarray(0, at), held);
        held += at;
        if (held < 64) return hash;
        compress(block, 0);
        held = 0;
      }
      for (; at + 64 <= data.length; at += 64) compress(data, at);
      block.set(data.subarray(at), 0);
      held = data.length - at;
      return hash;
    },
    digest() {
      block[held] = 0x80;
      block.fill(0, held + 1);
      if (held >= 56) {
        compress(block, 0);
        block.fill(0);
      }
      const view = new DataView(block.buffer);
      view.setUint32(56, Math.floor(total / 0x20000000));
      view.setUint32(60, (total * 8) | 0);
      compress(block, 0);
      const out = new Uint8Array(32);
      const words = new DataView(out.buffer);
      for (let at = 0; at < 8; at += 1) words.setInt32(4 * at, state[at]!);
      return out;
    },
  };
  return hash;
}

/** SHA-256 of the data, 32 bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  return createSha256().update(data).digest();
}
