import { type SignInMethod, signInMethod } from '@menshen/contract';
import type { Selectable } from 'kysely';
import * as z from 'zod';
import type { Store } from '../../store/store.ts';
import { type AccountRef, heldPower } from '../model.ts';
import type { AdministratorTables } from '../tables.ts';

const texts = z.array(z.string());
const methodsOf = z.array(signInMethod);
const knownForMs = 90 * 86_400_000;

export interface AdminSession {
  readonly id: string;
  readonly administrator: string;
  readonly csrf: string;
  readonly created: number;
  readonly lastSeen: number;
  readonly absoluteExpires: number;
  readonly address: string;
  readonly userAgent: string | null;
  /** How it was opened and stepped up. */
  readonly methods: readonly SignInMethod[];
  /** When the caller last proved who they are. */
  readonly verifiedAt: number;
}

/** A session with what a request needs of its account. */
export interface LiveSession extends AdminSession {
  readonly account: AccountRef & {
    readonly created: number;
    readonly lastLogin: number | null;
    readonly addresses: readonly string[];
  };
}

const toSession = (row: Selectable<AdministratorTables['admin_sessions']>): AdminSession => ({
  id: row.id,
  administrator: row.administrator,
  csrf: row.csrf,
  created: row.created,
  lastSeen: row.last_seen,
  absoluteExpires: row.absolute_expires,
  address: row.address,
  userAgent: row.user_agent,
  methods: methodsOf.parse(JSON.parse(row.methods)),
  verifiedAt: row.verified_at,
});

/** The tables of console sessions and of the addresses that an account is known to come from. */
export function createSessionStore(store: Store) {
  const { db } = store;
  return {
    async add(session: AdminSession, tokenHash: string): Promise<void> {
      await store.batch([
        db.updateTable('administrators').set({ last_login: session.created }).where('id', '=', session.administrator),
        db
          .insertInto('admin_known_addresses')
          .values({ administrator: session.administrator, address: session.address, last: session.created })
          .onConflict((conflict) => conflict.columns(['administrator', 'address']).doUpdateSet({ last: session.created })),
        db.insertInto('admin_sessions').values({
          id: session.id,
          token_hash: tokenHash,
          administrator: session.administrator,
          csrf: session.csrf,
          created: session.created,
          last_seen: session.lastSeen,
          absolute_expires: session.absoluteExpires,
          address: session.address,
          user_agent: session.userAgent,
          methods: JSON.stringify(session.methods),
          verified_at: session.verifiedAt,
        }),
      ]);
    },
    /** The session of a token, of an account that is active. */
    async find(tokenHash: string): Promise<LiveSession | null> {
      const row = await db
        .selectFrom('admin_sessions')
        .innerJoin('administrators', 'administrators.id', 'admin_sessions.administrator')
        .selectAll('admin_sessions')
        .select([
          'administrators.username as username',
          'administrators.power as power',
          'administrators.addresses as addresses',
          'administrators.created as account_created',
          'administrators.last_login as last_login',
        ])
        .where('token_hash', '=', tokenHash)
        .where('administrators.status', '=', 'active')
        .executeTakeFirst();
      if (row === undefined) return null;
      return {
        ...toSession(row),
        account: {
          id: row.administrator,
          username: row.username,
          power: heldPower.parse(row.power),
          addresses: texts.parse(JSON.parse(row.addresses)),
          created: row.account_created,
          lastLogin: row.last_login,
        },
      };
    },
    async byId(id: string): Promise<AdminSession | null> {
      const row = await db.selectFrom('admin_sessions').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toSession(row);
    },
    async list(administrator?: string): Promise<AdminSession[]> {
      const query = db.selectFrom('admin_sessions').selectAll().orderBy('last_seen', 'desc').limit(500);
      const rows = await (administrator === undefined ? query : query.where('administrator', '=', administrator)).execute();
      return rows.map(toSession);
    },
    async touch(tokenHash: string, now: number): Promise<void> {
      await db.updateTable('admin_sessions').set({ last_seen: now }).where('token_hash', '=', tokenHash).execute();
    },
    /** Gives the session another token; the old one ends. False when it has ended or was given another meanwhile. */
    async rotate(
      oldHash: string,
      change: { tokenHash: string; csrf: string; methods: readonly SignInMethod[]; now: number },
    ): Promise<boolean> {
      const done = await db
        .updateTable('admin_sessions')
        .set({
          token_hash: change.tokenHash,
          csrf: change.csrf,
          methods: JSON.stringify(change.methods),
          verified_at: change.now,
          last_seen: change.now,
        })
        .where('token_hash', '=', oldHash)
        .executeTakeFirst();
      return Number(done.numUpdatedRows) > 0;
    },
    async removeByToken(tokenHash: string): Promise<AdminSession | null> {
      const row = await db.deleteFrom('admin_sessions').where('token_hash', '=', tokenHash).returningAll().executeTakeFirst();
      return row === undefined ? null : toSession(row);
    },
    async removeById(id: string): Promise<boolean> {
      const done = await db.deleteFrom('admin_sessions').where('id', '=', id).executeTakeFirst();
      return Number(done.numDeletedRows) > 0;
    },
    /** Ends all of an account's sessions but one; the number that ended. */
    async removeOf(administrator: string, except: string | null): Promise<number> {
      const done = await db
        .deleteFrom('admin_sessions')
        .where('administrator', '=', administrator)
        .where('id', '<>', except ?? '')
        .executeTakeFirst();
      return Number(done.numDeletedRows);
    },
    /** Whether the account has signed in from there before. */
    async isKnownAddress(administrator: string, address: string): Promise<boolean> {
      const row = await db
        .selectFrom('admin_known_addresses')
        .select('last')
        .where('administrator', '=', administrator)
        .where('address', '=', address)
        .executeTakeFirst();
      return row !== undefined;
    },
    async removeExpired(now: number, idleBefore: number): Promise<void> {
      await store.batch([
        db
          .deleteFrom('admin_sessions')
          .where((where) => where.or([where('absolute_expires', '<=', now), where('last_seen', '<=', idleBefore)])),
        db.deleteFrom('admin_known_addresses').where('last', '<', now - knownForMs),
      ]);
    },
  };
}

export type SessionStore = ReturnType<typeof createSessionStore>;
