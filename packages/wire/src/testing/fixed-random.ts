import { createHash } from 'node:crypto';
import type { RandomBytes } from '../bytes.ts';
import { encodeHex } from '../hex.ts';

export interface FixedRandom {
  readonly random: RandomBytes;
  /** What was drawn, in order, in hexadecimal. */
  readonly draws: string[];
}

/** Bytes that are the same at every run: SHA-256 over the seed and the number of the draw. */
export function createFixedRandom(seed: string): FixedRandom {
  const draws: string[] = [];
  return {
    draws,
    random(length) {
      if (length > 32) throw new Error('draws at most 32 bytes');
      const bytes = new Uint8Array(createHash('sha256').update(`${seed} ${draws.length}`).digest()).slice(0, length);
      draws.push(encodeHex(bytes));
      return bytes;
    },
  };
}
