import type { Report } from '../../finding.ts';
import type { Access, Trace } from '../machine/trace.ts';
import type { Place } from '../machine/value.ts';
import { isIdentityName, type TableKind, tableKind } from '../names.ts';
import { boundToCaller, clientKeys, guardFacts, handlerOf, ownerColumns } from './facts.ts';

/** What the project as a whole does with one table. */
export interface TableUse {
  readonly kind: TableKind;
  /** Handlers that bind the caller, and all handlers, by kind of operation. */
  readonly bound: { read: Set<string>; write: Set<string> };
  readonly all: { read: Set<string>; write: Set<string> };
  readonly boundPlaces: Place[];
  /** Queries of the code, told apart by where they stand. */
  readonly queries: Set<string>;
  readonly boundQueries: Set<string>;
  /** A new row names the caller as owner somewhere. */
  ownedByCreation: boolean;
  /** That owner is one of the users, not whoever of the staff entered the row. */
  ownedByUser: boolean;
  /** Some query names an owner column. */
  hasOwnerColumn: boolean;
  /** Some handler asks for a role before it writes. */
  roleGuarded: number;
}

export type Siblings = ReadonlyMap<string, TableUse>;

/** Gathers over all entry points, so that one query can be judged by its siblings. */
export function gather(traces: readonly Trace[]): Siblings {
  const tables = new Map<string, TableUse>();
  for (const trace of traces) {
    for (const access of trace.accesses) {
      if (access.table === '') continue;
      const key = tableKey(access.table);
      const use = tables.get(key) ?? {
        kind: tableKind(access.table),
        bound: { read: new Set<string>(), write: new Set<string>() },
        all: { read: new Set<string>(), write: new Set<string>() },
        boundPlaces: [],
        queries: new Set<string>(),
        boundQueries: new Set<string>(),
        ownedByCreation: false,
        ownedByUser: false,
        hasOwnerColumn: false,
        roleGuarded: 0,
      };
      tables.set(key, use);
      const handler = handlerOf(access);
      if (access.operation !== 'read' && access.operation !== 'count' && guardFacts(access).role) use.roleGuarded += 1;
      if (access.operation === 'create') {
        const owners = ownerColumns(access);
        if (owners.length > 0) use.ownedByCreation = true;
        if (!trace.entry.admin && !guardFacts(access).role && owners.some((name) => !enteredBy.test(name)))
          use.ownedByUser = true;
        continue;
      }
      if (access.conditions.some((condition) => isIdentityName(condition.column))) use.hasOwnerColumn = true;
      if (trace.entry.admin) continue;
      const side = access.operation === 'read' || access.operation === 'count' ? 'read' : 'write';
      use.all[side].add(handler);
      const query = `${access.wherePlace.file}:${access.wherePlace.start}`;
      use.queries.add(query);
      if (boundToCaller(access) || (side === 'write' && boundByParent(trace, access))) {
        use.bound[side].add(handler);
        use.boundQueries.add(query);
        if (
          use.boundPlaces.length < 12 &&
          !use.boundPlaces.some((place) => place.file === access.wherePlace.file && place.start === access.wherePlace.start)
        )
          use.boundPlaces.push(access.wherePlace);
      }
    }
  }
  return tables;
}

/** Columns that say who entered a row, which in a back office is no owner. */
const enteredBy = /creat|updat|modif|author|operat|staff|admin|publish/i;

/** The pages of a book: before they are changed, the book is found by the same id and by the caller, or the handler ends. */
function boundByParent(trace: Trace, access: Access): boolean {
  const keys = clientKeys(access);
  if (keys.size === 0) return false;
  const { testedRows } = guardFacts(access);
  return [...testedRows].some(
    (parent) =>
      parent.order < access.order &&
      parent.table !== access.table &&
      trace.accesses.includes(parent) &&
      boundToCaller(parent) &&
      [...clientKeys(parent)].some((key) => keys.has(key)),
  );
}

export function tableKey(table: string): string {
  return table.toLowerCase().replace(/[^a-z0-9\u4e00-\u9fff]/g, '');
}

/** "8 of 9 queries bind the owner, this one does not." */
export function siblingEvidence(use: TableUse | undefined, access: Access): NonNullable<Report['evidence']> | undefined {
  if (!use || use.boundQueries.size === 0) return undefined;
  const [bound, all] = [use.boundQueries.size, use.queries.size];
  return {
    text: {
      zh: `访问 ${access.table} 的 ${all} 处查询中，${bound} 处限定了当前用户，这一处没有`,
      en: `${bound} of the ${all} queries on ${access.table} are restricted to the caller, this one is not`,
    },
    places: use.boundPlaces.slice(0, 4),
  };
}
