import type { Audience } from '@menshen/contract';
import type { Person, PersonStatus } from './model.ts';

/** What identity knows of somebody's logins. */
export interface Activity {
  readonly identities: number;
  /** Epoch ms. */
  readonly boundAt: number;
  readonly lastLogin: number | null;
}

export interface QuietPerson {
  readonly uid: string;
  readonly name: string;
  readonly kind: Audience;
  readonly source: string;
  readonly status: PersonStatus;
  readonly roles: string[];
  readonly identities: number;
  readonly lastLogin: number | null;
}

const dayMs = 86_400_000;
const shown = 1_000;

/**
 * Active people who have not signed in for `days`, the longest quiet first; a binding counts as a login. With `never` also those who have no identity.
 * Beside them, people who may no longer come in and are still bound: their bindings are dead, and wait to be removed or for their return.
 */
export function dormantPeople(
  people: Iterable<Person>,
  activity: ReadonlyMap<string, Activity>,
  days: number,
  never: boolean,
  now: number,
): { dormant: QuietPerson[]; boundButBlocked: QuietPerson[]; totals: { dormant: number; boundButBlocked: number } } {
  const dormant: (QuietPerson & { readonly seen: number })[] = [];
  const boundButBlocked: QuietPerson[] = [];
  for (const person of people) {
    const known = activity.get(person.uid);
    const { uid, name, kind, source, status } = person;
    const quiet: QuietPerson = {
      ...{ uid, name, kind, source, status },
      roles: [...person.roles],
      identities: known?.identities ?? 0,
      lastLogin: known?.lastLogin ?? null,
    };
    if (status !== 'active') {
      if (quiet.identities > 0) boundButBlocked.push(quiet);
      continue;
    }
    const seen = known === undefined ? 0 : Math.max(known.boundAt, known.lastLogin ?? 0);
    if (known === undefined ? never : now - seen >= days * dayMs) dormant.push({ ...quiet, seen });
  }
  dormant.sort((a, b) => a.seen - b.seen || (a.uid < b.uid ? -1 : 1));
  return {
    dormant: dormant.slice(0, shown).map(({ seen: _seen, ...quiet }) => quiet),
    boundButBlocked: boundButBlocked.slice(0, shown),
    totals: { dormant: dormant.length, boundButBlocked: boundButBlocked.length },
  };
}
