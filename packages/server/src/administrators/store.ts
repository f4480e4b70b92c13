import type { Migration } from '../store/migration.ts';
import type { Store } from '../store/store.ts';

interface AdministratorRow {
  id: string;
  username: string;
  password_hash: string;
  created: number;
  last_login: number | null;
}

interface AdministratorSessionRow {
  token_hash: string;
  administrator: string;
  csrf: string;
  created: number;
  last_seen: number;
  absolute_expires: number;
}

interface SetupRow {
  token_hash: string;
  expires: number;
}

export interface AdministratorTables {
  administrators: AdministratorRow;
  administrator_sessions: AdministratorSessionRow;
  setup_links: SetupRow;
}

export const administratorMigrations: readonly Migration[] = [
  {
    id: '0004_administrators',
    async up(db, types) {
      await types
        .table(db, 'administrators')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('username', types.text, (column) => column.notNull().unique())
        .addColumn('password_hash', types.text, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('last_login', types.integer)
        .execute();
      await types
        .table(db, 'administrator_sessions')
        .addColumn('token_hash', types.text, (column) => column.primaryKey())
        .addColumn('administrator', types.text, (column) => column.notNull())
        .addColumn('csrf', types.text, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('last_seen', types.integer, (column) => column.notNull())
        .addColumn('absolute_expires', types.integer, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'setup_links')
        .addColumn('token_hash', types.text, (column) => column.primaryKey())
        .addColumn('expires', types.integer, (column) => column.notNull())
        .execute();
    },
  },
];

export interface AdministratorSessionRecord {
  readonly administrator: {
    readonly id: string;
    readonly username: string;
    readonly created: number;
    readonly lastLogin: number | null;
  };
  readonly csrf: string;
  readonly lastSeen: number;
  readonly absoluteExpires: number;
}

/** The tables of console administrators. */
export function createAdministratorStore(store: Store) {
  const { db } = store;
  return {
    async count(): Promise<number> {
      const row = await db
        .selectFrom('administrators')
        .select((value) => value.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },
    async replaceSetupLink(hash: string, expires: number): Promise<void> {
      await store.transaction(async (tx) => {
        await tx.deleteFrom('setup_links').execute();
        await tx.insertInto('setup_links').values({ token_hash: hash, expires }).execute();
      });
    },
    /** Consumes the set-up link and creates the first administrator, both or neither. False when the link is not valid or one exists already. */
    async setUp(
      linkHash: string,
      now: number,
      administrator: { id: string; username: string; passwordHash: string },
    ): Promise<boolean> {
      return await store.transaction(async (tx) => {
        const link = await tx
          .deleteFrom('setup_links')
          .where('token_hash', '=', linkHash)
          .where('expires', '>', now)
          .executeTakeFirst();
        if (Number(link.numDeletedRows) === 0) return false;
        const first = await tx.selectFrom('administrators').select('id').limit(1).executeTakeFirst();
        if (first !== undefined) return false;
        await tx
          .insertInto('administrators')
          .values({
            id: administrator.id,
            username: administrator.username,
            password_hash: administrator.passwordHash,
            created: now,
            last_login: null,
          })
          .execute();
        return true;
      });
    },
    async byName(username: string) {
      return await db.selectFrom('administrators').selectAll().where('username', '=', username).executeTakeFirst();
    },
    async addSession(hash: string, administrator: string, csrf: string, now: number, absoluteExpires: number): Promise<void> {
      await store.transaction(async (tx) => {
        await tx.updateTable('administrators').set({ last_login: now }).where('id', '=', administrator).execute();
        await tx
          .insertInto('administrator_sessions')
          .values({ token_hash: hash, administrator, csrf, created: now, last_seen: now, absolute_expires: absoluteExpires })
          .execute();
      });
    },
    async session(hash: string): Promise<AdministratorSessionRecord | null> {
      const row = await db
        .selectFrom('administrator_sessions')
        .innerJoin('administrators', 'administrators.id', 'administrator_sessions.administrator')
        .select([
          'administrators.id',
          'administrators.username',
          'administrators.created',
          'administrators.last_login',
          'csrf',
          'last_seen',
          'absolute_expires',
        ])
        .where('token_hash', '=', hash)
        .executeTakeFirst();
      if (row === undefined) return null;
      return {
        administrator: { id: row.id, username: row.username, created: row.created, lastLogin: row.last_login },
        csrf: row.csrf,
        lastSeen: row.last_seen,
        absoluteExpires: row.absolute_expires,
      };
    },
    async touchSession(hash: string, now: number): Promise<void> {
      await db.updateTable('administrator_sessions').set({ last_seen: now }).where('token_hash', '=', hash).execute();
    },
    async removeSession(hash: string): Promise<void> {
      await db.deleteFrom('administrator_sessions').where('token_hash', '=', hash).execute();
    },
    async removeExpired(now: number, idleBefore: number): Promise<void> {
      await db
        .deleteFrom('administrator_sessions')
        .where((where) => where.or([where('absolute_expires', '<=', now), where('last_seen', '<=', idleBefore)]))
        .execute();
    },
  };
}

export type AdministratorStore = ReturnType<typeof createAdministratorStore>;
