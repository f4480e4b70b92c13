import { Worker } from 'node:worker_threads';
import { type AuditRow, type errorCatalogue, isErrorCode, MenshenError, type TrafficRow } from '@menshen/contract';
import { parseCheckpoint, parseNote } from '@menshen/tlog';
import type { ReplayOutcome, RuleBook } from '../inspection/replay.ts';
import type { InspectionSummary } from '../inspection/summary.ts';
import { PERSON_TYPES } from './event-object.ts';
import type { AuditPersons } from './persons/service.ts';
import type { InspectedFilter, QueryAnswer, QueryCall, QueryFilter, QueryRow } from './query-protocol.ts';
import type { ContinuedLog } from './restore/verify-chain.ts';
import type { Audit } from './service.ts';
import { type RuleTitle, summaryOf } from './words.ts';

type Call = QueryCall extends infer C ? (C extends QueryCall ? Omit<C, 'id'> : never) : never;
type Event = Record<string, unknown>;
type Page<T> = { readonly rows: T[]; readonly next: string | null };
export type ErrorCodeName = keyof typeof errorCatalogue;

/** Reading the audit log: by its index for lists and counts, by its tiles for entries and proofs. Runs on a thread of its own. */
export interface AuditQueries {
  traffic(filter: QueryFilter, limit: number, cursor: string | null): Promise<Page<TrafficRow>>;
  trafficSummary(filter: QueryFilter & { readonly from: number; readonly to: number }, buckets: number): Promise<TrafficSummary>;
  request(requestId: string): Promise<{ readonly row: TrafficRow; readonly event: Event } | null>;
  list(
    filter: Omit<QueryFilter, 'requests'> & { readonly kind: 'all' | 'requests' | 'security' },
    limit: number,
    cursor: string | null,
  ): Promise<Page<AuditRow>>;
  entry(
    index: number,
  ): Promise<{ row: AuditRow; event: Event; named: Event | null; entry: string; proof: string | null; vkey: string } | null>;
  status(): Promise<LogStatus>;
  /** Verifies the log and those that it continues. */
  verify(): Promise<VerifiedLog>;
  countUnknown(from: number): Promise<number>;
  /** Requests that were refused as attacks. */
  countAttacks(filter: InspectedFilter): Promise<number>;
  /** Requests in which inspection found something, counted. `keptSince`: earlier ones may be missing; null when all are there. */
  inspection(filter: InspectedFilter, buckets: number): Promise<InspectionSummary & { readonly keptSince: number | null }>;
  /** Decides the recorded requests by two sets of rules. `unread`: requests whose inspection did not reach their end. */
  replay(
    filter: InspectedFilter,
    before: RuleBook,
    after: RuleBook,
  ): Promise<ReplayOutcome & { readonly unread: number; readonly keptSince: number | null }>;
  logins(from: number): Promise<{ readonly passed: number; readonly refused: number }>;
  /**
   * Hears new requests and new checkpoints; of more requests than can be looked at, the newest. Requests are not looked for while `wanted` says that
   * nobody hears them. Returns the function that stops it.
   */
  follow(wanted: () => boolean, requests: (rows: readonly TrafficRow[]) => void, size: (size: number) => void): () => void;
  close(): Promise<void>;
}

/** What a verification of the log and of those that it continues came to. */
export interface VerifiedLog {
  readonly ok: boolean;
  readonly size: number;
  readonly root: string;
  readonly millis: number;
  readonly problems: { code: string; where: string }[];
  readonly continues: ContinuedLog[];
}

export interface LogStatus {
  origin: string;
  size: number;
  root: string;
  vkey: string;
  checkpoint: string;
  checkpointTime: number | null;
  state: 'ok' | 'unwritable';
  pending: number;
  indexLag: number;
}

export interface TrafficSummary {
  from: number;
  to: number;
  totals: { passed: number; refused: number; failed: number };
  timeline: { time: number; passed: number; refused: number; failed: number }[];
  codes: { code: string; count: number }[];
  routes: { route: string; count: number; refused: number }[];
  addresses: { address: string; count: number; refused: number }[];
}

const followMs = 500;
const followRows = 50;
const queryMs = 20_000;
/** A whole log takes its time: ten million entries about a minute. */
const verifyMs = 900_000;

