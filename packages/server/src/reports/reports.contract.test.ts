import { createHash, randomBytes, verify } from 'node:crypto';
import type { MenshenError } from '@menshen/contract';
import { expect, it } from 'vitest';
import { createKeys } from '../keys/master.ts';
import { createProofSigner } from '../keys/proof-signer.ts';
import { liveSigner } from '../keys/proofs/live-signer.ts';
import { openProofKeys } from '../keys/proofs/service.ts';
import { proofKeyMigrations } from '../keys/proofs/tables.ts';
import { fixedSigner } from '../keys/proofs/testing.ts';
import type { Subject } from '../risk/subjects.ts';
import { metaMigrations } from '../store/meta-tables.ts';
import { describeEachStore, type TestStore } from '../store/testing.ts';
import type { WrittenReport } from './model.ts';
import { createReportService } from './service.ts';
import { createReportStore } from './store.ts';
import { reportMigrations } from './tables.ts';

const migrations = [...metaMigrations, ...reportMigrations, ...proofKeyMigrations];
const day = 86_400_000;
const start = Date.parse('2026-11-26T12:00:00+08:00');
const fixed = fixedSigner(new Uint8Array(32).fill(5));

const zh = { subject: 'all', lang: 'zh', by: 'wang' } as const;

const written = (gaps: number): WrittenReport => ({
  files: [{ format: 'html', name: 'menshen-mlps.html', type: 'text/html', bytes: Buffer.from(`缺口 ${gaps}`) }],
  summary: {
    figures: [{ key: 'gap', name: { zh: '缺口', en: 'gap' }, value: gaps }],
    states: [{ key: 'a', name: { zh: '甲', en: 'a' }, state: gaps > 2 ? 'gap' : 'met' }],
  },
});

function worldOf(store: TestStore, used = new Set<string>(), signer = fixed) {
  const world = {
    acts: [] as string[],
    now: start,
    gaps: 3,
    failing: false,
    subjects: ['all', 'app:portal'] as Subject[],
    key: { kid: 1, key: randomBytes(32), algorithm: 'aes-256-gcm' as const },
  };
  const reports = createReportService({
    store: createReportStore(store),
    ring: { current: async () => world.key, find: async () => world.key, used: () => undefined },
    write: async () => {
      if (world.failing) throw new Error('the store is away');
      return written(world.gaps);
    },
    signer,
    isSubject: async (subject) => world.subjects.includes(subject),
    audit: {
      act: async (by, { activity, entity, detail }, perform) => {
        world.acts.push(`${by} ${activity} ${entity} ${detail['kind'] ?? ''}`.trim());
        return await perform();
      },
      record: async (event) => world.acts.push(String(JSON.parse(event).finding_info?.title ?? 'finding')),
    },
    config: () => ({ keepDays: 100, packRecords: 10 }),
    once: async (key) => !used.has(`${key} ${world.now}`) && used.add(`${key} ${world.now}`).size > 0,
    changed: () => undefined,
    clock: () => world.now,
    random: (size) => randomBytes(size),
  });
  return { world, reports };
}
const code = async (promise: Promise<unknown>): Promise<string> =>
  await promise.then(
    () => 'done',
    (error: MenshenError) => error.code,
  );

