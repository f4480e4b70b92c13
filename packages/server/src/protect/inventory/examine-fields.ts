import type { DataKind } from '@menshen/contract';
import { keptName, kindsOf } from './kinds.ts';

/** What one answer holds in one field. */
export interface FieldFound {
  readonly field: string;
  readonly counts: Map<DataKind, number>;
}

const maxDepth = 16;
const maxNodes = 20_000;
const maxFields = 200;
const maxPath = 300;
/** An object with more members than a record has is a map from ids. */
const maxMembers = 60;

/**
 * The fields of a JSON value that hold personal data. Bounded in nodes, depth and fields; nothing of a value is in what it returns, and no member's
 * name that may be one.
 */
export function examineFields(value: unknown): readonly FieldFound[] {
  const found = new Map<string, FieldFound>();
  let nodes = 0;

  const walk = (at: unknown, path: string, name: string, depth: number): void => {
    nodes += 1;
    if (nodes > maxNodes || depth > maxDepth || path.length > maxPath) return;
    if (typeof at === 'string' || typeof at === 'number') {
      const counts = kindsOf(name, at);
      if (counts.size > 0) add(path === '' ? '*' : path, counts);
    } else if (Array.isArray(at)) {
      for (const item of at) {
        if (nodes > maxNodes) return;
        walk(item, `${path}[]`, name, depth + 1);
      }
    } else if (typeof at === 'object' && at !== null) {
      const members = Object.entries(at);
      const isMap = members.length > maxMembers || areAlike(members);
      for (const [key, member] of members) {
        if (nodes > maxNodes) return;
        const kept = isMap ? '*' : keptName(key);
        walk(member, path === '' ? kept : `${path}.${kept}`, isMap ? '*' : key, depth + 1);
      }
    }
  };
  const add = (field: string, counts: ReadonlyMap<DataKind, number>): void => {
    let known = found.get(field);
    if (known === undefined) {
      if (found.size >= maxFields) return;
      known = { field, counts: new Map() };
      found.set(field, known);
    }
    for (const [kind, count] of counts) known.counts.set(kind, (known.counts.get(kind) ?? 0) + count);
  };
  walk(value, '', '', 0);
  return [...found.values()];
}

/** Whether members are records of one form, such as people by their uid: then their names are ids. */
function areAlike(members: readonly [string, unknown][]): boolean {
  if (members.length < 2) return false;
  let form: string | null = null;
  for (const [, member] of members) {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return false;
    const own = Object.keys(member).slice(0, 40).sort().join('\n');
    if (own === '' || (form !== null && own !== form)) return false;
    form = own;
  }
  return true;
}
