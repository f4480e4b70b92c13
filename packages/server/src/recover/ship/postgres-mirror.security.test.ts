import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../store/store.ts';
import { postgresFound, postgresPlace } from '../../store/testing-postgres.ts';
import { loadPostgres } from '../load-postgres.ts';
import { changesTable, cursorsTable, notShipped, shippedTables, stopNoting } from './postgres-changes.ts';
import { openMirror } from './postgres-mirror.ts';

const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

let place: Awaited<ReturnType<typeof postgresPlace>>;

/** Connections to the store of all tests, and a copy of this test's own. */
async function world() {
  const work = mkdtempSync(join(tmpdir(), 'menshen-mirror-'));
  closing.push(() => rmSync(work, { recursive: true, force: true }));
  const connect = async (): Promise<Client> => {
    const client = new Client({ connectionString: place.url });
    await client.connect();
    closing.push(() => client.end());
    return client;
  };
  const mirror = () => {
    const made = openMirror({ url: place.url, work, clock: Date.now });
    closing.push(() => made.close());
    return made;
  };
  await (await connect()).query('truncate departments');
  return { url: place.url, work, connect, mirror, file: join(work, 'mirror.db') };
}

const put = (client: Client, id: number, name: string): Promise<unknown> =>
  client.query(
    `insert into departments (id, name, parent, position) values ($1, $2, null, 1) on conflict (id) do update set name = excluded.name`,
    [String(id), name],
  );

function copied(file: string, table: string, columns: string): unknown[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database
      .prepare(`select ${columns} from ${table} order by 1`)
      .all()
      .map((row) => Object.values(row));
  } finally {
    database.close();
  }
}
async function there(client: Client, table: string, columns: string): Promise<unknown[]> {
  return (await client.query({ text: `select ${columns} from ${table} order by 1`, rowMode: 'array' })).rows;
}

