import type { Transaction } from 'kysely';
import type { RevocationFeed } from '../coordination/revocation-feed.ts';
import type { Schema } from '../store/schema.ts';
import { type Department, type Person, plainPhone } from './model.ts';
import { type Delegation, grantsAt, type RoleAssignment } from './roles/model.ts';
import type { RoleStore } from './roles/store.ts';
import { DirectorySnapshot } from './snapshot.ts';
import type { DirectoryStore, DirectoryWrite } from './store.ts';

/** Kind of the entries in the revocation feed that say: the directory has another version. */
export const directoryEntry = 'directory';

/** Kind of the entries that say: a person was erased, so that every node forgets them. */
export const erasedEntry = 'person_erased';

/** People whose row has changed. */
export interface DirectoryChange {
  readonly people: readonly Person[];
}

/**
 * The directory in the memory of one node, kept like the store. Every write tells all nodes through the revocation feed, in the transaction of
 * the write: a broadcast makes them look at once, and each looks every interval by itself, so that a lost broadcast costs at most that.
 */
export interface LiveDirectory {
  snapshot(): DirectorySnapshot;
  withPhone(phone: string): readonly Person[];
  /** The person behind a WeCom userid, however their uid is written. */
  ofWecom(userid: string): Person | undefined;
  readonly assignments: () => readonly RoleAssignment[];
  readonly delegations: () => readonly Delegation[];
  /** Resolves when memory holds everything that was written before the call. Rejects when the store fails. */
  fresh(): Promise<void>;
  /**
   * Makes a change on top of the newest state: `decide` is called with it, again when another node was faster, and returns null for nothing to
   * do. Resolves when this node shows the change.
   */
  write(
    decide: () => Promise<DirectoryWrite | null> | DirectoryWrite | null,
    also?: (tx: Transaction<Schema>) => Promise<void>,
  ): Promise<void>;
  /** Removes everything of a person, on every node. */
  erase(uid: string): Promise<void>;
  /** Hears of every change on this node, its own ones too. A handler must not throw. */
  subscribe(hear: (change: DirectoryChange) => void): () => void;
}

export interface LiveParts {
  readonly store: DirectoryStore;
  readonly roles: RoleStore;
  readonly revocations: RevocationFeed;
  readonly clock: () => number;
  /** Hears when the store could not be read after an entry of the feed; the next entry or login tries again. */
  readonly onError: (error: unknown) => void;
}

/** Another node can be faster this often in a row; writes of one node go one after the other. */
const writeAttempts = 20;

export async function createLiveDirectory(parts: LiveParts): Promise<LiveDirectory> {
  const { store, roles, revocations, clock } = parts;
  let version = 0;
  let departments: readonly Department[] = [];
  const people = new Map<string, Person>();
  const wecom = new Map<string, string>();
  let assignments: readonly RoleAssignment[] = [];
  let delegations: readonly Delegation[] = [];
  let snapshot = new DirectorySnapshot([], [], 0);
  let until = Number.POSITIVE_INFINITY;
  let byPhone = new Map<string, Person[]>();
  const listeners = new Set<{ readonly hear: (change: DirectoryChange) => void }>();

  /** Makes the snapshot of this moment. Its version moves each time, so that tokens made from an older one are not used again. */
  const rebuild = (): void => {
    const now = grantsAt(clock(), people, assignments, delegations);
    until = now.until;
    snapshot = new DirectorySnapshot(departments, people.values(), snapshot.version + 1, now.grants);
  };

  const load = async (): Promise<void> => {
    // Roles first: a version that is then newer than these rows makes the next look load them again.
    const nextVersion = await store.version();
    if (nextVersion === version) return;
    const [news, nextAssignments, nextDelegations] = await Promise.all([
      store.since(version),
      roles.assignments(),
      roles.delegations(),
    ]);
    version = Math.min(nextVersion, news.version);
    if (news.departments !== null) departments = news.departments;
    for (const person of news.people) people.set(person.uid, person);
    for (const [userid, uid] of news.wecomLinks) wecom.set(userid.toLowerCase(), uid);
    assignments = nextAssignments;
    delegations = nextDelegations;
    if (news.people.length > 0) byPhone = indexPhones(people.values());
    rebuild();
    for (const listener of [...listeners]) {
      try {
        listener.hear({ people: news.people });
      } catch (error) {
        parts.onError(error);
      }
    }
  };

  let loading: Promise<void> | null = null;
  let waiting: Promise<void> | null = null;
  /** One look at a time; callers during a look share the one after it, which sees everything written before they called. */
  const fresh = (): Promise<void> => {
    if (loading === null) {
      loading = load().finally(() => {
        loading = null;
      });
      return loading;
    }
    waiting ??= loading
      .catch(() => undefined)
      .then(() => {
        waiting = null;
        return fresh();
      });
    return waiting;
  };

  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };

  const forget = (uid: string): void => {
    if (!people.delete(uid)) return;
    for (const [userid, of] of wecom) if (of === uid) wecom.delete(userid);
    byPhone = indexPhones(people.values());
    rebuild();
  };

  await fresh();
  revocations.subscribe((entry) => {
    if (entry.kind === directoryEntry) fresh().catch(parts.onError);
    if (entry.kind === erasedEntry) forget(entry.subject);
  });

  const write: LiveDirectory['write'] = (decide, also) =>
    inTurn(async () => {
      for (let attempt = 1; ; attempt += 1) {
        await fresh();
        const base = version;
        const change = await decide();
        if (change === null) return;
        const written = await store.write(base, change, async (tx, next) => {
          await also?.(tx);
          // Last in the transaction: other writers of the feed wait for its commit.
          await revocations.append(tx, { kind: directoryEntry, subject: String(next), detail: null });
        });
        if (written !== null) break;
        if (attempt === writeAttempts) throw Object.assign(new Error('the directory changes too often'), { code: 'store_busy' });
      }
      revocations.announce();
      await fresh();
    });

  return {
    snapshot: () => {
      if (clock() >= until) rebuild();
      return snapshot;
    },
    withPhone: (phone) => byPhone.get(plainPhone(phone)) ?? [],
    ofWecom: (userid) => {
      const uid = wecom.get(userid.toLowerCase());
      if (uid !== undefined) return people.get(uid);
      // Known before sources kept records: the uid was the userid.
      const person = people.get(userid);
      return person?.source === 'wecom' ? person : undefined;
    },
    assignments: () => assignments,
    delegations: () => delegations,
    fresh,
    write,
    async erase(uid) {
      await write(
        () => ({ departments: null, people: [], records: [] }),
        async (tx) => {
          await store.removePerson(tx, uid);
          await revocations.append(tx, { kind: erasedEntry, subject: uid, detail: null });
        },
      );
      forget(uid);
      // What the roles of before gave is gone with the rows: read anew.
      [assignments, delegations] = [await roles.assignments(), await roles.delegations()];
      rebuild();
    },
    subscribe(hear) {
      const listener = { hear };
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function indexPhones(people: Iterable<Person>): Map<string, Person[]> {
  const index = new Map<string, Person[]>();
  for (const person of people) {
    if (person.phone === null || person.status !== 'active') continue;
    const key = plainPhone(person.phone);
    const known = index.get(key);
    if (known === undefined) index.set(key, [person]);
    else known.push(person);
  }
  return index;
}
