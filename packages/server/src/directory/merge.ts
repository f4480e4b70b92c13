import type { Person, PersonStatus, SourcePerson, SourceRecord } from './model.ts';

/** Fields whose source can be chosen on its own; `departments` carries leadership with it. */
export const precedenceFields = ['name', 'departments', 'position', 'phone', 'email', 'number'] as const;
export type PrecedenceField = (typeof precedenceFields)[number];

/** Which source is believed: ids from the most to the least authoritative; sources that are not named come last, by id. */
export interface Precedence {
  readonly order: readonly string[];
  readonly fields: Readonly<Partial<Record<PrecedenceField, readonly string[]>>>;
}

/** What a source says now, on top of what it said before: silence about a field leaves it. */
export function carryOver(now: SourcePerson, before: SourcePerson | undefined): SourcePerson {
  if (before === undefined) return now;
  return {
    ...now,
    name: now.name ?? before.name,
    departments: now.departments ?? before.departments,
    leads: now.leads ?? before.leads,
    position: now.position ?? before.position,
    phone: now.phone ?? before.phone,
    email: now.email ?? before.email,
    number: now.number ?? before.number,
    status: now.status ?? before.status,
  };
}

/**
 * The person that a set of records describes. The most authoritative source that has ever listed them owns them: when it lists them no more, they
 * have left, whatever weaker sources say. Any source can block; only all together let in.
 */
export function mergePerson(
  uid: string,
  records: readonly SourceRecord[],
  precedence: Precedence,
  kept: Pick<Person, 'blocked'> & { readonly localRoles: readonly string[] },
): Person {
  const ranked = rank(records, precedence.order);
  const owner = ranked[0];
  if (owner === undefined) throw new RangeError('a person needs a record');
  const live = ranked.filter((record) => !record.gone);
  // Whoever is gone everywhere keeps the last that was known, for the record.
  const telling = live.length > 0 ? live : [owner];
  const pick = <F extends PrecedenceField>(field: F): SourcePerson[F] => {
    const chosen = precedence.fields[field];
    for (const record of chosen === undefined ? telling : rank(telling, [...chosen, ...precedence.order])) {
      const value = record.person[field];
      // Where one source has no text, another may have one; an empty list of departments is a word on access.
      if (value !== null && value !== '') return value;
    }
    return null as SourcePerson[F];
  };
  const sourceStatus = statusOf(owner, live);
  const left = sourceStatus === 'left';
  const departments = pick('departments');
  const leads = telling.find((record) => record.person.departments === departments)?.person.leads ?? [];
  const sourceRoles = left ? [] : [...new Set(live.flatMap((record) => record.person.roles))].sort();
  return {
    uid,
    name: pick('name') || uid,
    kind: owner.person.kind,
    departments: left ? [] : (departments ?? []),
    leads: left ? [] : leads,
    position: pick('position') || null,
    phone: pick('phone') || null,
    email: pick('email') || null,
    number: pick('number') || null,
    roles: [...new Set([...kept.localRoles, ...sourceRoles])].sort(),
    sourceRoles,
    status: sourceStatus === 'active' && kept.blocked ? 'disabled' : sourceStatus,
    sourceStatus,
    blocked: kept.blocked,
    source: owner.source,
  };
}

function statusOf(owner: SourceRecord, live: readonly SourceRecord[]): PersonStatus {
  if (owner.gone || owner.person.status === 'left') return 'left';
  return live.every((record) => (record.person.status ?? 'active') === 'active') ? 'active' : 'disabled';
}

const byText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

function rank(records: readonly SourceRecord[], order: readonly string[]): readonly SourceRecord[] {
  const at = (source: string): number => {
    const found = order.indexOf(source);
    return found < 0 ? order.length : found;
  };
  // A source may know one person under an old key and a new one: it has let go of them only when no key is left.
  return [...records].sort(
    (a, b) =>
      at(a.source) - at(b.source) || byText(a.source, b.source) || Number(a.gone) - Number(b.gone) || byText(a.key, b.key),
  );
}
