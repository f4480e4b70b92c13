import { Client } from 'pg';

/** A table as it is shipped: its columns, and the key that tells its rows apart. */
export interface ShippedTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly key: readonly { readonly name: string; readonly type: string }[];
}

export const changesTable = 'ship_changes';
export const cursorsTable = 'ship_cursors';
/** Whose rows are of the moment: the list of what changed, and who runs beside the store. What is restored elsewhere is not to wait for a node that died here. */
export const ofTheMoment: readonly string[] = [changesTable, cursorsTable, 'nodes'];
/** Of the schema, but of no state; neither is each engine's own history of migrations. */
export const notShipped: ReadonlySet<string> = new Set([...ofTheMoment, 'migrations']);

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const prefix = 'ship_note_';

/** The tables of the present schema, in the order of their names. Throws where one has no key: its rows could not be told apart. */
export async function shippedTables(client: Client): Promise<ShippedTable[]> {
  const { rows } = await client.query<{ name: string; columns: string[]; keys: string[] | null; types: string[] | null }>(`
    select c.relname as name,
      (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      (select array_agg(a.attname::text order by k.place) from pg_index i, unnest(i.indkey) with ordinality k(number, place), pg_attribute a
        where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid and a.attnum = k.number) as keys,
      (select array_agg(format_type(a.atttypid, null) order by k.place) from pg_index i, unnest(i.indkey) with ordinality k(number, place), pg_attribute a
        where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid and a.attnum = k.number) as types
    from pg_class c where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace order by c.relname`);
  return rows
    .filter(({ name }) => !notShipped.has(name))
    .map(({ name, columns, keys, types }) => {
      if (keys === null || types === null) throw new Error(`the table ${name} has no primary key`);
      return { name, columns, key: keys.map((key, at) => ({ name: key, type: types[at] ?? 'text' })) };
    });
}

/**
 * Lets the database note which rows change: one row of {@link changesTable} for each, with the transaction that changed it, written in that transaction.
 * Needs no more than the owner's rights, and no setting of the server.
 */
