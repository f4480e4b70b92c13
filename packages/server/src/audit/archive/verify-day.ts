import { type Checkpoint, encodeHex, equalBytes, HASH_BYTES, TILE_WIDTH, TlogError } from '@menshen/tlog';
import { parseVerifierKey, tree } from '@menshen/tlog/node';
import { openCheckpoint } from '../log/reader.ts';
import type { LogSource } from '../log/source.ts';
import { openVerifyPool } from '../log/verify/pool.ts';
import type { LogProblem } from '../log/verify/problem.ts';
import { MANIFEST_FILE, parseManifest } from './manifest.ts';

export interface DayReport {
  readonly ok: boolean;
  readonly day: string;
  readonly origin: string;
  readonly first: number;
  readonly end: number;
  /** Root of the manifest's checkpoint, hexadecimal. */
  readonly root: string;
  readonly problems: readonly LogProblem[];
}

const RUN_ENTRIES = 32 * TILE_WIDTH;
const MAX_PROBLEMS = 100;

/**
 * Verifies an archived day by itself: every entry leads, with the hashes of the manifest, to the root that the log's key has signed. Null when the
 * folder is no archived day. Rejects with `key_malformed`.
 */
export async function verifyDay(source: LogSource, vkey: string, threads = 1): Promise<DayReport | null> {
  parseVerifierKey(vkey);
  const bytes = await source.read(MANIFEST_FILE);
  if (bytes === null) return null;
  const manifest = parseManifest(bytes);
  const problems: LogProblem[] = [];
  const report = (code: LogProblem['code'], where: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push({ code, where });
  };
  if (manifest === null) {
    report('manifest_malformed', MANIFEST_FILE);
    return { ok: false, day: '', origin: '', first: 0, end: 0, root: '', problems };
  }
  const { day, origin, first, end } = manifest;
  const done = (root: string): DayReport => ({ ok: problems.length === 0, day, origin, first, end, root, problems });
  let checkpoint: Checkpoint;
  try {
    checkpoint = openCheckpoint(manifest.checkpoint, vkey);
  } catch (error) {
    if (!(error instanceof TlogError)) throw error;
    report('signature_invalid', MANIFEST_FILE);
    return done('');
  }
  const root = encodeHex(checkpoint.root);
  if (checkpoint.origin !== origin || checkpoint.size < end) {
    report('manifest_malformed', MANIFEST_FILE);
    return done(root);
  }
  let range: ReturnType<typeof tree.compactRange>;
  try {
    range = tree.compactRange(first / TILE_WIDTH, manifest.left);
  } catch {
    report('manifest_malformed', MANIFEST_FILE);
    return done(root);
  }
  const pool = openVerifyPool(source, threads);
  try {
    for (let at = first; at < end; at += RUN_ENTRIES) {
      const run = { first: at, end: Math.min(end, at + RUN_ENTRIES), size: checkpoint.size, minimum: 0, wanted: -1 };
      const verdict = await pool.verify(run);
      for (const { code, where } of verdict.problems) report(code, where);
      if (!verdict.whole) return done(root);
      for (let offset = 0; offset < verdict.tiles.length; offset += HASH_BYTES)
        range.append(verdict.tiles.slice(offset, offset + HASH_BYTES));
    }
  } finally {
    await pool.close();
  }
  const at = range.root();
  const leads =
    end === checkpoint.size
      ? manifest.consistency.length === 0 && equalBytes(at, checkpoint.root)
      : tree.verifyConsistency({
          size1: end,
          size2: checkpoint.size,
          root1: at,
          root2: checkpoint.root,
          proof: manifest.consistency,
        });
  if (!leads) report('root_differs', MANIFEST_FILE);
  return done(root);
}
