import type { SessionUser } from '@menshen/wire';
import type { WxPlatform } from './platform.ts';
import type { Runtime } from './runtime.ts';

/** The session as the phone keeps it. */
export interface StoredSession {
  readonly token: string;
  readonly user: SessionUser;
  readonly assurance: number;
  readonly expiresAt: number;
  readonly idleSeconds: number;
  /** Of a session that was made by a sealed login: 128 bytes in base64url, and their version. */
  readonly keys?: { readonly version: number; readonly packed: string };
}

/** Keeps one session. Nothing here rejects: a phone that cannot store logs in again at its next start. */
export interface SessionStore {
  load(): Promise<StoredSession | null>;
  save(session: StoredSession): Promise<void>;
  clear(): Promise<void>;
}

export interface SessionStoreOptions {
  readonly wx: WxPlatform;
  readonly key: string;
  /** Gateway and app that the token belongs to: it must not be sent to another, such as the one of a test version. */
  readonly owner: string;
  readonly encrypted: boolean;
  /** Whether a session must have keys: one from before the app pinned a server key is of no use. */
  readonly bound: boolean;
}

/** Storage on a phone answers within milliseconds; a lost callback must not stop the app. */
const storageTimeoutMs = 2_000;

/**
 * The phone's encrypted storage (`encrypt: true`, base library 2.21.3, asynchronous only). Where it is missing the session stays in memory:
 * plain storage would hand the token to whoever reads the phone's files or a backup.
 */
export function createSessionStore(options: SessionStoreOptions, runtime: Runtime): SessionStore {
  const { wx, key } = options;
  if (!options.encrypted) {
    return { load: () => Promise.resolve(null), save: () => Promise.resolve(), clear: () => Promise.resolve() };
  }
  // One after the other: a clear must not be overtaken by the save before it.
  let last: Promise<unknown> = Promise.resolve();
  const within = <T>(fallback: T, call: (done: (value: T) => void) => void): Promise<T> => {
    const result = last.then(() => attempt(fallback, call));
    last = result;
    return result;
  };
  const attempt = <T>(fallback: T, call: (done: (value: T) => void) => void): Promise<T> =>
    new Promise((resolve) => {
      const cancel = runtime.timer(storageTimeoutMs, () => resolve(fallback));
      const done = (value: T): void => {
        cancel();
        resolve(value);
      };
      try {
        call(done);
      } catch {
        done(fallback);
      }
    });

  return {
    load: () =>
      within<StoredSession | null>(null, (done) =>
        wx.getStorage({ key, encrypt: true, success: (result) => done(parse(result.data, options)), fail: () => done(null) }),
      ),
    save: (session) =>
      within<void>(undefined, (done) =>
        wx.setStorage({
          key,
          encrypt: true,
          data: JSON.stringify({ owner: options.owner, session }),
          success: () => done(),
          fail: () => done(),
        }),
      ),
    clear: () => within<void>(undefined, (done) => wx.removeStorage({ key, success: () => done(), fail: () => done() })),
  };
}

function parse(data: unknown, { owner, bound }: SessionStoreOptions): StoredSession | null {
  try {
    const kept = JSON.parse(String(data)) as { readonly owner?: unknown; readonly session?: StoredSession };
    const { session } = kept;
    if (kept.owner !== owner || session === undefined || typeof session.token !== 'string') return null;
    return bound && session.keys === undefined ? null : session;
  } catch {
    return null;
  }
}
