import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresFound } from '../../store/testing-postgres.ts';
import { freePort } from '../../testing/free-ports.ts';
import { createBackup } from '../create.ts';
import { drillBackup } from '../drill.ts';
import type { BackupError } from '../model.ts';
import { dumpMysql, restoreMysql } from './mysql.ts';

const mysqld = ['/usr/sbin/mysqld', '/usr/bin/mysqld'].find((file) => existsSync(file));

describe.skipIf(mysqld === undefined)('a MySQL database', { timeout: 120_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'menshen-mysqld-'));
  const password = 'a "pass\\word" of # the shop';
  let server: ChildProcess | null = null;
  let address = '';
  const sql = (text: string, database?: string): string => {
    const given = [
      '--no-defaults',
      '--default-character-set=utf8mb4',
      `--socket=${join(root, 's')}`,
      '--user=root',
      '--batch',
      '--skip-column-names',
      '-e',
      text,
    ];
    return execFileSync('mysql', [...given, ...(database === undefined ? [] : [database])], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  };
  beforeAll(async () => {
    const user = process.getuid?.() === 0 ? ['--user=root'] : [];
    const common = ['--no-defaults', `--datadir=${join(root, 'd')}`, ...user];
    const mariadb = execFileSync(mysqld ?? '', ['--version'], { encoding: 'utf8' }).includes('MariaDB');
    if (mariadb)
      execFileSync('mariadb-install-db', [...common, '--auth-root-authentication-method=normal', '--skip-test-db'], {
        stdio: 'ignore',
      });
    else execFileSync(mysqld ?? '', [...common, '--initialize-insecure'], { stdio: 'ignore' });
    const port = await freePort();
    address = `mysql://shop@127.0.0.1:${port}/shop`;
    const listen = [
      `--socket=${join(root, 's')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      ...(mariadb ? [] : ['--mysqlx=OFF']),
    ];
    server = spawn(mysqld ?? '', [...common, ...listen, `--pid-file=${join(root, 'p')}`], { stdio: 'ignore' });
    for (let attempt = 0; ; attempt += 1)
      try {
        sql('SELECT 1');
        break;
      } catch (error) {
        if (attempt > 100) throw error;
        await pause(200);
      }
    sql(
      `CREATE DATABASE shop; CREATE DATABASE scratch; CREATE USER shop@'127.0.0.1' IDENTIFIED BY 'a "pass\\\\word" of # the shop'`,
    );
    sql(
      "GRANT ALL ON shop.* TO shop@'127.0.0.1'; GRANT ALL ON scratch.* TO shop@'127.0.0.1'; GRANT PROCESS ON *.* TO shop@'127.0.0.1'",
    );
    sql(
      "CREATE TABLE orders (id INT PRIMARY KEY, note TEXT) CHARACTER SET utf8mb4; INSERT INTO orders VALUES (1, '茶礼🍵'), (2, 'x')",
      'shop',
    );
  }, 120_000);
  afterAll(async () => {
    if (server?.exitCode === null) {
      const ended = new Promise((resolve) => server?.once('exit', resolve));
      server.kill('SIGKILL');
      await ended;
    }
    rmSync(root, { recursive: true, force: true });
  });

  it('is dumped, restored and counted by its own tools, in a drill that leaves the scratch database empty', async () => {
    const own = join(root, 'data');
    mkdirSync(own);
    const store = new DatabaseSync(join(own, 'menshen.db'));
    store.exec("CREATE TABLE migrations (id TEXT); INSERT INTO migrations VALUES ('0001_one')");
    store.close();
    const identity = await generateX25519Identity();
    const out = join(root, 'backups');
    const { file } = await createBackup({
      ...{ data: own, store: 'file:menshen.db', out, to: { recipients: [await identityToRecipient(identity)] }, keys: true },
      ...{
        version: 'test',
        clock: () => 0,
        business: { data: [{ id: 'shop', mysql: address, secret: password }], folder: root },
      },
    });
    const scratch = { kind: 'mysql' as const, url: address.replace(/shop$/, 'scratch'), password };
    const drill = await drillBackup(
      join(out, file),
      { identities: [identity] },
      { clock: () => 0, monotonic: () => 0, postgres: null, scratch: new Map([['shop', scratch]]) },
    );
    expect(drill).toMatchObject({
      ok: true,
      problems: [],
      checked: { rows: 1 + 2, data: [{ id: 'shop', rows: 2, restored: true }] },
    });
    expect(sql('SHOW TABLES', 'scratch')).toBe('');
    // Somebody named the wrong database: what is in it stays.
    const wrong = new Map([['shop', { ...scratch, url: address }]]);
    const drilled = drillBackup(
      join(out, file),
      { identities: [identity] },
      { clock: () => 0, monotonic: () => 0, postgres: null, scratch: wrong },
    );
    await expect(drilled).rejects.toMatchObject({ problem: 'not_empty' });
    expect(sql('SELECT count(*) FROM orders', 'shop').trim()).toBe('2');
    const without = await drillBackup(
      join(out, file),
      { identities: [identity] },
      { clock: () => 0, monotonic: () => 0, postgres: null },
    );
    expect(without.checked.data).toEqual([{ id: 'shop', rows: 2, restored: false }]);
  });

  it('keeps its password out of the arguments, and never plays a dump over what is there', async () => {
    const dump = join(root, 'dump.sql');
    let seen = '';
    const watching = (async () => {
      for (let look = 0; look < 20; look += 1) {
        seen += execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
        await pause(5);
      }
    })();
    expect(await dumpMysql({ url: address, password }, dump)).toEqual({ orders: 2 });
    await watching;
    expect(seen).not.toContain('pass\\word');
    const problem = (work: Promise<unknown>) =>
      work.then(
        () => 'none',
        (error: BackupError) => error.problem,
      );
    expect(await problem(restoreMysql({ url: address, password }, dump))).toBe('not_empty');
    expect(await problem(dumpMysql({ url: address, password: 'wrong' }, dump))).toBe('database_unreachable');
    const path = process.env['PATH'];
    process.env['PATH'] = root;
    try {
      expect(await problem(dumpMysql({ url: address, password }, dump))).toBe('tool_missing');
    } finally {
      process.env['PATH'] = path;
    }
  });
});

describe.skipIf(!postgresFound)('a PostgreSQL database', { timeout: 60_000 }, () => {
  const admin = process.env['MENSHEN_TEST_POSTGRES'] ?? 'postgres://postgres@127.0.0.1:5432/';
  const names = ['shop', 'scratch', 'other'].map((name) => `menshen_${name}_${process.pid}`);
  const at = (name = ''): string => new URL(name, admin).href;
  const on = async (name: string | undefined, ...texts: string[]): Promise<unknown[]> => {
    const client = new Client({ connectionString: name === undefined ? admin : at(name) });
    await client.connect();
    try {
      let rows: unknown[] = [];
      for (const text of texts) rows = (await client.query(text)).rows;
      return rows;
    } finally {
      await client.end();
    }
  };
  const root = mkdtempSync(join(tmpdir(), 'menshen-pgdata-'));
  beforeAll(async () => {
    for (const name of names) await on(undefined, `CREATE DATABASE ${name}`);
    await on(
      names[0],
      'CREATE SCHEMA sales; CREATE TABLE orders (id serial PRIMARY KEY, note text); INSERT INTO orders (note) VALUES ($$茶礼$$), ($$x$$)',
      'CREATE VIEW sales.notes AS SELECT note FROM orders; CREATE TYPE sales.state AS ENUM ($$open$$)',
    );
    await on(names[2], 'CREATE SCHEMA somewhere; CREATE TABLE somewhere.ours (id int); INSERT INTO somewhere.ours VALUES (1)');
  });
  afterAll(async () => {
    for (const name of names) await on(undefined, `DROP DATABASE IF EXISTS ${name}`);
    rmSync(root, { recursive: true, force: true });
  });

  it('is drilled again and again in a scratch database that is empty before and after, and in no other', async () => {
    const own = join(root, 'data');
    mkdirSync(own);
    const store = new DatabaseSync(join(own, 'menshen.db'));
    store.exec("CREATE TABLE migrations (id TEXT); INSERT INTO migrations VALUES ('0001_one')");
    store.close();
    const identity = await generateX25519Identity();
    const out = join(root, 'backups');
    const { file } = await createBackup({
      ...{ data: own, store: 'file:menshen.db', out, to: { recipients: [await identityToRecipient(identity)] }, keys: true },
      ...{ version: 'test', clock: () => 0, business: { data: [{ id: 'shop', postgres: at(names[0]) }], folder: root } },
    });
    const drill = (name: string | undefined) =>
      drillBackup(
        join(out, file),
        { identities: [identity] },
        {
          ...{ clock: () => 0, monotonic: () => 0, postgres: null },
          scratch: new Map([['shop', { kind: 'postgres' as const, url: at(name), password: null }]]),
        },
      );
    for (let time = 0; time < 2; time += 1)
      expect(await drill(names[1])).toMatchObject({ ok: true, checked: { data: [{ id: 'shop', rows: 2, restored: true }] } });
    await expect(drill(names[2])).rejects.toMatchObject({ problem: 'not_empty' });
    expect(await on(names[2], 'SELECT id FROM somewhere.ours')).toEqual([{ id: 1 }]);
  });
});
