import { bulletinDraft, bulletinKind } from '@menshen/contract';
import type { Selectable } from 'kysely';
import * as z from 'zod';
import { createLedger } from '../../notify/ledger.ts';
import type { DeliveryState } from '../../notify/model.ts';
import type { Store } from '../../store/store.ts';
import type { Bulletin, BulletinDelivery, BulletinState, Issue } from './model.ts';
import type { BulletinDeliveryRow, BulletinIssueRow, BulletinRow } from './tables.ts';

const texts = z.object({
  title: z.object({ zh: z.string(), en: z.string() }),
  text: z.object({ zh: z.string(), en: z.string() }),
});

const toBulletin = ({ draft, state, created_by, scheduled_by, ...row }: Selectable<BulletinRow>): Bulletin => ({
  ...{ id: row.id, next: row.next, created: row.created, createdBy: created_by, scheduledBy: scheduled_by },
  draft: bulletinDraft.parse(JSON.parse(draft)),
  // Written by this file alone.
  state: state as BulletinState,
});
const toIssue = ({ texts: said, kind, ...row }: Selectable<BulletinIssueRow>): Issue => ({
  ...row,
  kind: bulletinKind.parse(kind),
  ...texts.parse(JSON.parse(said)),
});
const toDelivery = ({ state, way, ...row }: Selectable<BulletinDeliveryRow>): BulletinDelivery => ({
  ...row,
  state: state as DeliveryState,
  way: way as BulletinDelivery['way'],
});

export interface IssueCounts {
  readonly waiting: number;
  readonly sent: number;
  readonly byWecom: number;
  readonly byMail: number;
  readonly failed: number;
  readonly skipped: number;
}

const none: IssueCounts = { waiting: 0, sent: 0, byWecom: 0, byMail: 0, failed: 0, skipped: 0 };
const listed = 100;
const batchRows = 100;

export type BulletinStore = ReturnType<typeof createBulletinStore>;

