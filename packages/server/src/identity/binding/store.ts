import type { Store } from '../../store/store.ts';

/** The tables of request binding: the mark of accepted times, and tickets that wait for their use. */
export function createBindingStore(store: Store) {
  const { db } = store;
  return {
    /** 0 when there is none. */
    async replayMark(): Promise<number> {
      const row = await db.selectFrom('replay_marks').select('mark').where('name', '=', 'requests').executeTakeFirst();
      return row?.mark ?? 0;
    },
    async setReplayMark(mark: number): Promise<void> {
      await db
        .insertInto('replay_marks')
        .values({ name: 'requests', mark })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ mark }))
        .execute();
    },
    async addTicket(
      ticketHash: string,
      ticket: { sid: string; boundTo: string; sha256: string | null; expires: number },
    ): Promise<void> {
      const { sid, boundTo, sha256, expires } = ticket;
      await db
        .insertInto('transfer_tickets')
        .values({ ticket_hash: ticketHash, sid, bound_to: boundTo, sha256, expires })
        .execute();
    },
    /** Takes a ticket away and hands it out: to one caller only, whoever else asks at the same moment. */
    async consumeTicket(
      ticketHash: string,
      now: number,
    ): Promise<{ sid: string; boundTo: string; sha256: string | null } | null> {
      const row = await db
        .deleteFrom('transfer_tickets')
        .where('ticket_hash', '=', ticketHash)
        .where('expires', '>', now)
        .returning(['sid', 'bound_to', 'sha256'])
        .executeTakeFirst();
      return row === undefined ? null : { sid: row.sid, boundTo: row.bound_to, sha256: row.sha256 };
    },
    /** Tickets of a session that wait for their use. */
    async ticketsOf(sid: string, now: number): Promise<number> {
      const row = await db
        .selectFrom('transfer_tickets')
        .select((select) => select.fn.countAll<number>().as('count'))
        .where('sid', '=', sid)
        .where('expires', '>', now)
        .executeTakeFirst();
      return Number(row?.count ?? 0);
    },
    async removeExpired(now: number): Promise<void> {
      await db.deleteFrom('transfer_tickets').where('expires', '<=', now).execute();
    },
  };
}

export type BindingStore = ReturnType<typeof createBindingStore>;
