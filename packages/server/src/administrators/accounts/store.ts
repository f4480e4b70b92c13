import type { Selectable } from 'kysely';
import * as z from 'zod';
import { isStoreError } from '../../store/errors.ts';
import type { Store } from '../../store/store.ts';
import { type Account, type HeldPower, heldPower } from '../model.ts';
import type { AdministratorTables } from '../tables.ts';

const ranges = z.array(z.string());
const statusOf = z.enum(['active', 'disabled']);
const purposeOf = z.enum(['setup', 'create', 'password']);
const powerOf = z.enum(['system', 'security', 'audit']);

export interface Invitation {
  readonly id: string;
  readonly purpose: z.output<typeof purposeOf>;
  readonly power: z.output<typeof powerOf> | null;
  readonly username: string | null;
  /** The account whose password is set anew. */
  readonly administrator: string | null;
  readonly createdBy: string;
  readonly created: number;
  readonly expires: number;
}

export interface NewAccount {
  readonly id: string;
  readonly username: string;
  readonly passwordHash: string;
  readonly power: HeldPower;
}

export interface BoundIdentity {
  readonly provider: string;
  readonly subject: string;
  readonly administrator: string;
  readonly boundBy: string;
  readonly boundAt: number;
}

const toAccount = (row: Selectable<AdministratorTables['administrators']>): Account => ({
  id: row.id,
  username: row.username,
  passwordHash: row.password_hash,
  power: heldPower.parse(row.power),
  status: statusOf.parse(row.status),
  addresses: ranges.parse(JSON.parse(row.addresses)),
  created: row.created,
  lastLogin: row.last_login,
});

const toInvitation = (row: Selectable<AdministratorTables['admin_invitations']>): Invitation => ({
  id: row.id,
  purpose: purposeOf.parse(row.purpose),
  power: row.power === null ? null : powerOf.parse(row.power),
  username: row.username,
  administrator: row.administrator,
  createdBy: row.created_by,
  created: row.created,
  expires: row.expires,
});

const toRow = (invitation: Invitation, tokenHash: string) => ({
  id: invitation.id,
  token_hash: tokenHash,
  purpose: invitation.purpose,
  power: invitation.power,
  username: invitation.username,
  administrator: invitation.administrator,
  created_by: invitation.createdBy,
  created: invitation.created,
  expires: invitation.expires,
});

/** Names that differ in case alone would be taken for one another. */
const nameKey = (username: string): string => username.toLowerCase();

/** Makes accounts of earlier versions findable by their names; safe on several nodes at once. */
export async function fillNameKeys({ db }: Pick<Store, 'db'>): Promise<void> {
  const rows = await db.selectFrom('administrators').select(['id', 'username']).where('name_key', 'is', null).execute();
  for (const { id, username } of rows)
    await db
      .updateTable('administrators')
      .set({ name_key: nameKey(username) })
      .where('id', '=', id)
      .execute();
}

/** What came of using a link. */
export type LinkOutcome = 'done' | 'invalid' | 'taken';

