import type { Session } from './model.ts';
import { ProvenTokens } from './token.ts';

/** Ended sessions are remembered this long, so that their owner reads "ended" and not "not valid". */
export const tombstoneMs = 10 * 60_000;
export const tombstoneLimit = 50_000;

/**
 * Every live session, in memory: what the request path asks instead of the store.
 * Fed by the identity service at start, at each login, and by the revocation feed.
 */
export class SessionSnapshot {
  readonly #sessions = new Map<string, Session>();
  readonly #byPerson = new Map<string, Set<string>>();
  readonly #ended = new Map<string, number>();
  readonly #touched = new Set<string>();
  readonly #proven = new ProvenTokens();

  get size(): number {
    return this.#sessions.size;
  }

  find(sid: string): Session | undefined {
    return this.#sessions.get(sid);
  }

  /** The session that this very header has opened before, while its secret is the same; null where the header has to be looked at. */
  findProven(header: string, now: number): Session | null {
    return this.#proven.find(header, this, now);
  }

  /** Remembers the header by which a session was opened just now. */
  noteProven(header: string, session: Session, secret: Uint8Array): void {
    this.#proven.note(header, session, secret);
  }

  /** Whether the session was ended lately (as opposed to: never existed). */
  wasEnded(sid: string): boolean {
    return this.#ended.has(sid);
  }

  put(session: Session): void {
    this.#sessions.set(session.sid, session);
    let sids = this.#byPerson.get(session.person.uid);
    if (sids === undefined) {
      sids = new Set();
      this.#byPerson.set(session.person.uid, sids);
    }
    sids.add(session.sid);
  }

  /** Ends a session here. Returns whether it was alive. */
  end(sid: string, now: number): boolean {
    const session = this.#sessions.get(sid);
    // To the back: `sweep` stops at the first entry that is young.
    this.#ended.delete(sid);
    this.#ended.set(sid, now);
    if (this.#ended.size > tombstoneLimit) {
      const oldest = this.#ended.keys().next();
      if (!oldest.done) this.#ended.delete(oldest.value);
    }
    return session !== undefined && this.forget(sid);
  }

  /** Forgets this node's copy of a session, which may live on elsewhere. Returns whether there was one. */
  forget(sid: string): boolean {
    const session = this.#sessions.get(sid);
    if (session === undefined) return false;
    this.#sessions.delete(sid);
    this.#touched.delete(sid);
    const sids = this.#byPerson.get(session.person.uid);
    sids?.delete(sid);
    if (sids?.size === 0) this.#byPerson.delete(session.person.uid);
    return true;
  }

  ofPerson(uid: string): readonly Session[] {
    return [...(this.#byPerson.get(uid) ?? [])].flatMap((sid) => this.#sessions.get(sid) ?? []);
  }

  all(): IterableIterator<Session> {
    return this.#sessions.values();
  }

  /** Moves the idle expiry; the service writes it to the store later. */
  touch(session: Session, now: number): void {
    // What a request holds may be a view of the session, such as that of its previous secret.
    const kept = this.#sessions.get(session.sid) ?? session;
    kept.lastSeen = now;
    kept.idleExpires = Math.min(now + kept.idleMs, kept.absoluteExpires);
    this.#touched.add(kept.sid);
  }

  /** Sessions used since the last call. */
  takeTouched(): readonly Session[] {
    const sessions = [...this.#touched].flatMap((sid) => this.#sessions.get(sid) ?? []);
    this.#touched.clear();
    return sessions;
  }

  /**
   * Drops what has expired; returns the sids. With `shared`, what is only idle is forgotten and not ended: it may have
   * been used on another node since.
   */
  sweep(now: number, shared = false): readonly string[] {
    const expired = [...this.#sessions.values()].filter((one) => now >= one.idleExpires || now >= one.absoluteExpires);
    for (const session of expired) {
      if (shared && now < session.absoluteExpires) this.forget(session.sid);
      else this.end(session.sid, now);
    }
    for (const [sid, at] of this.#ended) {
      if (now - at < tombstoneMs) break;
      this.#ended.delete(sid);
    }
    return expired.map((session) => session.sid);
  }
}
