import { canonicalJson } from '../canonical-json.ts';
import { PERSON_TYPES } from '../event-object.ts';
import { type Plain, parsePlain, plainOrNull } from '../plain.ts';
import { type AuditPerson, isPseudonym, openFor, sealFor } from './model.ts';

/** What stands before and after the uid in a request through the gateway as `GatewayEvent` writes it: once, at its beginning. */
const ACTOR = '"actor":{"user":{"uid":"';
const AFTER_ACTOR = '"}},"api":';
/** Where {@link ACTOR} begins: after an activity of one digit, or of two. */
const ACTOR_AT = [17, 18] as const;
/** What stands before the type and before the id of what a gateway event is about. Within a string the quotes would be escaped. */
const RESOURCES = ',"resources":[{"type":"';
const RESOURCE_UID = '","uid":"';
/** Members of a user that say who somebody is besides the uid. */
const personalMembers = ['email_addr', 'full_name', 'name', 'phone_number'] as const;

/** Where the uid stands in a gateway event. */
export interface GatewayUid {
  readonly uid: string;
  readonly start: number;
  readonly end: number;
  /** Where it stands once more, because people asked for what is theirs; null where it does not. */
  readonly again: number | null;
}

/**
 * The uid that a gateway event is about; null where it is another event, has none, or one that JSON writes with escapes, and where somebody asked for
 * another person: then it must be read whole.
 */
export function gatewayUid(event: string): GatewayUid | null {
  for (const at of ACTOR_AT) {
    if (!event.startsWith(ACTOR, at)) continue;
    const start = at + ACTOR.length;
    const end = event.indexOf('"', start);
    const uid = event.slice(start, end);
    if (end <= start || uid.includes('\\') || !event.startsWith(AFTER_ACTOR, end)) return null;
    const again = secondPlace(event, uid, end);
    return again === undefined ? null : { uid, start, end, again };
  }
  return null;
}

/** Where the event names the person as what it is about; null when that is no person, undefined when it is another one. */
function secondPlace(event: string, uid: string, from: number): number | null | undefined {
  const at = event.indexOf(RESOURCES, from);
  if (at < 0) return null;
  const typeAt = at + RESOURCES.length;
  const typeEnd = event.indexOf('"', typeAt);
  if (!PERSON_TYPES.has(event.slice(typeAt, typeEnd))) return null;
  const start = typeEnd + RESOURCE_UID.length;
  return event.startsWith(`${RESOURCE_UID}${uid}"}]`, typeEnd) ? start : undefined;
}

/** Puts the pseudonym in place of the uid of a gateway event. */
export function protectGatewayEvent(event: string, { uid, start, end, again }: GatewayUid, pseudonym: string): string {
  const before = event.slice(0, start) + pseudonym;
  if (again === null) return before + event.slice(end);
  return before + event.slice(end, again) + pseudonym + event.slice(again + uid.length);
}

/** Members of our own details that hold a uid. */
const uidMembers = ['uid', 'user', 'person'] as const;

/** The details of an event that hold uids, with the members that do: what acts and alarms say of people who are not the actor. */
function detailUids(event: Plain): string[] {
  const detail = plainOrNull(plainOrNull(plainOrNull(event['unmapped'])?.['menshen'])?.['detail']);
  if (detail === null) return [];
  // Two people that become one are both people.
  const members = detail['change'] === 'merge' ? [...uidMembers, 'from'] : uidMembers;
  return members.flatMap((name) => (typeof detail[name] === 'string' && detail[name] !== '' ? [detail[name]] : []));
}

/** The users of an event, as OCSF has them. */
function usersOf(event: Plain): Plain[] {
  return [plainOrNull(plainOrNull(event['actor'])?.['user']), plainOrNull(event['user'])].filter((user) => user !== null);
}

/** The people that an event is about, as OCSF's `resources` have them. */
function personObjectsOf(event: Plain): Plain[] {
  const resources: unknown[] = Array.isArray(event['resources']) ? event['resources'] : [];
  return resources
    .map(plainOrNull)
    .filter((one) => one !== null)
    .filter(({ type, uid }) => typeof type === 'string' && PERSON_TYPES.has(type) && typeof uid === 'string' && uid !== '');
}

