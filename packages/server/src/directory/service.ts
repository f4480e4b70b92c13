import { isDeepStrictEqual } from 'node:util';
import { MenshenError } from '@menshen/contract';
import { entityManagementEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import type { Department, Person } from './model.ts';
import { DirectorySnapshot } from './snapshot.ts';
import type { DirectoryStore } from './store.ts';
import type { DirectoryImage } from './wecom-source.ts';

export interface SyncReport {
  readonly departments: number;
  readonly people: number;
  readonly added: number;
  readonly changed: number;
  readonly left: number;
  readonly sessionsEnded: number;
}

export interface DirectoryService {
  snapshot(): DirectorySnapshot;
  /** People who may be meant by a phone number: active ones only. */
  withPhone(phone: string): readonly Person[];
  /** Takes over what the source says now. Who is no longer there has left, and loses every session. */
  apply(image: DirectoryImage, by: string): Promise<SyncReport>;
  /** Reads the configured source and applies it; one run at a time. */
  sync(by: string): Promise<SyncReport>;
  setRoles(uid: string, roles: readonly string[], by: string): Promise<readonly string[]>;
  state(): { readonly syncedAt: number | null; readonly error: string | null };
}

export interface DirectoryParts {
  readonly store: DirectoryStore;
  readonly audit: Audit;
  readonly clock: () => number;
  /** Reads the company from its source; null when no app names one. */
  readonly source: () => (() => Promise<DirectoryImage>) | null;
  /** Ends the sessions of a person who has left or was disabled. */
  readonly endSessionsOf: (uid: string, reason: string, by: string) => Promise<number>;
}

/** Guard against a source that answers with next to nothing: more leavers than this at once are not believed. */
const maxLeaverShare = 0.5;
const minPeopleForGuard = 20;

export async function createDirectoryService(parts: DirectoryParts): Promise<DirectoryService> {
  const { store, audit, clock } = parts;
  const loaded = await store.load();
  let snapshot = new DirectorySnapshot(loaded.departments, loaded.people, 1);
  let byPhone = indexPhones(snapshot);
  let syncedAt = await store.syncedAt();
  let error: string | null = null;
  let running: Promise<SyncReport> | null = null;

  const replace = (departments: Iterable<Department>, people: Iterable<Person>): void => {
    snapshot = new DirectorySnapshot(departments, people, snapshot.version + 1);
    byPhone = indexPhones(snapshot);
  };

  const service: DirectoryService = {
    snapshot: () => snapshot,
    withPhone: (phone) => byPhone.get(plainPhone(phone)) ?? [],
    async apply(image, by) {
      const before = snapshot.people;
      const seen = new Set(image.people.map((person) => person.uid));
      const upsert: Person[] = [];
      let added = 0;
      let changed = 0;
      const gone: string[] = [];
      for (const person of image.people) {
        const known = before.get(person.uid);
        // A source that may not show phone numbers does not say that there is none.
        const next: Person = { ...person, phone: person.phone ?? known?.phone ?? null, roles: known?.roles ?? [] };
        if (known === undefined) added += 1;
        else if (!isDeepStrictEqual(known, next)) changed += 1;
        else continue;
        upsert.push(next);
        if (next.status !== 'active' && known?.status === 'active') gone.push(next.uid);
      }
      let left = 0;
      for (const person of before.values()) {
        if (person.kind !== 'employee' || person.status === 'left' || seen.has(person.uid)) continue;
        left += 1;
        gone.push(person.uid);
        upsert.push({ ...person, status: 'left', departments: [], leads: [] });
      }
      const employees = [...before.values()].filter((person) => person.kind === 'employee' && person.status !== 'left').length;
      if (employees >= minPeopleForGuard && left > employees * maxLeaverShare) {
        throw new MenshenError('conflict', { left, employees });
      }
      const now = clock();
      await audit.record(
        entityManagementEvent({
          time: now,
          activity: 'update',
          entity: 'directory',
          by,
          detail: { departments: image.departments.length, people: image.people.length, added, changed, left },
        }),
      );
      await store.apply({ departments: image.departments, upsert, syncedAt: now });
      const people = new Map(before);
      for (const person of upsert) people.set(person.uid, person);
      replace(image.departments, people.values());
      syncedAt = now;
      let sessionsEnded = 0;
      for (const uid of gone) sessionsEnded += await parts.endSessionsOf(uid, 'no longer a member', by);
      return { departments: image.departments.length, people: image.people.length, added, changed, left, sessionsEnded };
    },
    async sync(by) {
      running ??= (async () => {
        const read = parts.source();
        if (read === null) throw new MenshenError('not_found');
        try {
          const report = await service.apply(await read(), by);
          error = null;
          return report;
        } catch (cause) {
          error =
            cause instanceof MenshenError
              ? cause.code
              : cause instanceof Error && 'code' in cause
                ? String(cause.code)
                : 'internal_error';
          throw cause instanceof MenshenError ? cause : new MenshenError('login_unavailable', {}, { cause });
        }
      })();
      try {
        return await running;
      } finally {
        running = null;
      }
    },
    async setRoles(uid, roles, by) {
      const person = snapshot.person(uid);
      if (person === undefined) throw new MenshenError('not_found');
      const next = [...new Set(roles)].sort();
      await audit.act(by, { activity: 'update', entity: 'roles', detail: { uid, roles: next.join(',') } }, () =>
        store.setRoles(uid, next),
      );
      const people = new Map(snapshot.people);
      people.set(uid, { ...person, roles: next });
      replace(snapshot.departments.values(), people.values());
      return next;
    },
    state: () => ({ syncedAt, error }),
  };
  return service;
}

function plainPhone(phone: string): string {
  return phone.replace(/[\s-]/g, '').replace(/^\+86/, '');
}

function indexPhones(snapshot: DirectorySnapshot): Map<string, Person[]> {
  const index = new Map<string, Person[]>();
  for (const person of snapshot.people.values()) {
    if (person.phone === null || person.status !== 'active') continue;
    const key = plainPhone(person.phone);
    index.set(key, [...(index.get(key) ?? []), person]);
  }
  return index;
}
