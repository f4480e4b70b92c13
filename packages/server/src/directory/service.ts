import { MenshenError } from '@menshen/contract';
import { entityManagementEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import type { Coordination } from '../coordination/model.ts';
import type { RevocationFeed } from '../coordination/revocation-feed.ts';
import type { Keys } from '../keys/master.ts';
import type { Store } from '../store/store.ts';
import { type Changes, createChanges, type SyncReport } from './changes.ts';
import type { GuardRules } from './guard.ts';
import { createLiveDirectory, type DirectoryChange, type LiveDirectory } from './live.ts';
import { mergePerson } from './merge.ts';
import { localSource, type Person, type SourcePerson } from './model.ts';
import { createDirectoryHolding, type DirectoryHolding } from './personal-data.ts';
import { localRoles, type PlanRules } from './plan.ts';
import { createRoleService, type RoleService } from './roles/service.ts';
import { createRoleStore } from './roles/store.ts';
import type { DirectorySnapshot } from './snapshot.ts';
import { createSourceStore, type HeldChange } from './source-store.ts';
import { createSources, type Source, type SourceView } from './sources.ts';
import { createDirectoryStore } from './store.ts';

export interface DirectoryService {
  snapshot(): DirectorySnapshot;
  /** People who may be meant by a phone number: active ones only. */
  withPhone(phone: string): readonly Person[];
  /** The person behind a WeCom userid. */
  ofWecom(userid: string): Person | undefined;
  /** Catches up with what other nodes have written; a login does so before it admits somebody. */
  fresh(): Promise<void>;
  /** Hears of changed people on this node, whoever changed them. */
  subscribe(hear: (change: DirectoryChange) => void): () => void;
  readonly changes: Changes;
  /** What the directory holds of a person. */
  readonly personal: DirectoryHolding;
  readonly roles: RoleService;
  /** Reads one source, or every configured one, and takes it over; one run of a source at a time over all nodes. */
  sync(by: string, source?: string): Promise<SyncReport>;
  /** Reads one person anew after a hint that they have changed; a whole run where the source cannot say. */
  hint(source: string, key: string, by: string): Promise<void>;
  sources(): Promise<readonly SourceView[]>;
  held(): Promise<readonly HeldChange[]>;
  /** Adds or changes people of the `local` source, or of one that writes to us. */
  put(source: string, people: readonly SourcePerson[], gone: readonly string[], by: string): Promise<SyncReport>;
  /** Blocks or readmits a person, whatever the sources say. Returns the person as they are then. */
  setBlocked(uid: string, blocked: boolean, reason: string, by: string): Promise<Person>;
  /** Lets another source own a person whom this one no longer lists. */
  release(uid: string, source: string, by: string): Promise<void>;
  /** Makes `from` and `into` one person: what the sources say of the first is said of the second from now on. */
  merge(from: string, into: string, by: string): Promise<void>;
  /** Sets the company-wide roles that are given here; returns them with those that sources give. */
  setRoles(uid: string, roles: readonly string[], by: string): Promise<readonly string[]>;
  /** Sets the roles of several people at one stroke, with a record for each. @throws MenshenError `not_found`, and then nothing has changed */
  assignRoles(roles: ReadonlyMap<string, readonly string[]>, by: string): Promise<void>;
  state(): { readonly syncedAt: number | null; readonly error: string | null };
  /** Records what has ended by itself; called on a schedule. */
  maintain(): Promise<void>;
}

export interface DirectoryParts {
  readonly store: Store;
  readonly keys: Keys;
  readonly audit: Audit;
  readonly coordination: Coordination;
  readonly revocations: RevocationFeed;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
  /** The sources of the configuration in force. */
  readonly configured: () => readonly Source[];
  readonly rules: () => PlanRules & { readonly guard: GuardRules };
  /** Ends the sessions of a person who has left or was disabled. */
  readonly endSessionsOf: (uid: string, reason: string, by: string) => Promise<number>;
  readonly onError: (error: unknown) => void;
}

export async function createDirectoryService(parts: DirectoryParts): Promise<DirectoryService> {
  const { audit, clock } = parts;
  const store = createDirectoryStore(parts.store, parts.keys);
  await store.sealClear();
  const roleStore = createRoleStore(parts.store);
  const sourceStore = createSourceStore(parts.store, parts.keys);
  const live: LiveDirectory = await createLiveDirectory({ ...parts, store, roles: roleStore });
  const changes = createChanges({ ...parts, live, store, sources: sourceStore });
  const roles = createRoleService({ live, store: roleStore, audit, clock, random: parts.random });
  const sources = await createSources({ ...parts, changes, live, states: sourceStore });

  const personOf = (uid: string): Person => {
    const person = live.snapshot().person(uid);
    if (person === undefined) throw new MenshenError('not_found');
    return person;
  };
  const merged = async (uid: string, change: { drop?: string; blocked?: boolean } = {}): Promise<Person> => {
    const person = personOf(uid);
    const records = (await store.records([uid])).filter((record) => record.source !== change.drop);
    const blocked = change.blocked ?? person.blocked;
    if (records.length > 0)
      return mergePerson(uid, records, parts.rules().precedence, { blocked, localRoles: localRoles(person) });
    return { ...person, blocked, status: blocked && person.sourceStatus === 'active' ? 'disabled' : person.sourceStatus };
  };

  const assignRoles: DirectoryService['assignRoles'] = async (given, by) => {
    if (given.size === 0) return;
    await live.fresh();
    const wanted = [...given].map(([uid, roles]) => ({ uid, roles: [...new Set(roles)].sort() }));
    for (const { uid } of wanted) personOf(uid);
    // What a source gives is the source's: it is neither copied nor taken away here.
    const local = (person: Person, roles: readonly string[]) => roles.filter((role) => !person.sourceRoles.includes(role));
    const acts = wanted.map(
      ({ uid, roles }) => ({ activity: 'update', entity: 'roles', detail: { uid, roles: roles.join(',') } }) as const,
    );
    await audit.actTogether(by, acts, () =>
      live.write(
        () => ({
          departments: null,
          records: [],
          people: wanted.map(({ uid, roles }) => {
            const person = personOf(uid);
            return { ...person, roles: [...new Set([...local(person, roles), ...person.sourceRoles])].sort() };
          }),
        }),
        async (tx) => {
          for (const { uid, roles } of wanted) await roleStore.setLocalRoles(tx, uid, local(personOf(uid), roles));
        },
      ),
    );
  };

  return {
    snapshot: live.snapshot,
    withPhone: live.withPhone,
    ofWecom: live.ofWecom,
    fresh: live.fresh,
    subscribe: live.subscribe,
    changes,
    personal: createDirectoryHolding(parts.store, store, live, sourceStore),
    roles,
    sync: sources.sync,
    hint: sources.hint,
    sources: sources.list,
    held: changes.held,
    put: (source, people, gone, by) => changes.apply({ kind: 'partial', source, image: { departments: [], people }, gone }, by),
    async setBlocked(uid, blocked, reason, by) {
      await live.fresh();
      personOf(uid);
      const act = {
        activity: 'update',
        entity: 'person',
        detail: { uid, change: blocked ? 'block' : 'unblock', reason },
      } as const;
      await audit.act(by, act, () =>
        live.write(async () => ({ departments: null, records: [], people: [await merged(uid, { blocked })] })),
      );
      if (blocked) await parts.endSessionsOf(uid, 'blocked', by);
      return personOf(uid);
    },
    async release(uid, source, by) {
      await live.fresh();
      const mine = (await store.records([uid])).filter((record) => record.source === source);
      // A source that still lists the person owns them; what is entered by hand is removed, not released.
      if (mine.length === 0 || mine.some((record) => !record.gone) || source === localSource) throw new MenshenError('conflict');
      await audit.act(by, { activity: 'update', entity: 'person', detail: { uid, change: 'release', source } }, () =>
        live.write(async () => ({
          departments: null,
          records: [],
          removedRecords: mine,
          people: [await merged(uid, { drop: source })],
        })),
      );
    },
    async merge(from, into, by) {
      await live.fresh();
      const [leaving, staying] = [personOf(from), personOf(into)];
      if (from === into || staying.status !== 'active') throw new MenshenError('conflict');
      const act = { activity: 'update', entity: 'person', detail: { uid: into, change: 'merge', from } } as const;
      await audit.act(by, act, () =>
        live.write(
          async () => {
            const [moved, own] = [await store.records([from]), await store.records([into])];
            const records = moved.map((record) => ({ ...record, uid: into }));
            const kept = { blocked: leaving.blocked || staying.blocked, localRoles: localRoles(staying) };
            const all = [...own, ...records];
            const person = all.length === 0 ? staying : mergePerson(into, all, parts.rules().precedence, kept);
            const gone: Person = {
              ...leaving,
              status: 'left',
              sourceStatus: 'left',
              roles: [],
              sourceRoles: [],
              departments: [],
              leads: [],
              phone: null,
              number: null,
            };
            return { departments: null, records, people: [person, gone] };
          },
          (tx) => roleStore.setLocalRoles(tx, from, []),
        ),
      );
      await parts.endSessionsOf(from, 'merged', by);
    },
    async setRoles(uid, given, by) {
      await assignRoles(new Map([[uid, given]]), by);
      return personOf(uid).roles;
    },
    assignRoles,
    state: sources.state,
    async maintain() {
      const ended = await roleStore.takeEnded(clock());
      for (const [entity, found] of Object.entries({ delegation: ended.delegations, 'role assignment': ended.assignments }))
        for (const id of found)
          await audit.record(
            entityManagementEvent({ time: clock(), activity: 'delete', entity, by: 'schedule', detail: { id, change: 'ended' } }),
          );
    },
  };
}
