import { parseCheckpoint, parseNote } from '@menshen/tlog';
import { detectionEvent } from '../events.ts';
import type { Audit } from '../service.ts';
import type { AuditLogEntry, AuditLogStore } from './store.ts';

/** Another log has the origin: two logs under one name and key would be a fork, so the later one must not begin. */
export class OriginTakenError extends Error {
  readonly code = 'audit_origin_taken';
  constructor() {
    super('another log writes under this origin');
    this.name = 'OriginTakenError';
  }
}

/**
 * The log is shorter than, or another one than, what was noted of it: a backup, or somebody's work. To write on would sign another history under the
 * same origin; `menshen audit restore` opens a new one that says where it comes from.
 */
export class LogRewoundError extends Error {
  override readonly name = 'LogRewoundError';
  readonly code = 'audit_log_rewound';
  constructor(noted: number, found: number) {
    super(`${noted} entries were noted of the audit log, and it has ${found}`);
  }
}

export interface LogRegistry {
  /** Every log beside this store, by origin; `own` is this node's, `live` those whose process was heard lately. */
  list(): Promise<readonly (AuditLogEntry & { readonly own: boolean; readonly live: boolean })[]>;
  /** Notes how far this node's log is; called on a schedule. */
  note(): Promise<void>;
  /** `taken` when another process writes a copy of this log: this node must not go on taking traffic. */
  state(): 'ok' | 'taken';
}

export interface LogRegistryParts {
  readonly store: AuditLogStore;
  readonly audit: Audit;
  readonly origin: string;
  readonly logId: string;
  readonly vkey: string;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** How often {@link LogRegistry.note} is to be called. */
export const noteIntervalMs = 10_000;
const liveMs = 3 * noteIntervalMs;

/**
 * Claims this node's origin among all logs beside the store, and keeps how far each log is: whoever cuts the end off a
 * log, or puts an old copy in its place, would have to change the store as well.
 * @throws OriginTakenError, LogRewoundError
 */
export async function createLogRegistry(parts: LogRegistryParts): Promise<LogRegistry> {
  const { store, audit, clock } = parts;
  const holder = Buffer.from(parts.random(16)).toString('hex');
  const entry = async (): Promise<AuditLogEntry & { readonly durable: number; readonly owner: boolean }> => {
    const { checkpoint, size: durable, owner } = await audit.status();
    const signed = checkpoint === '' ? null : parseCheckpoint(parseNote(checkpoint).text);
    const root = signed === null ? '' : Buffer.from(signed.root).toString('hex');
    const { origin, logId, vkey } = parts;
    return { origin, logId, holder, vkey, size: signed?.size ?? 0, root, seenAt: clock(), durable, owner: owner !== false };
  };
  const alarm = (rule: string, title: string, detail: Record<string, string | number>): Promise<unknown> =>
    audit.record(detectionEvent({ time: clock(), rule, severity: 'critical', title, detail }));

  let claimed = false;
  /** Claims the origin, once this process owns the log: one that writes through another's leaves it to that. */
  const claim = async (): Promise<void> => {
    const { durable, owner, ...now } = await entry();
    if (!owner) {
      const other = (await store.list()).find(({ origin }) => origin === parts.origin);
      if (other !== undefined && other.logId !== parts.logId) throw new OriginTakenError();
      return;
    }
    const anew = durable > 0 && (await store.list()).length === 0;
    const before = await store.claim(now);
    if (before !== null && before.logId !== parts.logId) throw new OriginTakenError();
    claimed = true;
    // A checkpoint may be older than the last one after a power failure; the entries under it never are.
    const other = before !== null && now.size === before.size && now.root !== before.root;
    if (before !== null && (durable < before.size || other)) throw new LogRewoundError(before.size, durable);
    // A volume that was not mounted, or a database that somebody took away: spent codes, budgets and blocks of before are not in the new one.
    if (anew) await alarm('store_began_anew', 'the database is new, and the audit log beside it is not', { entries: durable });
  };
  await claim();

  let state: 'ok' | 'taken' = 'ok';
  return {
    async list() {
      return (await store.list()).map((log) => ({
        ...log,
        own: log.logId === parts.logId,
        live: clock() - log.seenAt < liveMs,
      }));
    },
    async note() {
      if (state === 'taken') return;
      if (!claimed) return await claim();
      const { durable: _, owner: __, ...next } = await entry();
      if (await store.note(next)) return;
      state = 'taken';
      await alarm('audit_log_forked', 'another process writes a copy of this audit log', { origin: parts.origin });
    },
    state: () => state,
  };
}