/** Bulletins, their issues and the ledger of deliveries. */
export function createBulletinStore(store: Store) {
  const { db } = store;
  return {
    ledger: createLedger(store, 'training_bulletin_deliveries'),
    /** The newest first. */
    async list(): Promise<Bulletin[]> {
      const rows = await db.selectFrom('training_bulletins').selectAll().orderBy('created', 'desc').limit(listed).execute();
      return rows.map(toBulletin);
    },
    async find(id: string): Promise<Bulletin | null> {
      const row = await db.selectFrom('training_bulletins').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toBulletin(row);
    },
    async add({ id, draft, created, createdBy }: Pick<Bulletin, 'id' | 'draft' | 'created' | 'createdBy'>): Promise<void> {
      await db
        .insertInto('training_bulletins')
        .values({
          ...{ id, draft: JSON.stringify(draft), state: 'draft', next: null },
          ...{ created, created_by: createdBy, scheduled_by: null },
        })
        .execute();
    },
    /** False where it is scheduled or sent: what went out stays as it was. */
    async change(id: string, draft: Bulletin['draft']): Promise<boolean> {
      const done = await db
        .updateTable('training_bulletins')
        .set({ draft: JSON.stringify(draft) })
        .where('id', '=', id)
        .where('state', '=', 'draft')
        .executeTakeFirst();
      return Number(done.numUpdatedRows) === 1;
    },
    async schedule(id: string, next: number, by: string): Promise<boolean> {
      const done = await db
        .updateTable('training_bulletins')
        .set({ state: 'scheduled', next, scheduled_by: by })
        .where('id', '=', id)
        .where('state', '=', 'draft')
        .executeTakeFirst();
      return Number(done.numUpdatedRows) === 1;
    },
    /** Nothing more is sent: neither what was planned nor what waits. */
    async stop(id: string): Promise<boolean> {
      return await store.transaction(async (tx) => {
        const done = await tx
          .updateTable('training_bulletins')
          .set({ state: 'stopped', next: null })
          .where('id', '=', id)
          .where('state', 'in', ['draft', 'scheduled', 'sent'])
          .executeTakeFirst();
        if (Number(done.numUpdatedRows) === 0) return false;
        await tx
          .updateTable('training_bulletin_deliveries')
          .set({ state: 'cancelled', problem: 'stopped' })
          .where('bulletin', '=', id)
          .where('state', '=', 'waiting')
          .execute();
        return true;
      });
    },
    async due(now: number): Promise<Bulletin[]> {
      const rows = await db
        .selectFrom('training_bulletins')
        .selectAll()
        .where('state', '=', 'scheduled')
        .where('next', '<=', now)
        .execute();
      return rows.map(toBulletin);
    },
    /** Writes an issue with all its deliveries, and plans the next one; false where another node has. */
    async issue(
      bulletin: Bulletin,
      issue: Issue,
      next: number | null,
      deliveries: readonly Pick<BulletinDelivery, 'id' | 'uid' | 'state' | 'due' | 'problem'>[],
    ): Promise<boolean> {
      return await store.transaction(async (tx) => {
        const taken = await tx
          .updateTable('training_bulletins')
          .set({ next, state: next === null ? 'sent' : 'scheduled' })
          .where('id', '=', bulletin.id)
          .where('state', '=', 'scheduled')
          .where('next', '=', bulletin.next)
          .executeTakeFirst();
        if (Number(taken.numUpdatedRows) === 0) return false;
        const { id, kind, planned, created, title, text, course } = issue;
        await tx
          .insertInto('training_bulletin_issues')
          .values({ id, bulletin: bulletin.id, kind, planned, created, texts: JSON.stringify({ title, text }), course })
          .execute();
        for (let at = 0; at < deliveries.length; at += batchRows)
          await tx
            .insertInto('training_bulletin_deliveries')
            .values(
              deliveries
                .slice(at, at + batchRows)
                .map((one) => ({ ...one, issue: id, bulletin: bulletin.id, attempts: 0, sent: null, way: null, status: null })),
            )
            .execute();
        return true;
      });
    },
    async findIssue(id: string): Promise<Issue | null> {
      const row = await db.selectFrom('training_bulletin_issues').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toIssue(row);
    },
    async issues(bulletin: string, most: number): Promise<Issue[]> {
      const rows = await db
        .selectFrom('training_bulletin_issues')
        .selectAll()
        .where('bulletin', '=', bulletin)
        .orderBy('created', 'desc')
        .limit(most)
        .execute();
      return rows.map(toIssue);
    },
    /** Counts of each issue, by the store: a company may have many thousands of deliveries. */
    async counts(issues: readonly string[]): Promise<ReadonlyMap<string, IssueCounts>> {
      const found = new Map<string, IssueCounts>(issues.map((id) => [id, none]));
      if (issues.length === 0) return found;
      const rows = await db
        .selectFrom('training_bulletin_deliveries')
        .select(({ fn }) => ['issue', 'state', 'way', fn.countAll<number>().as('count')])
        .where('issue', 'in', [...issues])
        .groupBy(['issue', 'state', 'way'])
        .execute();
      for (const { issue, state, way, count: counted } of rows) {
        const count = Number(counted);
        const { waiting, sent, byWecom, byMail, failed, skipped } = found.get(issue) ?? none;
        found.set(issue, {
          waiting: waiting + (state === 'waiting' || state === 'sending' ? count : 0),
          sent: sent + (state === 'sent' ? count : 0),
          byWecom: byWecom + (state === 'sent' && way === 'wecom' ? count : 0),
          byMail: byMail + (state === 'sent' && way === 'mail' ? count : 0),
          failed: failed + (state === 'failed' ? count : 0),
          skipped: skipped + (state === 'cancelled' ? count : 0),
        });
      }
      return found;
    },
    async delivery(id: string): Promise<BulletinDelivery | null> {
      const row = await db.selectFrom('training_bulletin_deliveries').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toDelivery(row);
    },
    async setWay(id: string, way: 'wecom' | 'mail'): Promise<void> {
      await db.updateTable('training_bulletin_deliveries').set({ way }).where('id', '=', id).execute();
    },
    /** What had been taken has come back. */
    async cameBack(id: string, problem: string, status: string | null): Promise<void> {
      await db
        .updateTable('training_bulletin_deliveries')
        .set({ state: 'failed', problem, status })
        .where('id', '=', id)
        .where('state', '=', 'sent')
        .execute();
    },
    async skip(id: string, problem: string): Promise<void> {
      await db.updateTable('training_bulletin_deliveries').set({ state: 'cancelled', problem }).where('id', '=', id).execute();
    },
    /** What has not arrived: given up first, then what is tried again. */
    async unsent(bulletin: string, most: number): Promise<BulletinDelivery[]> {
      const rows = await db
        .selectFrom('training_bulletin_deliveries')
        .selectAll()
        .where('bulletin', '=', bulletin)
        .where('state', 'in', ['failed', 'waiting', 'sending'])
        .orderBy('state')
        .orderBy('due', 'desc')
        .limit(most)
        .execute();
      return rows.map(toDelivery);
    },
    /** What a person was sent, the newest first. */
    async ofPerson(uid: string, most: number): Promise<(Issue & { readonly sent: number })[]> {
      const rows = await db
        .selectFrom('training_bulletin_deliveries as delivery')
        .innerJoin('training_bulletin_issues as issue', 'issue.id', 'delivery.issue')
        .selectAll('issue')
        .select('delivery.sent')
        .where('delivery.uid', '=', uid)
        .where('delivery.state', '=', 'sent')
        .orderBy('delivery.sent', 'desc')
        .limit(most)
        .execute();
      return rows.map(({ sent, ...row }) => ({ ...toIssue(row), sent: sent ?? row.created }));
    },
    /** What may be said of the time before: when the issue before was made. */
    async lastIssued(bulletin: string): Promise<number | null> {
      const [last] = await this.issues(bulletin, 1);
      return last?.created ?? null;
    },
    async removeBefore(time: number): Promise<void> {
      await store.transaction(async (tx) => {
        const old = tx.selectFrom('training_bulletin_issues').select('id').where('created', '<', time);
        await tx.deleteFrom('training_bulletin_deliveries').where('issue', 'in', old).execute();
        await tx.deleteFrom('training_bulletin_issues').where('created', '<', time).execute();
      });
    },
  };
}
