import type { Bilingual, NoticeKind, NoticeSeverity } from '@menshen/contract';
import type { Selectable } from 'kysely';
import type { Store } from '../store/store.ts';
import { createLedger } from './ledger.ts';
import type { ChannelProblem, Delivery, DeliveryState, NewNotice, Notice } from './model.ts';
import type { PlannedDelivery } from './routing.ts';
import type { DeliveryRow, NoticeRow } from './tables.ts';

type Texts = Pick<Notice, 'title' | 'happened' | 'done' | 'asked'>;

const toNotice = (row: Selectable<NoticeRow>): Notice => {
  // Written by this file alone.
  const texts = JSON.parse(row.texts) as { [Key in keyof Texts]: Bilingual };
  return {
    ...{ id: row.id, kind: row.kind as NoticeKind, severity: row.severity as NoticeSeverity, app: row.app, matter: row.matter },
    ...texts,
    ...{ path: row.path, created: row.created, count: row.count, last: row.last },
    ...{ acknowledged: row.acknowledged, acknowledgedBy: row.acknowledged_by },
  };
};

const toDelivery = (row: Selectable<DeliveryRow>): Delivery => ({
  ...{ id: row.id, notice: row.notice, channel: row.channel, reason: row.reason as Delivery['reason'] },
  ...{ state: row.state as DeliveryState, attempts: row.attempts, due: row.due, sent: row.sent },
  problem: row.problem as ChannelProblem | null,
});

export type NotifyStore = ReturnType<typeof createNotifyStore>;

/** Notices and their deliveries. */
export function createNotifyStore(store: Store) {
  const { db } = store;
  const ledger = createLedger(store, 'notice_deliveries');
  return {
    /**
     * Adds a notice with its deliveries, unless the youngest of its matter since a time says the same: nobody has acknowledged it and it weighs the same.
     * That one is counted then. Of any number at once, on any nodes, one is added. Resolves to the id of the one that stands.
     */
    async tell(
      id: string,
      notice: NewNotice,
      { now, since }: { readonly now: number; readonly since: number },
      deliveries: readonly (PlannedDelivery & { readonly id: string })[],
    ): Promise<string> {
      const { kind, severity, app, matter, path, title, happened, done, asked } = notice;
      return await store.transaction(async (within) => {
        const standing = await within
          .selectFrom('notices')
          .select(['id', 'severity'])
          .where('matter', '=', matter)
          .where('created', '>=', since)
          .where('acknowledged', 'is', null)
          .orderBy('created', 'desc')
          .limit(1)
          .executeTakeFirst();
        if (standing?.severity === severity) {
          await within
            .updateTable('notices')
            .set((row) => ({ count: row('count', '+', 1), last: now }))
            .where('id', '=', standing.id)
            .execute();
          return standing.id;
        }
        await within
          .insertInto('notices')
          .values({
            ...{ id, kind, severity, app, matter, path, texts: JSON.stringify({ title, happened, done, asked }) },
            ...{ created: now, last: now, count: 1, acknowledged: null, acknowledged_by: null },
          })
          .execute();
        if (deliveries.length > 0)
          await within
            .insertInto('notice_deliveries')
            .values(
              deliveries.map(({ id: delivery, channel, reason, due }) => ({
                ...{ id: delivery, notice: id, channel, reason, due },
                ...{ state: 'waiting', attempts: 0, sent: null, problem: null },
              })),
            )
            .execute();
        return id;
      });
    },
    async find(id: string): Promise<Notice | null> {
      const row = await db.selectFrom('notices').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toNotice(row);
    },
    /** The newest first; `before` is the time of the last one of the page before. */
    async list(filter: { readonly open: boolean; readonly before: number | null }, limit: number): Promise<Notice[]> {
      let query = db.selectFrom('notices').selectAll().orderBy('created', 'desc').orderBy('id').limit(limit);
      if (filter.open) query = query.where('acknowledged', 'is', null);
      if (filter.before !== null) query = query.where('created', '<', filter.before);
      return (await query.execute()).map(toNotice);
    },
    async deliveriesOf(notices: readonly string[]): Promise<Delivery[]> {
      if (notices.length === 0) return [];
      const rows = await db
        .selectFrom('notice_deliveries')
        .selectAll()
        .where('notice', 'in', [...notices])
        .orderBy('due')
        .execute();
      return rows.map(toDelivery);
    },
    /** Acknowledges, and calls off what has not been sent; false when it was acknowledged before or is not there. */
    async acknowledge(id: string, by: string, now: number): Promise<boolean> {
      return await db.transaction().execute(async (within) => {
        const changed = await within
          .updateTable('notices')
          .set({ acknowledged: now, acknowledged_by: by })
          .where('id', '=', id)
          .where('acknowledged', 'is', null)
          .executeTakeFirst();
        if (Number(changed.numUpdatedRows) === 0) return false;
        await within
          .updateTable('notice_deliveries')
          .set({ state: 'cancelled' })
          .where('notice', '=', id)
          .where('state', '=', 'waiting')
          .execute();
        return true;
      });
    },
    ...ledger,
    /** Deliveries that are due, the oldest first. */
    async due(now: number, limit: number): Promise<Delivery[]> {
      const ids = await ledger.due(now, limit);
      if (ids.length === 0) return [];
      const rows = await db.selectFrom('notice_deliveries').selectAll().where('id', 'in', ids).orderBy('due').execute();
      return rows.map(toDelivery);
    },
    /** For each channel: how many were sent and given up since a time, and the last outcome. */
    async figures(since: number): Promise<ReadonlyMap<string, { sent: number; failed: number; lastSent: number | null }>> {
      const rows = await db
        .selectFrom('notice_deliveries')
        .select(({ fn }) => ['channel', 'state', fn.countAll<number>().as('count'), fn.max('sent').as('last')])
        .where('state', 'in', ['sent', 'failed'])
        .where('due', '>=', since)
        .groupBy(['channel', 'state'])
        .execute();
      const figures = new Map<string, { sent: number; failed: number; lastSent: number | null }>();
      for (const { channel, state, count, last } of rows) {
        const one = figures.get(channel) ?? { sent: 0, failed: 0, lastSent: null };
        if (state === 'sent') Object.assign(one, { sent: Number(count), lastSent: last });
        else one.failed = Number(count);
        figures.set(channel, one);
      }
      return figures;
    },
    async removeBefore(time: number): Promise<void> {
      await db.transaction().execute(async (within) => {
        const old = within.selectFrom('notices').select('id').where('created', '<', time);
        await within.deleteFrom('notice_deliveries').where('notice', 'in', old).execute();
        await within.deleteFrom('notices').where('created', '<', time).execute();
      });
    },
  };
}
