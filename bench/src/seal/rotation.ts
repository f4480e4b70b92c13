import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { resealColumn } from '@menshen/backend';
import { configSchema } from '@menshen/contract';
import { startFieldSealing } from '@menshen/server';
import type { Row } from '../measure.ts';

const target = { app: 'portal', table: 'people', column: 'phone', purpose: 'support' };
const caller = {
  token: { id: 'bench', name: 'bench', scopes: ['seal' as const], grants: ['seal:portal/people/phone/support'] },
  address: '127.0.0.1',
};
const batch = 500;

/** A backend's table of sealed values, sealed again after a rotation while others read and write it. Every value read must be the row's own. */
export async function measureRotation(fields: number): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-bench-'));
  const config = configSchema.parse({
    data: folder,
    environment: 'development',
    apps: [
      {
        id: 'portal',
        basePath: '/portal',
        audience: ['employee'],
        upstream: 'http://127.0.0.1:9',
        sealedFields: [
          { table: 'people', column: 'phone', purposes: ['support'], limit: { perMinute: 10_000_000, perDay: 1_000_000_000 } },
        ],
      },
    ],
  });
  const { service: sealing, ring, close } = await startFieldSealing(config, folder);
  const db = new DatabaseSync(join(folder, 'backend.db'));
  try {
    db.exec(
      'pragma journal_mode = wal; pragma synchronous = normal; create table people (id integer primary key, phone text not null) strict',
    );
    const insert = db.prepare('insert into people (id, phone) values (?, ?)');
    const phoneOf = (id: number): string => `138${String(id).padStart(8, '0')}`;
    for (let id = 0; id < fields; id += batch) {
      const items = Array.from({ length: Math.min(batch, fields - id) }, (_, at) => ({
        key: String(id + at),
        value: phoneOf(id + at),
      }));
      const sealed = await sealing.encrypt(caller, target, items);
      db.exec('begin');
      sealed.forEach((item, at) => {
        if ('error' in item) throw new Error(item.error);
        insert.run(id + at, item.record);
      });
      db.exec('commit');
    }
    const before = (await ring.current('portal', null, 'aes-256-gcm')).kid;
    await ring.rotate('portal', 'aes-256-gcm', 'bench');

    let reads = 0;
    let failed = 0;
    let running = true;
    const one = db.prepare('select phone from people where id = ?');
    const update = db.prepare('update people set phone = ? where id = ?');
    const reader = async (): Promise<void> => {
      while (running) {
        const ids = Array.from({ length: 50 }, () => Math.floor(Math.random() * fields));
        const items = ids.map((id) => ({ key: String(id), record: String(one.get(id)?.['phone']) }));
        const opened = await sealing.decrypt(caller, target, items);
        opened.forEach((item, at) => {
          reads += 1;
          if ('error' in item || item.value !== phoneOf(ids[at] ?? -1)) failed += 1;
        });
        // Some rows are written while the column is sealed again.
        const id = ids[0] ?? 0;
        const [sealed] = await sealing.encrypt(caller, target, [{ key: String(id), value: phoneOf(id) }]);
        if (sealed !== undefined && 'record' in sealed) update.run(sealed.record, id);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const readers = [reader(), reader()];
    const page = db.prepare('select id, phone from people where id > ? order by id limit ?');
    const swap = db.prepare('update people set phone = ? where id = ? and phone = ?');
    const start = process.hrtime.bigint();
    const report = await resealColumn({
      column: { reencrypt: (rows) => sealing.reencrypt(caller, target, rows) },
      read: async (after, limit) =>
        page
          .all(after === null ? -1 : Number(after), limit)
          .map((row) => ({ key: String(row['id']), record: String(row['phone']) })),
      replace: async (changes) => {
        db.exec('begin');
        const done = changes.reduce((sum, { key, from, to }) => sum + Number(swap.run(to, Number(key), from).changes), 0);
        db.exec('commit');
        return done;
      },
    });
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    running = false;
    await Promise.all(readers);
    const left = db
      .prepare('select phone from people')
      .all()
      .filter((row) => Buffer.from(String(row['phone']), 'base64').readUInt32BE(2) === before);
    if (failed > 0 || report.failed > 0 || left.length > 0)
      throw new Error(
        `rotation: ${failed} reads failed, ${report.failed} records did not open, ${left.length} are of the old key`,
      );
    return {
      candidate: `rotation of ${fields} fields under load`,
      seconds: seconds.toFixed(1),
      'fields a second': Math.round(fields / seconds),
      'reads meanwhile': reads,
      'failed reads': failed,
    };
  } finally {
    db.close();
    await close();
    rmSync(folder, { recursive: true, force: true });
  }
}
