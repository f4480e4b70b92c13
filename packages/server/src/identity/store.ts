import { riskReasons } from '@menshen/contract';
import { packSessionKeys, unpackSessionKeys } from '@menshen/wire';
import * as z from 'zod';
import type { Keys } from '../keys/master.ts';
import type { Migration } from '../store/migration.ts';
import type { Store } from '../store/store.ts';
import type { SessionBinding } from './binding/model.ts';
import type { PreviousSecret, Session } from './model.ts';
import { noRisk } from './risk/model.ts';

interface SessionRow {
  sid: string;
  secret_hash: Uint8Array;
  generation: number;
  assurance_until: number | null;
  previous_hash: Uint8Array | null;
  previous_until: number | null;
  /** JSON of the assurance that the previous secret has. */
  previous_level: string | null;
  app: string;
  channel: string;
  uid: string;
  name: string;
  kind: string;
  assurance: number;
  amr: string;
  second_factor_at: number | null;
  created: number;
  last_seen: number;
  idle_ms: number;
  idle_expires: number;
  absolute_expires: number;
  address: string;
  device: string | null;
  binding_suite: string | null;
  key_version: number | null;
  /** Sealed: the packed keys in base64. */
  binding_keys: Uint8Array | null;
  /** JSON; null where nothing stands against it. */
  risk: string | null;
}

interface IdentityRow {
  channel: string;
  provider: string;
  subject: string;
  unionid: string | null;
  uid: string;
  bound_by: string;
  bound_at: number;
  session_key: Uint8Array | null;
}

interface TicketRow {
  ticket_hash: string;
  app: string;
  provider: string;
  subject: string;
  unionid: string | null;
  session_key: Uint8Array | null;
  device: string | null;
  expires: number;
  attempts: number;
}

interface CompanyCodeRow {
  code_hash: string;
  uid: string;
  purpose: string;
  expires: number;
}

interface AccountRow {
  username: string;
  uid: string;
  password_hash: string;
  failures: number;
  locked_until: number;
}

interface CustomerRow {
  uid: string;
  created: number;
}

export interface IdentityTables {
  sessions: SessionRow;
  identities: IdentityRow;
  binding_tickets: TicketRow;
  company_codes: CompanyCodeRow;
  accounts: AccountRow;
  customers: CustomerRow;
}

export const identityMigrations: readonly Migration[] = [
  {
    id: '0002_identity',
    async up(db, types) {
      await types
        .table(db, 'sessions')
        .addColumn('sid', types.text, (column) => column.primaryKey())
        .addColumn('secret_hash', types.bytes, (column) => column.notNull())
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('channel', types.text, (column) => column.notNull())
        .addColumn('uid', types.text, (column) => column.notNull())
        .addColumn('name', types.text, (column) => column.notNull())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('assurance', types.integer, (column) => column.notNull())
        .addColumn('amr', types.text, (column) => column.notNull())
        .addColumn('second_factor_at', types.integer)
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('last_seen', types.integer, (column) => column.notNull())
        .addColumn('idle_ms', types.integer, (column) => column.notNull())
        .addColumn('idle_expires', types.integer, (column) => column.notNull())
        .addColumn('absolute_expires', types.integer, (column) => column.notNull())
        .addColumn('address', types.text, (column) => column.notNull())
        .addColumn('device', types.text)
        .execute();
      await db.schema.createIndex('sessions_uid').on('sessions').column('uid').execute();
      await db.schema.createIndex('sessions_expiry').on('sessions').column('absolute_expires').execute();
      await types
        .table(db, 'identities')
        .addColumn('channel', types.text, (column) => column.notNull())
        .addColumn('provider', types.text, (column) => column.notNull())
        .addColumn('subject', types.text, (column) => column.notNull())
        .addColumn('unionid', types.text)
        .addColumn('uid', types.text, (column) => column.notNull())
        .addColumn('bound_by', types.text, (column) => column.notNull())
        .addColumn('bound_at', types.integer, (column) => column.notNull())
        .addColumn('session_key', types.bytes)
        .addPrimaryKeyConstraint('identities_key', ['channel', 'provider', 'subject'])
        .execute();
      await db.schema.createIndex('identities_uid').on('identities').columns(['uid', 'provider']).execute();
      await types
        .table(db, 'binding_tickets')
        .addColumn('ticket_hash', types.text, (column) => column.primaryKey())
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('provider', types.text, (column) => column.notNull())
        .addColumn('subject', types.text, (column) => column.notNull())
        .addColumn('unionid', types.text)
        .addColumn('session_key', types.bytes)
        .addColumn('device', types.text)
        .addColumn('expires', types.integer, (column) => column.notNull())
        .addColumn('attempts', types.integer, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'company_codes')
        .addColumn('code_hash', types.text, (column) => column.primaryKey())
        .addColumn('uid', types.text, (column) => column.notNull())
        .addColumn('expires', types.integer, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'accounts')
        .addColumn('username', types.text, (column) => column.primaryKey())
        .addColumn('uid', types.text, (column) => column.notNull())
        .addColumn('password_hash', types.text, (column) => column.notNull())
        .addColumn('failures', types.integer, (column) => column.notNull())
        .addColumn('locked_until', types.integer, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'customers')
        .addColumn('uid', types.text, (column) => column.primaryKey())
        .addColumn('created', types.integer, (column) => column.notNull())
        .execute();
    },
  },
  {
    id: '0016_step_up',
    async up(db, types) {
      await db.schema
        .alterTable('sessions')
        .addColumn('generation', types.integer, (column) => column.notNull().defaultTo(0))
        .execute();
      await db.schema.alterTable('sessions').addColumn('assurance_until', types.integer).execute();
      await db.schema.alterTable('sessions').addColumn('previous_hash', types.bytes).execute();
      await db.schema.alterTable('sessions').addColumn('previous_until', types.integer).execute();
      await db.schema.alterTable('sessions').addColumn('previous_level', types.text).execute();
      await db.schema
        .alterTable('company_codes')
        .addColumn('purpose', types.text, (column) => column.notNull().defaultTo('bind'))
        .execute();
    },
  },
  {
    id: '0020_sessions_created',
    async up(db) {
      await db.schema.createIndex('sessions_created').on('sessions').column('created').execute();
    },
  },
];

