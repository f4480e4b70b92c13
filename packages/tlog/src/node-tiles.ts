import { hash } from 'node:crypto';
import { TlogError } from './errors.ts';
import { HASH_BYTES } from './hash.ts';
import { TILE_WIDTH } from './tile.ts';

/*
 * Whole tiles at a time, for whoever verifies millions of entries: hashes are written where they belong instead of becoming
 * an object each, which halves the time.
 */

const malformed = () => new TlogError('bundle_malformed', 'the bundle does not hold its entries');

/**
 * The leaf hashes of a bundle of exactly `width` entries, one after the other. The bundle is used up: its length prefixes are
 * overwritten with the prefix of the leaf hash, which saves a copy of each entry. Throws `bundle_malformed`.
 */
export function hashBundle(bundle: Uint8Array, width: number): Uint8Array {
  const bytes = Buffer.from(bundle.buffer, bundle.byteOffset, bundle.length);
  const leaves = Buffer.alloc(width * HASH_BYTES);
  let offset = 0;
  for (let at = 0; at < width; at += 1) {
    const start = offset + 2;
    if (start > bytes.length) throw malformed();
    const end = start + bytes.readUInt16BE(offset);
    if (end > bytes.length) throw malformed();
    bytes[start - 1] = 0;
    leaves.write(hash('sha256', bytes.subarray(start - 1, end), 'hex'), at * HASH_BYTES, 'hex');
    offset = end;
  }
  if (offset !== bytes.length) throw malformed();
  return new Uint8Array(leaves.buffer, leaves.byteOffset, leaves.length);
}

/** The hash of a full tile of hashes: one hash of the level above. Throws `tile_malformed` for any other length. */
export function foldTile(tile: Uint8Array): Uint8Array {
  if (tile.length !== TILE_WIDTH * HASH_BYTES) throw new TlogError('tile_malformed', 'only a full tile has a hash');
  const row = Buffer.from(tile);
  const input = Buffer.alloc(1 + 2 * HASH_BYTES, 1);
  for (let width = TILE_WIDTH / 2; width >= 1; width /= 2) {
    for (let at = 0; at < width; at += 1) {
      row.copy(input, 1, at * 2 * HASH_BYTES, (at + 1) * 2 * HASH_BYTES);
      row.write(hash('sha256', input, 'hex'), at * HASH_BYTES, 'hex');
    }
  }
  return new Uint8Array(row.subarray(0, HASH_BYTES));
}
