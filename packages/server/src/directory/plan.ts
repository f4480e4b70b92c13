import { isDeepStrictEqual } from 'node:util';
import { carryOver, mergePerson, type Precedence } from './merge.ts';
import {
  customerForm,
  type Department,
  type Person,
  plainPhone,
  type SourceDepartment,
  type SourceImage,
  type SourcePerson,
  type SourceRecord,
  uidForm,
} from './model.ts';

/** By what a new record of a source is recognised as a person that another source knows already, in this order. */
export const matchFields = ['uid', 'number', 'phone'] as const;
export type MatchField = (typeof matchFields)[number];

export interface PlanRules {
  readonly precedence: Precedence;
  readonly match: readonly MatchField[];
}

/** The directory as it stands, seen by a plan. */
export interface Known {
  readonly people: ReadonlyMap<string, Person>;
  readonly departments: ReadonlyMap<string, Department>;
  readonly records: readonly SourceRecord[];
  /** Uids of whom `records` holds everything, where it does not hold everybody's: of nobody else may the plan ask. */
  readonly complete?: ReadonlySet<string>;
}

/** `full`: who is not in the image is gone. `partial`: the image and `gone` are all that has changed; departments are added or changed only. */
export type PlanInput =
  | { readonly kind: 'full'; readonly source: string; readonly image: SourceImage }
  | {
      readonly kind: 'partial';
      readonly source: string;
      readonly image: SourceImage;
      readonly gone: readonly string[];
      readonly goneDepartments?: readonly string[];
    };

/** Why a record was not taken; never with values of the record. */
export interface Conflict {
  readonly key: string;
  readonly reason: 'uid_invalid' | 'uid_reserved' | 'uid_taken' | 'matched_twice' | 'match_ambiguous' | 'department_foreign';
}

/** What taking an image over would change. */
export interface Plan {
  readonly source: string;
  /** All departments of the source; null when they stay. */
  readonly departments: readonly Department[] | null;
  readonly departmentsRemoved: readonly string[];
  readonly people: readonly Person[];
  readonly records: readonly SourceRecord[];
  readonly added: readonly string[];
  readonly changed: readonly string[];
  /** Active people who would no longer be, because the source lists them no more. */
  readonly left: readonly string[];
  /** Active people who would no longer be, because the source says so. */
  readonly disabled: readonly string[];
  /** Active people whose source of record is this source, before. */
  readonly activeBefore: number;
  readonly conflicts: readonly Conflict[];
}

/** Compares what a source says with the directory, in slices for {@link gently}. Pure: the same answer for the same input. */
export function* planningChange(input: PlanInput, known: Known, rules: PlanRules): Generator<void, Plan> {
  const { source, image } = input;
  const conflicts: Conflict[] = [];
  const byUid = new Map<string, Map<string, SourceRecord>>();
  const mine = new Map<string, SourceRecord>();
  const keep = (record: SourceRecord): void => {
    const own = byUid.get(record.uid) ?? new Map<string, SourceRecord>();
    own.set(`${record.source}\n${record.key}`, record);
    byUid.set(record.uid, own);
  };
  for (const record of withLegacy(known)) {
    yield;
    keep(record);
    if (record.source === source) mine.set(record.key, record);
  }
  const find = matcher(known.people, rules.match);
  const touched = new Map<string, SourceRecord>();
  const seen = new Set<string>();
  // Who is linked already has their person before newcomers are matched.
  const claimed = new Set(image.people.flatMap(({ key }) => mine.get(key)?.uid ?? []));
  // Uids are compared without regard to case, as WeCom does.
  const taken = new Set([...known.people.keys()].map((uid) => uid.toLowerCase()));

  for (const person of image.people) {
    yield;
    if (seen.has(person.key)) continue;
    seen.add(person.key);
    const before = mine.get(person.key);
    const uid = before?.uid ?? uidFor(person, find, taken, (reason) => conflicts.push({ key: person.key, reason }));
    if (uid === null) continue;
    if (before === undefined && claimed.has(uid)) {
      conflicts.push({ key: person.key, reason: 'matched_twice' });
      continue;
    }
    claimed.add(uid);
    taken.add(uid.toLowerCase());
    const record: SourceRecord = { source, key: person.key, uid, person: carryOver(person, before?.person), gone: false };
    if (before === undefined || !isDeepStrictEqual(before, record)) touched.set(person.key, record);
  }
  const goneKeys = input.kind === 'full' ? [...mine.keys()].filter((key) => !seen.has(key)) : input.gone;
  for (const key of goneKeys) {
    const before = mine.get(key);
    if (before !== undefined && !before.gone && !touched.has(key)) touched.set(key, { ...before, gone: true });
  }
  for (const record of touched.values()) keep(record);

  const changes = {
    people: [] as Person[],
    added: [] as string[],
    changed: [] as string[],
    left: [] as string[],
    disabled: [] as string[],
  };
  const absent = new Set([...touched.values()].flatMap(({ gone, uid }) => (gone ? [uid] : [])));
  for (const uid of new Set([...touched.values()].map((record) => record.uid))) {
    yield;
    const before = known.people.get(uid);
    const after = mergePerson(uid, [...(byUid.get(uid)?.values() ?? [])], rules.precedence, {
      blocked: before?.blocked ?? false,
      localRoles: localRoles(before),
    });
    if (before !== undefined && isDeepStrictEqual(before, after)) continue;
    changes.people.push(after);
    (before === undefined ? changes.added : changes.changed).push(uid);
    if (before?.status !== 'active' || after.status === 'active') continue;
    (absent.has(uid) ? changes.left : changes.disabled).push(uid);
  }
  let activeBefore = 0;
  for (const person of known.people.values()) if (person.source === source && person.status === 'active') activeBefore += 1;
  return {
    source,
    ...planDepartments(input, known, conflicts),
    ...changes,
    records: [...touched.values()],
    activeBefore,
    conflicts,
  };
}