const channelOf = z.enum(['wechat', 'wecom']);
const kindOf = z.enum(['employee', 'partner', 'customer']);
const boundBy = z.enum(['phone', 'account', 'company_code', 'wecom', 'self', 'unionid', 'administrator']);
const amrOf = z.array(z.string());
const assuranceOf = z.union([z.literal(1), z.literal(2), z.literal(3)]);
const levelOf = z.strictObject({
  assurance: assuranceOf,
  amr: amrOf,
  secondFactorAt: z.int().nullable(),
  assuranceUntil: z.int().nullable(),
});

/** What a company code is for. */
export type CodePurpose = 'bind' | 'enrol';

export interface Identity {
  readonly channel: 'wechat' | 'wecom';
  /** appid or corpid. */
  readonly provider: string;
  /** openid or userid. */
  readonly subject: string;
  readonly unionid: string | null;
  readonly uid: string;
  readonly boundBy: z.output<typeof boundBy>;
  readonly boundAt: number;
}

export interface Ticket {
  readonly app: string;
  readonly provider: string;
  readonly subject: string;
  readonly unionid: string | null;
  readonly sessionKey: string | null;
  readonly device: string | null;
}

export interface Account {
  readonly uid: string;
  readonly passwordHash: string;
  readonly lockedUntil: number;
}

const place = (provider: string, subject: string) => ({
  table: 'identities',
  column: 'session_key',
  key: `${provider}\n${subject}`,
});

const toPrevious = (row: SessionRow): PreviousSecret | null =>
  row.previous_hash === null || row.previous_until === null || row.previous_level === null
    ? null
    : { secretHash: row.previous_hash, until: row.previous_until, ...levelOf.parse(JSON.parse(row.previous_level)) };

/** The columns that a step-up writes. */
const levelColumns = (session: Session) => ({
  secret_hash: session.secretHash,
  generation: session.generation,
  assurance: session.assurance,
  amr: JSON.stringify(session.amr),
  second_factor_at: session.secondFactorAt,
  assurance_until: session.assuranceUntil,
  previous_hash: session.previous?.secretHash ?? null,
  previous_until: session.previous?.until ?? null,
  previous_level:
    session.previous === null
      ? null
      : JSON.stringify({
          assurance: session.previous.assurance,
          amr: session.previous.amr,
          secondFactorAt: session.previous.secondFactorAt,
          assuranceUntil: session.previous.assuranceUntil,
        }),
});

const keysPlace = (sid: string) => ({ table: 'sessions', column: 'binding_keys', key: sid });
const suiteOf = z.enum(['A', 'S']);