describeEachStore((open) => {
  const fresh = async () => {
    const store = await open({ migrations });
    return { store, ...worldOf(store) };
  };

  it('are numbered, signed over their hash, and handed out on the record', async () => {
    const { reports, world } = await fresh();
    const made = await reports.make({ ...zh, kind: 'mlps', reason: '自查' });
    expect(made.number).toBe(1);
    const { content, file, statement } = await reports.take(made.id, 'html', 'chen');
    expect(createHash('sha256').update(content).digest('hex')).toBe(file.sha256);
    expect(statement).toBe(
      `menshen-report/2\nreport 1 mlps all\nfile menshen-mlps.html\nsha256 ${file.sha256}\nkey ${fixed.id}\n`,
    );
    expect(verify(null, Buffer.from(statement), fixed.publicKey, Buffer.from(file.signature, 'base64url'))).toBe(true);
    expect(world.acts).toEqual(['wang create report mlps', 'chen read report mlps']);
    expect(await code(reports.take(made.id, 'zip', 'chen'))).toBe('not_found');
  });

  it('say of a file whether it is one of them, and not of one that was changed or signed by another', async () => {
    const { reports, store } = await fresh();
    const { id, files } = await reports.make({ ...zh, kind: 'mlps', reason: '' });
    const sha256 = files[0]?.sha256 ?? '';
    expect(await reports.verify(sha256)).toMatchObject({ valid: true, report: { id } });
    expect(await reports.verify('0'.repeat(64))).toEqual({ report: null, file: null, valid: false });
    const other = createProofSigner(new Uint8Array(32).fill(6)).sign(`menshen-report/2\n`).toString('base64url');
    await store.db.updateTable('report_files').set({ signature: other }).execute();
    expect((await reports.verify(sha256)).valid).toBe(false);
  });

  it('lie sealed, and are not handed out once they were changed', async () => {
    const { reports, store, world } = await fresh();
    const { id } = await reports.make({ ...zh, kind: 'mlps', reason: '' });
    const { content } = await store.db.selectFrom('report_files').select('content').executeTakeFirstOrThrow();
    expect(Buffer.from(content).includes('缺口')).toBe(false);
    const changed = Uint8Array.from(content, (byte, at) => (at === content.length - 1 ? byte ^ 1 : byte));
    await store.db.updateTable('report_files').set({ content: changed }).execute();
    expect(await code(reports.take(id, 'html', 'chen'))).toBe('evidence_altered');
    expect(world.acts.at(-1)).toBe('a report is not what was made');
  });

  it('are compared with the last of their kind', async () => {
    const { reports, world } = await fresh();
    const first = await reports.make({ ...zh, kind: 'mlps', reason: '' });
    await reports.make({ ...zh, kind: 'pipl', reason: '' });
    world.gaps = 2;
    const second = await reports.make({ ...zh, kind: 'mlps', reason: '' });
    expect((await reports.compare(first.id)).before).toBeNull();
    const { before, comparison } = await reports.compare(second.id);
    expect(before?.number).toBe(1);
    expect(comparison.figures).toEqual([{ key: 'gap', name: { zh: '缺口', en: 'gap' }, before: 3, after: 2 }]);
    expect(comparison.changes).toEqual([{ key: 'a', name: { zh: '甲', en: 'a' }, before: 'gap', after: 'met' }]);
  });

  it('are compared and scheduled for each subject by itself, and not made of what there is not', async () => {
    const { reports, world } = await fresh();
    const portal = { ...zh, subject: 'app:portal', kind: 'mlps', reason: '' } as const;
    await reports.make({ ...zh, kind: 'mlps', reason: '' });
    const first = await reports.make(portal);
    expect((await reports.compare(first.id)).before).toBeNull();
    await reports.make({ ...zh, kind: 'mlps', reason: '' });
    world.gaps = 2;
    const second = await reports.make(portal);
    expect((await reports.compare(second.id)).before?.id).toBe(first.id);
    expect((await reports.list(10, null, 'mlps', 'app:portal')).map(({ number }) => number)).toEqual([4, 2]);
    expect(await code(reports.make({ ...portal, subject: 'app:none' }))).toBe('not_found');
    await reports.addSchedule({ ...zh, kind: 'mlps', every: 'day' });
    await reports.addSchedule({ ...portal, every: 'day' });
    expect(await code(reports.addSchedule({ ...portal, every: 'day' }))).toBe('conflict');
    // The app is taken out of service: its schedule rests, the other goes on.
    world.subjects = ['all'];
    world.now = Date.parse('2026-11-27T06:00:30+08:00');
    await reports.maintain();
    const [newest, before] = await reports.list(10, null);
    expect([newest?.by, newest?.subject, before?.by]).toEqual(['menshen', 'all', 'wang']);
  });

  it('verify by the key that signed them, also after it was rotated, and reports of before keys had ids', async () => {
    const store = await open({ migrations });
    const keys = createKeys(new Uint8Array(32).fill(8), (size) => randomBytes(size));
    const proofs = await openProofKeys({
      ...{ store, keys, maxAgeDays: () => 365, metrics: { gauge: () => undefined }, clock: () => start },
      audit: { act: async (_by, _act, perform) => await perform() },
      random: (size) => randomBytes(size),
    });
    const { reports } = worldOf(store, new Set(), liveSigner(proofs, 'reports'));
    const first = await reports.make({ ...zh, kind: 'mlps', reason: '' });
    const [file] = first.files;
    await proofs.rotate('reports', 'li');
    const second = await reports.make({ ...zh, kind: 'pipl', reason: '' });
    expect(second.files[0]?.key).not.toBe(file?.key);
    expect((await reports.verify(file?.sha256 ?? '')).valid).toBe(true);
    // A retired key does not sign for another report, whatever id stands beside it.
    await store.db
      .updateTable('report_files')
      .set({ key: second.files[0]?.key ?? '' })
      .where('report', '=', first.id)
      .execute();
    expect((await reports.verify(file?.sha256 ?? '')).valid).toBe(false);
    const old = createProofSigner(keys.derive('report signing key'));
    const statement = `menshen-report/1\nreport 1 mlps\nfile menshen-mlps.html\nsha256 ${file?.sha256}\n`;
    await store.db
      .updateTable('report_files')
      .set({ key: null, signature: old.sign(statement).toString('base64url') })
      .where('report', '=', first.id)
      .execute();
    expect((await reports.verify(file?.sha256 ?? '')).valid).toBe(true);
  });

  it('are made when they are due, by one node of several, and removed when they are old', async () => {
    const { reports, store, world } = await fresh();
    const twin = worldOf(store);
    await reports.addSchedule({ ...zh, kind: 'monthly', every: 'month' });
    expect(await code(reports.addSchedule({ ...zh, kind: 'monthly', every: 'month' }))).toBe('conflict');
    await reports.maintain();
    expect(await reports.list(10, null)).toEqual([]);
    world.now = Date.parse('2026-12-01T06:00:30+08:00');
    twin.world.now = world.now;
    await Promise.all([reports.maintain(), twin.reports.maintain()]);
    await reports.maintain();
    const made = await reports.list(10, null);
    expect(made.map(({ number, kind, by, reason }) => [number, kind, by, reason])).toEqual([[1, 'monthly', 'menshen', 'month']]);
    const [schedule] = await reports.schedules();
    expect(schedule?.next).toBe(Date.parse('2027-01-01T06:00:00+08:00'));
    await reports.removeSchedule(schedule?.id ?? '', 'wang');
    world.now += 101 * day;
    await reports.maintain();
    expect(await reports.list(10, null)).toEqual([]);
    expect(await store.db.selectFrom('report_files').selectAll().execute()).toEqual([]);
  });

  it('are scheduled once where two people ask for the same in one instant', async () => {
    const { reports, store } = await fresh();
    const twin = worldOf(store);
    const order = { ...zh, kind: 'mlps', every: 'day' } as const;
    const codes = await Promise.all([reports, twin.reports].map((node) => code(node.addSchedule(order))));
    expect(codes.filter((one) => one === 'conflict')).toHaveLength(1);
    expect(await reports.schedules()).toHaveLength(1);
  });

  it('are tried again in an hour where they could not be made', async () => {
    const { reports, world } = await fresh();
    await reports.addSchedule({ ...zh, kind: 'mlps', every: 'day' });
    world.now = Date.parse('2026-11-27T06:00:30+08:00');
    world.failing = true;
    await expect(reports.maintain()).rejects.toThrow('the store is away');
    world.failing = false;
    await reports.maintain();
    expect(await reports.list(10, null)).toEqual([]);
    world.now += 3_600_000;
    await reports.maintain();
    expect(await reports.list(10, null)).toHaveLength(1);
  });
});
