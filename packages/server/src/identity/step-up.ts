import type { RevocationFeed } from '../coordination/revocation-feed.ts';
import type { Session } from './model.ts';
import type { SessionSnapshot } from './snapshot.ts';
import type { IdentityStore } from './store.ts';
import { renewToken } from './token.ts';

/** How long the replaced secret is still accepted, at the assurance of before: requests may be on their way. */
export const previousSecretMs = 10_000;

export interface StepUpParts {
  readonly store: IdentityStore;
  readonly sessions: SessionSnapshot;
  readonly revocations: RevocationFeed;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
  /** Hears of a session that could not be read anew. */
  readonly onError: () => void;
}

/**
 * Raises the assurance of sessions after a second factor (ASVS 5.0 7.2.4: a new token on re-authentication): the session id stays, the secret half of
 * the token is replaced. Other nodes hear of it through the revocation feed and read the session anew.
 */
export function createStepUp(parts: StepUpParts) {
  const { store, sessions, revocations, clock, random } = parts;

  const reload = async (sid: string): Promise<void> => {
    const held = sessions.find(sid);
    if (held === undefined) return;
    const stored = await store.session(sid);
    if (stored === null || sessions.wasEnded(sid) || stored.generation <= (sessions.find(sid)?.generation ?? -1)) return;
    sessions.put({
      ...stored,
      lastSeen: Math.max(stored.lastSeen, held.lastSeen),
      idleExpires: Math.max(stored.idleExpires, held.idleExpires),
    });
  };
  revocations.subscribe((entry, own) => {
    if (own || entry.kind !== 'session_changed') return;
    reload(entry.subject).catch(() => {
      // Fails closed: the node no longer knows which secret is right, and asks the store at the next request.
      sessions.forget(entry.subject);
      parts.onError();
    });
  });

  const raisedListeners: ((session: Session) => void)[] = [];

  return {
    /** Hears of every session whose assurance this node has raised. */
    onRaised: (hear: (session: Session) => void): void => void raisedListeners.push(hear),
    /**
     * Raises a session to assurance 2 for `assuranceMs`. Null when it has ended, or when another step-up of the same session was there first.
     */
    async raise(
      sid: string,
      methods: readonly string[],
      assuranceMs: number,
    ): Promise<{ readonly token: string; readonly session: Session } | null> {
      const held = sessions.find(sid);
      if (held === undefined) return null;
      const now = clock();
      const { token, secretHash } = renewToken(sid, random);
      const { assurance, amr, secondFactorAt, assuranceUntil } = held;
      const next: Session = {
        ...held,
        secretHash,
        generation: held.generation + 1,
        assurance: 2,
        amr: [...new Set([...amr, ...methods])],
        secondFactorAt: now,
        assuranceUntil: Math.min(now + assuranceMs, held.absoluteExpires),
        previous: {
          secretHash: held.secretHash,
          until: now + previousSecretMs,
          ...{ assurance, amr, secondFactorAt, assuranceUntil },
        },
      };
      const raised = await store.raiseSession(next, (transaction) =>
        revocations.append(transaction, { kind: 'session_changed', subject: sid, detail: null }),
      );
      revocations.announce();
      if (!raised || sessions.wasEnded(sid)) return null;
      const current = sessions.find(sid) ?? held;
      const session = { ...next, lastSeen: current.lastSeen, idleExpires: current.idleExpires };
      sessions.put(session);
      for (const hear of raisedListeners) hear(session);
      return { token, session };
    },
  };
}

export type StepUp = ReturnType<typeof createStepUp>;
