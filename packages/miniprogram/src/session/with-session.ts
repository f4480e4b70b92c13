import { type Abort, orAbort } from '../abort.ts';
import type { Language, MenshenError } from '../error.ts';
import { isSessionLost } from './session-lost.ts';
import type { SessionManager } from './session-manager.ts';
import type { StoredSession } from './session-store.ts';

/** Runs the work with a session, and once more with a new one when the gateway has lost the first. */
export async function withSession<R>(
  sessions: SessionManager,
  locale: Language,
  abort: Abort,
  work: (session: StoredSession) => Promise<R>,
): Promise<R> {
  const session = await orAbort(sessions.current(), abort, locale);
  try {
    return await orAbort(work(session), abort, locale);
  } catch (error) {
    const { code } = error as MenshenError;
    if (typeof code !== 'string' || !isSessionLost(code, session, sessions)) throw error;
    const fresh = await orAbort(sessions.renew(session, code), abort, locale);
    return orAbort(work(fresh), abort, locale);
  }
}
