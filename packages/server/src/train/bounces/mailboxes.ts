import { createHmac } from 'node:crypto';
import type { Store } from '../../store/store.ts';

export interface Mailbox {
  readonly uid: string;
  readonly since: number;
  readonly status: string | null;
}

export type Mailboxes = ReturnType<typeof createMailboxes>;

/** Mailboxes to which nothing is sent any more, until the person's address changes or somebody says so. Addresses are kept as keyed hashes. */
export function createMailboxes({ db }: Pick<Store, 'db'>, secret: Uint8Array) {
  const keyOf = (address: string): string =>
    createHmac('sha256', secret).update(address.toLowerCase()).digest('base64url').slice(0, 22);
  return {
    keyOf,
    /** The newest first. */
    async list(): Promise<Mailbox[]> {
      return await db
        .selectFrom('training_bounced_mailboxes')
        .select(['uid', 'since', 'status'])
        .orderBy('since', 'desc')
        .limit(500)
        .execute();
    },
    /** Whether the mailbox that a person has now is one of them. */
    async isGivenUp(uid: string, address: string): Promise<boolean> {
      const row = await db.selectFrom('training_bounced_mailboxes').select('address').where('uid', '=', uid).executeTakeFirst();
      return row?.address === keyOf(address);
    },
    /** `key` is of {@link keyOf}. */
    async giveUp(uid: string, key: string, status: string | null, since: number): Promise<void> {
      await db
        .insertInto('training_bounced_mailboxes')
        .values({ uid, address: key, since, status })
        .onConflict((conflict) => conflict.column('uid').doUpdateSet({ address: key, since, status }))
        .execute();
    },
    async release(uid: string): Promise<boolean> {
      const done = await db.deleteFrom('training_bounced_mailboxes').where('uid', '=', uid).executeTakeFirst();
      return Number(done.numDeletedRows) === 1;
    },
  };
}
