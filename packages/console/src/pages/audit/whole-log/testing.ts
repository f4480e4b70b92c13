import { encodeBundle, encodeUtf8, formatCheckpoint, formatTilePath, formatVerifierKey, TILE_WIDTH, tileOf } from '@menshen/tlog';
import { createSigner, signNote, tree } from '@menshen/tlog/node';

export const origin = 'menshen.test/audit';
const seed = new Uint8Array(32).fill(9);
export const vkeyOf = (name: string): string => formatVerifierKey(createSigner(name, seed).key);

export type Files = Map<string, Uint8Array>;

/** A log of so many entries as it lies on a server. `entryAt` makes other ones, `name` is its origin. */
export function logOf(size: number, entryAt = (at: number) => JSON.stringify({ at }), name = origin): Files {
  const entries = Array.from({ length: size }, (_, at) => encodeUtf8(entryAt(at)));
  const builder = tree.builder();
  const tiles = entries.flatMap((entry) => [...builder.append(tree.leafHash(entry))]);
  const files: Files = new Map([...tiles, ...builder.partialTiles()].map(({ id, bytes }) => [formatTilePath(id), bytes]));
  for (let first = 0; first < size; first += TILE_WIDTH)
    files.set(formatTilePath(tileOf('entries', first, size)), encodeBundle(entries.slice(first, first + TILE_WIDTH)));
  const checkpoint = formatCheckpoint({ origin: name, size, root: builder.root() });
  files.set('checkpoint', encodeUtf8(signNote(checkpoint, [createSigner(name, seed)])));
  return files;
}

export const changed = (files: Files, path: string, at = 40): Files => {
  const bytes = (files.get(path) ?? new Uint8Array(64)).slice();
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return new Map([...files, [path, bytes]]);
};

export const without = (files: Files, path: string): Files => new Map([...files].filter(([name]) => name !== path));
