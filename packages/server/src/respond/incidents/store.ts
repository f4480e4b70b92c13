import { createHmac } from 'node:crypto';
import {
  incidentClock,
  incidentSeverity,
  incidentSourceKind,
  incidentState,
  incidentSubjectKind,
  MenshenError,
  timelineKind,
} from '@menshen/contract';
import type { Selectable, Transaction } from 'kysely';
import * as z from 'zod';
import type { Keys } from '../../keys/master.ts';
import type { Schema, Store } from '../../store/store.ts';
import { type ClockRow, type Incident, isEnded, rankOf, type Source, type Subject } from './model.ts';
import type { EntryRow, IncidentRow } from './tables.ts';
import type { StoredEntry } from './timeline.ts';

const bilingual = z.object({ zh: z.string(), en: z.string() });
const sealedIncident = z.object({
  title: bilingual,
  text: bilingual,
  subjects: z.array(z.object({ kind: incidentSubjectKind, value: z.string() })),
});
const sealedEntry = z.object({
  text: bilingual,
  path: z.string().nullable(),
  events: z.array(z.number()),
  eventsLog: z.string().nullable().optional(),
});
const sealedOf = ({ text, path, events, eventsLog }: StoredEntry) => ({
  ...{ text, path, events },
  ...(eventsLog === undefined ? {} : { eventsLog }),
});
const factsOf = z.record(z.string(), z.union([z.string(), z.number()]));

const place = (id: string) => ({ table: 'incidents', column: 'sealed', key: id });
const clockPlace = (id: string) => ({ table: 'incident_clocks', column: 'reason', key: id });
const entryPlace = (id: string) => ({ table: 'incident_entries', column: 'sealed', key: id });

/** Tables whose rows go with their incident. */
const belongings = [
  ...(['incident_sources', 'incident_keys', 'incident_entries', 'incident_clocks', 'incident_evidence'] as const),
  ...(['incident_judgements', 'incident_duties', 'incident_postmortems', 'incident_actions', 'incident_recovery'] as const),
] as const;

/** What one act writes, as a whole or not at all. */
export interface Change {
  readonly entry: StoredEntry;
  /** The incident as it is to be; its `version` is the one that was read. */
  readonly next?: Incident;
  readonly clocks?: readonly ClockRow[];
  readonly sources?: readonly Source[];
  /** Whom or what it concerns from now on. */
  readonly subjects?: readonly Subject[];
  /** Further rows of the same act. */
  readonly more?: (tx: Transaction<Schema>) => Promise<void>;
}

export interface IncidentFilter {
  readonly show: 'open' | 'all';
  readonly severity?: string | undefined;
  readonly owner?: string | undefined;
}

export type IncidentStore = ReturnType<typeof createIncidentStore>;

