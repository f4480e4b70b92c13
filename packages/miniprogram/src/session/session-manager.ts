import { equalBytes, isSessionRefusal, parseSessionToken } from '@menshen/wire';
import { answerInvalid, localError, MenshenError, type MenshenErrorCode } from '../error.ts';
import type { Emitter } from '../events.ts';
import type { Fields, GatewayClient } from '../requests/gateway-client.ts';
import type { Settings } from '../settings.ts';
import type { SessionInfo } from '../types.ts';
import type { SessionStore, StoredSession } from './session-store.ts';

export interface SessionManager {
  /** The session; logs in when there is none. Rejects with `logged_out` between `logout` and `start`. */
  current(): Promise<StoredSession>;
  /** As `current`, also after a logout. */
  start(): Promise<StoredSession>;
  /** A session in place of one that the gateway refused. */
  renew(refused: StoredSession, reason: MenshenErrorCode): Promise<StoredSession>;
  /**
   * Takes over the session's new token after a second factor; id, keys and person stay. Without effect when the session is another by now.
   * @throws MenshenError `answer_invalid` when the token is not one of this session.
   */
  adopt(before: StoredSession, grant: Fields): void;
  /** Whether the session comes from storage: its keys may be damaged or from before a change at the gateway. */
  isRestored(session: StoredSession): boolean;
  /** Drops a session that was refused although it had just been renewed. */
  end(refused: StoredSession, error: MenshenError): void;
  /** The session as the gateway sees it; never logs in. */
  inspect(): Promise<SessionInfo | null>;
  logout(): Promise<void>;
}

export interface SessionManagerParts {
  readonly settings: Settings;
  readonly gateway: GatewayClient;
  readonly store: SessionStore;
  readonly events: Emitter;
  readonly logIn: () => Promise<StoredSession>;
}

/** What an app may know of a session: all but token and keys. */
export function infoOf({ user, assurance, expiresAt, idleSeconds }: StoredSession): SessionInfo {
  return { user, assurance, expiresAt, idleSeconds };
}

/**
 * Holds the one session. However many requests find it missing or refused, one login serves them all. Whether a session has expired is the gateway's to
 * say: the phone's clock may be wrong, and use moves the expiry on.
 */
export function createSessionManager(parts: SessionManagerParts): SessionManager {
  const { settings, gateway, store, events } = parts;
  let session: StoredSession | null = null;
  let restored: string | null = null;
  let loading: Promise<void> | null = null;
  let flight: Promise<StoredSession> | null = null;
  let loggedOut = false;
  // Moves with every logout: what a login began before brings no session after.
  let epoch = 0;

  const loggedOutError = (): MenshenError => localError('logged_out', settings.locale);

  const load = (): Promise<void> => {
    if (loading === null) {
      const began = epoch;
      loading = store.load().then((kept) => {
        if (epoch !== began || session !== null || kept === null) return;
        session = kept;
        restored = kept.token;
      });
    }
    return loading;
  };

  const drop = (token: string): void => {
    if (session === null || session.token !== token) return;
    session = null;
    void store.clear();
  };

  const begin = (reason: MenshenErrorCode | null): Promise<StoredSession> => {
    const began = epoch;
    const mine: Promise<StoredSession> = parts.logIn().then(
      (fresh) => {
        if (epoch !== began) {
          // Nobody will use it; if this fails it ends by itself when idle.
          gateway.logout(fresh).catch(() => undefined);
          throw loggedOutError();
        }
        flight = null;
        session = fresh;
        void store.save(fresh);
        events.emit('login', infoOf(fresh));
        return fresh;
      },
      (error: unknown) => {
        if (epoch !== began) throw loggedOutError();
        flight = null;
        if (reason !== null && error instanceof MenshenError) events.emit('sessionEnded', { reason, error });
        throw error;
      },
    );
    flight = mine;
    return mine;
  };

  const current = async (): Promise<StoredSession> => {
    if (loggedOut) throw loggedOutError();
    await load();
    if (loggedOut) throw loggedOutError();
    return session || flight || begin(null);
  };

  return {
    current,
    start() {
      loggedOut = false;
      return current();
    },
    async renew(refused, reason) {
      drop(refused.token);
      if (loggedOut) throw loggedOutError();
      return session || flight || begin(reason);
    },
    adopt(before, { token, assurance, expiresAt, idleSeconds }) {
      const old = parseSessionToken(before.token);
      const parts = typeof token === 'string' ? parseSessionToken(token) : null;
      const complete = [assurance, expiresAt, idleSeconds].every((value) => typeof value === 'number');
      if (old === null || parts === null || !equalBytes(old.sid, parts.sid) || !complete) throw answerInvalid(settings.locale);
      if (session === null || session.token !== before.token) return;
      session = { ...session, ...({ token, assurance, expiresAt, idleSeconds } as StoredSession) };
      void store.save(session);
    },
    isRestored: ({ token }) => token === restored,
    end(refused, error) {
      if (session === null || session.token !== refused.token) return;
      drop(refused.token);
      events.emit('sessionEnded', { reason: error.code, error });
    },
    async inspect() {
      await load();
      const asked = session;
      if (asked === null) return null;
      const state = await gateway.session(asked);
      if ('error' in state) {
        if (!isSessionRefusal(state.error.code)) throw state.error;
        drop(asked.token);
        return null;
      }
      const seen: StoredSession = { ...asked, ...infoOf({ ...asked, ...state }) };
      if (session === asked) {
        session = seen;
        void store.save(seen);
      }
      return infoOf(seen);
    },
    async logout() {
      loggedOut = true;
      await load();
      const ended = session;
      epoch += 1;
      session = null;
      flight = null;
      await store.clear();
      events.emit('logout', undefined);
      if (ended === null) return;
      const refusal = await gateway.logout(ended);
      if (refusal !== null && !isSessionRefusal(refusal.error.code)) throw refusal.error;
    },
  };
}
