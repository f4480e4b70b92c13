import type { WxPlatform } from '../phone/platform.ts';
import type { Runtime } from '../phone/runtime.ts';

/** Keeps one value on the phone. Nothing here rejects: a phone that cannot store does without at its next start. */
export interface KeptValue<T> {
  load(): Promise<T | null>;
  save(value: T): Promise<void>;
  clear(): Promise<void>;
}

export interface KeptValueOptions<T> {
  readonly wx: WxPlatform;
  readonly key: string;
  /** Gateway and app that the value belongs to: it must not be sent to another, such as the one of a test version. */
  readonly owner: string;
  readonly encrypted: boolean;
  /** Whether what came from storage is of use. */
  readonly accept: (value: T) => boolean;
}

/** Storage on a phone answers within milliseconds; a lost callback must not stop the app. */
const storageTimeoutMs = 2_000;

/**
 * The phone's encrypted storage (`encrypt: true`, base library 2.21.3, asynchronous only). Where it is missing nothing is kept: plain storage would hand a token
 * to whoever reads the phone's files or a backup.
 */
export function createKeptValue<T>(options: KeptValueOptions<T>, runtime: Runtime): KeptValue<T> {
  const { wx, key, owner } = options;
  // One after the other: a clear must not be overtaken by the save before it.
  let last: Promise<unknown> = Promise.resolve();
  const within = <R>(fallback: R, call: (done: (value: R) => void) => void): Promise<R> => {
    const result = last.then(() => (options.encrypted ? attempt(fallback, call) : fallback));
    last = result;
    return result;
  };
  const attempt = <R>(fallback: R, call: (done: (value: R) => void) => void): Promise<R> =>
    new Promise((resolve) => {
      const cancel = runtime.timer(storageTimeoutMs, () => resolve(fallback));
      const done = (value: R): void => {
        cancel();
        resolve(value);
      };
      try {
        call(done);
      } catch {
        done(fallback);
      }
    });
  const parse = (data: unknown): T | null => {
    try {
      const kept = JSON.parse(String(data)) as { readonly owner?: unknown; readonly session?: T };
      return kept.owner === owner && kept.session !== undefined && options.accept(kept.session) ? kept.session : null;
    } catch {
      return null;
    }
  };

  return {
    load: () =>
      within<T | null>(null, (done) =>
        wx.getStorage({ key, encrypt: true, success: ({ data }) => done(parse(data)), fail: () => done(null) }),
      ),
    save: (value) =>
      within<void>(undefined, (done) =>
        wx.setStorage({
          key,
          encrypt: true,
          data: JSON.stringify({ owner, session: value }),
          success: () => done(),
          fail: () => done(),
        }),
      ),
    clear: () => within<void>(undefined, (done) => wx.removeStorage({ key, success: () => done(), fail: () => done() })),
  };
}
