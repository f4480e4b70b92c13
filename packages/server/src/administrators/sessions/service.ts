import { MenshenError, type SignInMethod } from '@menshen/contract';
import { authenticationEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import { compileRanges } from '../../gateway/address.ts';
import type { AccountRef } from '../model.ts';
import { digest, type secretMaker } from '../secrets.ts';
import type { AdminSession, LiveSession, SessionStore } from './store.ts';

/** NIST SP 800-63B-4 2.3.3: 12 hours in all, 15 minutes idle. */
export const idleMs = 15 * 60_000;
export const absoluteMs = 12 * 3_600_000;
/** Last seen is written at most this often. */
const touchMs = 30_000;
const maxAgent = 200;

export interface Caller {
  readonly address: string;
  readonly userAgent: string | null;
}

export interface OpenedSession {
  readonly token: string;
  readonly session: LiveSession;
}

export interface SessionService {
  /** Opens a session for who has shown all that is asked. Its token is new, whatever the browser sent before. */
  open(account: LiveSession['account'], methods: readonly SignInMethod[], caller: Caller): Promise<OpenedSession>;
  /** The session of a token, or null. Throws `address_refused` where the account may not come from there. */
  authenticate(token: string, address: string): Promise<LiveSession | null>;
  /** A further proof: the session goes on under another token and CSRF token, the old ones end. Throws `admin_session_missing`. */
  stepUp(token: string, session: LiveSession, method: SignInMethod): Promise<OpenedSession>;
  logout(token: string): Promise<void>;
  list(administrator?: string): Promise<AdminSession[]>;
  byId(id: string): Promise<AdminSession | null>;
  end(session: AdminSession, owner: AccountRef, by: AccountRef): Promise<boolean>;
  /** Ends an account's sessions, all but one; the number that ended. */
  endAllOf(owner: AccountRef, by: string, reason: string, except?: string): Promise<number>;
  isKnownAddress(administrator: string, address: string): Promise<boolean>;
  maintain(): Promise<void>;
}

export interface SessionParts {
  readonly store: SessionStore;
  readonly audit: Audit;
  readonly clock: () => number;
  readonly make: ReturnType<typeof secretMaker>;
}

/** Throws `address_refused` when a list is not empty and the address not in it. */
export function assertAddress(ranges: readonly string[], address: string): void {
  if (ranges.length > 0 && !compileRanges(ranges)(address)) throw new MenshenError('address_refused');
}

/** Sessions of the console: opaque tokens, looked up at each request, so that an end is an end at once. */
export function createSessionService(parts: SessionParts): SessionService {
  const { store, audit, clock, make } = parts;

  const ended = (owner: AccountRef, session: string | null, by: string, detail: string | null) =>
    audit.record(
      authenticationEvent({
        time: clock(),
        requestId: null,
        app: 'console',
        channel: 'session',
        uid: owner.username,
        address: null,
        userAgent: null,
        session,
        code: null,
        activity: 'logoff',
        by,
        ...(detail === null ? {} : { detail }),
      }),
    );

  return {
    async open(account, methods, caller) {
      assertAddress(account.addresses, caller.address);
      const now = clock();
      const token = make.secret();
      const session: LiveSession = {
        id: make.longId('s'),
        administrator: account.id,
        csrf: make.secret(),
        created: now,
        lastSeen: now,
        absoluteExpires: now + absoluteMs,
        address: caller.address,
        userAgent:
          caller.userAgent
            ?.replace(/[\p{Cc}\p{Cf}]/gu, ' ')
            .slice(0, maxAgent)
            .toWellFormed() ?? null,
        methods,
        verifiedAt: now,
        account,
      };
      await audit.record(
        authenticationEvent({
          time: now,
          requestId: null,
          app: 'console',
          channel: methods.join('+'),
          uid: account.username,
          address: caller.address,
          userAgent: null,
          session: session.id,
          code: null,
          activity: 'logon',
        }),
      );
      await store.add(session, digest(token));
      return { token, session };
    },
    async authenticate(token, address) {
      const now = clock();
      const tokenHash = digest(token);
      const session = await store.find(tokenHash);
      if (session === null || now >= session.absoluteExpires || now - session.lastSeen >= idleMs) return null;
      assertAddress(session.account.addresses, address);
      if (now - session.lastSeen > touchMs) await store.touch(tokenHash, now);
      return { ...session, lastSeen: now };
    },
    async stepUp(token, session, method) {
      const now = clock();
      const next = make.secret();
      const csrf = make.secret();
      const methods = [...session.methods, method].slice(-8);
      await audit.record(
        authenticationEvent({
          time: now,
          requestId: null,
          app: 'console',
          channel: method,
          uid: session.account.username,
          address: session.address,
          userAgent: null,
          session: session.id,
          code: null,
          activity: 'logon',
          detail: 'step-up',
        }),
      );
      if (!(await store.rotate(digest(token), { tokenHash: digest(next), csrf, methods, now })))
        throw new MenshenError('admin_session_missing');
      return { token: next, session: { ...session, csrf, methods, verifiedAt: now, lastSeen: now } };
    },
    async logout(token) {
      const live = await store.find(digest(token));
      const removed = await store.removeByToken(digest(token));
      if (removed !== null && live !== null) await ended(live.account, removed.id, live.account.username, null);
    },
    list: (administrator) => store.list(administrator),
    byId: (id) => store.byId(id),
    async end(session, owner, by) {
      await ended(owner, session.id, by.username, by.id === owner.id ? 'ended by its owner' : 'ended by another administrator');
      return await store.removeById(session.id);
    },
    async endAllOf(owner, by, reason, except) {
      const count = await store.removeOf(owner.id, except ?? null);
      if (count > 0) await ended(owner, null, by, reason);
      return count;
    },
    isKnownAddress: (administrator, address) => store.isKnownAddress(administrator, address),
    maintain: () => store.removeExpired(clock(), clock() - idleMs),
  };
}
