import { type Feature, mergeFeatures, mergeRecords, unseen } from './witness.ts';

/**
 * What was seen at one place of a request. It holds shapes and counts: no value, but for enum candidates that {@link neededPersons} people have
 * sent alike, and the names of members that look like names. Plain JSON, so that it can be stored.
 */
export interface FieldProfile {
  /** By JSON type: `string`, `integer`, `number` (with a fraction), `boolean`, `null`, `array`, `object`. */
  types: Record<string, Feature>;
  text?: TextProfile;
  /** Numbers by sign and power of ten. */
  numbers?: Record<string, Feature>;
  array?: { sizes: Record<string, Feature>; items: FieldProfile };
  object?: ObjectProfile;
}

export interface TextProfile {
  classes: Record<string, Feature>;
  lengths: Record<string, Feature>;
  /** Texts that were of a format, and those that were not. */
  formats: Record<string, { yes: Feature; no: Feature }>;
  /** Null once it is clear that this is no enum. */
  values: { entries: Record<string, Feature>; other: Feature } | null;
}

export interface ObjectProfile {
  seen: Feature;
  members: Record<string, MemberProfile>;
  /** Members whose name looks like data, or that came when there was no more room. */
  other: Feature;
  /** What such members held. */
  rest: FieldProfile | null;
}

export interface MemberProfile {
  present: Feature;
  /** Objects that came without it. */
  absent: Feature;
  field: FieldProfile;
}

/** What was seen of the requests of one route. */
export interface RouteProfile {
  readonly version: 1;
  requests: Feature;
  /** Epoch ms of the first and last request observed. */
  first: number;
  last: number;
  /** Places, which are bounded. */
  places: number;
  body: FieldProfile | null;
  query: FieldProfile;
  path: FieldProfile;
}

export const emptyField = (): FieldProfile => ({ types: {} });

export function emptyProfile(now: number): RouteProfile {
  return {
    version: 1,
    requests: unseen(),
    first: now,
    last: now,
    places: 0,
    body: null,
    query: emptyField(),
    path: emptyField(),
  };
}

/** What two nodes have seen of one route. Neither argument is changed. */
export function mergeProfiles(a: RouteProfile, b: RouteProfile): RouteProfile {
  return {
    version: 1,
    requests: mergeFeatures(a.requests, b.requests),
    first: Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
    places: a.places + b.places,
    body: a.body === null || b.body === null ? structuredClone(a.body ?? b.body) : mergeFields(a.body, b.body),
    query: mergeFields(a.query, b.query),
    path: mergeFields(a.path, b.path),
  };
}

function mergeFields(a: FieldProfile, b: FieldProfile): FieldProfile {
  const out: FieldProfile = { types: mergeRecords(a.types, b.types) };
  const text = mergeSome(a.text, b.text, mergeTexts);
  if (text !== undefined) out.text = text;
  const numbers = mergeSome(a.numbers, b.numbers, mergeRecords);
  if (numbers !== undefined) out.numbers = numbers;
  const array = mergeSome(a.array, b.array, (one, two) => ({
    sizes: mergeRecords(one.sizes, two.sizes),
    items: mergeFields(one.items, two.items),
  }));
  if (array !== undefined) out.array = array;
  const object = mergeSome(a.object, b.object, mergeObjects);
  if (object !== undefined) out.object = object;
  return out;
}

function mergeSome<T extends object>(a: T | undefined, b: T | undefined, merge: (a: T, b: T) => T): T | undefined {
  return a === undefined || b === undefined ? structuredClone(a ?? b) : merge(a, b);
}

function mergeTexts(a: TextProfile, b: TextProfile): TextProfile {
  const formats: TextProfile['formats'] = {};
  for (const name of new Set([...Object.keys(a.formats), ...Object.keys(b.formats)])) {
    const [one, two] = [a.formats[name], b.formats[name]];
    formats[name] = { yes: mergeFeatures(one?.yes, two?.yes), no: mergeFeatures(one?.no, two?.no) };
  }
  return {
    classes: mergeRecords(a.classes, b.classes),
    lengths: mergeRecords(a.lengths, b.lengths),
    formats,
    values:
      a.values === null || b.values === null
        ? null
        : { entries: mergeRecords(a.values.entries, b.values.entries), other: mergeFeatures(a.values.other, b.values.other) },
  };
}

function mergeObjects(a: ObjectProfile, b: ObjectProfile): ObjectProfile {
  const members: ObjectProfile['members'] = {};
  for (const name of new Set([...Object.keys(a.members), ...Object.keys(b.members)])) {
    const [one, two] = [a.members[name], b.members[name]];
    members[name] = {
      present: mergeFeatures(one?.present, two?.present),
      // A node that does not know the member has seen only objects without it.
      absent: mergeFeatures(one?.absent ?? a.seen, two?.absent ?? b.seen),
      field:
        one === undefined || two === undefined
          ? structuredClone((one ?? two)?.field ?? emptyField())
          : mergeFields(one.field, two.field),
    };
  }
  return {
    seen: mergeFeatures(a.seen, b.seen),
    members,
    other: mergeFeatures(a.other, b.other),
    rest: a.rest === null || b.rest === null ? structuredClone(a.rest ?? b.rest) : mergeFields(a.rest, b.rest),
  };
}
