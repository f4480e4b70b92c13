import type { QueryFilter } from '../../query-protocol.ts';
import { HASHED_FIELDS, type HashedField } from './hashes.ts';
import { OUTCOME_IDS } from './row.ts';
import { POSTING_FIELDS, type PostingField } from './schema.ts';

/** OCSF API Activity: a request through the gateway. */
export const REQUEST_CLASS = 6003;

/** A field with the values that it may have. */
export interface FieldKeys {
  readonly field: number;
  /** Whether its lists are kept by hash: then `field` is its number among those. */
  readonly hashed: boolean;
  readonly keys: readonly string[];
}

/** A filter, taken apart for the index. */
export interface Selection {
  /** Conditions that rows are tested with, and their parameters. */
  readonly sql: string;
  readonly values: readonly (string | number)[];
  /** Fields that must have one value, the rarest values first: these have posting lists. */
  readonly keys: readonly FieldKeys[];
  /** Part of a text that must occur; empty when any will do. */
  readonly part: string;
  /** True when only events that are not requests are meant. */
  readonly otherClasses: boolean;
  readonly from: number;
  readonly to: number;
  /** First log index that may match, and the first after the last. */
  readonly first: number;
  readonly end: number;
}

/** Which lists to start from: a session has few rows, an app most of them. */
const RARITY: readonly (PostingField | HashedField)[] = [
  'object',
  'session',
  'user',
  'address',
  'code',
  'route',
  'object_type',
  'outcome',
  'app',
  'class_uid',
];

/** Compiles a filter. Every value is a parameter of the statement, never part of it. */
export function compileFilter(filter: QueryFilter): Selection {
  const parts: string[] = [];
  const values: (string | number)[] = [];
  const add = (sql: string, ...given: (string | number)[]): void => {
    parts.push(sql);
    values.push(...given);
  };
  const exact: Partial<Record<PostingField | HashedField, string | number | readonly string[] | undefined>> = {
    class_uid: filter.requests === true ? REQUEST_CLASS : filter.classUid,
    outcome: filter.outcome === undefined ? undefined : OUTCOME_IDS[filter.outcome],
    app: filter.app,
    route: filter.route,
    code: filter.code,
    user: filter.uid,
    address: filter.address,
    session: filter.session,
    object_type: filter.objectType,
    object: filter.object,
  };
  const keys: FieldKeys[] = [];
  for (const field of RARITY) {
    const given = exact[field];
    if (given === undefined) continue;
    const wanted = typeof given === 'object' ? given : [given];
    add(`${field} IN (${wanted.map(() => '?').join(', ')})`, ...wanted);
    const hashed = HASHED_FIELDS.indexOf(field as HashedField);
    keys.push({
      hashed: hashed >= 0,
      field: hashed >= 0 ? hashed : POSTING_FIELDS.indexOf(field as PostingField),
      keys: wanted.map(String),
    });
  }
  if (filter.requests === false) add('class_uid <> ?', REQUEST_CLASS);
  if (filter.from !== undefined) add('time >= ?', filter.from);
  if (filter.to !== undefined) add('time <= ?', filter.to);
  if (filter.method !== undefined) add('method = ?', filter.method);
  if (filter.requestId !== undefined) add('request_id = ?', filter.requestId);
  if (filter.q !== undefined) {
    const pattern = `%${filter.q.replace(/[\\%_]/g, '\\$&')}%`;
    add("(path LIKE ? ESCAPE '\\' OR message LIKE ? ESCAPE '\\' OR action LIKE ? ESCAPE '\\')", pattern, pattern, pattern);
  }
  return {
    sql: parts.length === 0 ? '1 = 1' : parts.join(' AND '),
    values,
    keys,
    part: filter.q ?? '',
    otherClasses: filter.requests === false && filter.classUid === undefined,
    from: filter.from ?? 0,
    to: filter.to ?? Number.MAX_SAFE_INTEGER,
    first: filter.after === undefined ? 0 : filter.after + 1,
    end: filter.before ?? Number.MAX_SAFE_INTEGER,
  };
}
