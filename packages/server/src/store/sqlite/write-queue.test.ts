import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreError } from '../errors.ts';
import { codeOf } from '../fixtures/contract.ts';
import { type Connection, openConnection, prepareWriter } from './connection.ts';
import type { Statement } from './protocol.ts';
import { createWriteQueue, type WriteQueue } from './write-queue.ts';

const insert = (id: string, parent: string | null = null): Statement => ({
  sql: 'insert into node (id, parent) values (?, ?)',
  parameters: [id, parent],
});

describe('write queue', () => {
  let directory: string;
  let real: Connection;
  let connection: Connection;
  let queue: WriteQueue;
  let controls: string[];
  let failCommit: StoreError | null;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'menshen-queue-'));
    real = openConnection(join(directory, 'store.db'), false);
    prepareWriter(real);
    real.control('create table node (id text primary key, parent text references node(id) deferrable initially deferred) strict');
    controls = [];
    failCommit = null;
    connection = {
      ...real,
      control(sql) {
        controls.push(sql);
        if (sql === 'commit' && failCommit !== null) throw failCommit;
        real.control(sql);
      },
      get inTransaction() {
        return real.inTransaction;
      },
    };
    queue = createWriteQueue(connection);
  });
  afterEach(() => {
    queue.close();
    real.close();
    rmSync(directory, { recursive: true });
  });

  const count = (): number => Number(real.value('select count(*) from node'));
  const commits = (): number => controls.filter((sql) => sql === 'commit').length;

  it('commits everything of one turn together', async () => {
    await Promise.all(Array.from({ length: 500 }, (_, index) => queue.execute([insert(`n${index}`)])));
    expect(commits()).toBe(1);
    expect(count()).toBe(500);
  });

  it('acknowledges nothing that the commit did not make durable', async () => {
    failCommit = new StoreError('store_unavailable', 'the disk is gone');
    expect(await Promise.all(['a', 'b'].map((id) => codeOf(queue.execute([insert(id)]))))).toEqual([
      'store_unavailable',
      'store_unavailable',
    ]);
    expect(count()).toBe(0);
    failCommit = null;
    expect(await codeOf(queue.execute([insert('a')]))).toBe('none');
  });

  it('finds the one whose deferred constraint fails the commit', async () => {
    const units = [insert('a'), insert('b', 'absent'), insert('c', 'a')];
    const outcomes = await Promise.all(units.map((unit) => codeOf(queue.execute([unit]))));
    expect(outcomes).toEqual(['none', 'store_reference', 'none']);
    expect(count()).toBe(2);
  });

  it('refuses transaction control outside a transaction', async () => {
    for (const sql of ['commit', ' ROLLBACK', 'begin immediate', 'savepoint x', 'release unit', 'end']) {
      expect(await codeOf(queue.execute([{ sql, parameters: [] }])), sql).toBe('store_statement');
    }
    expect(await codeOf(queue.execute([insert('a')]))).toBe('none');
  });

  it('lets writes wait for a transaction, in their order', async () => {
    const order: string[] = [];
    const transaction = await queue.begin(1_000, 60_000);
    const write = queue.execute([insert('after')]).then(() => order.push('write'));
    const next = queue.begin(1_000, 60_000).then((id) => {
      order.push('transaction');
      queue.rollback(id);
    });
    queue.query(transaction, insert('first'), false);
    expect(count()).toBe(1);
    queue.commit(transaction);
    await Promise.all([write, next]);
    expect(order).toEqual(['write', 'transaction']);
    expect(count()).toBe(2);
  });

  it('does not let a transaction wait longer than it asked for', async () => {
    const transaction = await queue.begin(1_000, 60_000);
    expect(await codeOf(queue.begin(10, 60_000))).toBe('store_busy');
    queue.commit(transaction);
    const next = await queue.begin(1_000, 60_000);
    queue.rollback(next);
  });

  it('rolls back a transaction that outlives its limit, and tells it so', async () => {
    const transaction = await queue.begin(1_000, 10);
    queue.query(transaction, insert('late'), false);
    await queue.execute([insert('waiting')]);
    const refusal = expect.objectContaining({ code: 'store_transaction_timeout' });
    expect(() => queue.query(transaction, insert('later'), false)).toThrow(refusal);
    expect(() => queue.commit(transaction)).toThrow(refusal);
    expect(queue.rollback(transaction)).toBeNull();
    expect(count()).toBe(1);
  });

  it('refuses more than it can hold, and everything after its end', async () => {
    const transaction = await queue.begin(1_000, 60_000);
    const writes = Array.from({ length: 20_001 }, (_, index) => codeOf(queue.execute([insert(`n${index}`)])));
    queue.commit(transaction);
    const outcomes = await Promise.all(writes);
    expect(outcomes.filter((outcome) => outcome === 'store_busy')).toHaveLength(1);
    expect(count()).toBe(20_000);
    expect(commits()).toBeLessThan(20);
    queue.close();
    expect(await codeOf(queue.execute([insert('late')]))).toBe('store_unavailable');
    expect(await codeOf(queue.begin(10, 10))).toBe('store_unavailable');
  });

  it('commits what it holds and gives up what is open when it is closed', async () => {
    const transaction = await queue.begin(1_000, 60_000);
    queue.query(transaction, insert('open'), false);
    const write = queue.execute([insert('queued')]);
    const waiter = codeOf(queue.begin(1_000, 60_000));
    queue.close();
    await write;
    expect(await waiter).toBe('store_unavailable');
    expect(() => queue.commit(transaction)).toThrow(expect.objectContaining({ code: 'store_transaction_ended' }));
    expect(real.run({ sql: 'select id from node', parameters: [] }).rows.map((row) => row.id)).toEqual(['queued']);
  });
});
