import type { Transaction } from 'kysely';
import type { Schema } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import type { ConsentChannel } from './model.ts';

export type ConsentAct = 'given' | 'withdrawn';

/** One act of consent, as it stays. */
export interface ConsentRecord {
  readonly id: string;
  readonly subject: string;
  readonly purpose: string;
  readonly version: number;
  readonly act: ConsentAct;
  readonly textHash: string;
  readonly app: string;
  readonly channel: ConsentChannel;
  readonly by: string;
  readonly at: number;
}

/** What a person said last of a purpose. */
export interface LastConsent {
  readonly act: ConsentAct;
  readonly version: number;
  readonly textHash: string;
  readonly at: number;
}

const pageSize = 5_000;

/** The tables of consent. Records are added and, after their time, removed whole; none is ever changed. */
export function createConsentStore(store: Store) {
  const { db } = store;
  const last = (row: { act: string; version: number; text_hash: string; at: number }): LastConsent => ({
    act: row.act as ConsentAct,
    version: row.version,
    textHash: row.text_hash,
    at: row.at,
  });
  return {
    /** Adds a record, makes it what the person said last, and does `also` in the same transaction. */
    add: (record: ConsentRecord, text: string | null, also: (tx: Transaction<Schema>) => Promise<void>): Promise<void> =>
      store.transaction(async (tx) => {
        const { textHash, ...rest } = record;
        await tx
          .insertInto('privacy_consents')
          .values({ ...rest, text_hash: textHash })
          .execute();
        if (text !== null)
          await tx
            .insertInto('privacy_texts')
            .values({ hash: textHash, text })
            .onConflict((conflict) => conflict.column('hash').doNothing())
            .execute();
        const { subject, purpose, version, act, at } = record;
        const state = { version, act, text_hash: textHash, at };
        await tx
          .insertInto('privacy_consent_states')
          .values({ subject, purpose, ...state })
          .onConflict((conflict) => conflict.columns(['subject', 'purpose']).doUpdateSet(state))
          .execute();
        await also(tx);
      }),
    async history(subject: string): Promise<ConsentRecord[]> {
      const query = db.selectFrom('privacy_consents').selectAll().where('subject', '=', subject);
      const rows = await query.orderBy('at', 'desc').orderBy('id').limit(1_000).execute();
      return rows.map(({ text_hash, act, channel, ...rest }) => ({
        ...rest,
        act: act as ConsentAct,
        channel: channel as ConsentChannel,
        textHash: text_hash,
      }));
    },
    async statesOf(subject: string): Promise<Map<string, LastConsent>> {
      const rows = await db.selectFrom('privacy_consent_states').selectAll().where('subject', '=', subject).execute();
      return new Map(rows.map((row) => [row.purpose, last(row)]));
    },
    /** Everybody's last word, page by page. */
    async *states(): AsyncIterable<{ readonly subject: string; readonly purpose: string; readonly last: LastConsent }> {
      for (let after = { subject: '', purpose: '' }; ; ) {
        const { subject, purpose } = after;
        const rows = await db
          .selectFrom('privacy_consent_states')
          .selectAll()
          .where((where) =>
            where.or([
              where('subject', '>', subject),
              where.and([where('subject', '=', subject), where('purpose', '>', purpose)]),
            ]),
          )
          .orderBy('subject')
          .orderBy('purpose')
          .limit(pageSize)
          .execute();
        for (const row of rows) yield { subject: row.subject, purpose: row.purpose, last: last(row) };
        const end = rows.at(-1);
        if (end === undefined || rows.length < pageSize) return;
        after = end;
      }
    },
    /** People by purpose, text and last word. */
    async figures(): Promise<{ purpose: string; textHash: string; act: ConsentAct; people: number }[]> {
      const rows = await db
        .selectFrom('privacy_consent_states')
        .select(({ fn }) => ['purpose', 'text_hash', 'act', fn.countAll<number>().as('people')])
        .groupBy(['purpose', 'text_hash', 'act'])
        .execute();
      return rows.map(({ purpose, text_hash, act, people }) => ({
        purpose,
        textHash: text_hash,
        act: act as ConsentAct,
        people: Number(people),
      }));
    },
    /** Records that ended before a moment: of people who have withdrawn since then. */
    async countEnded(before: number): Promise<{ due: number; rows: number }> {
      const rows = Number(
        (
          await db
            .selectFrom('privacy_consents')
            .select(({ fn }) => fn.countAll<number>().as('rows'))
            .executeTakeFirstOrThrow()
        ).rows,
      );
      let due = 0;
      for (const { subject, purpose } of await ended(before)) due += await countOf(subject, purpose);
      return { due, rows };
    },
    async removeEnded(before: number): Promise<number> {
      let removed = 0;
      for (const { subject, purpose } of await ended(before)) {
        removed += await countOf(subject, purpose);
        await store.batch([
          db.deleteFrom('privacy_consents').where('subject', '=', subject).where('purpose', '=', purpose),
          db.deleteFrom('privacy_consent_states').where('subject', '=', subject).where('purpose', '=', purpose),
        ]);
      }
      return removed;
    },
  };

  function ended(before: number) {
    return db
      .selectFrom('privacy_consent_states')
      .select(['subject', 'purpose'])
      .where('act', '=', 'withdrawn')
      .where('at', '<', before)
      .limit(10_000)
      .execute();
  }

  async function countOf(subject: string, purpose: string): Promise<number> {
    const query = db.selectFrom('privacy_consents').select(({ fn }) => fn.countAll<number>().as('rows'));
    return Number((await query.where('subject', '=', subject).where('purpose', '=', purpose).executeTakeFirstOrThrow()).rows);
  }
}

export type ConsentStore = ReturnType<typeof createConsentStore>;
