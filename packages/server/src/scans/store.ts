import { type FindingFilter, type FindingSeverity, findingSeverity, findingState, type ScanView } from '@menshen/contract';
import { type Expression, type ExpressionBuilder, type Kysely, type Selectable, type SqlBool, sql } from 'kysely';
import * as z from 'zod';
import { contains } from '../store/like.ts';
import type { Schema } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import type { Merged } from './merge.ts';
import { type FindingContent, type FindingEvent, findingContent, rankOf, type StoredFinding } from './model.ts';
import type { ScanTables } from './tables.ts';

type FindingRow = Selectable<ScanTables['scan_findings']>;
type Db = Kysely<Schema>;

const confidence = z.enum(['high', 'medium', 'low']);
const countsOf = z.object({ critical: z.number(), high: z.number(), medium: z.number(), low: z.number(), info: z.number() });
const problemsOf = z.array(z.object({ file: z.string(), message: z.object({ zh: z.string(), en: z.string() }) }));
const idsOf = z.array(z.string());
/** Parameters of one statement stay far below what either engine takes. */
const chunkRows = 100;
const chunkIds = 400;

export interface StoredScan extends Omit<ScanView, 'problems' | 'counts'> {
  readonly counts: Readonly<Record<FindingSeverity, number>>;
  readonly problems: z.output<typeof problemsOf>;
}

export interface ProjectRef {
  readonly app: string;
  readonly project: string;
}

const toFinding = (row: FindingRow): StoredFinding => ({
  ...{ id: row.id, app: row.app, project: row.project, tool: row.tool, fingerprint: row.fingerprint, rule: row.rule },
  severity: findingSeverity.parse(row.severity),
  confidence: confidence.parse(row.confidence),
  ...{ weight: row.weight, file: row.file, line: row.line, route: row.route },
  content: findingContent.parse(JSON.parse(row.content)),
  state: findingState.parse(row.state),
  ...{ owner: row.owner, due: row.due, reason: row.reason, acceptedUntil: row.accepted_until, approver: row.approver },
  ...{ suppression: row.suppression, firstSeen: row.first_seen, firstVersion: row.first_version },
  ...{ lastSeen: row.last_seen, lastVersion: row.last_version, fixedAt: row.fixed_at },
});

const toRow = (finding: StoredFinding): FindingRow => {
  const { content, rule, file, route } = finding;
  return {
    ...{ id: finding.id, app: finding.app, project: finding.project, tool: finding.tool, fingerprint: finding.fingerprint },
    ...{ rule, severity: finding.severity, rank: rankOf(finding.severity), confidence: finding.confidence },
    ...{ weight: finding.weight, file, line: finding.line, route },
    cwe: content.cwe.length === 0 ? '' : `,${content.cwe.join(',')},`,
    search: searchText(rule, file, route, content),
    content: JSON.stringify(content),
    ...{ state: finding.state, owner: finding.owner, due: finding.due, reason: finding.reason },
    ...{ accepted_until: finding.acceptedUntil, approver: finding.approver, suppression: finding.suppression },
    ...{ first_seen: finding.firstSeen, first_version: finding.firstVersion, last_seen: finding.lastSeen },
    ...{ last_version: finding.lastVersion, fixed_at: finding.fixedAt },
  };
};

const searchText = (rule: string, file: string | null, route: string | null, { title, message }: FindingContent): string =>
  [rule, file ?? '', route ?? '', title.zh, title.en, message.zh, message.en].join('\n').toLowerCase().slice(0, 4_000);

const toScan = (row: Omit<Selectable<ScanTables['scans']>, 'contents'>): StoredScan => ({
  ...{ id: row.id, app: row.app, project: row.project, tool: row.tool, toolVersion: row.tool_version },
  trigger: z.enum(['upload', 'manual', 'schedule', 'release', 'probe']).parse(row.trigger),
  ...{ version: row.version, by: row.by, finished: row.finished, complete: row.complete === 1 },
  counts: countsOf.parse(JSON.parse(row.counts)),
  ...{ fresh: row.fresh, reopened: row.reopened, fixed: row.fixed, same: row.same, suppressed: row.suppressed },
  problems: problemsOf.parse(JSON.parse(row.problems)),
});

