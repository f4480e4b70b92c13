import { type Compilable, type Kysely, sql } from 'kysely';
import type { Engine } from '../engine.ts';
import { isStoreError } from '../errors.ts';
import type { StoreProtection } from './protection.ts';
import { type ProtectedValue, type ProtectionRule, rowKey } from './rule.ts';

const chunk = 500;
const metaKey = 'protected_columns';
/** Tables that held clear rows, for {@link onceScrubbed}: named before the first is sealed, so that a crash forgets none. */
export const scrubDueKey = 'scrub_due';
/** A row with where it lies, under a name that no column has. */
type Row = Readonly<Record<string, unknown>> & { readonly row_place: unknown };
type Changes = readonly (readonly [string, ProtectedValue])[];

/** A store without its protection. */
interface BareStore extends Pick<Engine, 'kind' | 'batch'> {
  readonly db: Kysely<unknown>;
}

/**
 * Seals what earlier versions wrote in clear, or under their column where it is bound to its row now, once for each list of protected columns; resolves
 * to how many rows there were. Safe on several nodes at once. Where a clear row and a sealed one have the same key, the sealed one was written later and stays.
 */
export async function sealClearRows(store: BareStore, protection: StoreProtection): Promise<number> {
  const { db } = store;
  const { rows } = await sql<{ value: string }>`select value from meta where key = ${metaKey}`.execute(db);
  if (rows[0]?.value === protection.version) return 0;
  let sealed = 0;
  for (const [table, columns] of protection.tables) sealed += await sealTable(store, table, columns);
  await sql`insert into meta (key, value) values (${metaKey}, ${protection.version})
    on conflict (key) do update set value = excluded.value`.execute(db);
  return sealed;
}

async function sealTable(store: BareStore, table: string, columns: ReadonlyMap<string, ProtectionRule>): Promise<number> {
  const { db, kind } = store;
  // Rows are looked at in the order in which they lie; what is written on the way is sealed already.
  const [place, shown] = kind === 'sqlite' ? [sql`rowid`, sql`rowid`] : [sql`ctid`, sql`cast(ctid as text)`];
  const keyed = [...columns.values()].some(({ bound }) => bound);
  const list = sql.join([...columns.keys(), ...(keyed ? [rowKey] : [])].map((name) => sql.ref(name)));
  let sealed = 0;
  let after: unknown = kind === 'sqlite' ? -1 : '(0,0)';
  for (;;) {
    const at = kind === 'sqlite' ? sql`${after}` : sql`cast(${after} as tid)`;
    const { rows } = await sql<Row>`select ${shown} as row_place, ${list} from ${sql.table(table)}
      where ${place} > ${at} order by ${place} limit ${chunk}`.execute(db);
    const clear = rows.flatMap((row) => {
      const changes: Changes = [...columns].flatMap(([name, rule]) => {
        const value = row[name];
        if (typeof value !== 'string' && !(value instanceof Uint8Array)) return [];
        const renewed = rule.renewed(value, keyed ? String(row[rowKey]) : undefined);
        return renewed === null ? [] : [[name, renewed] as const];
      });
      return changes.length === 0 ? [] : [{ row, changes }];
    });
    if (clear.length > 0 && sealed === 0) await nameForScrub(db, table);
    await sealRows(store, table, clear);
    sealed += clear.length;
    const last = rows.at(-1);
    if (last === undefined || rows.length < chunk) return sealed;
    after = last.row_place;
  }
}

async function nameForScrub(db: Kysely<unknown>, table: string): Promise<void> {
  await sql`insert into meta (key, value) values (${scrubDueKey}, ${table})
    on conflict (key) do update set value = meta.value || ',' || excluded.value`.execute(db);
}

async function sealRows(
  { db, kind, batch }: BareStore,
  table: string,
  clear: readonly { readonly row: Row; readonly changes: Changes }[],
): Promise<void> {
  if (clear.length === 0) return;
  const statement = (what: ReturnType<typeof sql>, row: Row, changes: Changes): Compilable => {
    const place = kind === 'sqlite' ? sql`rowid = ${row.row_place}` : sql`ctid = cast(${row.row_place} as tid)`;
    // Whoever changed the row meanwhile has sealed it.
    const same = sql.join(
      changes.map(([name]) => sql`${sql.ref(name)} = ${row[name]}`),
      sql` and `,
    );
    const raw = sql`${what} where ${place} and ${same}`;
    return { compile: () => raw.compile(db) };
  };
  const updates = clear.map(({ row, changes }) => {
    const set = sql.join(changes.map(([name, value]) => sql`${sql.ref(name)} = ${value}`));
    return statement(sql`update ${sql.table(table)} set ${set}`, row, changes);
  });
  try {
    await batch(updates);
    return;
  } catch (error) {
    if (!isStoreError(error, 'store_conflict')) throw error;
  }
  for (const [at, { row, changes }] of clear.entries())
    try {
      await batch(updates.slice(at, at + 1));
    } catch (error) {
      if (!isStoreError(error, 'store_conflict')) throw error;
      await batch([statement(sql`delete from ${sql.table(table)}`, row, changes)]);
    }
}