/** The tables of accounts, invitations and bound identities. */
export function createAccountStore(store: Store) {
  const { db } = store;
  const accountRow = ({ id, username, passwordHash, power }: NewAccount, now: number) => ({
    id,
    username,
    name_key: nameKey(username),
    password_hash: passwordHash,
    created: now,
    last_login: null,
    power,
    status: 'active',
    addresses: '[]',
  });
  return {
    async count(): Promise<number> {
      const row = await db
        .selectFrom('administrators')
        .select((value) => value.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },
    async all(): Promise<Account[]> {
      return (await db.selectFrom('administrators').selectAll().orderBy('created').execute()).map(toAccount);
    },
    async byId(id: string): Promise<Account | null> {
      const row = await db.selectFrom('administrators').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toAccount(row);
    },
    async byName(username: string): Promise<Account | null> {
      const row = await db.selectFrom('administrators').selectAll().where('name_key', '=', nameKey(username)).executeTakeFirst();
      return row === undefined ? null : toAccount(row);
    },
    async setPassword(id: string, passwordHash: string): Promise<void> {
      await db.updateTable('administrators').set({ password_hash: passwordHash }).where('id', '=', id).execute();
    },
    async setStatus(id: string, status: Account['status']): Promise<void> {
      await db.updateTable('administrators').set({ status }).where('id', '=', id).execute();
    },
    async setAddresses(id: string, addresses: readonly string[]): Promise<void> {
      await db
        .updateTable('administrators')
        .set({ addresses: JSON.stringify(addresses) })
        .where('id', '=', id)
        .execute();
    },

    /** Replaces the set-up link; false when an administrator exists. */
    async replaceSetupLink(invitation: Invitation, tokenHash: string): Promise<boolean> {
      return await store.transaction(async (tx) => {
        const first = await tx.selectFrom('administrators').select('id').limit(1).executeTakeFirst();
        if (first !== undefined) return false;
        await tx.deleteFrom('admin_invitations').where('purpose', '=', 'setup').execute();
        await tx.insertInto('admin_invitations').values(toRow(invitation, tokenHash)).execute();
        return true;
      });
    },
    /** Consumes the set-up link, creates the first account and the invitations of the other powers: all or nothing. */
    async setUp(
      tokenHash: string,
      now: number,
      account: NewAccount,
      invitations: readonly { readonly invitation: Invitation; readonly tokenHash: string }[],
    ): Promise<boolean> {
      return await store.transaction(async (tx) => {
        const link = await tx
          .deleteFrom('admin_invitations')
          .where('token_hash', '=', tokenHash)
          .where('purpose', '=', 'setup')
          .where('expires', '>', now)
          .executeTakeFirst();
        if (Number(link.numDeletedRows) === 0) return false;
        const first = await tx.selectFrom('administrators').select('id').limit(1).executeTakeFirst();
        if (first !== undefined) return false;
        await tx.insertInto('administrators').values(accountRow(account, now)).execute();
        for (const { invitation, tokenHash: hash } of invitations)
          await tx.insertInto('admin_invitations').values(toRow(invitation, hash)).execute();
        return true;
      });
    },
    async addInvitation(invitation: Invitation, tokenHash: string): Promise<void> {
      await db.insertInto('admin_invitations').values(toRow(invitation, tokenHash)).execute();
    },
    async invitation(tokenHash: string, now: number): Promise<Invitation | null> {
      const row = await db
        .selectFrom('admin_invitations')
        .selectAll()
        .where('token_hash', '=', tokenHash)
        .where('purpose', '<>', 'setup')
        .where('expires', '>', now)
        .executeTakeFirst();
      return row === undefined ? null : toInvitation(row);
    },
    async openInvitations(now: number): Promise<Invitation[]> {
      const rows = await db
        .selectFrom('admin_invitations')
        .selectAll()
        .where('purpose', '<>', 'setup')
        .where('expires', '>', now)
        .orderBy('created')
        .execute();
      return rows.map(toInvitation);
    },
    async removeInvitation(id: string): Promise<Invitation | null> {
      const row = await db
        .deleteFrom('admin_invitations')
        .where('id', '=', id)
        .where('purpose', '<>', 'setup')
        .returningAll()
        .executeTakeFirst();
      return row === undefined ? null : toInvitation(row);
    },
    /** Ends the links that an administrator was given to hand out; the number that were open. */
    async removeInvitationsBy(username: string): Promise<number> {
      // The name is sealed: there are few links, so all are looked at.
      const rows = await db.selectFrom('admin_invitations').selectAll().where('purpose', '<>', 'setup').execute();
      const theirs = rows.filter((row) => row.created_by === username).map((row) => row.id);
      if (theirs.length === 0) return 0;
      const done = await db.deleteFrom('admin_invitations').where('id', 'in', theirs).executeTakeFirst();
      return Number(done.numDeletedRows);
    },
    /** Consumes an invitation to create an account. In single-operator mode nobody else may come in. */
    async acceptCreation(tokenHash: string, now: number, account: NewAccount): Promise<LinkOutcome> {
      try {
        return await store.transaction(async (tx) => {
          const used = await tx
            .deleteFrom('admin_invitations')
            .where('token_hash', '=', tokenHash)
            .where('purpose', '=', 'create')
            .where('power', '=', account.power)
            .where('expires', '>', now)
            .executeTakeFirst();
          if (Number(used.numDeletedRows) === 0) return 'invalid';
          const single = await tx.selectFrom('administrators').select('id').where('power', '=', 'all').executeTakeFirst();
          if (single !== undefined) return 'invalid';
          await tx.insertInto('administrators').values(accountRow(account, now)).execute();
          return 'done';
        });
      } catch (error) {
        if (isStoreError(error, 'store_conflict')) return 'taken';
        throw error;
      }
    },
    /** Consumes a link to set a password anew. */
    async acceptPassword(tokenHash: string, now: number, id: string, passwordHash: string): Promise<LinkOutcome> {
      return await store.transaction(async (tx) => {
        const used = await tx
          .deleteFrom('admin_invitations')
          .where('token_hash', '=', tokenHash)
          .where('purpose', '=', 'password')
          .where('administrator', '=', id)
          .where('expires', '>', now)
          .executeTakeFirst();
        if (Number(used.numDeletedRows) === 0) return 'invalid';
        await tx.updateTable('administrators').set({ password_hash: passwordHash }).where('id', '=', id).execute();
        return 'done';
      });
    },
    /** Ends single-operator mode: the account keeps one power. False when it no longer holds all. */
    async separate(
      id: string,
      power: HeldPower,
      invitations: readonly { readonly invitation: Invitation; readonly tokenHash: string }[],
    ): Promise<boolean> {
      return await store.transaction(async (tx) => {
        const changed = await tx
          .updateTable('administrators')
          .set({ power })
          .where('id', '=', id)
          .where('power', '=', 'all')
          .executeTakeFirst();
        if (Number(changed.numUpdatedRows) === 0) return false;
        for (const { invitation, tokenHash } of invitations)
          await tx.insertInto('admin_invitations').values(toRow(invitation, tokenHash)).execute();
        return true;
      });
    },

    async identitiesOf(administrator?: string): Promise<BoundIdentity[]> {
      const query = db.selectFrom('admin_identities').selectAll().orderBy('bound_at');
      const rows = await (administrator === undefined ? query : query.where('administrator', '=', administrator)).execute();
      return rows.map((row) => ({
        provider: row.provider,
        subject: row.subject,
        administrator: row.administrator,
        boundBy: row.bound_by,
        boundAt: row.bound_at,
      }));
    },
    /** The account that an identity is bound to. */
    async byIdentity(provider: string, subject: string): Promise<Account | null> {
      const row = await db
        .selectFrom('admin_identities')
        .innerJoin('administrators', 'administrators.id', 'admin_identities.administrator')
        .selectAll('administrators')
        .where('provider', '=', provider)
        .where('subject', '=', subject)
        .executeTakeFirst();
      return row === undefined ? null : toAccount(row);
    },
    /** False when the identity is bound already. */
    async bind(identity: BoundIdentity): Promise<boolean> {
      const done = await db
        .insertInto('admin_identities')
        .values({
          provider: identity.provider,
          subject: identity.subject,
          administrator: identity.administrator,
          bound_by: identity.boundBy,
          bound_at: identity.boundAt,
        })
        .onConflict((conflict) => conflict.columns(['provider', 'subject']).doNothing())
        .executeTakeFirst();
      return Number(done.numInsertedOrUpdatedRows ?? 0) > 0;
    },
    async unbind(provider: string, subject: string, administrator: string): Promise<boolean> {
      const done = await db
        .deleteFrom('admin_identities')
        .where('provider', '=', provider)
        .where('subject', '=', subject)
        .where('administrator', '=', administrator)
        .executeTakeFirst();
      return Number(done.numDeletedRows) > 0;
    },
    async removeExpired(now: number): Promise<void> {
      await db.deleteFrom('admin_invitations').where('expires', '<=', now).execute();
    },
  };
}

export type AccountStore = ReturnType<typeof createAccountStore>;
