import { encodeHex, parseCheckpoint, TlogError } from '@menshen/tlog';
import { openNote, parseVerifierKey, verifierKeyFor } from '@menshen/tlog/browser';
import { type LogHead, parsed, type ReadFile, verifyWhole, type WholeReport } from './verify-whole.ts';

export interface ChainRequest {
  /** Of the log that is written now. */
  readonly vkey: string;
  /** Keys and heads that this browser knows, by the name of their log. */
  readonly keys: Readonly<Record<string, string>>;
  readonly heads: Readonly<Record<string, LogHead>>;
}

/** One log of a chain. */
export interface ChainLog {
  readonly origin: string;
  readonly vkey: string;
  /** Entries: of a log that is not there, as the next one says. */
  readonly size: number;
  /** Null of a log that is no longer on the server. */
  readonly report: WholeReport | null;
  /** Entries that the recovery after it has lost, and why it was made, as the next log says. */
  readonly lost: number;
  readonly reason: string;
}

/** Folder of the log that a log continues, in that log's own. */
const previous = 'previous/';
/** The server gives no more. */
const maxLogs = 20;

interface Continuation {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly noted: number;
  readonly reason: string;
}

/**
 * Verifies a log and those that it continues after recoveries, the newest first, each as {@link verifyWhole} does. An older log must stand exactly where the
 * first entry of the next one says. What this browser knows of an older one must be in it, but for what the recovery declares as lost; and a log that it
 * knows, of which the newer ones say nothing, was not lost but dropped.
 */
export async function verifyChain(
  read: ReadFile,
  { vkey, keys, heads }: ChainRequest,
  progress: (done: number, size: number) => void = () => undefined,
): Promise<readonly ChainLog[]> {
  const logs: ChainLog[] = [];
  const known = <T>(of: Readonly<Record<string, T>>, origin: string): T | null =>
    Object.hasOwn(of, origin) ? (of[origin] ?? null) : null;
  let declared: Continuation | null = null;
  let origin = (await parseVerifierKey(vkey)).name;
  for (let depth = 0; depth < maxLogs; depth += 1) {
    const place: ReadFile = (path) => read(previous.repeat(depth) + path);
    const own = await verifierKeyFor(origin, vkey);
    const said: Pick<ChainLog, 'lost' | 'reason'> = {
      lost: declared === null ? 0 : Math.max(0, declared.noted - declared.size),
      reason: declared?.reason ?? '',
    };
    if (declared !== null && (await place('checkpoint')) === null) {
      logs.push({ origin, vkey: own, size: declared.size, report: null, ...said });
      break;
    }
    const head = known(heads, origin);
    const whole = await verifyWhole(place, { vkey: own, knownKey: known(keys, origin), head }, progress);
    const problems = whole.problems.filter(
      ({ code }) => !(code === 'rolled_back' && declared !== null && head !== null && head.size <= declared.noted),
    );
    if (declared !== null && (whole.head?.size !== declared.size || whole.head.root !== declared.root))
      problems.push({ code: 'continuation_differs', where: 'checkpoint' });
    const next: Continuation | null = whole.first === null ? null : await continuationOf(whole.first, vkey);
    if (next === null && (await place(`${previous}checkpoint`)) !== null)
      problems.push({ code: 'continuation_differs', where: 'entry 0' });
    logs.push({ origin, vkey: own, size: whole.head?.size ?? 0, report: { ...whole, problems }, ...said });
    if (next === null || logs.some((log) => log.origin === next.origin)) break;
    declared = next;
    origin = next.origin;
  }
  return withForgotten(logs, Object.keys(heads));
}

/** What the first entry of a log says of the one that it continues; null where it continues none, or that one's checkpoint does not bear it out. */
async function continuationOf(entry: Uint8Array, vkey: string): Promise<Continuation | null> {
  const own = parsed(entry).unmapped?.menshen;
  const { continues: origin, checkpoint, size, root, noted, reason } = own?.detail ?? {};
  if (own?.action !== 'audit log.create' || typeof origin !== 'string' || typeof checkpoint !== 'string') return null;
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(noted)) return null;
  try {
    const key = await parseVerifierKey(await verifierKeyFor(origin, vkey));
    const signed = parseCheckpoint((await openNote(checkpoint, [key])).text);
    if (signed.origin !== origin || signed.size !== size || encodeHex(signed.root) !== root) return null;
  } catch (error) {
    if (error instanceof TlogError) return null;
    throw error;
  }
  return { origin, size, root, noted, reason: String(reason) };
}

/** `a/audit` is continued by `a/audit/2`, that by `a/audit/3`: the earlier ones of the same name must all be in the chain. */
function withForgotten(logs: readonly ChainLog[], knownOrigins: readonly string[]): readonly ChainLog[] {
  const [newest, ...older] = logs;
  const generation = /^(.+)\/([1-9]\d{0,4})$/.exec(newest?.origin ?? '');
  // The chain ends at a log that is not there: what lies before it nobody can say.
  if (newest?.report == null || generation === null || logs.at(-1)?.report === null) return logs;
  const [, base = '', number = ''] = generation;
  const earlier = (origin: string): boolean => {
    const rest = origin === base ? '1' : origin.startsWith(`${base}/`) ? origin.slice(base.length + 1) : '';
    return /^[1-9]\d{0,4}$/.test(rest) && Number(rest) < Number(number);
  };
  const forgotten = knownOrigins.filter((origin) => earlier(origin) && !logs.some((log) => log.origin === origin));
  const problems = [...newest.report.problems, ...forgotten.map((where) => ({ code: 'log_forgotten' as const, where }))];
  return [{ ...newest, report: { ...newest.report, problems } }, ...older];
}