const toBinding = (row: SessionRow, keys: Keys): SessionBinding | null => {
  const { sid, binding_suite: suite, key_version: keyVersion, binding_keys: sealed } = row;
  if (suite === null || keyVersion === null || sealed === null) return null;
  const unpacked = unpackSessionKeys(Buffer.from(keys.openText(sealed, keysPlace(sid)), 'base64'));
  if (unpacked === null) throw new TypeError('the keys of a session have another length');
  return { suite: suiteOf.parse(suite), keyVersion, keys: unpacked };
};

const riskOf = z.strictObject({
  level: z.literal([0, 1, 2, 3, 4]),
  reasons: z.array(z.enum(riskReasons)),
  at: z.int(),
});

const toSession = (row: SessionRow, keys: Keys): Session => ({
  sid: row.sid,
  secretHash: row.secret_hash,
  generation: row.generation,
  previous: toPrevious(row),
  binding: toBinding(row, keys),
  risk: row.risk === null ? noRisk : riskOf.parse(JSON.parse(row.risk)),
  assuranceUntil: row.assurance_until,
  app: row.app,
  channel: channelOf.parse(row.channel),
  person: { uid: row.uid, name: row.name, kind: kindOf.parse(row.kind) },
  assurance: assuranceOf.parse(row.assurance),
  amr: amrOf.parse(JSON.parse(row.amr)),
  secondFactorAt: row.second_factor_at,
  created: row.created,
  lastSeen: row.last_seen,
  idleExpires: row.idle_expires,
  idleMs: row.idle_ms,
  absoluteExpires: row.absolute_expires,
  address: row.address,
  device: row.device,
});

const toRow = (session: Session, keys: Keys): SessionRow => ({
  sid: session.sid,
  ...levelColumns(session),
  app: session.app,
  channel: session.channel,
  uid: session.person.uid,
  name: session.person.name,
  kind: session.person.kind,
  created: session.created,
  last_seen: session.lastSeen,
  idle_ms: session.idleMs,
  idle_expires: session.idleExpires,
  absolute_expires: session.absoluteExpires,
  address: session.address,
  device: session.device,
  risk: session.risk.level === 0 ? null : JSON.stringify(session.risk),
  binding_suite: session.binding?.suite ?? null,
  key_version: session.binding?.keyVersion ?? null,
  binding_keys:
    session.binding === null
      ? null
      : keys.sealText(Buffer.from(packSessionKeys(session.binding.keys)).toString('base64'), keysPlace(session.sid)),
});