describe.skipIf(!postgresFound && process.env['CI'] !== 'true')('a copy of a PostgreSQL store', { timeout: 180_000 }, () => {
  beforeAll(async () => {
    place = await postgresPlace();
    const store = await openStore({ url: place.url, clock: () => 1_000 });
    await store.migrate();
    await store.close();
  }, 180_000);
  afterAll(async () => await place.remove());

  it('has every row that was written, changed, removed or emptied, by whoever and however', async () => {
    const { connect, mirror, file } = await world();
    const [one, other] = [await connect(), await connect()];
    await put(one, 1, 'before the copy');
    const copy = mirror();
    await copy.refresh();
    const same = async (): Promise<void> => {
      await copy.refresh();
      expect(copied(file, 'departments', 'id, name')).toEqual(await there(one, 'departments', 'id, name'));
      expect(copied(file, 'switches', '*')).toEqual(await there(one, 'switches', '*'));
    };
    await same();
    for (let id = 2; id < 40; id += 1) await put(id % 2 === 0 ? one : other, id, `d${id}`);
    await same();
    await one.query("update departments set name = name || '!' where id::int % 3 = 0");
    await other.query('delete from departments where id::int % 5 = 0');
    await same();
    await one.query('truncate departments');
    await put(other, 7, 'after it');
    await same();

    // A transaction that began before a look and ends after it is not missed, nor is one that is taken back.
    await one.query('begin');
    await put(one, 70, 'late');
    await other.query('begin');
    await put(other, 71, 'never');
    await copy.refresh();
    expect(copied(file, 'departments', 'id')).not.toContainEqual(['70']);
    await one.query('commit');
    await other.query('rollback');
    await same();
    expect(copied(file, 'departments', 'id')).toContainEqual(['70']);
    await copy.close();

    // Another process goes on where it was; what came meanwhile comes with it.
    await put(one, 80, 'while nobody looked');
    const again = mirror();
    await again.refresh();
    expect(copied(file, 'departments', 'id, name')).toEqual(await there(one, 'departments', 'id, name'));
    // What every copy has is forgotten.
    await one.query(
      `delete from ${cursorsTable} where shipper not in (select shipper from ${cursorsTable} order by at desc limit 1)`,
    );
    await put(one, 81, 'one more');
    await again.refresh();
    await again.refresh();
    expect(await there(one, changesTable, 'tab')).toEqual([]);
  });

  it('is at every look a state that the database was in', async () => {
    const { connect, mirror, file } = await world();
    const one = await connect();
    for (const id of [1, 2, 3, 4]) await put(one, id, '100');
    const copy = mirror();
    await copy.refresh();
    let over = false;
    // Whatever moves, the sum stays; every move is a transaction of its own.
    const movers = [0, 1, 2].map(async (seed) => {
      const client = await connect();
      for (let turn = 0; !over; turn += 1) {
        const [from, to] = [((turn + seed) % 4) + 1, ((turn * 3 + seed + 1) % 4) + 1];
        if (from === to) continue;
        await client.query('begin');
        await client.query('select 1 from departments where id in ($1, $2) order by id for update', [String(from), String(to)]);
        await client.query(`update departments set name = (name::int - 1)::text where id = $1`, [String(from)]);
        await client.query(`update departments set name = (name::int + 1)::text where id = $1`, [String(to)]);
        await client.query(turn % 5 === 0 ? 'rollback' : 'commit');
      }
    });
    const sums: number[] = [];
    for (let look = 0; look < 60; look += 1) {
      await copy.refresh();
      sums.push((copied(file, 'departments', 'name') as [string][]).reduce((sum, [name]) => sum + Number(name), 0));
    }
    over = true;
    await Promise.all(movers);
    expect(new Set(sums)).toEqual(new Set([400]));
  });

  it('comes back into an empty database with every row and every kind of value, and numbers its rows on', async () => {
    const { connect, mirror, file } = await world();
    const one = await connect();
    await put(one, 1, 'it\'s 100 % 中文 \u0001 \\ " $1');
    const tables = await shippedTables(one);
    expect(tables.length).toBeGreaterThan(100);
    // A row in every table that takes one of nothing but invented values.
    const { rows: columns } = await one.query<{ tab: string; name: string; type: string; nullable: string; identity: string }>(
      'select table_name as tab, column_name as name, data_type as type, is_nullable as nullable, is_identity as identity from information_schema.columns where table_schema = current_schema()',
    );
    const invented: Readonly<Record<string, unknown>> = {
      text: 'x',
      bigint: Number.MAX_SAFE_INTEGER,
      smallint: 1,
      'double precision': 0.1,
      bytea: Buffer.from([0, 1, 255]),
    };
    let filled = 0;
    for (const { name } of tables) {
      const own = columns.filter(({ tab, identity }) => tab === name && identity !== 'YES');
      const list = own.map((column) => `"${column.name}"`).join(', ');
      const values = own.map(({ type }) => invented[type]);
      const places = own.map((_, at) => `$${at + 1}`).join(', ');
      await one.query(`insert into "${name}" (${list}) values (${places})`, values).then(
        () => {
          filled += 1;
        },
        () => undefined,
      );
    }
    expect(filled).toBeGreaterThan(80);
    const copy = mirror();
    await copy.refresh();
    await copy.close();

    const target = await postgresPlace();
    closing.push(() => target.remove());
    await loadPostgres(target.url, file);
    const restored = new Client({ connectionString: target.url });
    await restored.connect();
    closing.push(() => restored.end());
    for (const { name, columns: own } of tables) {
      const list = own.map((column) => `"${column}"`).join(', ');
      expect([name, await there(restored, `"${name}"`, list)]).toEqual([name, await there(one, `"${name}"`, list)]);
    }
    const identities = columns.filter(({ identity }) => identity === 'YES');
    expect(identities.length).toBeGreaterThan(0);
    for (const { tab, name } of identities) {
      const next = await restored.query(`select nextval(pg_get_serial_sequence('${tab}', '${name}'))::bigint as next`);
      const last = await restored.query(`select coalesce(max("${name}"), 0) as last from "${tab}"`);
      expect(Number(next.rows[0].next)).toBeGreaterThan(Number(last.rows[0].last));
    }
    // What is there already is not written over.
    await expect(loadPostgres(target.url, file)).rejects.toMatchObject({ problem: 'not_empty' });
    // The program starts on it: no migration is missing, none is a stranger.
    const store = await openStore({ url: target.url, clock: () => 1_000 });
    expect((await store.migrate()).applied).toEqual([]);
    await store.close();
  });

  it('leaves nothing in the database once nobody ships any more, and not before', async () => {
    const { connect, mirror, url } = await world();
    const one = await connect();
    const copy = mirror();
    await copy.refresh();
    await stopNoting(url);
    await put(one, 1, 'still noted');
    expect(await there(one, changesTable, 'tab')).toContainEqual(['departments']);
    await one.query(`update ${cursorsTable} set at = now() - interval '11 minutes'`);
    await stopNoting(url);
    await put(one, 2, 'not noted');
    const left = await one.query(
      "select 1 from pg_class where relname like 'ship\\_%' and relnamespace = current_schema()::regnamespace",
    );
    expect(left.rows).toEqual([]);
    expect([...notShipped].sort()).toEqual([changesTable, cursorsTable, 'migrations', 'nodes'].sort());
    // Whoever comes back copies all of it.
    await copy.refresh().catch(() => undefined);
    await copy.close();
    const again = mirror();
    await again.refresh();
    expect(copied(again.file, 'departments', 'id')).toEqual([['1'], ['2']]);
  });
});
