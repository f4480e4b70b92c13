import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeBundle, encodeHex, formatTilePath, formatTlogProof, parseCheckpoint, parseNote, type Tile, TILE_WIDTH, tileOf } from '@menshen/tlog';
import { openNote, parseVerifierKey, tree } from '@menshen/tlog/node';

const maxProblems = 100;

export interface LogProblem {
  readonly code: string;
  readonly where: string;
}

export interface VerifyReport {
  readonly ok: boolean;
  readonly size: number;
  readonly root: string;
  readonly problems: readonly LogProblem[];
}

/** The published files of a log directory (C2SP tlog-tiles): checkpoint, hash tiles and entry bundles. */
export interface LogDirectory {
  /** The last checkpoint as it stands, with its size; null while there is none. */
  checkpoint(): { readonly note: string; readonly size: number; readonly root: Uint8Array } | null;
  /** Bytes of an entry under the last checkpoint; null beyond it. */
  entry(index: number): Uint8Array | null;
  /** The proof of an entry as a C2SP tlog-proof file; null beyond the last checkpoint. */
  prove(index: number): string | null;
  /** Recomputes the whole log from its entries and holds it against the signed checkpoint. */
  verify(vkey: string, progress?: (done: number, size: number) => void): VerifyReport;
}

/** Reads a log directory. Files are not trusted: what is read is verified or says that it is not. */
export function openLogDirectory(directory: string): LogDirectory {
  const readTile = (path: string): Uint8Array => readFileSync(join(directory, ...path.split('/')));
  const checkpoint: LogDirectory['checkpoint'] = () => {
    let note: string;
    try {
      note = readFileSync(join(directory, 'checkpoint'), 'utf8');
    } catch {
      return null;
    }
    const { size, root } = parseCheckpoint(parseNote(note).text);
    return { note, size, root };
  };
  const bundle = (index: number, size: number): Uint8Array[] => {
    const tile = tileOf('entries', index, size);
    return decodeBundle(readTile(formatTilePath(tile)), tile.width);
  };

  return {
    checkpoint,
    entry(index) {
      const at = checkpoint();
      if (at === null || index >= at.size) return null;
      return bundle(index, at.size)[index % TILE_WIDTH] ?? null;
    },
    prove(index) {
      const at = checkpoint();
      if (at === null || index >= at.size) return null;
      const source = tree.tileNodes(at.size, (tile) => readTile(formatTilePath(tile)));
      const hashes = tree.proveInclusion(index, { start: 0, end: at.size }, source);
      return formatTlogProof({ index, hashes, checkpoint: at.note });
    },
    verify(vkey, progress) {
      const problems: LogProblem[] = [];
      const at = checkpoint();
      if (at === null) return { ok: false, size: 0, root: '', problems: [{ code: 'checkpoint_missing', where: 'checkpoint' }] };
      try {
        openNote(at.note, [parseVerifierKey(vkey)]);
      } catch {
        problems.push({ code: 'signature_invalid', where: 'checkpoint' });
      }
      const builder = tree.builder();
      // Hash tiles are what proofs are made of: they must say the same as the entries.
      const compare = (tile: Tile): void => {
        if (problems.length >= maxProblems) return;
        const where = formatTilePath(tile.id);
        try {
          if (Buffer.compare(readTile(where), tile.bytes) !== 0) problems.push({ code: 'tile_differs', where });
        } catch {
          problems.push({ code: 'tile_missing', where });
        }
      };
      for (let first = 0; first < at.size; first += TILE_WIDTH) {
        const where = formatTilePath(tileOf('entries', first, at.size));
        let entries: Uint8Array[];
        try {
          entries = bundle(first, at.size);
        } catch {
          return { ok: false, size: at.size, root: encodeHex(at.root), problems: [...problems, { code: 'bundle_unreadable', where }] };
        }
        for (const entry of entries) for (const tile of builder.append(tree.leafHash(entry))) compare(tile);
        progress?.(Math.min(first + TILE_WIDTH, at.size), at.size);
      }
      for (const tile of builder.partialTiles()) compare(tile);
      if (Buffer.compare(builder.root(), at.root) !== 0) problems.push({ code: 'root_differs', where: 'checkpoint' });
      return { ok: problems.length === 0, size: at.size, root: encodeHex(at.root), problems };
    },
  };
}