/** Tables of incidents; words and people are sealed, and found by keyed hashes. */
export function createIncidentStore(store: Store, keys: Keys, random: (size: number) => Uint8Array) {
  const { db } = store;
  const secret = keys.derive('subjects of incidents');
  const keyOf = ({ kind, value }: Subject): string =>
    createHmac('sha256', secret).update(`${kind}\n${value}`).digest('base64url');

  const toRow = (incident: Incident): IncidentRow => {
    const { title, text, subjects, mergedInto, severity, state, ...rest } = incident;
    const ended = isEnded(state) || mergedInto !== null;
    return {
      ...{ id: rest.id, number: rest.number, owner: rest.owner, opened: rest.opened, updated: rest.updated },
      ...{ severity, rank: rankOf(severity), state, open: Number(!ended), closed: ended ? rest.updated : null },
      ...{ merged_into: mergedInto, version: rest.version },
      sealed: keys.sealText(JSON.stringify({ title, text, subjects }), place(rest.id)),
    };
  };
  const toIncident = (row: Selectable<IncidentRow>): Incident => ({
    ...{ id: row.id, number: row.number, owner: row.owner, opened: row.opened, updated: row.updated, version: row.version },
    ...{ severity: incidentSeverity.parse(row.severity), state: incidentState.parse(row.state), mergedInto: row.merged_into },
    ...sealedIncident.parse(JSON.parse(keys.openText(row.sealed, place(row.id)))),
  });
  const entryRow = (entry: StoredEntry, written: number): EntryRow => ({
    ...{ id: entry.id, incident: entry.incident, at: entry.at, written, by: entry.by, kind: entry.kind, salt: entry.salt },
    ...{ digest: entry.digest, facts: JSON.stringify(entry.facts), log_index: entry.index, redacted: Number(entry.redacted) },
    log: entry.log,
    sealed: keys.sealText(JSON.stringify(sealedOf(entry)), entryPlace(entry.id)),
  });
  const openedEntry = (row: Selectable<EntryRow>) => {
    const { eventsLog, ...rest } = sealedEntry.parse(JSON.parse(keys.openText(row.sealed, entryPlace(row.id))));
    return eventsLog === undefined ? rest : { ...rest, eventsLog };
  };
  const toEntry = (row: Selectable<EntryRow>): StoredEntry => ({
    ...{ id: row.id, incident: row.incident, at: row.at, written: row.written, by: row.by, kind: timelineKind.parse(row.kind) },
    ...openedEntry(row),
    ...{ facts: factsOf.parse(JSON.parse(row.facts)), salt: row.salt, digest: row.digest, index: row.log_index, log: row.log },
    redacted: row.redacted === 1,
  });

  const lastOf = async (
    tx: Transaction<Schema>,
    table: 'incident_entries' | 'incident_clocks',
    incident: string,
  ): Promise<number> => {
    const found =
      table === 'incident_entries'
        ? await tx
            .selectFrom(table)
            .select(({ fn }) => fn.max('written').as('last'))
            .where('incident', '=', incident)
            .executeTakeFirst()
        : await tx
            .selectFrom(table)
            .select(({ fn }) => fn.max('set_at').as('last'))
            .where('incident', '=', incident)
            .executeTakeFirst();
    return Number(found?.last ?? 0);
  };

  /** Rows that belong to an incident that is there; in the order in which they were written, also within one millisecond. */
  const writeRows = async (tx: Transaction<Schema>, { entry, clocks = [], sources = [], subjects = [], more }: Change) => {
    const { incident } = entry;
    const written = Math.max(entry.written, (await lastOf(tx, 'incident_entries', incident)) + 1);
    await tx.insertInto('incident_entries').values(entryRow(entry, written)).execute();
    let last = clocks.length === 0 ? 0 : await lastOf(tx, 'incident_clocks', incident);
    for (const { clock, at, by, set, reason } of clocks) {
      last = Math.max(set, last + 1);
      const id = Buffer.from(random(12)).toString('base64url');
      const sealed = keys.sealText(reason, clockPlace(id));
      await tx.insertInto('incident_clocks').values({ id, incident, clock, at, by, set_at: last, reason: sealed }).execute();
    }
    for (const { kind, ref, at, path } of sources)
      await tx.insertInto('incident_sources').values({ kind, ref, incident, at, path }).execute();
    for (const subject of subjects) {
      const row = { incident, key: keyOf(subject), at: entry.written };
      await tx
        .insertInto('incident_keys')
        .values(row)
        .onConflict((conflict) => conflict.columns(['incident', 'key']).doUpdateSet({ at: row.at }))
        .execute();
    }
    await more?.(tx);
  };

  const lastNumber = async (from: Store['db']): Promise<number> => {
    const query = from.selectFrom('incidents').select(({ fn }) => fn.max('number').as('last'));
    return Number((await query.executeTakeFirst())?.last ?? 0);
  };

  return {
    /** The number of the newest incident; 0 where there is none. */
    lastNumber: () => lastNumber(db),
    /**
     * Resolves to the number of the new incident; null when its source has led to one already, or when the newest is no longer number `after`: what
     * has been opened since may be what the fact belongs to.
     */
    async create(incident: Omit<Incident, 'number'>, change: Change, after: number | null): Promise<number | null> {
      return await store.transaction(async (tx) => {
        for (const { kind, ref } of change.sources ?? []) {
          const known = await tx
            .selectFrom('incident_sources')
            .select('incident')
            .where('kind', '=', kind)
            .where('ref', '=', ref)
            .executeTakeFirst();
          if (known !== undefined) return null;
        }
        const last = await lastNumber(tx);
        if (after !== null && last !== after) return null;
        const number = last + 1;
        await tx
          .insertInto('incidents')
          .values(toRow({ ...incident, number }))
          .execute();
        await writeRows(tx, change);
        return number;
      });
    },
    /** Throws `conflict` when somebody else has changed the incident since it was read. */
    async apply(change: Change): Promise<void> {
      const done = await store.transaction(async (tx) => {
        if (change.next !== undefined) {
          const { id, number: _, ...row } = toRow({ ...change.next, version: change.next.version + 1 });
          const changed = await tx
            .updateTable('incidents')
            .set(row)
            .where('id', '=', id)
            .where('version', '=', change.next.version)
            .executeTakeFirst();
          if (Number(changed.numUpdatedRows) === 0) return false;
        }
        await writeRows(tx, change);
        return true;
      });
      if (!done) throw new MenshenError('conflict');
    },
    /** Notes where the record of an entry stands: under which index of which log. */
    async setIndex(entry: string, index: number, log: string): Promise<void> {
      await db.updateTable('incident_entries').set({ log_index: index, log }).where('id', '=', entry).execute();
    },
    /** Entries whose record never came back: a crash lay between the two. */
    async unrecorded(before: number): Promise<StoredEntry[]> {
      const query = db.selectFrom('incident_entries').selectAll().where('log_index', 'is', null).where('written', '<', before);
      return (await query.orderBy('written').limit(200).execute()).map(toEntry);
    },
    async find(id: string): Promise<Incident | null> {
      const row = await db.selectFrom('incidents').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toIncident(row);
    },
    async findMany(ids: readonly string[]): Promise<Incident[]> {
      if (ids.length === 0) return [];
      return (await db.selectFrom('incidents').selectAll().where('id', 'in', ids).execute()).map(toIncident);
    },
    async ofSource(kind: string, ref: string): Promise<Incident | null> {
      const source = await db
        .selectFrom('incident_sources')
        .select('incident')
        .where('kind', '=', kind)
        .where('ref', '=', ref)
        .executeTakeFirst();
      return source === undefined ? null : await this.find(source.incident);
    },
    /** The open incident that a subject joined last since a moment. */
    async openOf(subject: Subject, since: number): Promise<Incident | null> {
      const row = await db
        .selectFrom('incident_keys')
        .innerJoin('incidents', 'incidents.id', 'incident_keys.incident')
        .selectAll('incidents')
        .where('incident_keys.key', '=', keyOf(subject))
        .where('incident_keys.at', '>=', since)
        .where('incidents.open', '=', 1)
        .orderBy('incident_keys.at', 'desc')
        .executeTakeFirst();
      return row === undefined ? null : toIncident(row);
    },
    /** Open ones: the heaviest first, and of these the oldest. All: the newest first. */
    async list(filter: IncidentFilter, limit: number, offset: number): Promise<Incident[]> {
      let query = db.selectFrom('incidents').selectAll();
      if (filter.show === 'open') query = query.where('open', '=', 1);
      if (filter.severity !== undefined) query = query.where('severity', '=', filter.severity);
      if (filter.owner !== undefined) query = query.where('owner', '=', filter.owner);
      query =
        filter.show === 'open'
          ? query.orderBy('rank', 'desc').orderBy('opened').orderBy('id')
          : query.orderBy('opened', 'desc').orderBy('id');
      return (await query.limit(limit).offset(offset).execute()).map(toIncident);
    },
    /** Incidents that were closed since a moment, false alarms and merged ones left out. */
    async closedSince(since: number): Promise<Incident[]> {
      const query = db.selectFrom('incidents').selectAll().where('state', '=', 'closed').where('closed', '>=', since);
      return (await query.where('merged_into', 'is', null).orderBy('closed', 'desc').limit(200).execute()).map(toIncident);
    },
    async counts(): Promise<{ readonly open: number; readonly all: number }> {
      const row = await db
        .selectFrom('incidents')
        .select(({ fn }) => [fn.countAll<number>().as('total'), fn.sum<number>('open').as('open')])
        .executeTakeFirst();
      return { open: Number(row?.open ?? 0), all: Number(row?.total ?? 0) };
    },
    async openedSince(since: number): Promise<Incident[]> {
      const query = db.selectFrom('incidents').selectAll().where('opened', '>=', since).orderBy('opened');
      return (await query.limit(10_000).execute()).map(toIncident);
    },
    async sources(incidents: readonly string[]): Promise<(Source & { readonly incident: string })[]> {
      if (incidents.length === 0) return [];
      const rows = await db
        .selectFrom('incident_sources')
        .selectAll()
        .where('incident', 'in', incidents)
        .orderBy('at')
        .orderBy('ref')
        .execute();
      return rows.map((row) => ({ ...row, kind: incidentSourceKind.parse(row.kind) }));
    },
    async entries(incident: string): Promise<StoredEntry[]> {
      const query = db.selectFrom('incident_entries').selectAll().where('incident', '=', incident);
      return (await query.orderBy('written').limit(5_000).execute()).map(toEntry);
    },
    async clocks(incidents: readonly string[]): Promise<(ClockRow & { readonly incident: string })[]> {
      if (incidents.length === 0) return [];
      const rows = await db
        .selectFrom('incident_clocks')
        .selectAll()
        .where('incident', 'in', incidents)
        .orderBy('set_at')
        .execute();
      return rows.map(({ id, incident, clock, at, by, set_at: set, reason }) => ({
        ...{ incident, clock: incidentClock.parse(clock), at, by, set, reason: keys.openText(reason, clockPlace(id)) },
      }));
    },
    /** Incidents that concern a subject. */
    async concerning(subject: Subject): Promise<Incident[]> {
      const rows = await db
        .selectFrom('incident_keys')
        .innerJoin('incidents', 'incidents.id', 'incident_keys.incident')
        .selectAll('incidents')
        .where('incident_keys.key', '=', keyOf(subject))
        .execute();
      return rows.map(toIncident);
    },
    /** Writes texts anew without their person, and drops the hashes by which the person was found. */
    async redact(incident: Incident, entries: readonly StoredEntry[], subjects: readonly Subject[]): Promise<void> {
      await store.batch([
        db
          .updateTable('incidents')
          .set({ sealed: toRow(incident).sealed, owner: incident.owner })
          .where('id', '=', incident.id),
        db.deleteFrom('incident_keys').where('incident', '=', incident.id).where('key', 'in', subjects.map(keyOf)),
        ...entries.map((entry) =>
          db
            .updateTable('incident_entries')
            .set({ sealed: entryRow(entry, entry.written).sealed, facts: JSON.stringify(entry.facts), salt: '', redacted: 1 })
            .where('id', '=', entry.id),
        ),
      ]);
    },
    async ownedBy(owner: string): Promise<Incident[]> {
      return (await db.selectFrom('incidents').selectAll().where('owner', '=', owner).execute()).map(toIncident);
    },
    /** Puts another name in place of who owes actions; the number of these. */
    async leaveActions(owner: string, other: string): Promise<number> {
      const done = await db.updateTable('incident_actions').set({ owner: other }).where('owner', '=', owner).executeTakeFirst();
      return Number(done.numUpdatedRows);
    },
    /** Incidents that were closed before a moment, a portion of them. */
    async closedBefore(before: number): Promise<string[]> {
      const query = db.selectFrom('incidents').select('id').where('closed', '<', before).orderBy('closed');
      return (await query.limit(100).execute()).map(({ id }) => id);
    },
    /** Removes incidents with everything that belongs to them. */
    async remove(ids: readonly string[]): Promise<void> {
      await store.batch([
        ...belongings.map((table) => db.deleteFrom(table).where('incident', 'in', ids)),
        db.deleteFrom('incidents').where('id', 'in', ids),
      ]);
    },
  };
}
