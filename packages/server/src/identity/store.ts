import * as z from 'zod';
import type { Keys } from '../keys/master.ts';
import type { Store } from '../store/store.ts';
import { createIdentityIndex, openIds, sealIds } from './identity-index.ts';
import type { Session } from './model.ts';
import { levelColumns, toRow, toSession } from './session-rows.ts';
import type { IdentityRow } from './tables.ts';

const channelOf = z.enum(['wechat', 'wecom']);
const boundBy = z.enum(['phone', 'account', 'company_code', 'wecom', 'self', 'unionid', 'administrator']);

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
  readonly build: string | null;
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

const ticketPlace = (hash: string) => ({ table: 'binding_tickets', column: 'holder', key: hash });
const ticketHolder = z.strictObject({
  subject: z.string(),
  unionid: z.string().nullable(),
  device: z.string().nullable(),
  build: z.string().nullable().default(null),
});

/** The tables of identity, with ids of people digested and sealed; `session_key` goes in and out only through the key ring. */
export function createIdentityStore(store: Store, keys: Keys) {
  const { db } = store;
  const index = createIdentityIndex(keys);
  const toIdentity = (row: IdentityRow): Identity => identityOf({ ...row, ...openIds(row, keys) });
  /** The columns of an identity, and the digest by which it is found. */
  const bindingOf = ({ channel, provider, subject, unionid, ...identity }: Identity, sessionKey: string | null) => {
    const hidden = index.subject(channel, provider, subject);
    const values = {
      unionid: index.unionid(unionid),
      holder: sealIds({ subject, unionid }, hidden, keys),
      uid: identity.uid,
      bound_by: identity.boundBy,
      bound_at: identity.boundAt,
      session_key: sessionKey === null ? null : keys.sealText(sessionKey, place(provider, subject)),
    };
    return { subject: hidden, values };
  };
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
        .where('subject', '=', index.subject(channel, provider, subject))
        .executeTakeFirst();
      return row === undefined ? null : toIdentity(row);
    },
    async identitiesOf(uid: string): Promise<Identity[]> {
      return (await db.selectFrom('identities').selectAll().where('uid', '=', uid).orderBy('bound_at').execute()).map(toIdentity);
    },
    /** Binds; an identity that was bound before (a customer who turns out to be an employee) is bound anew. */
    async bind(identity: Identity, sessionKey: string | null): Promise<void> {
      const { subject, values } = bindingOf(identity, sessionKey);
      const { channel, provider } = identity;
      await db
        .insertInto('identities')
        .values({ channel, provider, subject, ...values })
        .onConflict((conflict) => conflict.columns(['channel', 'provider', 'subject']).doUpdateSet(values))
        .execute();
    },
    /** Binds an identity that nobody has bound; gives the uid that it stands for, which is another's where they were quicker. */
    async bindFirst(identity: Identity, sessionKey: string | null): Promise<string> {
      const { subject, values } = bindingOf(identity, sessionKey);
      const { channel, provider } = identity;
      await db
        .insertInto('identities')
        .values({ channel, provider, subject, ...values })
        .onConflict((conflict) => conflict.columns(['channel', 'provider', 'subject']).doNothing())
        .execute();
      const row = await db
        .selectFrom('identities')
        .select('uid')
        .where('channel', '=', channel)
        .where('provider', '=', provider)
        .where('subject', '=', subject)
        .executeTakeFirstOrThrow();
      return row.uid;
    },
    async unbind(channel: string, provider: string, subject: string, uid: string): Promise<boolean> {
      const result = await db
        .deleteFrom('identities')
        .where('channel', '=', channel)
        .where('provider', '=', provider)
        .where('subject', '=', index.subject(channel, provider, subject))
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
        .where('subject', '=', index.subject(channel, provider, subject))
        .execute();
    },
    /** The WeChat session key of an identity, for the server's own calls; it never leaves the process. */
    async sessionKey(channel: string, provider: string, subject: string): Promise<string | null> {
      const row = await db
        .selectFrom('identities')
        .select('session_key')
        .where('channel', '=', channel)
        .where('provider', '=', provider)
        .where('subject', '=', index.subject(channel, provider, subject))
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
          ...{ subject: '', unionid: null, device: null },
          session_key: sealed,
          expires,
          attempts: 0,
          holder: keys.sealText(
            JSON.stringify({ subject: ticket.subject, unionid: ticket.unionid, device: ticket.device, build: ticket.build }),
            ticketPlace(hash),
          ),
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
      if (row === undefined || row.holder === null) return null;
      const holder = ticketHolder.parse(JSON.parse(keys.openText(row.holder, ticketPlace(hash))));
      return {
        app: row.app,
        provider: row.provider,
        ...holder,
        sessionKey: row.session_key === null ? null : keys.openText(row.session_key, place(row.provider, holder.subject)),
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
      const row = await db.selectFrom('accounts').selectAll().where('username', '=', index.username(username)).executeTakeFirst();
      return row === undefined ? null : { uid: row.uid, passwordHash: row.password_hash, lockedUntil: row.locked_until };
    },
    async putAccount(username: string, uid: string, passwordHash: string): Promise<void> {
      const hidden = index.username(username);
      const holder = keys.sealText(username, { table: 'accounts', column: 'holder', key: hidden });
      await db
        .insertInto('accounts')
        .values({ username: hidden, uid, password_hash: passwordHash, failures: 0, locked_until: 0, holder })
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
        .where('username', '=', index.username(username))
        .where('locked_until', '<=', now)
        .where('failures', '<', maxFailures)
        .executeTakeFirst();
      if (Number(counted.numUpdatedRows) > 0) return true;
      await db
        .updateTable('accounts')
        .set({ failures: 0, locked_until: now + lockMs })
        .where('username', '=', index.username(username))
        .where('locked_until', '<=', now)
        .where('failures', '>=', maxFailures)
        .execute();
      return false;
    },
    async clearAccountFailures(username: string): Promise<void> {
      await db.updateTable('accounts').set({ failures: 0 }).where('username', '=', index.username(username)).execute();
    },
    async addCustomer(uid: string, created: number): Promise<void> {
      await db.insertInto('customers').values({ uid, created }).execute();
    },
    /** Takes back a customer who turned out to be there already. */
    async removeCustomer(uid: string): Promise<void> {
      await db.deleteFrom('customers').where('uid', '=', uid).execute();
    },
    async customers(): Promise<{ uid: string; created: number }[]> {
      return await db.selectFrom('customers').selectAll().orderBy('created', 'desc').limit(1_000).execute();
    },
  };
}

export type IdentityStore = ReturnType<typeof createIdentityStore>;

function identityOf(row: Omit<IdentityRow, 'holder'>): Identity {
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
