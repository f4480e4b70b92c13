import { isSessionRefusal } from '@menshen/wire';
import type { SessionManager } from './session-manager.ts';
import type { StoredSession } from './session-store.ts';

/**
 * Whether a new login can help: the session is gone, or the app came to demand signatures since it began, or its keys came back damaged from storage. A signature
 * that is refused for keys of this very run has another cause, such as a proxy that rewrites requests: logging in for every one of them would not help.
 */
export function isSessionLost(code: string, session: StoredSession, sessions: SessionManager): boolean {
  return (
    isSessionRefusal(code) ||
    (code === 'signature_required' && session.keys === undefined) ||
    (code === 'signature_invalid' && sessions.isRestored(session))
  );
}
