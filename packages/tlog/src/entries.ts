import { TlogError } from './errors.ts';
import { TILE_WIDTH } from './tile.ts';

/** Longest entry: its length is a uint16 in the bundle (C2SP tlog-tiles). */
export const MAX_ENTRY_BYTES = 65_535;

/** Packs 1 to 256 entries into a bundle: uint16 big-endian length and bytes, each. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length < 1 || entries.length > TILE_WIDTH)
    throw new TlogError('bundle_malformed', 'a bundle holds 1 to 256 entries');
  let length = 0;
  for (const entry of entries) {
    if (entry.length > MAX_ENTRY_BYTES) throw new TlogError('entry_too_large', 'an entry has at most 65,535 bytes');
    length += 2 + entry.length;
  }
  const bundle = new Uint8Array(length);
  let offset = 0;
  for (const entry of entries) {
    bundle[offset] = entry.length >> 8;
    bundle[offset + 1] = entry.length & 0xff;
    bundle.set(entry, offset + 2);
    offset += 2 + entry.length;
  }
  return bundle;
}

/** Unpacks a bundle of exactly `width` entries; the entries are views of it. */
export function decodeBundle(bundle: Uint8Array, width: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let offset = 0;
  while (offset < bundle.length) {
    const high = bundle[offset];
    const low = bundle[offset + 1];
    if (high === undefined || low === undefined) throw new TlogError('bundle_malformed', 'the bundle ends inside a length');
    const end = offset + 2 + high * 256 + low;
    if (end > bundle.length || entries.length === width)
      throw new TlogError('bundle_malformed', 'the bundle does not hold its entries');
    entries.push(bundle.subarray(offset + 2, end));
    offset = end;
  }
  if (entries.length !== width) throw new TlogError('bundle_malformed', 'the bundle does not hold its entries');
  return entries;
}