/** People known before records were kept stand for their own record, unless their key means somebody else by now (a merge). */
function* withLegacy(known: Known): Iterable<SourceRecord> {
  const recorded = new Set(known.records.flatMap((record) => [record.uid, `${record.source}\n${record.key}`]));
  yield* known.records;
  const whom =
    known.complete === undefined ? known.people.values() : [...known.complete].flatMap((uid) => known.people.get(uid) ?? []);
  for (const person of whom) {
    if (!recorded.has(person.uid) && !recorded.has(`${person.source}\n${person.uid}`))
      yield {
        source: person.source,
        key: person.uid,
        uid: person.uid,
        person: recordOf(person),
        gone: person.sourceStatus === 'left',
      };
  }
}

function recordOf(person: Person): SourcePerson {
  const { uid, kind, name, departments, leads, position, phone, email, number, sourceRoles, sourceStatus } = person;
  return {
    key: uid,
    uid,
    kind,
    name,
    departments,
    leads,
    position,
    phone,
    email,
    number,
    roles: sourceRoles,
    status: sourceStatus,
  };
}

/** Roles that were given here. */
export function localRoles(person: Person | undefined): readonly string[] {
  if (person === undefined) return [];
  const fromSource = new Set(person.sourceRoles);
  return person.roles.filter((role) => !fromSource.has(role));
}

type Found = string | null | 'ambiguous';

const known: Readonly<Record<MatchField, (person: Person) => string | null>> = {
  uid: ({ uid }) => uid.toLowerCase(),
  number: ({ number }) => number,
  // Numbers of people who have left go to others.
  phone: ({ phone, status }) => (phone === null || status === 'left' ? null : plainPhone(phone)),
};

/** Looks a record up among the people known, by one field after the other. A number or phone that two people share tells nothing. */
export function matcher(people: ReadonlyMap<string, Person>, match: readonly MatchField[]): (person: SourcePerson) => Found {
  const index = (of: (person: Person) => string | null): Map<string, string | null> => {
    const map = new Map<string, string | null>();
    for (const person of people.values()) {
      const value = of(person);
      if (value !== null) map.set(value, map.has(value) ? null : person.uid);
    }
    return map;
  };
  // Made when a newcomer is looked for; most plans hold none.
  const indexes = new Map<MatchField, Map<string, string | null>>();
  const indexOf = (field: MatchField): Map<string, string | null> => {
    const made = indexes.get(field) ?? index(known[field]);
    indexes.set(field, made);
    return made;
  };
  return (person) => {
    for (const field of match) {
      const value =
        field === 'uid'
          ? person.uid.toLowerCase()
          : field === 'number'
            ? person.number
            : person.phone && plainPhone(person.phone);
      if (!value) continue;
      const found = indexOf(field).get(value);
      if (found === null) return 'ambiguous';
      if (found !== undefined) return found;
    }
    return null;
  };
}

function uidFor(
  person: SourcePerson,
  find: (person: SourcePerson) => Found,
  taken: ReadonlySet<string>,
  refuse: (reason: Conflict['reason']) => void,
): string | null {
  const found = find(person);
  if (found === 'ambiguous') {
    refuse('match_ambiguous');
    return null;
  }
  if (found !== null) return found;
  const reason = !uidForm.test(person.uid)
    ? 'uid_invalid'
    : customerForm.test(person.uid)
      ? 'uid_reserved'
      : taken.has(person.uid.toLowerCase())
        ? 'uid_taken'
        : null;
  if (reason === null) return person.uid;
  refuse(reason);
  return null;
}

function planDepartments(
  input: PlanInput,
  known: Known,
  conflicts: Conflict[],
): Pick<Plan, 'departments' | 'departmentsRemoved'> {
  const { source, image } = input;
  const before = new Map([...known.departments.values()].filter((one) => one.source === source).map((one) => [one.id, one]));
  const after = new Map(input.kind === 'partial' ? before : []);
  for (const department of image.departments) {
    const other = known.departments.get(department.id);
    if (other !== undefined && other.source !== source) conflicts.push({ key: department.id, reason: 'department_foreign' });
    else after.set(department.id, named(department, other, source));
  }
  for (const id of (input.kind === 'partial' ? input.goneDepartments : undefined) ?? []) after.delete(id);
  const departmentsRemoved = [...before.keys()].filter((id) => !after.has(id));
  const same = departmentsRemoved.length === 0 && [...after].every(([id, one]) => isDeepStrictEqual(before.get(id), one));
  return { departments: same ? null : [...after.values()], departmentsRemoved };
}

function named(department: SourceDepartment, known: Department | undefined, source: string): Department {
  return {
    id: department.id,
    name: department.name ?? known?.name ?? department.id,
    parent: department.parent,
    order: department.order,
    source,
  };
}
