import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type RecoveryConfig, recoverySchema } from '@menshen/contract';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeEachStore, testClock } from '../store/testing.ts';
import { recoveryAttention } from './attention.ts';
import { carried } from './carry-over.ts';
import { createBackup } from './create.ts';
import { drillBackup } from './drill.ts';
import { BackupError } from './model.ts';
import type { RunAnswer, RunTask } from './run.ts';
import { createRecoveryService, type RecoveryParts } from './service.ts';
import { createRecoverStore, type RecoverStore } from './store.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** What the thread does, without one. */
async function run(task: RunTask): Promise<RunAnswer> {
  try {
    if (task.kind === 'backup') return { value: await createBackup({ ...task.options, clock: () => now }) };
    return {
      value: await drillBackup(
        task.file,
        { identities: task.identities },
        { clock: () => now, monotonic: () => 0, postgres: null, scratch: new Map(task.scratch) },
      ),
    };
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    return { problem: { code: error.problem, where: error.where } };
  }
}

let now = 0;
let root = '';
let recipient = '';
let identity = '';
beforeEach(async () => {
  now = testClock();
  root = mkdtempSync(join(tmpdir(), 'menshen-recovery-'));
  identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
  mkdirSync(join(root, 'data'));
  const own = new DatabaseSync(join(root, 'data', 'menshen.db'));
  own.exec("CREATE TABLE migrations (id TEXT PRIMARY KEY); INSERT INTO migrations VALUES ('0001_one')");
  own.close();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describeEachStore((open) => {
  const settings = (change: object = {}): RecoveryConfig =>
    recoverySchema.parse({
      recipients: [recipient],
      backups: { folder: 'backups', at: '02:00', keepDays: 2, keepCount: 2, offsite: { folder: 'elsewhere' } },
      drill: { schedule: 'daily', at: '04:00', identity },
      timeZone: 'UTC',
      ...change,
    });
  const start = async (change: Partial<RecoveryParts> & { readonly settings?: RecoveryConfig } = {}) => {
    const store = await open();
    const { settings: given, ...rest } = change;
    const config = given ?? settings();
    const acts: string[] = [];
    const make = (pace = (own: RecoverStore) => own) =>
      createRecoveryService({
        ...{
          config: () => config,
          store: pace(createRecoverStore(store)),
          data: join(root, 'data'),
          storeUrl: 'file:menshen.db',
          log: join(root, 'data', 'tlog'),
          run,
        },
        ...{
          folder: () => root,
          vkey: '',
          drillSeed: new Uint8Array(32).fill(3),
          restoreSeed: new Uint8Array(32).fill(3),
          version: 'test',
          startedAt: now,
        },
        metrics: { add: () => undefined },
        audit: {
          act: async (by, { entity }, work) => {
            acts.push(`${by} ${entity}`);
            return await work();
          },
        },
        clock: () => now,
        random: (size) => crypto.getRandomValues(new Uint8Array(size)),
        ...rest,
      });
    const standing = async (service = nodes[0]) => {
      const [backup, drill, drills, backups] = await Promise.all([
        service.schedule('backup'),
        service.schedule('drill'),
        service.drills(),
        service.backups(),
      ]);
      return recoveryAttention(
        { shipping: null, archive: null, backup, drill, drills, newest: backups[0]?.created ?? null },
        now,
      ).map(({ id }) => id);
    };
    const nodes = [make(), make()] as const;
    return { nodes, acts, standing, store, make };
  };
  const tickAll = async (nodes: readonly ReturnType<typeof createRecoveryService>[]): Promise<void> => {
    await Promise.all(nodes.map((node) => node.tick()));
    await Promise.all(nodes.map((node) => node.settled()));
  };

  it('runs each once at its time, on one node of two, with a copy elsewhere, and keeps what it should', async () => {
    const { nodes, acts, standing } = await start();
    await tickAll(nodes);
    expect(acts).toEqual([]);
    for (let day = 0; day < 5; day += 1) {
      now = testClock() + day * dayMs + 2 * hourMs + 60_000;
      await tickAll(nodes);
      await tickAll(nodes);
    }
    expect(acts.filter((act) => act === 'menshen backup').length).toBe(5);
    // One whose time had passed while nobody was there is made up for.
    expect(acts.filter((act) => act === 'menshen restore drill').length).toBe(4);
    expect((await nodes[0].backups()).length).toBe(3);
    expect(readdirSync(join(root, 'elsewhere')).filter((name) => name.endsWith('.age')).length).toBe(5);
    now = testClock() + 4 * dayMs + 4 * hourMs + 1;
    await tickAll(nodes);
    expect(acts.filter((act) => act === 'menshen restore drill').length).toBe(5);
    const [drill] = await nodes[1].drills();
    expect(drill).toMatchObject({ ok: true, rpoSeconds: 2 * 3_600 - 60, problems: [] });
    expect(await standing()).toEqual([]);
    expect((await nodes[0].runs()).find(({ kind }) => kind === 'backup')).toMatchObject({ state: 'done', offsite: true });
  });

  it('is not made again by a node that read what is due before another made it', async () => {
    const { nodes, acts, make } = await start();
    const [read, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow = make((own) => ({
      ...own,
      async last(kind) {
        const found = await own.last(kind);
        read.resolve();
        await held.promise;
        return found;
      },
    }));
    now = testClock() + 2 * hourMs + 60_000;
    const late = slow.tick();
    await read.promise;
    await tickAll(nodes);
    held.resolve();
    await late;
    await slow.settled();
    expect(acts.filter((act) => act === 'menshen backup')).toHaveLength(1);
  });

  it('says on Today what failed and what was missed, and a run that a dead node left ends with its lease', async () => {
    const { nodes, standing, store } = await start({ settings: settings({ data: [{ id: 'shop', sqlite: 'nowhere.db' }] }) });
    await nodes[0].request('backup', 'wang');
    await nodes[0].settled();
    expect((await nodes[0].schedule('backup'))?.last).toMatchObject({
      ...{ state: 'failed', trigger: 'manual', by: 'wang', problem: { code: 'no_data', where: 'shop' } },
    });
    expect(await standing()).toEqual(['recovery-backup']);
    expect(readdirSync(join(root, 'data')).filter((name) => name.startsWith('.'))).toEqual([]);
    // Nobody ticks: the next time passes.
    now = testClock() + dayMs + 7 * hourMs;
    expect(await standing()).toContain('recovery-drill-missed');
    const runs = createRecoverStore(store);
    expect(
      await runs.begin(
        { id: 'rr_dead', kind: 'drill', trigger: 'schedule', by: 'menshen', started: now, leaseUntil: now + 1_000 },
        null,
      ),
    ).toBe(true);
    await expect(nodes[1].request('drill', 'wang')).rejects.toMatchObject({ code: 'conflict' });
    now += 1_001;
    await nodes[1].request('drill', 'wang');
    await nodes[1].settled();
    expect((await nodes[1].runs()).find(({ id }) => id === 'rr_dead')).toMatchObject({
      state: 'failed',
      problem: { code: 'crash' },
    });
  });

  it('holds business data that a drill restores and counts: a database in use, and a folder', async () => {
    const shop = new DatabaseSync(join(root, 'shop.db'));
    shop.exec('PRAGMA journal_mode = WAL; CREATE TABLE orders (id INTEGER); INSERT INTO orders VALUES (1), (2), (3)');
    mkdirSync(join(root, 'contracts', '2026'), { recursive: true });
    writeFileSync(join(root, 'contracts', '2026', '合同.txt'), 'signed');
    const { nodes } = await start({
      settings: settings({
        data: [
          { id: 'shop', sqlite: 'shop.db' },
          { id: 'contracts', folder: 'contracts' },
        ],
      }),
    });
    await nodes[0].request('backup', 'wang');
    await nodes[0].settled();
    shop.close();
    expect((await nodes[0].backups())[0]?.data).toEqual(['shop', 'contracts']);
    await nodes[0].request('drill', 'wang');
    await nodes[0].settled();
    expect((await nodes[0].drills())[0]).toMatchObject({ ok: true, rows: 1 + 3 + 1 });
    const record = readFileSync(join(root, 'data', 'drills.jsonl'), 'utf8');
    expect(JSON.parse(record).checked.data).toEqual([
      { id: 'shop', rows: 3, restored: true },
      { id: 'contracts', rows: 1, restored: true },
    ]);
    // A record that somebody makes up, or makes good, is none.
    writeFileSync(join(root, 'data', 'drills.jsonl'), record.replace('"rpoSeconds":0', '"rpoSeconds":1'));
    expect(await nodes[0].drills()).toEqual([]);
    expect(existsSync(join(root, 'data', 'data'))).toBe(false);
  });

  it('asks for nothing that is not configured', async () => {
    const { nodes, standing } = await start({ settings: recoverySchema.parse({}) });
    for (const kind of ['backup', 'drill'] as const) {
      await expect(nodes[0].request(kind, 'wang')).rejects.toMatchObject({ code: 'not_found' });
      expect(await nodes[0].schedule(kind)).toBeNull();
    }
    expect(await standing()).toEqual([]);
  });

  it('carries tables over that there are', async () => {
    const store = await open();
    const names = Object.values(carried).flat();
    expect(new Set(names).size).toBe(names.length);
    for (const name of names)
      await store.db
        .selectFrom(name as 'sessions')
        .selectAll()
        .limit(1)
        .execute();
  });
});