/** The uids of an event that are to be put aside. */
export function uidsOf(event: string): string[] {
  const parsed = parsePlain(event);
  if (parsed === null) return [];
  const actors = usersOf(parsed).flatMap(({ uid }) => (typeof uid === 'string' && uid !== '' ? [uid] : []));
  const objects = personObjectsOf(parsed).map(({ uid }) => String(uid));
  return [...new Set([...actors, ...objects, ...detailUids(parsed)])].filter((uid) => !isPseudonym(uid));
}

/**
 * Puts pseudonyms in place of uids, also where our own members repeat them, and seals what else says who a user is: into
 * `unmapped.menshen.sealed`, by pseudonym. The rest of the event, and its canonical form, stay as they are.
 */
export function protectEvent(
  event: string,
  personOfUid: (uid: string) => AuditPerson | null,
  random: (size: number) => Uint8Array,
): string {
  const parsed = parsePlain(event);
  if (parsed === null) return event;
  const replaced = new Map<string, string>();
  const sealed: Record<string, string> = {};
  for (const user of usersOf(parsed)) {
    const person = typeof user['uid'] === 'string' ? personOfUid(user['uid']) : null;
    if (person === null) continue;
    replaced.set(person.uid, person.pseudonym);
    user['uid'] = person.pseudonym;
    const personal = personalMembers.filter((name) => typeof user[name] === 'string');
    if (personal.length === 0) continue;
    sealed[person.pseudonym] = sealFor(
      person,
      canonicalJson(Object.fromEntries(personal.map((name) => [name, user[name]]))),
      random,
    );
    for (const name of personal) delete user[name];
  }
  for (const object of personObjectsOf(parsed)) {
    const person = personOfUid(String(object['uid']));
    if (person === null) continue;
    replaced.set(person.uid, person.pseudonym);
    object['uid'] = person.pseudonym;
  }
  for (const uid of detailUids(parsed)) {
    const person = personOfUid(uid);
    if (person !== null) replaced.set(uid, person.pseudonym);
  }
  if (replaced.size === 0) return event;
  const unmapped = plainOrNull(parsed['unmapped']) ?? {};
  const own = plainOrNull(unmapped['menshen']) ?? {};
  const swap = (value: unknown): unknown => (typeof value === 'string' ? (replaced.get(value) ?? value) : value);
  const detail = plainOrNull(own['detail']);
  const swapped = Object.fromEntries(Object.entries(own).map(([name, value]) => [name, swap(value)]));
  if (detail !== null) swapped['detail'] = Object.fromEntries(Object.entries(detail).map(([name, value]) => [name, swap(value)]));
  if (Object.keys(sealed).length > 0) swapped['sealed'] = sealed;
  return canonicalJson({ ...parsed, unmapped: { ...unmapped, menshen: swapped } });
}

/**
 * The event as somebody may read it who may know of whom it is: uids in place of pseudonyms, and what was sealed in its place. What belongs to a person
 * whose key was destroyed stays as it stands in the log.
 */
export function revealEvent(event: Readonly<Plain>, personOfPseudonym: (pseudonym: string) => AuditPerson | null): Plain {
  const copy = structuredClone(event) as Plain;
  const unmapped = plainOrNull(copy['unmapped']);
  const own = plainOrNull(unmapped?.['menshen']);
  const sealed = plainOrNull(own?.['sealed']) ?? {};
  const uidOf = (value: unknown): unknown =>
    typeof value === 'string' && isPseudonym(value) ? (personOfPseudonym(value)?.uid ?? value) : value;
  for (const user of usersOf(copy)) {
    const person = typeof user['uid'] === 'string' ? personOfPseudonym(user['uid']) : null;
    if (person === null) continue;
    user['uid'] = person.uid;
    const box = sealed[person.pseudonym];
    const opened = typeof box === 'string' ? openFor(person, box) : null;
    if (opened !== null) Object.assign(user, JSON.parse(opened));
  }
  for (const object of personObjectsOf(copy)) object['uid'] = uidOf(object['uid']);
  if (own === null || own === undefined) return copy;
  for (const [name, value] of Object.entries(own)) own[name] = uidOf(value);
  const detail = plainOrNull(own['detail']);
  if (detail !== null) for (const [name, value] of Object.entries(detail)) detail[name] = uidOf(value);
  return copy;
}
