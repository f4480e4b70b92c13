import { hasPassed } from '../../coordination/elapsed.ts';
import { detectionEvent, entityManagementEvent } from '../events.ts';
import type { LogRegistry } from '../registry/service.ts';
import type { Audit } from '../service.ts';

/** Why the recording of events is not as it should be. */
export type AuditProblem =
  /** The thread that writes does not answer. */
  | 'silent'
  /** Nothing can be written, most often because the disk is full. */
  | 'unwritable'
  /** Entries are durable, and no checkpoint covers them. */
  | 'unsigned'
  /** The search index does not follow the log. */
  | 'index_behind';

export interface AuditWatchParts {
  readonly audit: Pick<Audit, 'owner' | 'record' | 'status' | 'reason'>;
  readonly logs: Pick<LogRegistry, 'list'>;
  readonly clock: () => number;
  /** Hears of records that could not be made. */
  readonly failed: () => void;
  /** How long the writing thread may take to answer, in milliseconds; 5 s when absent. */
  readonly answerMs?: number;
}

export interface AuditWatch {
  /** Looks at the log, at its index and at the logs of other nodes; called every {@link watchMs}. Never rejects. */
  look(): Promise<void>;
  /** What is wrong now. */
  problems(): readonly AuditProblem[];
}

/** How often {@link AuditWatch.look} is to be called. */
export const watchMs = 10_000;
/** An entry of our own at least so often: a log in which nothing stands for longer was stopped. */
export const heartbeatMs = 300_000;
/** For so long signing and index may stand still. */
const stillMs = 60_000;
/** Another node's log is silent after so long, and no longer news after a day. */
const silentMs = 60_000;
const newsMs = 86_400_000;

const titles: Readonly<Record<AuditProblem, string>> = {
  silent: 'the process that writes the audit log does not answer',
  unwritable: 'the audit log could not be written: privileged acts and requests that change something were refused',
  unsigned: 'entries of the audit log are not being signed',
  index_behind: 'the search index does not follow the audit log',
};

/**
 * Watches the recording itself (GB/T 22239 8.1.4.3 d: the audit process is protected from interruption). Each problem is one alarm when it begins; one
 * that keeps the alarm from being written is told as soon as the log takes it, with how long it was.
 */
export function createAuditWatch({ audit, logs, clock, failed, answerMs = 5_000 }: AuditWatchParts): AuditWatch {
  const since = new Map<AuditProblem, number>();
  /** Problems whose alarm is still to be written. */
  const untold = new Map<AuditProblem, { readonly from: number; reason: string }>();
  const silentLogs = new Set<string>();
  let lastBeat = clock();
  let signed = { size: -1, at: clock() };
  let indexed = { size: -1, at: clock() };

  const alarm = (rule: string, title: string, detail: Record<string, string | number>): Promise<number> =>
    audit.record(detectionEvent({ time: clock(), rule, severity: 'critical', title, detail }));

  const set = (problem: AuditProblem, there: boolean, reason = ''): void => {
    if (!there) since.delete(problem);
    else if (!since.has(problem)) {
      since.set(problem, clock());
      untold.set(problem, { from: clock(), reason });
    }
  };
  const tell = async (): Promise<void> => {
    if (since.has('silent') || since.has('unwritable')) return;
    for (const [problem, { from, reason }] of untold) {
      const detail = { seconds: Math.round((clock() - from) / 1_000), ...(reason === '' ? {} : { reason }) };
      await alarm(`audit_${problem}`, titles[problem], detail);
      untold.delete(problem);
    }
  };

  const lookAtLog = async (): Promise<void> => {
    const status = await answered(audit.status(), answerMs);
    set('silent', status === null);
    if (status === null) return;
    set('unwritable', status.state !== 'ok', audit.reason() ?? '');
    if (status.published !== signed.size || status.pending === 0) signed = { size: status.published, at: clock() };
    // Of a clock that was set back, what is still now is not still since later.
    signed = { ...signed, at: Math.min(signed.at, clock()) };
    indexed = { ...indexed, at: Math.min(indexed.at, clock()) };
    set('unsigned', clock() - signed.at > stillMs);
    if (status.indexed !== indexed.size || status.indexed >= status.published) indexed = { size: status.indexed, at: clock() };
    set('index_behind', audit.owner() && clock() - indexed.at > stillMs);
    if (status.state !== 'ok' || !audit.owner() || !hasPassed(lastBeat, heartbeatMs, clock())) return;
    lastBeat = clock();
    const detail = { size: status.size, signed: status.published, indexed: status.indexed };
    await audit.record(
      entityManagementEvent({ time: clock(), activity: 'read', entity: 'audit heartbeat', by: 'menshen', detail }),
    );
  };
  const lookAtOthers = async (): Promise<void> => {
    const all = await logs.list();
    // A log that this one continues has ended.
    const ended = (origin: string): boolean => all.some((log) => log.own && log.origin.startsWith(`${origin}/`));
    for (const { origin, own, seenAt } of all) {
      const age = clock() - seenAt;
      if (own || ended(origin) || age < silentMs || age > newsMs) silentLogs.delete(origin);
      else if (!silentLogs.has(origin)) {
        silentLogs.add(origin);
        const title = 'the audit log of another node is silent: it was stopped, or has lost its database';
        await alarm('audit_log_silent', title, { origin, seconds: Math.round(age / 1_000) });
      }
    }
  };

  return {
    async look() {
      for (const step of [lookAtLog, lookAtOthers, tell]) await step().catch(failed);
    },
    problems: () => [...since.keys()],
  };
}

/** What a promise resolves to; null when it takes too long or fails. */
async function answered<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