export async function installChanges(client: Client, tables: readonly ShippedTable[]): Promise<void> {
  const { rows } = await client.query<{ schema: string }>('select current_schema() as schema');
  const schema = quoted(rows[0]?.schema ?? 'public');
  await client.query('begin');
  try {
    await client.query("select pg_advisory_xact_lock(hashtextextended('menshen shipping ' || current_schema(), 0))");
    await client.query(
      `create table if not exists ${changesTable} (tx xid8 not null default pg_current_xact_id(), tab text not null, key jsonb)`,
    );
    await client.query(
      `create table if not exists ${cursorsTable} (shipper text primary key, seen text not null, at timestamptz not null)`,
    );
    const installed = await client.query<{ name: string }>(
      "select tgname as name from pg_trigger where tgname like 'ship\\_note\\_%' and tgrelid in (select oid from pg_class where relnamespace = current_schema()::regnamespace)",
    );
    const known = new Set(installed.rows.map(({ name }) => name));
    for (const table of tables) {
      if (known.has(`${prefix}${table.name}_t`)) continue;
      await client.query(noteFunction(schema, table));
      for (const statement of noteTriggers(schema, table)) await client.query(statement);
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

function noteFunction(schema: string, { name, key }: ShippedTable): string {
  const own = `jsonb_build_array(${key.map((column) => quoted(column.name)).join(', ')})`;
  const note = (from: string) => `insert into ${schema}.${changesTable} (tab, key) select ${literal(name)}, ${own} from ${from};`;
  return `create or replace function ${schema}.${quoted(`${prefix}${name}`)}() returns trigger language plpgsql as $note$
begin
  if tg_op = 'TRUNCATE' then insert into ${schema}.${changesTable} (tab, key) values (${literal(name)}, null); end if;
  if tg_op in ('UPDATE', 'DELETE') then ${note('before_it')} end if;
  if tg_op in ('UPDATE', 'INSERT') then ${note('after_it')} end if;
  return null;
end $note$`;
}

function noteTriggers(schema: string, { name }: ShippedTable): string[] {
  const trigger = (suffix: string, event: string, tables: string): string =>
    `create trigger ${quoted(`${prefix}${name}_${suffix}`)} after ${event} on ${quoted(name)} ${tables} for each statement execute function ${schema}.${quoted(`${prefix}${name}`)}()`;
  return [
    trigger('i', 'insert', 'referencing new table as after_it'),
    trigger('u', 'update', 'referencing old table as before_it new table as after_it'),
    trigger('d', 'delete', 'referencing old table as before_it'),
    // The last: where it is there, all are.
    trigger('t', 'truncate', ''),
  ];
}

/** Whoever has not looked for so long has gone. */
const goneInterval = "interval '10 minutes'";

/** Stops noting, where nobody has looked for ten minutes: what nobody reads would grow without end. */
async function removeChanges(client: Client): Promise<void> {
  const there = await client.query<{ there: boolean }>(`select to_regclass(${literal(cursorsTable)}) is not null as there`);
  if (there.rows[0]?.there !== true) return;
  const read = await client.query(`select 1 from ${cursorsTable} where at > now() - ${goneInterval}`);
  if (read.rows.length > 0) return;
  const found = await client.query<{ name: string; schema: string }>(
    "select p.proname as name, current_schema() as schema from pg_proc p where p.proname like 'ship\\_note\\_%' and p.pronamespace = current_schema()::regnamespace",
  );
  await client.query('begin');
  for (const { name, schema } of found.rows) await client.query(`drop function ${quoted(schema)}.${quoted(name)}() cascade`);
  await client.query(`drop table ${changesTable}, ${cursorsTable}`);
  await client.query('commit');
}

/** As {@link removeChanges}, with a connection of its own. */
export async function stopNoting(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await removeChanges(client);
  } finally {
    await client.end();
  }
}

/** Remembers how far a shipper has come, and forgets what every shipper has. */
export async function noteCursor(client: Client, shipper: string, seen: string): Promise<void> {
  await client.query(
    `insert into ${cursorsTable} (shipper, seen, at) values ($1, $2, now()) on conflict (shipper) do update set seen = excluded.seen, at = excluded.at`,
    [shipper, seen],
  );
  await client.query(`delete from ${cursorsTable} where at < now() - ${goneInterval}`);
  await client.query(
    `delete from ${changesTable} c where not exists (select 1 from ${cursorsTable} s where not pg_visible_in_snapshot(c.tx, s.seen::pg_snapshot))`,
  );
}

/** Whether what changed since a shipper's cursor is still noted. */
export async function isCursorKept(client: Client, shipper: string, seen: string): Promise<boolean> {
  const { rows } = await client.query(`select 1 from ${cursorsTable} where shipper = $1 and seen = $2`, [shipper, seen]);
  return rows.length > 0;
}

/** Keys of rows that changed since a snapshot, by table; null for a table that was emptied at once. Within the snapshot of the present transaction. */
export async function changedSince(client: Client, seen: string): Promise<Map<string, unknown[][] | null>> {
  const { rows } = await client.query<{ tab: string; key: unknown[] | null }>(
    `select distinct tab, key from ${changesTable} where not pg_visible_in_snapshot(tx, $1::pg_snapshot)`,
    [seen],
  );
  const found = new Map<string, unknown[][] | null>();
  for (const { tab, key } of rows) {
    if (key === null) found.set(tab, null);
    else if (!found.has(tab)) found.set(tab, [key]);
    else found.get(tab)?.push(key);
  }
  return found;
}

/** The rows of a table under some keys, as they are now. */
export async function rowsUnder(
  client: Client,
  table: ShippedTable,
  keys: readonly unknown[][],
): Promise<Record<string, unknown>[]> {
  const on = table.key.map(({ name, type }, at) => `t.${quoted(name)} = (k.value ->> ${at})::${type}`).join(' and ');
  const list = table.columns.map((column) => `t.${quoted(column)}`).join(', ');
  const { rows } = await client.query(
    `select ${list} from jsonb_array_elements($1::jsonb) k join ${quoted(table.name)} t on ${on}`,
    [JSON.stringify(keys)],
  );
  return rows as Record<string, unknown>[];
}
