import type { Kysely } from 'kysely';
import type { Keys } from '../keys/master.ts';
import type { HeldRow, Holding } from '../privacy/holding.ts';
import type { ErasureScope } from '../privacy/model.ts';
import { createAgedRows } from '../store/aged-rows.ts';
import { personsInRows } from '../store/person-rows.ts';
import type { Schema } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { openIds } from './identity-index.ts';
import { toSession } from './session-rows.ts';

type Table = 'sessions' | 'identities' | 'accounts' | 'company_codes' | 'customers' | 'person_logins';

const whole: readonly Table[] = ['sessions', 'identities', 'accounts', 'company_codes', 'customers', 'person_logins'];
/** What is known of a person through WeChat alone. */
const ofWechat: readonly Table[] = ['sessions', 'identities'];
const tablesOf = (scope: ErasureScope): readonly Table[] => (scope === 'person' ? whole : ofWechat);

const rowsOf = async (db: Kysely<Schema>, table: Table, uid: string, scope: ErasureScope): Promise<number> => {
  let query = db
    .selectFrom(table)
    .select((value) => value.fn.countAll<number>().as('count'))
    .where('uid', '=', uid);
  if (scope === 'wechat' && (table === 'sessions' || table === 'identities'))
    query = query.where('channel' as never, '=', 'wechat' as never);
  return Number((await query.executeTakeFirstOrThrow()).count);
};

/** Sessions, bound identities and accounts of a person. Keys, hashes and session keys are not theirs to see. */
export function createIdentityHolding(store: Store, keys: Keys): Holding {
  const { db } = store;
  return {
    name: 'identity',
    tables: whole,
    uids: () => personsInRows(store, whole),
    async count(uid, scope) {
      let rows = 0;
      for (const table of tablesOf(scope)) rows += await rowsOf(db, table, uid, scope);
      return rows;
    },
    async read(uid, limit) {
      const rows: HeldRow[] = [];
      for (const row of await db
        .selectFrom('identities')
        .selectAll()
        .where('uid', '=', uid)
        .orderBy('bound_at', 'desc')
        .execute()) {
        const { subject, unionid } = openIds(row, keys);
        const { channel, provider, bound_by, bound_at } = row;
        rows.push({ kind: 'identity', channel, provider, subject, unionid, boundBy: bound_by, boundAt: bound_at });
      }
      const sessions = await db
        .selectFrom('sessions')
        .selectAll()
        .where('uid', '=', uid)
        .orderBy('created', 'desc')
        .limit(limit)
        .execute();
      for (const row of sessions) {
        const { sid, app, channel, created, lastSeen, address, device } = toSession(row, keys);
        rows.push({ kind: 'session', sid, app, channel, created, lastSeen, address, device });
      }
      for (const row of await db.selectFrom('accounts').selectAll().where('uid', '=', uid).execute()) {
        const place = { table: 'accounts', column: 'holder', key: row.username };
        rows.push({ kind: 'account', username: row.holder === null ? row.username : keys.openText(row.holder, place) });
      }
      for (const { created } of await db.selectFrom('customers').selectAll().where('uid', '=', uid).execute())
        rows.push({ kind: 'customer', since: created });
      for (const { at } of await db.selectFrom('person_logins').selectAll().where('uid', '=', uid).execute())
        rows.push({ kind: 'last login', at });
      return rows.slice(0, limit);
    },
    async erase(uid, scope) {
      const removed = await store.batch(
        tablesOf(scope).map((table) => {
          const query = db.deleteFrom(table).where('uid', '=', uid);
          return scope === 'wechat' ? query.where('channel' as never, '=', 'wechat' as never) : query;
        }),
      );
      return removed.reduce((sum, rows) => sum + rows, 0);
    },
  };
}

/** Sessions that have expired. */
export const expiredSessions = (store: Store) => createAgedRows(store, 'sessions', 'absolute_expires');
