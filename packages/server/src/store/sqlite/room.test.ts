import { spawn } from 'node:child_process';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { startWriter } from '../../writer/client.ts';
import { codeOf } from '../fixtures/contract.ts';
import { readMeta } from '../meta.ts';
import { metaMigrations } from '../meta-tables.ts';
import { openStore } from '../store.ts';
import { describeSqliteStore, testClock } from '../testing.ts';

const fileOf = (url: string): string => url.slice('file:'.length);

describeSqliteStore((open) => {
  const refusal = async (url: string): Promise<string> =>
    await codeOf(openStore({ url, clock: testClock }).then((store) => store.close()));

  it('flushes every commit to the disk and checks foreign keys', async () => {
    const store = await open({ migrations: [] });
    const pragma = async (name: string) =>
      Object.values((await sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(store.db)).rows[0] ?? {});
    expect(await pragma('journal_mode')).toEqual(['wal']);
    expect(await pragma('synchronous')).toEqual([2]);
    expect(await pragma('foreign_keys')).toEqual([1]);
  });

  it('keeps its files to their owner', async () => {
    const store = await open({ migrations: metaMigrations });
    for (const suffix of ['', '-wal', '-shm', '.lock']) {
      expect((await stat(`${fileOf(store.url)}${suffix}`)).mode & 0o077, suffix).toBe(0);
    }
  });

  it('refuses a second opening of the same file in this process, until the first is closed', async () => {
    const store = await open({ migrations: metaMigrations });
    expect(await refusal(store.url)).toBe('store_locked');
    expect((await readMeta(store.db)).formatVersion).toBe(1);
    await store.close();
    expect(await refusal(store.url)).toBe('none');
  });

  it('refuses a second process, and is free again when that process is killed', async () => {
    const url = await open.place();
    const program = fileURLToPath(new URL('../fixtures/write-until-killed.ts', import.meta.url));
    const child = spawn(process.execPath, [program, fileOf(url), '0'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const closed = new Promise((resolve) => child.on('close', resolve));
    try {
      await new Promise((resolve) => child.stdout.once('data', resolve));
      child.stdout.resume();
      expect(await refusal(url)).toBe('store_locked');
    } finally {
      child.kill('SIGKILL');
      await closed;
    }
    expect(await refusal(url)).toBe('none');
  });

  it('refuses a file that is no database, and leaves it as it was', async () => {
    const url = await open.place();
    const text = 'These are the minutes of the meeting. '.repeat(500);
    await writeFile(fileOf(url), text);
    expect(await refusal(url)).toBe('store_damaged');
    expect(await readFile(fileOf(url), 'utf8')).toBe(text);
  });

  it('refuses a database of another program', async () => {
    const url = await open.place();
    const other = new DatabaseSync(fileOf(url));
    other.exec('create table theirs (id text)');
    other.close();
    expect(await refusal(url)).toBe('store_foreign');
  });

  it('refuses a path that cannot be a file', async () => {
    const url = await open.place();
    await mkdir(fileOf(url));
    expect(await refusal(url)).toBe('store_unavailable');
    expect(await refusal(`file:${fileURLToPath(import.meta.url)}/store.db`)).toBe('store_unavailable');
  });

  it('reports damaged pages when it meets them', async () => {
    const store = await open({ migrations: metaMigrations });
    const filler = 'x'.repeat(500);
    await store.batch(
      Array.from({ length: 400 }, (_, index) => store.db.insertInto('meta').values({ key: `key ${index}`, value: filler })),
    );
    await store.close();
    const file = fileOf(store.url);
    const bytes = await readFile(file);
    // Everything after the schema's page: the tree of the table is gone.
    bytes.fill(0xa5, 4_096 * 3);
    await writeFile(file, bytes);
    await chmod(file, 0o600);
    const again = await open({ migrations: [], url: store.url });
    expect(await codeOf(again.db.selectFrom('meta').selectAll().execute())).toBe('store_damaged');
  });

  it('says that the disk is full, keeps what it had, and goes on when there is room', async () => {
    const store = await open({ migrations: metaMigrations });
    const insert = (key: string, size: number) =>
      store.db
        .insertInto('meta')
        .values({ key, value: 'x'.repeat(size) })
        .execute();
    const [pages] = (await sql<{ page_count: number }>`pragma page_count`.execute(store.db)).rows;
    await sql.raw(`pragma max_page_count = ${Number(pages?.page_count) + 4}`).execute(store.db);
    const outcomes = await Promise.all([
      codeOf(insert('small 1', 10)),
      codeOf(insert('large', 1_000_000)),
      codeOf(insert('small 2', 10)),
    ]);
    expect(outcomes[1]).toBe('store_full');
    const keys = (await store.db.selectFrom('meta').select('key').where('key', 'like', 'small%').execute()).map((row) => row.key);
    expect(keys).toEqual(['small 1', 'small 2'].filter((_, index) => outcomes[index * 2] === 'none'));
    await sql.raw('pragma max_page_count = 1000000').execute(store.db);
    await insert('large', 1_000_000);
    await insert('small 3', 10);
  });

  it('works through the writer of the process and leaves it open', async () => {
    const url = await open.place();
    const writer = await startWriter({ databaseFile: fileOf(url) });
    try {
      const store = await open({ migrations: metaMigrations, url, writer });
      await readMeta(store.db);
      await store.close();
      const again = await open({ migrations: metaMigrations, url, writer });
      expect((await readMeta(again.db)).formatVersion).toBe(1);
      await again.close();
      expect(await codeOf(openStore({ url: `${url}.other`, writer, clock: testClock }))).toBe('store_url_invalid');
    } finally {
      await writer.close();
    }
  });

  it('commits what it accepted before it closes', async () => {
    const store = await open({ migrations: metaMigrations });
    const writes = Array.from({ length: 500 }, (_, index) =>
      codeOf(
        store.db
          .insertInto('meta')
          .values({ key: `k${index}`, value: '' })
          .execute(),
      ),
    );
    await Promise.all(writes.slice(0, 1));
    const closing = store.close();
    const outcomes = await Promise.all(writes);
    await closing;
    const again = await open({ migrations: metaMigrations, url: store.url });
    const { count } = await again.db
      .selectFrom('meta')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('key', 'like', 'k%')
      .executeTakeFirstOrThrow();
    expect(count).toBe(outcomes.filter((outcome) => outcome === 'none').length);
  });
});
