import type { LdapSourceConfig } from '@menshen/contract';
import { AndFilter, type Entry, EqualityFilter, FilterParser, PresenceFilter } from 'ldapts';
import type { SourceDepartment, SourceImage, SourcePerson } from '../model.ts';
import type { OneAnswer, Source } from '../sources.ts';
import { type LdapSession, withLdap } from './connection.ts';
import { plainDn, splitDn } from './dn.ts';
import { dnOf, isBinary, isDisabled, keyOf, LdapAnswerError, textOf, valuesOf } from './entry.ts';

export interface LdapParts {
  /** Epoch ms: accounts expire. */
  readonly clock: () => number;
  /** How long reading everything may take, ms; half an hour when absent. */
  readonly withinMs?: number;
}

const usualWithinMs = 30 * 60_000;

/**
 * An LDAP directory or Active Directory domain as a source. Departments are the organisational units above people, or groups; both are known by
 * their lasting key, so that a move or rename is one. @throws Error of ldapts when a filter of the configuration is none
 */
export function createLdapSource(config: LdapSourceConfig, { clock, withinMs = usualWithinMs }: LdapParts): Source {
  const filter = FilterParser.parseString(config.people.filter);
  const attributes = personAttributes(config);
  return {
    id: config.id,
    kind: 'ldap',
    read: () =>
      withLdap(config, withinMs, async (session) => {
        const entries = await session.search({ base: config.people.base, filter, attributes });
        const tree = await readDepartments(config, session);
        return toImage(config, entries, tree, clock());
      }),
    async readOne(key): Promise<OneAnswer> {
      // A filter made of objects: a key can hold no syntax.
      const value = isBinary(config.attributes.key) ? Buffer.from(key, 'hex') : key;
      const one = new AndFilter({ filters: [filter, new EqualityFilter({ attribute: config.attributes.key, value })] });
      const entries = await withLdap(config, withinMs, (session) =>
        session.search({ base: config.people.base, filter: one, attributes }),
      );
      const entry = entries.find((candidate) => keyOf(candidate, config.attributes.key) === key);
      return entry === undefined ? 'gone' : { person: toPerson(config, entry, null, null, clock()) };
    },
  };
}

function personAttributes(config: LdapSourceConfig): readonly string[] {
  const { member: _member, ...own } = config.attributes;
  const status =
    config.disabled === 'userAccountControl' ? ['userAccountControl', 'accountExpires'] : [config.disabled.attribute];
  return [...new Set([...Object.values(own), ...status])];
}

interface Tree {
  readonly departments: readonly SourceDepartment[];
  /** Departments by plain DN of what is directly in them: a person or, for organisational units, the unit's own DN. */
  readonly of: (personDn: string) => readonly string[];
  /** Plain DN of the manager → departments led. */
  readonly leads: ReadonlyMap<string, readonly string[]>;
}

async function readDepartments(config: LdapSourceConfig, session: LdapSession): Promise<Tree | null> {
  if (config.departments === 'none') return null;
  return config.departments === 'ou' ? await readUnits(config, session) : await readGroups(config, session);
}

/** Organisational units: the tree is that of their names. */
async function readUnits(config: LdapSourceConfig, session: LdapSession): Promise<Tree> {
  const filter = new EqualityFilter({ attribute: 'objectClass', value: 'organizationalUnit' });
  const found = await session.search({
    base: config.people.base,
    filter,
    attributes: [config.attributes.key, 'ou', 'managedBy'],
  });
  const byDn = new Map(found.map((entry) => [dnOf(entry), idOf(config, entry)]));
  const above = (dn: string): string | null => {
    // A container between two units is no unit: the next one above is meant.
    for (let at = splitDn(dn).parent; at !== ''; at = splitDn(at).parent) {
      const id = byDn.get(at);
      if (id !== undefined) return id;
    }
    return null;
  };
  return {
    departments: found.map((entry) => ({
      id: idOf(config, entry),
      name: textOf(entry, 'ou'),
      parent: above(dnOf(entry)),
      order: 0,
    })),
    of: (personDn) => [above(personDn)].filter((id) => id !== null),
    leads: managers(config, found),
  };
}