export function openAuditQueries(options: {
  readonly directory: string;
  readonly vkey: string;
  readonly origin: string;
  readonly audit: Audit;
  /** Who stands behind the pseudonyms of the log; null where it holds uids. */
  readonly persons: Pick<AuditPersons, 'pseudonymOf' | 'uidsOf' | 'reveal'> | null;
  readonly clock: () => number;
  /** Names a rule of detection in both languages; null for one that is not known. */
  readonly ruleTitle?: RuleTitle;
}): AuditQueries {
  const { audit, vkey, persons, ruleTitle = () => null } = options;
  const worker = new Worker(
    new URL(import.meta.url.endsWith('.ts') ? './query-thread.ts' : './query-thread.js', import.meta.url),
    {
      workerData: { directory: options.directory, vkey },
      name: 'audit queries',
    },
  );
  worker.unref();
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void; timer: NodeJS.Timeout }>();
  let last = 0;
  let lastCheckpoint: number | null = null;
  worker.on('message', (answer: QueryAnswer) => {
    const entry = waiting.get(answer.id);
    if (entry === undefined) return;
    waiting.delete(answer.id);
    clearTimeout(entry.timer);
    if ('error' in answer) entry.reject(new MenshenError('store_unavailable', {}, { cause: answer.error }));
    else entry.resolve(answer.value);
  });
  const fail = (): void => {
    for (const entry of waiting.values()) {
      clearTimeout(entry.timer);
      entry.reject(new MenshenError('store_unavailable'));
    }
    waiting.clear();
  };
  worker.on('error', fail);
  worker.on('exit', fail);
  const stopHearing = audit.onCheckpoint(() => {
    lastCheckpoint = options.clock();
  });

  const ask = async <T>(call: Call, patienceMs = queryMs): Promise<T> =>
    (await new Promise<unknown>((resolve, reject) => {
      last += 1;
      const id = last;
      const timer = setTimeout(() => {
        waiting.delete(id);
        reject(new MenshenError('store_unavailable'));
      }, patienceMs);
      waiting.set(id, { resolve, reject, timer });
      worker.postMessage({ ...call, id });
    })) as T;

  /** The ids under which the log may have an object: a person's pseudonym too, unless the type says that it is no person. */
  const objectsOf = async ({ object, objectType }: QueryFilter): Promise<QueryFilter['object']> => {
    if (typeof object !== 'string' || persons === null || (objectType !== undefined && !isPerson(objectType))) return object;
    const pseudonym = await persons.pseudonymOf(object);
    return pseudonym === null ? object : [object, pseudonym];
  };

  /** Rows of a selection, with uids where the log has pseudonyms. */
  const rowsOf = async (filter: QueryFilter, limit: number, ascending: boolean): Promise<QueryRow[]> => {
    const uid =
      filter.uid === undefined || persons === null ? filter.uid : ((await persons.pseudonymOf(filter.uid)) ?? filter.uid);
    const object = await objectsOf(filter);
    const rows = await ask<QueryRow[]>({ op: 'rows', filter: { ...filter, uid, object }, limit, ascending });
    if (persons === null) return rows;
    const named = rows.flatMap((row) => [row.uid, isPerson(row.objectType) ? row.object : null]);
    const uids = await persons.uidsOf(named.filter((one) => one !== null));
    const uidOf = (one: string | null): string | null => (one === null ? null : (uids.get(one) ?? one));
    return rows.map((row) => ({
      ...row,
      uid: uidOf(row.uid),
      object: isPerson(row.objectType) ? uidOf(row.object) : row.object,
    }));
  };

  const page = async <T>(
    filter: QueryFilter,
    limit: number,
    cursor: string | null,
    view: (row: QueryRow) => T,
  ): Promise<Page<T>> => {
    const before = cursor === null ? undefined : Number(cursor);
    if (before !== undefined && !Number.isSafeInteger(before))
      throw new MenshenError('validation_failed', { fields: ['cursor'] });
    const rows = await rowsOf({ ...filter, before }, limit + 1, false);
    const more = rows.length > limit;
    const shown = rows.slice(0, limit);
    return { rows: shown.map(view), next: more ? String(shown.at(-1)?.index) : null };
  };
  const eventOf = async (index: number): Promise<{ bytes: Uint8Array; event: Event } | null> => {
    let bytes = await ask<Uint8Array | null>({ op: 'entry', index });
    if (bytes === null) {
      // Durable, but not yet under a checkpoint.
      await audit.flush();
      bytes = await ask<Uint8Array | null>({ op: 'entry', index });
    }
    return bytes === null ? null : { bytes, event: JSON.parse(Buffer.from(bytes).toString('utf8')) as Event };
  };

  return {
    traffic: (filter, limit, cursor) => page({ ...filter, requests: true }, limit, cursor, trafficRow),
    trafficSummary: (filter, buckets) => ask({ op: 'summary', filter, buckets }),
    async request(requestId) {
      const [row] = await rowsOf({ requestId, requests: true }, 1, false);
      const found = row === undefined ? null : await eventOf(row.index);
      if (row === undefined || found === null) return null;
      return { row: trafficRow(row), event: (await persons?.reveal(found.event)) ?? found.event };
    },
    list({ kind, ...filter }, limit, cursor) {
      return page({ ...filter, requests: kind === 'all' ? undefined : kind === 'requests' }, limit, cursor, (row) =>
        auditRow(row, ruleTitle),
      );
    },
    async entry(index) {
      const found = await eventOf(index);
      const [row] = await rowsOf({ after: index - 1 }, 1, true);
      if (found === null || row === undefined || row.index !== index) return null;
      return {
        row: auditRow(row, ruleTitle),
        event: found.event,
        named: (await persons?.reveal(found.event)) ?? null,
        entry: Buffer.from(found.bytes).toString('base64'),
        proof: await ask<string | null>({ op: 'prove', index }),
        vkey,
      };
    },
    async status() {
      const [status, head] = await Promise.all([audit.status(), ask<number>({ op: 'head' })]);
      const note = status.checkpoint;
      const signed = note === '' ? null : parseCheckpoint(parseNote(note).text);
      return {
        origin: options.origin,
        size: signed?.size ?? 0,
        // Of the checkpoint, not of what has been sequenced since: size and root belong together.
        root: signed === null ? status.root : Buffer.from(signed.root).toString('hex'),
        vkey,
        checkpoint: note,
        checkpointTime: lastCheckpoint,
        state: status.state,
        pending: status.pending,
        indexLag: Math.max(0, status.size - 1 - head),
      };
    },
    async verify() {
      await audit.flush();
      return ask({ op: 'verify' }, verifyMs);
    },
    countUnknown: (from) => ask({ op: 'count', filter: { requests: true, outcome: 'unknown', from } }),
    countAttacks: (filter) => ask({ op: 'count', filter: { ...filter, requests: true, code: 'request_blocked' } }),
    inspection: (filter, buckets) => ask({ op: 'inspection', filter, buckets }),
    replay: (filter, before, after) => ask({ op: 'replay', filter, before, after, now: options.clock() }),
    logins: (from) => ask({ op: 'logins', from }),
    follow(wanted, requests, size) {
      let after: number | null = null;
      let busy = false;
      const look = async (): Promise<void> => {
        if (busy) return;
        busy = true;
        try {
          if (after === null || !wanted()) {
            after = await ask<number>({ op: 'head' });
            return;
          }
          const rows = await rowsOf({ after, requests: true }, followRows, false);
          after = Math.max(after, rows[0]?.index ?? after);
          if (rows.length > 0) requests(rows.map(trafficRow).reverse());
        } catch {
          // The next look tries again.
        } finally {
          busy = false;
        }
      };
      const timer = setInterval(() => void look(), followMs);
      timer.unref();
      const stop = audit.onCheckpoint(size);
      return () => {
        clearInterval(timer);
        stop();
      };
    },
    async close() {
      stopHearing();
      await worker.terminate();
    },
  };
}

const isPerson = (type: string | null): boolean => type !== null && PERSON_TYPES.has(type);

function trafficRow(row: QueryRow): TrafficRow {
  return {
    index: row.index,
    requestId: row.requestId ?? '',
    time: row.time,
    app: row.app,
    route: row.route,
    method: row.method ?? '',
    path: row.path ?? '',
    status: row.status ?? (row.code !== null && isErrorCode(row.code) ? new MenshenError(row.code).status : 0),
    outcome: row.outcome,
    code: row.code,
    uid: row.uid,
    name: null,
    address: row.address ?? '',
    latencyMicros: row.latencyMicros,
  };
}

function auditRow(row: QueryRow, titleOf: RuleTitle): AuditRow {
  return {
    index: row.index,
    time: row.time,
    classUid: row.classUid,
    activityId: row.activityId,
    severityId: row.severityId,
    statusId: row.statusId,
    summary: summaryOf(row, titleOf),
    app: row.app,
    action: row.action,
    uid: row.uid,
    address: row.address,
    code: row.code,
    requestId: row.requestId,
    objectType: row.objectType,
    object: row.object,
  };
}
