import { MenshenError } from '@menshen/contract';
import type { Coordination } from '../coordination/model.ts';
import type { Changes, SyncReport } from './changes.ts';
import type { LiveDirectory } from './live.ts';
import type { SourceImage, SourcePerson } from './model.ts';
import { noState, type SourceState, type SourceStore } from './source-store.ts';

/** What reading one person anew said: the person, that they are gone, or that only a whole run can tell. */
export type OneAnswer = { readonly person: SourcePerson } | 'gone' | 'unknown';

/** A place that people and departments are read from. */
export interface Source {
  readonly id: string;
  readonly kind: 'wecom' | 'ldap';
  /** Reads the whole company. A failure on the way is an exception: never a part of an answer. */
  read(): Promise<SourceImage>;
  /** Reads one person by key. */
  readOne?(key: string): Promise<OneAnswer>;
}

export interface SourceView extends SourceState {
  readonly id: string;
  readonly kind: 'wecom' | 'ldap' | 'csv' | 'scim' | 'local';
  /** Whether the configuration has it; people of one that was taken out stay until they are released. */
  readonly configured: boolean;
  readonly running: boolean;
  readonly people: number;
}

export interface SourcesParts {
  readonly configured: () => readonly Source[];
  readonly changes: Changes;
  readonly live: LiveDirectory;
  readonly states: SourceStore;
  readonly coordination: Coordination;
  readonly clock: () => number;
}

/** A run holds its lock this long without a sign of life. */
const leaseMs = 60_000;
const renewMs = 15_000;
const shownConflicts = 50;

/** Runs the sources: one run of a source at a time over all nodes, and a change that comes during a run is read by another run after it. */
export async function createSources(parts: SourcesParts) {
  const { changes, live, states, clock } = parts;
  const running = new Map<string, Promise<SyncReport>>();
  const queued = new Map<string, Promise<SyncReport>>();
  let last = await latest();

  async function latest(): Promise<{ syncedAt: number | null; error: string | null }> {
    const all = [...(await states.states()).values()];
    const synced = all.flatMap((state) => state.syncedAt ?? []);
    return {
      syncedAt: synced.length === 0 ? null : Math.max(...synced),
      error: all.find((state) => state.error !== null)?.error ?? null,
    };
  }

  const remember = async (id: string, change: Partial<SourceState>): Promise<void> => {
    const before = (await states.states()).get(id) ?? noState;
    await states.setState(id, { ...before, ...change });
    last = await latest();
  };

  const runOnce = async (source: Source, by: string): Promise<SyncReport> => {
    const lease = await parts.coordination.lock.acquire(`directory ${source.id}`, leaseMs);
    if (lease === null) throw new MenshenError('directory_sync_running');
    const renewal = setInterval(() => void lease.renew(leaseMs).catch(() => undefined), renewMs);
    renewal.unref();
    const startedAt = clock();
    try {
      const image = await source.read();
      const input = { kind: 'full', source: source.id, image } as const;
      const conflicts = (await changes.plan(input)).conflicts.slice(0, shownConflicts);
      const report = await changes.apply(input, by);
      const { source: _id, sessionsEnded: _ended, ...counts } = report;
      await remember(source.id, { startedAt, syncedAt: clock(), error: null, counts, conflicts });
      return report;
    } catch (cause) {
      await remember(source.id, { startedAt, error: codeOf(cause) });
      throw cause instanceof MenshenError ? cause : new MenshenError('directory_source_failed', { source: source.id }, { cause });
    } finally {
      clearInterval(renewal);
      await lease.release().catch(() => false);
    }
  };

  const find = (id: string): Source => {
    const source = parts.configured().find((one) => one.id === id);
    if (source === undefined) throw new MenshenError('not_found');
    return source;
  };

  /** What was asked for during a run is not in it: all who ask then share the next one. */
  const run = (source: Source, by: string): Promise<SyncReport> => {
    const current = running.get(source.id);
    if (current === undefined) {
      const mine = runOnce(source, by).finally(() => running.delete(source.id));
      running.set(source.id, mine);
      return mine;
    }
    const waiting = queued.get(source.id);
    if (waiting !== undefined) return waiting;
    const next = current
      .catch(() => undefined)
      .then(() => {
        queued.delete(source.id);
        return run(find(source.id), by);
      });
    queued.set(source.id, next);
    return next;
  };

  const sync = async (by: string, id?: string): Promise<SyncReport> => {
    if (id !== undefined) return await run(find(id), by);
    const all = parts.configured();
    if (all.length === 0) throw new MenshenError('not_found');
    // One source that is away does not keep the others from being read.
    const results = await Promise.allSettled(all.map((source) => run(source, by)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])).reduce(sum);
  };

  return {
    sync,
    async hint(id: string, key: string, by: string): Promise<void> {
      const source = find(id);
      const answer = (await source.readOne?.(key)) ?? 'unknown';
      if (answer === 'unknown') return void (await run(source, by));
      const people = answer === 'gone' ? [] : [answer.person];
      const gone = answer === 'gone' ? [key] : [];
      await changes.apply({ kind: 'partial', source: id, image: { departments: [], people }, gone }, by);
    },
    async list(): Promise<readonly SourceView[]> {
      const known = await states.states();
      const owned = new Map<string, number>();
      for (const person of live.snapshot().people.values())
        if (person.status === 'active') owned.set(person.source, (owned.get(person.source) ?? 0) + 1);
      const configured = new Map(parts.configured().map((source) => [source.id, source.kind]));
      const ids = [...new Set([...configured.keys(), ...known.keys(), ...owned.keys()])];
      return ids.map((id) => ({
        ...(known.get(id) ?? noState),
        id,
        kind: configured.get(id) ?? (id === 'csv' || id === 'scim' || id === 'local' || id === 'wecom' ? id : 'ldap'),
        configured: configured.has(id),
        running: running.has(id),
        people: owned.get(id) ?? 0,
      }));
    },
    state: () => last,
  };
}

function sum(a: SyncReport, b: SyncReport): SyncReport {
  return {
    source: `${a.source},${b.source}`,
    departments: a.departments + b.departments,
    people: a.people + b.people,
    added: a.added + b.added,
    changed: a.changed + b.changed,
    left: a.left + b.left,
    disabled: a.disabled + b.disabled,
    conflicts: a.conflicts + b.conflicts,
    sessionsEnded: a.sessionsEnded + b.sessionsEnded,
  };
}

/** The stable code of a failure; texts of sources are not passed on. */
function codeOf(error: unknown): string {
  if (error instanceof MenshenError) return error.code;
  if (!(error instanceof Error)) return 'internal_error';
  if ('errcode' in error && typeof error.errcode === 'number') return `wecom_${error.errcode}`;
  return 'code' in error ? String(error.code).slice(0, 64) : 'internal_error';
}