/** Groups: a group inside another is below it. */
async function readGroups(config: LdapSourceConfig, session: LdapSession): Promise<Tree> {
  const { groups } = config;
  if (groups === undefined) return { departments: [], of: () => [], leads: new Map() };
  const { key, member } = config.attributes;
  const filter = FilterParser.parseString(groups.filter);
  const found = await session.search({ base: groups.base, filter, attributes: [key, 'cn', 'managedBy', member] });
  const inside = new Map<string, string[]>();
  for (const group of found) {
    for (const dn of await membersOf(group, member, session, config.maxEntries)) {
      const ids = inside.get(dn);
      if (ids === undefined) inside.set(dn, [idOf(config, group)]);
      else ids.push(idOf(config, group));
    }
  }
  return {
    departments: found.map((entry) => ({
      id: idOf(config, entry),
      name: textOf(entry, 'cn'),
      parent: inside.get(dnOf(entry))?.[0] ?? null,
      order: 0,
    })),
    of: (personDn) => inside.get(personDn) ?? [],
    leads: managers(config, found),
  };
}

/** Members of a group. Active Directory gives a large group in ranges (MS-ADTS 3.1.1.3.1.3.3), each asked for by itself. */
async function membersOf(group: Entry, attribute: string, session: LdapSession, most: number): Promise<readonly string[]> {
  const members = valuesOf(group, attribute).map((value) => plainDn(String(value)));
  let range = rangeOf(group, attribute);
  while (range !== null) {
    members.push(...range.values.map((value) => plainDn(String(value))));
    // Ranges that each hold a little more need not end.
    if (members.length > most) throw new LdapAnswerError('ldap_too_many');
    if (range.last) break;
    const next = `${attribute};range=${range.end + 1}-*`;
    const [again] = await session.search({
      base: group.dn,
      scope: 'base',
      filter: new PresenceFilter({ attribute: 'objectClass' }),
      attributes: [next],
    });
    const following = again === undefined ? null : rangeOf(again, attribute);
    // A range that leads nowhere would be a part of an answer.
    if (following === null || (!following.last && following.end <= range.end)) throw new LdapAnswerError('ldap_pages_unsure');
    range = following;
  }
  return members;
}

function rangeOf(entry: Entry, attribute: string) {
  const form = /^(.+);range=(\d{1,9})-(\d{1,9}|\*)$/i;
  for (const name of Object.keys(entry)) {
    const match = form.exec(name);
    if (match?.[1]?.toLowerCase() !== attribute.toLowerCase()) continue;
    return { values: valuesOf(entry, name), end: Number(match[3] === '*' ? match[2] : match[3]), last: match[3] === '*' };
  }
  return null;
}

function managers(config: LdapSourceConfig, entries: readonly Entry[]): ReadonlyMap<string, readonly string[]> {
  const leads = new Map<string, string[]>();
  for (const entry of entries) {
    const manager = textOf(entry, 'managedBy');
    if (manager !== null) leads.set(plainDn(manager), [...(leads.get(plainDn(manager)) ?? []), idOf(config, entry)]);
  }
  return leads;
}

/** Department ids carry the source, so that no other source's id is one of them. */
function idOf(config: LdapSourceConfig, entry: Entry): string {
  return `${config.id}:${keyOf(entry, config.attributes.key)}`;
}

function toImage(config: LdapSourceConfig, entries: readonly Entry[], tree: Tree | null, now: number): SourceImage {
  const people = new Map<string, SourcePerson>();
  for (const entry of entries) {
    const dn = dnOf(entry);
    const person = toPerson(config, entry, tree?.of(dn) ?? null, tree === null ? null : (tree.leads.get(dn) ?? []), now);
    people.set(person.key, person);
  }
  return { departments: tree?.departments ?? [], people: [...people.values()] };
}

function toPerson(
  config: LdapSourceConfig,
  entry: Entry,
  departments: readonly string[] | null,
  leads: readonly string[] | null,
  now: number,
): SourcePerson {
  const { attributes } = config;
  return {
    key: keyOf(entry, attributes.key),
    uid: textOf(entry, attributes.uid) ?? '',
    kind: config.kind,
    name: textOf(entry, attributes.name),
    departments,
    leads,
    // An attribute that is absent has been removed: the reader of a directory sees them all or none.
    position: textOf(entry, attributes.position) ?? '',
    phone: textOf(entry, attributes.phone) ?? '',
    email: textOf(entry, attributes.email) ?? '',
    number: textOf(entry, attributes.number) ?? '',
    roles: [],
    status: isDisabled(entry, config.disabled, now) ? 'disabled' : 'active',
  };
}
