import { type ListEntry, type ListKind, type ListName, MenshenError } from '@menshen/contract';
import { entityManagementEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import type { RevocationFeed } from '../../coordination/revocation-feed.ts';
import { canonicalValue, problemOf } from './model.ts';
import { ListSnapshot } from './snapshot.ts';
import type { ListFilter, ListStore, StoredEntry } from './store.ts';

/** Kind of the entries in the sequence that all nodes hear. */
export const listRevocation = 'list';

const hourMs = 3_600_000;
const keptMs = 90 * 24 * hourMs;
const mostEntries = 200_000;
/** What has ended counts for nothing and is kept for so long: a clock that was ahead for some hours, of one node among many, has ended nothing for good. */
const endedKeptMs = 12 * hourMs;

export interface NewEntries {
  readonly list: ListName;
  readonly kind: ListKind;
  readonly values: readonly string[];
  readonly app: string | null;
  readonly reason: string;
  readonly owner: string;
  readonly hours: number | null;
}

export interface ListService {
  readonly snapshot: ListSnapshot;
  page(
    filter: ListFilter,
    limit: number,
    cursor: string | null,
  ): Promise<{ entries: ListEntry[]; total: number; next: string | null }>;
  /** @throws MenshenError `validation_failed` with the position and the problem of the first value that cannot be listed */
  add(draft: NewEntries, by: string): Promise<readonly ListEntry[]>;
  /** @throws MenshenError `not_found` when none of them stands */
  remove(ids: readonly string[], reason: string, by: string): Promise<number>;
  /** Hears of a change on another node. */
  refresh(change: string): Promise<void>;
  /** Writes hits down, takes away what has ended, and forgets what was taken away long ago. */
  maintain(): Promise<void>;
}

export interface ListParts {
  readonly store: ListStore;
  readonly audit: Audit;
  readonly revocations: Pick<RevocationFeed, 'publish'>;
  readonly apps: () => ReadonlySet<string>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** Allow and deny lists with an end, the same on every node. Create it before the feed starts, so that no change is missed. */
export async function createListService(parts: ListParts): Promise<ListService> {
  const { store, audit, clock } = parts;
  const snapshot = new ListSnapshot();
  const newId = (): string => Buffer.from(parts.random(12)).toString('base64url');
  for await (const page of store.all(clock() - endedKeptMs)) for (const entry of page) snapshot.put(entry);

  const take = (entries: readonly StoredEntry[]): void => {
    for (const entry of entries) {
      if (entry.removed === null) snapshot.put(entry);
      else snapshot.remove(entry.id);
    }
  };

  const sweep = (before: number): void => {
    for (const entry of snapshot.all()) if (entry.expires !== null && entry.expires <= before) snapshot.remove(entry.id);
  };

  const refuse = (problem: string, position: number): MenshenError =>
    new MenshenError('validation_failed', { field: `values.${position}`, problem });

  const draftOf = (draft: NewEntries, now: number, by: string): readonly ListEntry[] => {
    if (draft.app !== null && !parts.apps().has(draft.app))
      throw new MenshenError('validation_failed', { field: 'app', problem: 'app_unknown' });
    if (snapshot.size + draft.values.length > mostEntries) sweep(now);
    if (snapshot.size + draft.values.length > mostEntries)
      throw new MenshenError('validation_failed', { field: 'values', problem: 'full' });
    const expires = draft.hours === null ? null : now + draft.hours * hourMs;
    const values = new Set<string>();
    return draft.values.flatMap((text, position) => {
      const { list, kind, app, reason, owner } = draft;
      const problem = problemOf({ list, kind, value: text, app, expires });
      const value = canonicalValue(kind, text);
      if (problem !== null || value === null) throw refuse(problem ?? 'range', position);
      if (values.has(value)) return [];
      values.add(value);
      return [
        { id: newId(), list, kind, value, app, reason, owner, created: now, createdBy: by, expires, hits: 0, lastHit: null },
      ];
    });
  };

  return {
    snapshot,
    async page(filter, limit, cursor) {
      const after = cursor === null ? null : readCursor(cursor);
      const { entries, total, next } = await store.page(filter, clock(), limit, after);
      return {
        entries: entries.map(({ removed: _, ...entry }) => {
          const held = snapshot.find(entry.id);
          // What this node has counted and not yet written comes on top of what lies in the store.
          return held === undefined
            ? entry
            : { ...entry, hits: entry.hits + held.unwritten, lastHit: later(entry.lastHit, held.lastHit) };
        }),
        total,
        next: next === null ? null : `${next.expires}.${next.id}`,
      };
    },
    async add(draft, by) {
      const entries = draftOf(draft, clock(), by);
      const { list, kind, app, reason, owner, hours } = draft;
      const detail = {
        ...{ list, kind, count: entries.length, reason, owner },
        app: app ?? '*',
        hours: hours ?? 'no end',
        values: entries
          .slice(0, 20)
          .map(({ value }) => value)
          .join(' ')
          .slice(0, 1_000),
      };
      const change = newId();
      await audit.act(by, { activity: 'create', entity: 'access list', detail }, () => store.add(entries, change));
      for (const entry of entries) snapshot.put(entry);
      await parts.revocations.publish({ kind: listRevocation, subject: change, detail: null });
      return entries;
    },
    async remove(ids, reason, by) {
      const standing = await store.standing(ids, clock());
      if (standing.length === 0) throw new MenshenError('not_found');
      const detail = {
        count: standing.length,
        reason,
        values: standing
          .slice(0, 20)
          .map(({ list, value }) => `${list}:${value}`)
          .join(' ')
          .slice(0, 1_000),
      };
      const change = newId();
      const known = standing.map(({ id }) => id);
      await audit.act(by, { activity: 'delete', entity: 'access list', detail }, () => store.remove(known, change, clock()));
      for (const id of known) snapshot.remove(id);
      await parts.revocations.publish({ kind: listRevocation, subject: change, detail: null });
      return known.length;
    },
    async refresh(change) {
      take(await store.ofChange(change));
    },
    async maintain() {
      const now = clock();
      for (const entry of snapshot.all()) {
        const { unwritten } = entry;
        if (unwritten === 0) continue;
        entry.unwritten = 0;
        await store.hit(entry.id, unwritten, entry.lastHit ?? now);
      }
      sweep(now - endedKeptMs);
      const ended = await store.takeExpired(newId(), now, now - endedKeptMs);
      if (ended.length > 0) {
        const values = ended
          .slice(0, 20)
          .map(({ list, value }) => `${list}:${value}`)
          .join(' ')
          .slice(0, 1_000);
        const detail = { count: ended.length, values, reason: 'expired' };
        await audit.record(entityManagementEvent({ time: now, activity: 'delete', entity: 'access list', by: 'clock', detail }));
      }
      await store.forgetBefore(now - keptMs);
    },
  };
}

const later = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.max(a, b));

function readCursor(text: string): { expires: number; id: string } {
  const [, expires, id] = /^(\d{1,16})\.([A-Za-z0-9_-]{16})$/.exec(text) ?? [];
  if (expires === undefined || id === undefined) throw new MenshenError('validation_failed', { field: 'cursor' });
  return { expires: Number(expires), id };
}
