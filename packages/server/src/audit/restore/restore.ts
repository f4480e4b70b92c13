import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { encodeHex, formatTilePath, nodesOf, tileNodesOf } from '@menshen/tlog';
import { tree } from '@menshen/tlog/node';
import type { AuditRoomOptions } from '../../writer/protocol.ts';
import { nodeFiles } from '../log/files.ts';
import { openLog } from '../log/reader.ts';
import { encodeRecord, RECORD } from '../log/record.ts';
import { openAuditRoom } from '../log/room.ts';
import { directorySource } from '../log/source.ts';
import { writeVerifierKey } from '../verifier-key.ts';
import {
  type Continuation,
  continuationEvent,
  nextOrigin,
  ORIGIN_FILE,
  originOf,
  PREVIOUS_FOLDER,
  parseContinuation,
  verifierKeyFor,
} from './continuation.ts';
import { verifyChain } from './verify-chain.ts';

/** Why a log is not taken for a restored one. */
export type RestoreProblem =
  /** The folder does not verify: it was damaged or changed. */
  | 'damaged'
  /** What was noted elsewhere is no part of it: it has another history. */
  | 'forked'
  /** There is no log. */
  | 'missing';

/** What somebody else than the log's folder noted of the log. */
export interface Noted {
  /** `database`, or a witness's name. */
  readonly by: string;
  readonly size: number;
  /** Hexadecimal; null where only the size is known. */
  readonly root: string | null;
}

export interface RestoreOptions {
  readonly directory: string;
  /** `audit.origin` of the configuration. */
  readonly base: string;
  readonly signingSeed: Uint8Array;
  readonly vkey: (origin: string) => string;
  readonly noted: (origin: string) => Promise<readonly Noted[]>;
  /** What witnesses say of the restored log; `forked` when one of them has seen another history. */
  readonly askWitnesses: (directory: string) => Promise<{ readonly noted: readonly Noted[]; readonly forked: readonly string[] }>;
  readonly reason: string;
  readonly by: string;
  readonly clock: () => number;
  readonly threads: number;
}

export type RestoreOutcome =
  | { readonly ok: true; readonly origin: string; readonly vkey: string; readonly continues: Continuation }
  | { readonly ok: false; readonly problem: RestoreProblem; readonly detail: string };

/**
 * Opens a new log that continues a restored one: under a new origin, its first entry names the old log's checkpoint and how much more of it had been noted
 * elsewhere. The restored log must be whole, and what was noted of it must be a part of it or lie beyond its end; then it is moved, whole, into the new
 * log's folder. Nothing of it is signed on: whoever watches the old origin sees no fork, and what is lost is declared instead of hidden.
 * Throws `audit_locked` while a process writes the log. A run that was cut short is finished by the next.
 */
export async function restoreLog(options: RestoreOptions): Promise<RestoreOutcome> {
  const { directory, base, clock } = options;
  const work = `${directory}.restored`;
  // Between the two renames of an earlier run.
  if (!existsSync(directory) && existsSync(join(work, 'checkpoint'))) {
    const continued = join(work, PREVIOUS_FOLDER);
    const origin = existsSync(continued) ? originOf(work, base) : null;
    if (origin !== null) {
      renameSync(work, directory);
      return await finished(directory, options);
    }
  }
  // Both are there, and the old log lies in the wrong one: a person must look.
  if (existsSync(join(work, PREVIOUS_FOLDER))) return { ok: false, problem: 'damaged', detail: work };
  rmSync(work, { recursive: true, force: true });
  if (!existsSync(join(directory, 'checkpoint'))) return { ok: false, problem: 'missing', detail: directory };
  const origin = originOf(directory, base);
  const vkey = options.vkey(origin);
  const room = (folder: string, of: string): AuditRoomOptions => ({
    directory: folder,
    origin: of,
    signingSeed: options.signingSeed,
    checkpointIntervalMs: 60_000,
  });
  // Brings the log to where its write-ahead segments say that it was, and holds its lock meanwhile.
  // Acts that are open in it stay open: to settle them would write under an origin whose next entries others have seen.
  const everybody: Pick<ReadonlySet<number>, 'has'> = { has: () => true };
  const old = openAuditRoom(room(directory, origin), () => undefined, {
    index: false,
    liveMembers: () => everybody as ReadonlySet<number>,
  });
  await old.close();

  const source = directorySource(directory);
  const report = await verifyChain(source, { vkey, threads: options.threads });
  const [problem] = report.problems;
  if (problem !== undefined) return { ok: false, problem: 'damaged', detail: `${problem.code} ${problem.where}` };
  const witnesses = await options.askWitnesses(directory);
  const [forked] = witnesses.forked;
  if (forked !== undefined) return { ok: false, problem: 'forked', detail: forked };
  const noted = [...(await options.noted(origin)), ...witnesses.noted];
  for (const { by, size, root } of noted) {
    if (root !== null && size > 0 && size <= report.size && (await rootAt(directory, size, report.size)) !== root)
      return { ok: false, problem: 'forked', detail: by };
  }

  const published = await openLog(source).checkpoint();
  if (published === null) return { ok: false, problem: 'missing', detail: directory };
  const continues: Continuation = {
    origin,
    checkpoint: published.note,
    size: report.size,
    root: report.root,
    noted: Math.max(report.size, ...noted.map(({ size }) => size)),
    reason: options.reason,
  };
  const next = nextOrigin(base, origin);
  mkdirSync(work, { recursive: true, mode: 0o700 });
  nodeFiles.create(join(work, ORIGIN_FILE), `${next}\n`);
  const fresh = openAuditRoom(room(work, next), () => undefined, { index: false });
  await fresh.handle('append', {
    bytes: encodeRecord(RECORD.entry, 0, Buffer.from(continuationEvent(continues, options.by, clock()))),
  });
  await fresh.close();
  writeVerifierKey(work, options.vkey(next));
  for (const path of [join(work, ORIGIN_FILE), work]) nodeFiles.syncPath(path);
  renameSync(directory, join(work, PREVIOUS_FOLDER));
  renameSync(work, directory);
  return { ok: true, origin: next, vkey: verifierKeyFor(next, vkey), continues };
}

/** What a run that was cut short after its work had been done comes to. */
async function finished(directory: string, { base, vkey }: RestoreOptions): Promise<RestoreOutcome> {
  const entry = await openLog(directorySource(directory)).entry(0);
  const continues = entry === null ? null : parseContinuation(entry);
  if (continues === null) return { ok: false, problem: 'damaged', detail: 'entry 0' };
  const origin = originOf(directory, base);
  return { ok: true, origin, vkey: vkey(origin), continues };
}

/** Root of the first `size` entries of a log, hexadecimal. */
async function rootAt(directory: string, size: number, whole: number): Promise<string> {
  const log = openLog(directorySource(directory));
  const nodes = nodesOf({ start: 0, end: size });
  const tiles = new Map<string, Uint8Array>();
  for (const id of tileNodesOf(nodes, whole)) tiles.set(formatTilePath(id), (await log.tile(id)) ?? new Uint8Array(0));
  const read = tree.tileNodes(whole, (id) => tiles.get(formatTilePath(id)) ?? new Uint8Array(0));
  return encodeHex(tree.fold(nodes.map(read)));
}
