import { encodeHex, parseCheckpoint, parseNote, TlogError } from '@menshen/tlog';
import { parseVerifierKey } from '@menshen/tlog/node';
import { openCheckpoint, openLog } from '../log/reader.ts';
import { type LogSource, sourceBelow } from '../log/source.ts';
import type { LogProblem } from '../log/verify/problem.ts';
import { type VerifyOptions, type VerifyReport, verifyLog } from '../log/verify/verify.ts';
import { type Continuation, PREVIOUS_FOLDER, parseContinuation, verifierKeyFor } from './continuation.ts';

/** What a log says of the one that it continues. */
export interface ContinuedLog {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  /** Entries that had been noted elsewhere and were not restored, as the log itself declares. */
  readonly lost: number;
  readonly reason: string;
  /** Whether the old log was there to be verified. */
  readonly verified: boolean;
}

export interface ChainReport extends VerifyReport {
  /** The logs that this one continues, the last first. */
  readonly continues: readonly ContinuedLog[];
}

const MAX_LOGS = 100;

/**
 * Verifies a log and, where it was opened after a recovery, the logs that it continues. Each old log must be whole and stand exactly where the new one's
 * first entry says; the verifier key may be that of any log of the chain, because all are signed with one key under their own names. `from`, an older
 * checkpoint, may be of any of them: one that is larger than its log is a rollback, unless the log declares as lost what is missing.
 */
export async function verifyChain(source: LogSource, options: VerifyOptions): Promise<ChainReport> {
  parseVerifierKey(options.vkey);
  const fromOrigin = options.from === undefined ? null : originOfNote(options.from);
  const continues: ContinuedLog[] = [];
  const problems: LogProblem[] = [];
  let place = source;
  let first: VerifyReport | null = null;
  let expected = null as Continuation | null;
  let fromSeen = fromOrigin === null;
  const named = parseVerifierKey(options.vkey).name;
  let nameSeen = false;

  for (let depth = 0; depth < MAX_LOGS; depth += 1) {
    const origin: string | null = await originOfLog(place);
    // Only a log that is the named one or leads back to it may be signed under another name.
    const vkey: string = origin === null ? options.vkey : verifierKeyFor(origin, options.vkey);
    nameSeen ||= origin === named;
    const { from, ...rest } = options;
    const own = from !== undefined && (fromOrigin === origin || (depth === 0 && fromOrigin === null));
    fromSeen ||= own;
    const report: VerifyReport = await verifyLog(place, {
      ...rest,
      vkey,
      live: depth === 0 && options.live === true,
      ...(own ? { from } : {}),
    });
    first ??= report;
    const declared = expected;
    for (const problem of report.problems) {
      const beyond = own && problem.code === 'rolled_back' && declared !== null && sizeOfNote(from) <= declared.noted;
      if (!beyond) problems.push({ ...problem, where: `${`${PREVIOUS_FOLDER}/`.repeat(depth)}${problem.where}` });
    }
    if (declared !== null) {
      const agrees = report.origin === declared.origin && report.size === declared.size && report.root === declared.root;
      if (!agrees) problems.push({ code: 'continuation_differs', where: `${`${PREVIOUS_FOLDER}/`.repeat(depth)}checkpoint` });
    }
    const begins = report.size === 0 ? null : await firstEntryOf(place, report);
    // It was read a moment ago as the root holds it: who serves the log says another now, or none.
    if (begins === null && report.ok && report.size > 0 && report.minimum === 0)
      problems.push({ code: 'entry_differs', where: `${`${PREVIOUS_FOLDER}/`.repeat(depth)}entry 0` });
    expected = begins === null ? null : continuationIn(begins, vkey);
    const beforeThis = sourceBelow(place, PREVIOUS_FOLDER);
    const there = (await beforeThis.read('checkpoint')) !== null;
    if (expected === null) {
      if (there) problems.push({ code: 'continuation_differs', where: `${`${PREVIOUS_FOLDER}/`.repeat(depth)}entry 0` });
      break;
    }
    const { origin: old, size, root, noted, reason } = expected;
    continues.push({ origin: old, size, root, lost: Math.max(0, noted - size), reason, verified: there });
    nameSeen ||= old === named;
    if (!there) break;
    place = beforeThis;
  }
  if (!nameSeen && problems.every(({ code }) => code !== 'checkpoint_missing' && code !== 'checkpoint_malformed'))
    problems.push({ code: 'signature_invalid', where: 'checkpoint' });
  if (!fromSeen) problems.push({ code: 'from_invalid', where: 'from' });
  const head = first ?? { ok: false, origin: '', size: 0, root: '', minimum: 0, problems: [] };
  return { ...head, ok: problems.length === 0, problems, continues };
}

/** The first entry of a verified log; null where it is gone. */
async function firstEntryOf(source: LogSource, { size, root }: VerifyReport): Promise<Uint8Array | null> {
  try {
    return await openLog(source).entryOf(0, { size, root: Buffer.from(root, 'hex') });
  } catch (error) {
    if (error instanceof TlogError) return null;
    throw error;
  }
}

/** What a first entry says of the log that it continues, when that log's checkpoint bears it out. */
function continuationIn(entry: Uint8Array, vkey: string): Continuation | null {
  const found = parseContinuation(entry);
  if (found === null) return null;
  try {
    const { origin, size, root } = openCheckpoint(found.checkpoint, verifierKeyFor(found.origin, vkey));
    return origin === found.origin && size === found.size && encodeHex(root) === found.root ? found : null;
  } catch (error) {
    if (error instanceof TlogError) return null;
    throw error;
  }
}

async function originOfLog(source: LogSource): Promise<string | null> {
  try {
    return (await openLog(source).checkpoint())?.checkpoint.origin ?? null;
  } catch (error) {
    if (error instanceof TlogError) return null;
    throw error;
  }
}

function originOfNote(note: string): string | null {
  try {
    return parseCheckpoint(parseNote(note).text).origin;
  } catch (error) {
    if (error instanceof TlogError) return null;
    throw error;
  }
}

function sizeOfNote(note: string): number {
  return parseCheckpoint(parseNote(note).text).size;
}
