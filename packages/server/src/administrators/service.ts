import { hash, timingSafeEqual } from 'node:crypto';
import { type Administrator as AdministratorView, MenshenError } from '@menshen/contract';
import { accountChangeEvent, authenticationEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import type { Coordination } from '../coordination/model.ts';
import { hashPassword, isWeakPassword, verifyPassword } from '../identity/password.ts';
import type { AdministratorStore } from './store.ts';

/** A password alone opens the console: 15 code points (NIST SP 800-63B-4 3.1.1.2). */
export const minimumPasswordLength = 15;
const idleMs = 15 * 60_000;
const absoluteMs = 12 * 3_600_000;
const setupMs = 24 * 3_600_000;
/** Last seen is written at most this often. */
const touchMs = 30_000;
/** Tries for one name from one address; a stranger elsewhere cannot use them up. */
const maxTriesPerPair = 10;
const maxTriesPerAddress = 60;
const maxTriesPerName = 200;
const triesWindowMs = 15 * 60_000;

type Administrator = Omit<AdministratorView, 'powers'>;

export interface SignedIn {
  readonly token: string;
  readonly administrator: Administrator;
  readonly csrf: string;
  readonly idleExpires: number;
  readonly absoluteExpires: number;
}

export interface AdministratorService {
  setupNeeded(): Promise<boolean>;
  /** Makes the one-time set-up link's token; an earlier one dies. Null when an administrator exists. */
  createSetupToken(): Promise<string | null>;
  setUp(token: string, username: string, password: string, address: string): Promise<SignedIn>;
  login(username: string, password: string, address: string): Promise<SignedIn>;
  /** The session of a cookie, or null. */
  authenticate(token: string): Promise<Omit<SignedIn, 'token'> | null>;
  logout(token: string): Promise<void>;
  maintain(): Promise<void>;
}

export interface AdministratorParts {
  readonly store: AdministratorStore;
  readonly audit: Audit;
  readonly coordination: Coordination;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

const digest = (text: string): string => hash('sha256', text, 'base64url');

/** Whether the header repeats the session's CSRF token, in constant time. */
export function csrfMatches(presented: string | undefined, expected: string): boolean {
  if (presented === undefined) return false;
  const a = Buffer.from(digest(presented));
  const b = Buffer.from(digest(expected));
  return timingSafeEqual(a, b);
}

/** Administrators of the console: one-time set-up, password sign-in with throttling, sessions of 15 minutes idle and 12 hours in all. */
export function createAdministratorService(parts: AdministratorParts): AdministratorService {
  const { store, audit, coordination, clock, random } = parts;
  const secret = (): string => Buffer.from(random(32)).toString('base64url');

  const open = async (administrator: Administrator, address: string): Promise<SignedIn> => {
    const now = clock();
    const token = secret();
    const csrf = secret();
    await audit.record(
      authenticationEvent({
        time: now,
        requestId: null,
        app: 'console',
        channel: 'password',
        uid: administrator.username,
        address,
        userAgent: null,
        session: null,
        code: null,
        activity: 'logon',
      }),
    );
    await store.addSession(digest(token), administrator.id, csrf, now, now + absoluteMs);
    return { token, administrator, csrf, idleExpires: now + idleMs, absoluteExpires: now + absoluteMs };
  };

  return {
    setupNeeded: async () => (await store.count()) === 0,
    async createSetupToken() {
      if ((await store.count()) > 0) return null;
      const token = secret();
      await store.replaceSetupLink(digest(token), clock() + setupMs);
      return token;
    },
    async setUp(token, username, password, address) {
      if (isWeakPassword(password, minimumPasswordLength, [username]))
        throw new MenshenError('password_weak', { minimum: minimumPasswordLength });
      const now = clock();
      const id = `a_${Buffer.from(random(9)).toString('base64url')}`;
      const passwordHash = await hashPassword(password);
      if (!(await store.setUp(digest(token), now, { id, username, passwordHash }))) throw new MenshenError('setup_closed');
      await audit.record(
        accountChangeEvent({
          time: now,
          activity: 'create',
          uid: username,
          by: 'set-up link',
          app: 'console',
          address,
          detail: 'administrator',
          requestId: null,
        }),
      );
      return open({ id, username, created: now, lastLogin: null }, address);
    },
    async login(username, password, address) {
      const now = clock();
      // Counted before the password is looked at, so that parallel tries do not slip through.
      const name = digest(username.toLowerCase());
      const [pair, byAddress, byName] = await Promise.all([
        coordination.counter.increment(`admin-login:pair:${name}:${address}`, triesWindowMs),
        coordination.counter.increment(`admin-login:address:${address}`, triesWindowMs),
        coordination.counter.increment(`admin-login:name:${name}`, triesWindowMs),
      ]);
      const locked = pair.count > maxTriesPerPair || byAddress.count > maxTriesPerAddress || byName.count > maxTriesPerName;
      const row = locked ? undefined : await store.byName(username);
      const right = locked ? false : await verifyPassword(password, row?.password_hash ?? null);
      if (!right || row === undefined) {
        const code = locked ? 'admin_locked' : 'admin_login_failed';
        await audit.record(
          authenticationEvent({
            time: now,
            requestId: null,
            app: 'console',
            channel: 'password',
            uid: row?.username ?? null,
            address,
            userAgent: null,
            session: null,
            code,
            activity: 'logon',
          }),
        );
        throw new MenshenError(code);
      }
      return open({ id: row.id, username: row.username, created: row.created, lastLogin: row.last_login }, address);
    },
    async authenticate(token) {
      const now = clock();
      const tokenHash = digest(token);
      const session = await store.session(tokenHash);
      if (session === null || now >= session.absoluteExpires || now - session.lastSeen >= idleMs) return null;
      if (now - session.lastSeen > touchMs) await store.touchSession(tokenHash, now);
      return {
        administrator: session.administrator,
        csrf: session.csrf,
        idleExpires: Math.min(now + idleMs, session.absoluteExpires),
        absoluteExpires: session.absoluteExpires,
      };
    },
    async logout(token) {
      const session = await store.session(digest(token));
      await store.removeSession(digest(token));
      if (session === null) return;
      await audit.record(
        authenticationEvent({
          time: clock(),
          requestId: null,
          app: 'console',
          channel: 'password',
          uid: session.administrator.username,
          address: null,
          userAgent: null,
          session: null,
          code: null,
          activity: 'logoff',
        }),
      );
    },
    maintain: () => store.removeExpired(clock(), clock() - idleMs),
  };
}