/** The tables of identity; `session_key` goes in and out only through the key ring. */
export function createIdentityStore(store: Store, keys: Keys) {
  const { db } = store;
  return {
    async sessions(now: number): Promise<Session[]> {
      const rows = await db
        .selectFrom('sessions')
        .selectAll()
        .where('absolute_expires', '>', now)
        .where('idle_expires', '>', now)
        .execute();
      return rows.map((row) => toSession(row, keys));
    },
    async session(sid: string): Promise<Session | null> {
      const row = await db.selectFrom('sessions').selectAll().where('sid', '=', sid).executeTakeFirst();
      return row === undefined ? null : toSession(row, keys);
    },
    async addSession(session: Session): Promise<void> {
      await db.insertInto('sessions').values(toRow(session, keys)).execute();
    },
    /** Writes a step-up, and does `also` in the same transaction. False when the session is gone or another step-up was there first. */
    async raiseSession(next: Session, also: (transaction: unknown) => Promise<unknown>): Promise<boolean> {
      return await store.transaction(async (tx) => {
        const raised = await tx
          .updateTable('sessions')
          .set(levelColumns(next))
          .where('sid', '=', next.sid)
          .where('generation', '=', next.generation - 1)
          .executeTakeFirst();
        if (Number(raised.numUpdatedRows) === 0) return false;
        await also(tx);
        return true;
      });
    },
    async touchSessions(sessions: readonly Session[]): Promise<void> {
      for (const session of sessions) {
        await db
          .updateTable('sessions')
          .set({ last_seen: session.lastSeen, idle_expires: session.idleExpires })
          .where('sid', '=', session.sid)
          // Another node may have seen it later.
          .where('last_seen', '<', session.lastSeen)
          .execute();
      }
    },
    /** Removes sessions and does `also` in the same transaction, so that none outlives its revocation. */
    async removeSessions(sids: readonly string[], also?: (transaction: unknown) => Promise<unknown>): Promise<void> {
      if (sids.length === 0 && also === undefined) return;
      await store.transaction(async (tx) => {
        for (let at = 0; at < sids.length; at += 500) {
          await tx
            .deleteFrom('sessions')
            .where('sid', 'in', sids.slice(at, at + 500))
            .execute();
        }
        await also?.(tx);
      });
    },
    /** Removes what has expired; sessions that are only idle after a grace, in which another node may write a later use. */
    async removeExpired(now: number, idleGraceMs: number): Promise<void> {
      await db
        .deleteFrom('sessions')
        .where((where) => where.or([where('absolute_expires', '<=', now), where('idle_expires', '<=', now - idleGraceMs)]))
        .execute();
      await db.deleteFrom('binding_tickets').where('expires', '<=', now).execute();
      await db.deleteFrom('company_codes').where('expires', '<=', now).execute();
    },
    async sessionsOf(uid: string): Promise<Session[]> {
      return (await db.selectFrom('sessions').selectAll().where('uid', '=', uid).execute()).map((row) => toSession(row, keys));
    },
    /** Sessions made at a time or after it. */
    async sessionsSince(created: number): Promise<Session[]> {
      return (await db.selectFrom('sessions').selectAll().where('created', '>=', created).execute()).map((row) =>
        toSession(row, keys),
      );
    },
    async identity(channel: 'wechat' | 'wecom', provider: string, subject: string): Promise<Identity | null> {
      const row = await db
        .selectFrom('identities')
        .selectAll()
        .where('channel', '=', channel)
        .where('provider', '=', provider)
        .where('subject', '=', subject)
        .executeTakeFirst();
      return row === undefined ? null : toIdentity(row);
    },
    async identitiesOf(uid: string): Promise<Identity[]> {
      return (await db.selectFrom('identities').selectAll().where('uid', '=', uid).orderBy('bound_at').execute()).map(toIdentity);
    },
    /** Binds; an identity that was bound before (a customer who turns out to be an employee) is bound anew. */
    async bind(identity: Identity, sessionKey: string | null): Promise<void> {
      const sealed = sessionKey === null ? null : keys.sealText(sessionKey, place(identity.provider, identity.subject));
      const values = {
        unionid: identity.unionid,
        uid: identity.uid,
        bound_by: identity.boundBy,
        bound_at: identity.boundAt,
        session_key: sealed,
      };
      await db
        .insertInto('identities')
        .values({ channel: identity.channel, provider: identity.provider, subject: identity.subject, ...values })
        .onConflict((conflict) => conflict.columns(['channel', 'provider', 'subject']).doUpdateSet(values))
        .execute();
    },
    async unbind(channel: string, provider: string, subject: string, uid: string): Promise<boolean> {
      const result = await db
        .deleteFrom('identities')
        .where('channel', '=', channel)
        .where('provider', '=', provider)
        .where('subject', '=', subject)
        .where('uid', '=', uid)
        .executeTakeFirst();
      return Number(result.numDeletedRows) > 0;
    },
    async keepSessionKey(channel: string, provider: string, subject: string, sessionKey: string): Promise<void> {
      await db
        .updateTable('identities')
        .set({ session_key: keys.sealText(sessionKey, place(provider, subject)) })
        .where('channel', '=', channel)
        .where('provider', '=', provider)
        .where('subject', '=', subject)
        .execute();
    },
    /** The WeChat session key of an identity, for the server's own calls; it never leaves the process. */
    async sessionKey(channel: string, provider: string, subject: string): Promise<string | null> {
      const row = await db
        .selectFrom('identities')
        .select('session_key')
        .where('channel', '=', channel)
        .where('provider', '=', provider)
        .where('subject', '=', subject)
        .executeTakeFirst();
      return row?.session_key ? keys.openText(row.session_key, place(provider, subject)) : null;
    },
    async addTicket(hash: string, ticket: Ticket, expires: number): Promise<void> {
      const sealed = ticket.sessionKey === null ? null : keys.sealText(ticket.sessionKey, place(ticket.provider, ticket.subject));
      await db
        .insertInto('binding_tickets')
        .values({
          ticket_hash: hash,
          app: ticket.app,
          provider: ticket.provider,
          subject: ticket.subject,
          unionid: ticket.unionid,
          session_key: sealed,
          device: ticket.device,
          expires,
          attempts: 0,
        })
        .execute();
    },
    /** Counts a try before it is judged, so that parallel tries cannot all slip under the limit. Null when the ticket is unknown, old or used up. */
    async tryTicket(hash: string, now: number, maxAttempts: number): Promise<Ticket | null> {
      const counted = await db
        .updateTable('binding_tickets')
        .set((value) => ({ attempts: value('attempts', '+', 1) }))
        .where('ticket_hash', '=', hash)
        .where('expires', '>', now)
        .where('attempts', '<', maxAttempts)
        .executeTakeFirst();
      if (Number(counted.numUpdatedRows) === 0) return null;
      const row = await db.selectFrom('binding_tickets').selectAll().where('ticket_hash', '=', hash).executeTakeFirst();
      if (row === undefined) return null;
      return {
        app: row.app,
        provider: row.provider,
        subject: row.subject,
        unionid: row.unionid,
        sessionKey: row.session_key === null ? null : keys.openText(row.session_key, place(row.provider, row.subject)),
        device: row.device,
      };
    },
    /** Whether this call consumed the ticket: true for exactly one of any number of callers. */
    async consumeTicket(hash: string): Promise<boolean> {
      return (
        Number((await db.deleteFrom('binding_tickets').where('ticket_hash', '=', hash).executeTakeFirst()).numDeletedRows) > 0
      );
    },
    /** Adds a code; of a person's codes for one purpose, `replaces` ends the earlier ones. */
    async addCompanyCode(hash: string, uid: string, purpose: CodePurpose, expires: number, replaces: boolean): Promise<void> {
      await store.transaction(async (tx) => {
        if (replaces) await tx.deleteFrom('company_codes').where('uid', '=', uid).where('purpose', '=', purpose).execute();
        await tx.insertInto('company_codes').values({ code_hash: hash, uid, purpose, expires }).execute();
      });
    },
    /** Consumes a company code of one purpose and says whose it was; for exactly one caller. With `uid`, only a code of that person. */
    async consumeCompanyCode(hash: string, purpose: CodePurpose, uid: string | null, now: number): Promise<string | null> {
      const row = await db
        .selectFrom('company_codes')
        .select('uid')
        .where('code_hash', '=', hash)
        .where('purpose', '=', purpose)
        .where('expires', '>', now)
        .executeTakeFirst();
      if (row === undefined || (uid !== null && row.uid !== uid)) return null;
      const gone = await db.deleteFrom('company_codes').where('code_hash', '=', hash).executeTakeFirst();
      return Number(gone.numDeletedRows) > 0 ? row.uid : null;
    },
    async account(username: string): Promise<Account | null> {
      const row = await db.selectFrom('accounts').selectAll().where('username', '=', username).executeTakeFirst();
      return row === undefined ? null : { uid: row.uid, passwordHash: row.password_hash, lockedUntil: row.locked_until };
    },
    async putAccount(username: string, uid: string, passwordHash: string): Promise<void> {
      await db
        .insertInto('accounts')
        .values({ username, uid, password_hash: passwordHash, failures: 0, locked_until: 0 })
        .onConflict((conflict) =>
          conflict.column('username').doUpdateSet({ uid, password_hash: passwordHash, failures: 0, locked_until: 0 }),
        )
        .execute();
    },
    /** Counts a try before the password is looked at. False when the account is locked: then the password is not looked at. */
    async tryAccount(username: string, now: number, maxFailures: number, lockMs: number): Promise<boolean> {
      const counted = await db
        .updateTable('accounts')
        .set((value) => ({ failures: value('failures', '+', 1) }))
        .where('username', '=', username)
        .where('locked_until', '<=', now)
        .where('failures', '<', maxFailures)
        .executeTakeFirst();
      if (Number(counted.numUpdatedRows) > 0) return true;
      await db
        .updateTable('accounts')
        .set({ failures: 0, locked_until: now + lockMs })
        .where('username', '=', username)
        .where('locked_until', '<=', now)
        .where('failures', '>=', maxFailures)
        .execute();
      return false;
    },
    async clearAccountFailures(username: string): Promise<void> {
      await db.updateTable('accounts').set({ failures: 0 }).where('username', '=', username).execute();
    },
    async addCustomer(uid: string, created: number): Promise<void> {
      await db.insertInto('customers').values({ uid, created }).execute();
    },
    async customers(): Promise<{ uid: string; created: number }[]> {
      return await db.selectFrom('customers').selectAll().orderBy('created', 'desc').limit(1_000).execute();
    },
  };
}

export type IdentityStore = ReturnType<typeof createIdentityStore>;

function toIdentity(row: IdentityRow): Identity {
  return {
    channel: channelOf.parse(row.channel),
    provider: row.provider,
    subject: row.subject,
    unionid: row.unionid,
    uid: row.uid,
    boundBy: boundBy.parse(row.bound_by),
    boundAt: row.bound_at,
  };
}
