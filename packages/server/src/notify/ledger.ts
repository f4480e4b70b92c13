import { sql } from 'kysely';
import type { Store } from '../store/store.ts';
import type { Delivery, DeliveryOutcome } from './model.ts';

/** Tables of deliveries: `id`, `state`, `attempts`, `due`, `sent` and `problem`, whatever else they have. */
type LedgerTable = 'notice_deliveries' | 'training_bulletin_deliveries';

/** A delivery that is being sent belongs to its node for so long. */
const leaseMs = 120_000;

export type Ledger = ReturnType<typeof createLedger>;

/**
 * What is to be sent, durable: one of many nodes takes a delivery by comparing its state and time, and one that dies while sending leaves a lease that runs
 * out. A message may then arrive twice, and never not at all.
 */
export function createLedger({ db }: Pick<Store, 'db'>, name: LedgerTable) {
  const table = sql.table(name);
  return {
    /** Ids of deliveries that are due, those that were being sent when a node died among them. */
    async due(now: number, limit: number): Promise<string[]> {
      const { rows } = await sql<{ id: string }>`
        select id from ${table} where state in ('waiting', 'sending') and due <= ${now} order by due, id limit ${limit}`.execute(
        db,
      );
      return rows.map(({ id }) => id);
    },
    /** Takes a delivery to be sent; false when another took it, also where it was read after that, or after it was sent. */
    async take({ id, state, due }: Pick<Delivery, 'id' | 'state' | 'due'>, now: number): Promise<boolean> {
      const taken = await sql`
        update ${table} set state = 'sending', due = ${now + leaseMs}, attempts = attempts + 1
        where id = ${id} and state = ${state} and state in ('waiting', 'sending') and due = ${due} and due <= ${now}`.execute(db);
      return Number(taken.numAffectedRows ?? 0) === 1;
    },
    async settle(id: string, { state, due, sent, problem }: DeliveryOutcome): Promise<void> {
      await sql`update ${table} set state = ${state}, due = ${due}, sent = ${sent}, problem = ${problem} where id = ${id}`.execute(
        db,
      );
    },
    /** Puts off a delivery without counting a try. */
    async postpone(id: string, due: number): Promise<void> {
      await sql`update ${table} set due = ${due} where id = ${id} and state = 'waiting'`.execute(db);
    },
  };
}
