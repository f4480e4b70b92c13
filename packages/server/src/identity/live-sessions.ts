import { authenticationEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import { hasPassed } from '../coordination/elapsed.ts';
import type { RevocationFeed } from '../coordination/revocation-feed.ts';
import { LoginsUnderWay } from './logins-under-way.ts';
import type { Session } from './model.ts';
import { type SessionSnapshot, tombstoneLimit, tombstoneMs } from './snapshot.ts';
import type { IdentityStore } from './store.ts';

/** How late another node may write that a session was used: twice its interval of maintenance. */
const idleGraceMs = 60_000;
/** Lists ask the store for new sessions at most this often, from this long before the last time: clocks differ. */
const refreshGapMs = 1_000;
const refreshOverlapMs = 60_000;

export interface LiveSessionParts {
  readonly store: IdentityStore;
  readonly sessions: SessionSnapshot;
  readonly audit: Audit;
  readonly revocations: RevocationFeed;
  /** Whether other nodes may make, use and end sessions of the same store. */
  readonly shared: boolean;
  readonly clock: () => number;
}

/** The live sessions of this node: loads them into the snapshot, follows what other nodes end, and ends them everywhere. */
export async function createLiveSessions({ store, sessions, audit, revocations, shared, clock }: LiveSessionParts) {
  let refreshedAt = clock();
  for (const session of await store.sessions(refreshedAt)) sessions.put(session);
  // Whose session was ended before a restart reads "ended" after it, too. One that the store still has is not.
  for (const { subject, at } of await revocations.recent('session', refreshedAt - tombstoneMs, tombstoneLimit))
    if (sessions.find(subject) === undefined) sessions.end(subject, at);
  const logins = new LoginsUnderWay();

  /** Ended here by what another node said. That node removes and records them; what it did not know of is removed later. */
  const dropped = new Set<string>();
  const dropPerson = (uid: string, at = Number.POSITIVE_INFINITY): void => {
    logins.refuse(uid, at);
    for (const { sid, created } of sessions.ofPerson(uid)) {
      if (created > at) continue;
      sessions.end(sid, clock());
      dropped.add(sid);
    }
  };
  revocations.subscribe((entry, own) => {
    // What this node published, it has done; a login since then is not meant.
    if (own) return;
    if (entry.kind === 'session') sessions.end(entry.subject, clock());
    // It may be heard after a login that it did not mean: who was put out comes in again, wherever they ask.
    if (entry.kind === 'person') dropPerson(entry.subject, entry.at);
  });

  /** Takes over what the store knows of a session, unless this node knows better. */
  const adopt = (session: Session): Session | null => {
    if (sessions.wasEnded(session.sid)) return null;
    const known = sessions.find(session.sid);
    const newer = known === undefined || session.generation > known.generation;
    if (known !== undefined && !newer && known.lastSeen >= session.lastSeen) return known;
    // A step-up may have been written since the store was read.
    if (known !== undefined && session.generation < known.generation) return known;
    sessions.put(session);
    return session;
  };
  const alive = (session: Session): boolean =>
    clock() < Math.min(session.idleExpires, session.absoluteExpires) && !sessions.wasEnded(session.sid);

  /** Ends sessions, and with `uid` whatever else is open of a person, on every node; all or nothing. */
  const end = async (ended: readonly Session[], uid: string | null, reason: string, by: string): Promise<number> => {
    if (ended.length === 0 && uid === null) return 0;
    const sids = ended.map((session) => session.sid);
    await store.removeSessions(sids, async (transaction) => {
      if (uid !== null) await revocations.append(transaction, { kind: 'person', subject: uid, detail: reason });
      for (const sid of sids) await revocations.append(transaction, { kind: 'session', subject: sid, detail: reason });
    });
    revocations.announce();
    if (uid !== null) logins.refuse(uid, clock());
    for (const sid of sids) sessions.end(sid, clock());
    await Promise.all(
      ended.map((session) =>
        audit.record(
          authenticationEvent({
            time: clock(),
            requestId: null,
            app: session.app,
            channel: session.channel,
            uid: session.person.uid,
            address: session.address,
            userAgent: null,
            session: session.sid,
            code: null,
            activity: 'logoff',
            detail: reason,
            by,
          }),
        ),
      ),
    );
    return ended.length;
  };

  /** Ends sessions by id on every node; the record is durable when this resolves. Returns how many were alive. */
  const endSessions = async (sids: readonly string[], reason: string, by: string): Promise<number> => {
    const ended: Session[] = [];
    for (const sid of new Set(sids)) {
      const session = sessions.find(sid) ?? (shared ? await store.session(sid) : null);
      if (session !== null && alive(session)) ended.push(session);
    }
    return end(ended, null, reason, by);
  };

  return {
    adopt,
    logins,
    endSessions,
    dropPerson,
    async endSessionsOf(uid: string, reason: string, by: string): Promise<number> {
      const known = new Map(sessions.ofPerson(uid).map((session) => [session.sid, session]));
      for (const session of await store.sessionsOf(uid)) if (!known.has(session.sid)) known.set(session.sid, session);
      return end([...known.values()].filter(alive), uid, reason, by);
    },
    async loadSession(sid: string): Promise<Session | null> {
      const session = await store.session(sid);
      return session === null ? null : adopt(session);
    },
    async refresh(): Promise<void> {
      const now = clock();
      if (!shared || !hasPassed(refreshedAt, refreshGapMs, now)) return;
      const since = Math.min(refreshedAt, now) - refreshOverlapMs;
      refreshedAt = now;
      for (const session of await store.sessionsSince(since)) if (alive(session)) adopt(session);
    },
    async maintain(): Promise<void> {
      const gone = [...dropped];
      await store.removeSessions(gone);
      for (const sid of gone) dropped.delete(sid);
      await store.touchSessions(sessions.takeTouched());
      sessions.sweep(clock(), shared);
      await store.removeExpired(clock(), shared ? idleGraceMs : 0);
    },
  };
}

export type LiveSessions = Awaited<ReturnType<typeof createLiveSessions>>;
