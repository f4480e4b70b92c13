import { existsSync, readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { describeEachStore, describeSqliteStore } from './testing.ts';

const secret = 'Zhang-San-13800138000-secret';

describeSqliteStore((open) => {
  it('leaves nothing of a removed row in the file, its indexes, its free pages or its log', async () => {
    const store = await open({ migrations: [] });
    const run = (text: string) => sql.raw(text).execute(store.db);
    await run('create table secrets (id integer primary key, value text not null) strict');
    await run('create index secrets_value on secrets (value)');
    for (let at = 0; at < 60; at += 1) await run(`insert into secrets values (${at}, '${secret}-${at}-${'x'.repeat(at * 60)}')`);
    const file = store.url.slice('file:'.length);
    const found = () => [file, `${file}-wal`].some((path) => existsSync(path) && readFileSync(path).includes(secret));
    expect(found()).toBe(true);
    await run('delete from secrets where id < 40');
    await run('delete from secrets');
    expect(await store.scrub([], false)).toEqual({ rewritten: false, logEmptied: true });
    expect(found()).toBe(false);
    expect(await store.scrub([], true)).toEqual({ rewritten: true, logEmptied: true });
  });
});

describeEachStore((open) => {
  it('goes on serving after a scrub, full or not', async () => {
    const store = await open({ migrations: [] });
    await sql.raw('create table secrets (id integer primary key)').execute(store.db);
    await store.scrub(['secrets'], false);
    await store.scrub(['secrets'], true);
    await sql.raw('insert into secrets values (1)').execute(store.db);
    expect((await sql.raw('select id from secrets').execute(store.db)).rows).toHaveLength(1);
  });
});