const scanColumns = [
  ...(['id', 'app', 'project', 'tool', 'tool_version', 'trigger', 'version', 'by', 'finished', 'complete', 'counts'] as const),
  ...(['fresh', 'reopened', 'fixed', 'same', 'suppressed', 'problems'] as const),
] as const;

type Where = ExpressionBuilder<Schema, 'scan_findings'>;

/** Somebody must still do something: open, or accepted until a moment that has passed; and no comment in the source accepts it. */
const active = (eb: Where, now: number): Expression<SqlBool> =>
  eb.and([
    eb('suppression', 'is', null),
    eb.or([
      eb('state', 'in', ['open', 'confirmed', 'reopened']),
      eb.and([eb('state', '=', 'accepted'), eb('accepted_until', '<=', now)]),
    ]),
  ]);

function conditions(eb: Where, filter: Partial<FindingFilter>, now: number): Expression<SqlBool>[] {
  const found: Expression<SqlBool>[] = [];
  const { show = 'all', severity, app, project, rule, owner, cwe, q } = filter;
  if (show === 'active' || show === 'overdue') found.push(active(eb, now));
  if (show === 'overdue') found.push(eb('due', '<=', now));
  if (show === 'suppressed') found.push(eb('suppression', 'is not', null), eb('state', '!=', 'fixed'));
  if (show === 'accepted') found.push(eb('state', '=', 'accepted'), eb('accepted_until', '>', now));
  else if (findingState.options.some((state) => state === show)) found.push(eb('state', '=', show));
  if (severity !== undefined) found.push(eb('rank', '>=', rankOf(severity)));
  if (app !== undefined) found.push(eb('app', '=', app));
  if (project !== undefined) found.push(eb('project', '=', project));
  if (rule !== undefined) found.push(eb('rule', '=', rule));
  if (owner !== undefined) found.push(owner === '-' ? eb('owner', 'is', null) : eb('owner', '=', owner));
  if (cwe !== undefined) found.push(contains(eb.ref('cwe'), `,${cwe},`));
  if (q !== undefined && q !== '') found.push(contains(eb.ref('search'), q.toLowerCase()));
  return found;
}

