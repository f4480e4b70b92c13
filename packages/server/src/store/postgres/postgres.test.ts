import { createServer } from 'node:net';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { startWire } from '../../testing/wire.ts';
import { isStoreError } from '../errors.ts';
import { codeOf } from '../fixtures/contract.ts';
import { metaMigrations } from '../meta-tables.ts';
import { openStore } from '../store.ts';
import { describePostgresStore, testClock } from '../testing.ts';
import { openPool } from './pool.ts';

describePostgresStore((open) => {
  it('acknowledges a commit only when it is on disk, whatever the default of the server', async () => {
    const url = new URL(await open.place());
    url.searchParams.set('options', `${url.searchParams.get('options')} -csynchronous_commit=off`);
    const store = await open({ migrations: [], url: url.href });
    const { rows } = await sql<{ synchronous_commit: string }>`show synchronous_commit`.execute(store.db);
    expect(rows).toEqual([{ synchronous_commit: 'on' }]);
  });

  it('cancels a statement that outlives its transaction', async () => {
    const store = await open({ migrations: [], transactionLimitMs: 100 });
    const began = performance.now();
    expect(await codeOf(store.transaction((db) => sql`select pg_sleep(30)`.execute(db)))).toBe('store_transaction_timeout');
    expect(performance.now() - began).toBeLessThan(5_000);
    await store.ping();
  });

  it('survives the loss of connections, also in the middle of a transaction', async () => {
    const store = await open({ migrations: metaMigrations });
    const killer = await open({ migrations: [], url: store.url });
    const transaction = await store.db.startTransaction().execute();
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(transaction);
    await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(killer.db);
    expect(await codeOf(transaction.selectFrom('meta').selectAll().execute())).toBe('store_unavailable');
    await transaction.rollback().execute();
    expect(await store.db.selectFrom('meta').select('key').execute()).toHaveLength(2);
  });

  it('closes also where the server is gone without a word, in the middle of a transaction', async () => {
    const wire = await startWire(await open.place());
    try {
      const { pool, close } = openPool(wire.url);
      const taken = await pool.connect();
      taken.on('error', () => undefined);
      await taken.query('begin');
      wire.silence();
      await expect(close()).resolves.toBeUndefined();
    } finally {
      await wire.close();
    }
  });

  it('runs statements of one transaction one after the other, also when nobody waits for each', async () => {
    const store = await open({ migrations: metaMigrations });
    await store.transaction(async (db) => {
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          db
            .insertInto('meta')
            .values({ key: `k${index}`, value: '' })
            .execute(),
        ),
      );
    });
    expect(await store.db.selectFrom('meta').select('key').where('key', 'like', 'k%').execute()).toHaveLength(20);
  });

  it('is unavailable where nothing listens, and where nobody answers', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const url = `postgres://postgres:secret@127.0.0.1:${port}/x`;
    await new Promise((resolve) => server.close(resolve));
    const failure: unknown = await openStore({ url, clock: testClock }).catch((error: unknown) => error);
    expect(isStoreError(failure, 'store_unavailable')).toBe(true);
    expect(String(failure)).not.toContain('secret');
  });
});
