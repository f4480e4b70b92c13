import { createHash } from 'node:crypto';
import type { KyselyPlugin } from 'kysely';
import type { Keys } from '../../keys/master.ts';
import { protectedColumns } from './columns.ts';
import { createProtectionPlugin } from './plugin.ts';
import { createProtectionRules, type ProtectedTables, type ProtectionKind } from './rule.ts';

/** What keeps the store from naming anybody. */
export interface StoreProtection {
  readonly tables: ProtectedTables;
  readonly plugin: KyselyPlugin;
  /** Changes with the list of protected columns. */
  readonly version: string;
}

/** Protects the columns of `protectedColumns`, or of another list for tests, with keys of this installation. */
export function createStoreProtection(
  keys: Pick<Keys, 'derive'>,
  random: (size: number) => Uint8Array,
  columns: Readonly<Record<string, Readonly<Record<string, ProtectionKind>>>> = protectedColumns,
): StoreProtection {
  const ruleOf = createProtectionRules(keys, random);
  const tables: ProtectedTables = new Map(
    Object.entries(columns).map(([table, kinds]) => [
      table,
      new Map(Object.entries(kinds).map(([column, kind]) => [column, ruleOf(table, column, kind)])),
    ]),
  );
  const list = JSON.stringify(Object.entries(columns).map(([table, kinds]) => [table, Object.entries(kinds)]));
  const version = createHash('sha256').update(list).digest('hex').slice(0, 16);
  return Object.freeze({ tables, plugin: createProtectionPlugin(tables), version });
}