/** Findings, their history, and the scans that saw them. */
export function createScanStore(store: Store) {
  const { db } = store;
  const matching = (filter: Partial<FindingFilter>, now: number) =>
    db.selectFrom('scan_findings').where((eb) => eb.and(conditions(eb, filter, now)));
  const known = async (on: Db, { app, project }: ProjectRef, tool: string): Promise<StoredFinding[]> => {
    const rows = await on
      .selectFrom('scan_findings')
      .selectAll()
      .where('app', '=', app)
      .where('project', '=', project)
      .where('tool', '=', tool)
      .execute();
    return rows.map(toFinding);
  };
  const addEvents = async (on: Db, events: readonly FindingEvent[]): Promise<void> => {
    for (let at = 0; at < events.length; at += chunkRows)
      await on
        .insertInto('scan_finding_events')
        .values(events.slice(at, at + chunkRows))
        .execute();
  };
  const byIds = async (on: Db, ids: readonly string[]): Promise<StoredFinding[]> => {
    const found: StoredFinding[] = [];
    for (let at = 0; at < ids.length; at += chunkIds) {
      const rows = await on
        .selectFrom('scan_findings')
        .selectAll()
        .where('id', 'in', ids.slice(at, at + chunkIds))
        .execute();
      found.push(...rows.map(toFinding));
    }
    return found;
  };

  return {
    byIds: (ids: readonly string[]) => byIds(db, ids),
    async find(id: string): Promise<StoredFinding | null> {
      return (await byIds(db, [id]))[0] ?? null;
    },
    /** The heaviest first, and of equal weight what is due first. */
    async list(filter: FindingFilter, now: number, limit: number, offset: number): Promise<StoredFinding[]> {
      const rows = await matching(filter, now)
        .selectAll()
        .orderBy('rank', 'desc')
        .orderBy('weight', 'desc')
        .orderBy('due')
        .orderBy('id')
        .limit(limit)
        .offset(offset)
        .execute();
      return rows.map(toFinding);
    },
    async count(filter: Partial<FindingFilter>, now: number): Promise<number> {
      const row = await matching(filter, now)
        .select(({ fn }) => fn.countAll().as('count'))
        .executeTakeFirst();
      return Number(row?.count ?? 0);
    },
    /** The heaviest active ones, from which the first are chosen. */
    async heaviest(filter: Pick<FindingFilter, 'app' | 'project'>, now: number, limit: number): Promise<StoredFinding[]> {
      const rows = await matching({ ...filter, show: 'active' }, now)
        .selectAll()
        .orderBy('weight', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(toFinding);
    },
    async activeBy(
      column: 'severity' | 'owner',
      filter: Partial<FindingFilter>,
      now: number,
    ): Promise<ReadonlyMap<string, number>> {
      const rows = await matching({ ...filter, show: 'active' }, now)
        .select([column, ({ fn }) => fn.countAll().as('count')])
        .groupBy(column)
        .execute();
      return new Map(rows.map((row) => [String((row as Record<string, unknown>)[column] ?? '-'), Number(row.count)]));
    },
    async fixedSince(filter: Pick<FindingFilter, 'app' | 'project'>, since: number, now: number): Promise<number> {
      const row = await matching({ ...filter, show: 'fixed' }, now)
        .where('fixed_at', '>=', since)
        .select(({ fn }) => fn.countAll().as('count'))
        .executeTakeFirst();
      return Number(row?.count ?? 0);
    },
    async owners(): Promise<string[]> {
      const rows = await db
        .selectFrom('scan_findings')
        .select('owner')
        .distinct()
        .where('owner', 'is not', null)
        .limit(200)
        .execute();
      return rows.flatMap(({ owner }) => owner ?? []).sort();
    },
    /** Projects that have been scanned, with what is open in them. */
    async projects(now: number): Promise<(ProjectRef & { readonly active: number })[]> {
      const [all, open] = await Promise.all([
        db.selectFrom('scans').select(['app', 'project']).distinct().orderBy('app').orderBy('project').execute(),
        matching({ show: 'active' }, now)
          .select(['app', 'project', ({ fn }) => fn.countAll().as('count')])
          .groupBy(['app', 'project'])
          .execute(),
      ]);
      const counts = new Map(open.map(({ app, project, count }) => [`${app}/${project}`, Number(count)]));
      return all.map(({ app, project }) => ({ app, project, active: counts.get(`${app}/${project}`) ?? 0 }));
    },
    /** Everything active, without what only people look at; for evidence. */
    async activeRows(now: number, app: string | undefined) {
      return await matching({ show: 'active', app }, now)
        .select(['id', 'app', 'project', 'tool', 'rule', 'severity', 'confidence', 'cwe', 'file', 'line', 'route', 'state'])
        .select(['owner', 'due', 'first_seen'])
        .orderBy('rank', 'desc')
        .orderBy('weight', 'desc')
        .limit(50_000)
        .execute();
    },
    async history(finding: string): Promise<FindingEvent[]> {
      const rows = await db
        .selectFrom('scan_finding_events')
        .selectAll()
        .where('finding', '=', finding)
        .orderBy('number', 'desc')
        .limit(500)
        .execute();
      return rows.map(({ number: _number, kind, ...event }) => ({ ...event, kind: eventKind.parse(kind) }));
    },
    addEvents: (events: readonly FindingEvent[]) => addEvents(db, events),
    /**
     * Reads what is known of a project and tool, and writes what `merge` makes of it with the scan that saw it, as one serializable unit: two uploads of
     * one project cannot lose each other's words.
     */
    async put(ref: ProjectRef, tool: string, merge: (known: StoredFinding[]) => { merged: Merged; scan: StoredScan }) {
      return await store.transaction(async (within) => {
        const { merged, scan } = merge(await known(within, ref, tool));
        for (let at = 0; at < merged.added.length; at += chunkRows)
          await within
            .insertInto('scan_findings')
            .values(merged.added.slice(at, at + chunkRows).map(toRow))
            .execute();
        for (const finding of merged.changed) {
          const { id, ...rest } = toRow(finding);
          await within.updateTable('scan_findings').set(rest).where('id', '=', id).execute();
        }
        for (let at = 0; at < merged.same.length; at += chunkIds)
          await within
            .updateTable('scan_findings')
            .set({ last_seen: scan.finished, last_version: scan.version })
            .where('id', 'in', merged.same.slice(at, at + chunkIds))
            .execute();
        await addEvents(within, merged.events);
        const { counts, problems, toolVersion, complete, ...rest } = scan;
        await within
          .insertInto('scans')
          .values({
            ...rest,
            ...{ tool_version: toolVersion, complete: Number(complete), counts: JSON.stringify(counts) },
            ...{ problems: JSON.stringify(problems), contents: JSON.stringify(merged.seen) },
          })
          .execute();
        return { merged, scan };
      });
    },
    /** Changes rows that are read and written as one unit. */
    async change(
      ids: readonly string[],
      change: (finding: StoredFinding) => { finding: StoredFinding; events: readonly FindingEvent[] },
    ): Promise<StoredFinding[]> {
      return await store.transaction(async (within) => {
        const changes = (await byIds(within, ids)).map(change);
        for (const { finding } of changes) {
          const { state, owner, due, reason, accepted_until, approver } = toRow(finding);
          const set = { state, owner, due, reason, accepted_until, approver };
          await within.updateTable('scan_findings').set(set).where('id', '=', finding.id).execute();
        }
        await addEvents(
          within,
          changes.flatMap(({ events }) => events),
        );
        return changes.map(({ finding }) => finding);
      });
    },
    /** Acceptances whose end has come. */
    async ended(now: number): Promise<string[]> {
      const rows = await db
        .selectFrom('scan_findings')
        .select('id')
        .where('state', '=', 'accepted')
        .where('accepted_until', '<=', now)
        .limit(500)
        .execute();
      return rows.map(({ id }) => id);
    },
    async scans(
      filter: { readonly app?: string | undefined; readonly project?: string | undefined },
      limit: number,
      offset: number,
    ) {
      let query = db.selectFrom('scans').select(scanColumns);
      if (filter.app !== undefined) query = query.where('app', '=', filter.app);
      if (filter.project !== undefined) query = query.where('project', '=', filter.project);
      return (await query.orderBy('finished', 'desc').orderBy('id').limit(limit).offset(offset).execute()).map(toScan);
    },
    async scan(id: string): Promise<{ readonly scan: StoredScan; readonly contents: readonly string[] } | null> {
      const row = await db.selectFrom('scans').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : { scan: toScan(row), contents: idsOf.parse(JSON.parse(row.contents)) };
    },
    /** The newest scan of each project and tool. */
    async newest(): Promise<{ app: string; project: string; tool: string; finished: number; complete: boolean }[]> {
      const rows = await db
        .selectFrom('scans')
        .select(['app', 'project', 'tool', 'complete', 'finished'])
        .where(
          'finished',
          '=',
          sql<number>`(select max(other.finished) from scans as other where other.app = scans.app and other.project = scans.project and other.tool = scans.tool)`,
        )
        .execute();
      return rows.map(({ complete, ...rest }) => ({ ...rest, complete: complete === 1 }));
    },
    /** Removes scans before a moment, and what has been fixed since before it. */
    async removeBefore(moment: number): Promise<void> {
      const gone = db.selectFrom('scan_findings').select('id').where('state', '=', 'fixed').where('fixed_at', '<', moment);
      await store.batch([
        db.deleteFrom('scans').where('finished', '<', moment),
        db.deleteFrom('scan_finding_events').where('finding', 'in', gone),
        db.deleteFrom('scan_findings').where('state', '=', 'fixed').where('fixed_at', '<', moment),
      ]);
    },
  };
}

const eventKind = z.enum(['found', 'fixed', 'reopened', 'state', 'owner', 'due', 'comment', 'expired']);

export type ScanStore = ReturnType<typeof createScanStore>;
