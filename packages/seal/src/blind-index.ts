import { createHmac, hkdfSync } from 'node:crypto';
import type { Normaliser } from './normalise.ts';
import { lengthPrefixed } from './place.ts';

export interface BlindIndexOptions {
  /** Root of all index keys, 32 bytes; never a data key, so that indexes outlive rotations and open nothing. */
  readonly root: Uint8Array;
  readonly tenant: string;
  readonly table: string;
  readonly column: string;
  /** Name of this index: a column may have several, such as `whole` and `last_four`. */
  readonly name: string;
  /** Bits kept, 4 to 256; see planBlindIndex. */
  readonly bits: number;
  readonly normalise: Normaliser;
}

/** Finds equal values without showing them. */
export interface BlindIndex {
  readonly bits: number;
  /** ceil(bits / 8) bytes; what is over in the last byte is 0. Throws RangeError on a value that the normaliser refuses. */
  of(value: string): Uint8Array;
}

/**
 * A truncated HMAC-SHA-256 of the normalised value under a key of its own for tenant, table, column and index name. Truncation is the
 * point: different values share an index, so that the column's index says less of its values. The reader filters what was found after
 * opening it.
 */
export function createBlindIndex({ root, tenant, table, column, name, bits, normalise }: BlindIndexOptions): BlindIndex {
  if (!Number.isInteger(bits) || bits < 4 || bits > 256) throw new RangeError('bits: from 4 to 256');
  if (root.length !== 32) throw new RangeError('the root of index keys has 32 bytes');
  const info = Buffer.concat([Buffer.from('menshen blind index'), lengthPrefixed(tenant, table, column, name)]);
  const key = new Uint8Array(hkdfSync('sha256', root, new Uint8Array(0), info, 32));
  const bytes = Math.ceil(bits / 8);
  const mask = 0xff & (0xff << (bytes * 8 - bits));
  return Object.freeze({
    bits,
    of(value: string): Uint8Array {
      const cut = createHmac('sha256', key).update(normalise(value), 'utf8').digest().subarray(0, bytes);
      cut[bytes - 1] = (cut[bytes - 1] ?? 0) & mask;
      return new Uint8Array(cut);
    },
  });
}
