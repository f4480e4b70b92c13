import type { Keys } from '../keys/master.ts';
import type { Store } from '../store/store.ts';
import { createIdentityIndex, sealIds } from './identity-index.ts';
import { sealHolder } from './session-rows.ts';

const chunk = 200;

/** Seals names, addresses and ids in rows of before; safe to run on several nodes at once. Resolves to how many rows there were. */
export async function sealClearIdentities(store: Store, keys: Keys): Promise<number> {
  const { db } = store;
  const index = createIdentityIndex(keys);
  let sealed = 0;
  const inChunks = async (step: () => Promise<number>): Promise<void> => {
    for (let rows = await step(); rows > 0; rows = await step()) sealed += rows;
  };
  await inChunks(async () => {
    const rows = await db.selectFrom('sessions').selectAll().where('holder', 'is', null).limit(chunk).execute();
    await store.batch(
      rows.map((row) =>
        db
          .updateTable('sessions')
          .set({ name: '', address: '', device: null, holder: sealHolder(row.sid, { ...row, build: null }, keys) })
          .where('sid', '=', row.sid)
          .where('holder', 'is', null),
      ),
    );
    return rows.length;
  });
  await inChunks(async () => {
    const rows = await db.selectFrom('identities').selectAll().where('holder', 'is', null).limit(chunk).execute();
    await store.batch(
      rows.map(({ channel, provider, subject, unionid }) => {
        const hidden = index.subject(channel, provider, subject);
        return db
          .updateTable('identities')
          .set({ subject: hidden, unionid: index.unionid(unionid), holder: sealIds({ subject, unionid }, hidden, keys) })
          .where('channel', '=', channel)
          .where('provider', '=', provider)
          .where('subject', '=', subject)
          .where('holder', 'is', null);
      }),
    );
    return rows.length;
  });
  await inChunks(async () => {
    const rows = await db.selectFrom('accounts').selectAll().where('holder', 'is', null).limit(chunk).execute();
    await store.batch(
      rows.map(({ username }) => {
        const hidden = index.username(username);
        const holder = keys.sealText(username, { table: 'accounts', column: 'holder', key: hidden });
        return db
          .updateTable('accounts')
          .set({ username: hidden, holder })
          .where('username', '=', username)
          .where('holder', 'is', null);
      }),
    );
    return rows.length;
  });
  // Tickets live ten minutes: whoever holds one of before signs in again.
  await db.deleteFrom('binding_tickets').where('holder', 'is', null).execute();
  return sealed;
}
