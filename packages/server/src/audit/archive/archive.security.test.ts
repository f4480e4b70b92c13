import { cpSync, existsSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { formatMinimum } from '../log/minimum.ts';
import { encodeRecord, RECORD } from '../log/record.ts';
import { archiveOf, directorySource, folderSource, logFolders } from '../log/source.ts';
import { verifyLog } from '../log/verify/verify.ts';
import { createAudit } from '../service.ts';
import { openTestWriter, scratchLog, TEST_ORIGIN, TEST_VKEY, testRoomOptions } from '../testing.ts';
import { createAuditRetention, type RetentionOptions } from './service.ts';
import { verifyDay } from './verify-day.ts';

const DAY = 86_400_000;
/** Midnight of a day in Shanghai. */
const BEGIN = Date.UTC(2026, 0, 1, 16);
const PER_DAY = 700;
const DAYS = 4;

const eventAt = (time: number) => `{"time":${time}}`;

describe('a log that is archived by day and pruned', () => {
  const original = scratchLog();
  const scratch = scratchLog();
  const directory = join(scratch.directory, 'tlog');
  const archive = archiveOf(join(scratch.directory, 'archive'), TEST_ORIGIN);
  beforeAll(async () => {
    const { room } = openTestWriter(testRoomOptions(original.directory));
    for (let at = 0; at < DAYS * PER_DAY; at += 100) {
      const time = (more: number) => BEGIN + Math.floor(((at + more) / PER_DAY) * DAY);
      const records = Array.from({ length: 100 }, (_, more) => encodeRecord(RECORD.entry, 0, Buffer.from(eventAt(time(more)))));
      await room.handle('append', { bytes: Buffer.concat(records) });
    }
    await room.close();
  });
  beforeEach(() => {
    for (const folder of [directory, archive]) rmSync(folder, { recursive: true, force: true });
    cpSync(original.directory, directory, { recursive: true, filter: (path) => !path.includes('lock') });
  });
  afterAll(() => {
    original.remove();
    scratch.remove();
  });

  /** Runs the retention so many days after the log's begin. */
  const run = async (after: number, changes: Partial<RetentionOptions> = {}) => {
    const { writer } = openTestWriter(testRoomOptions(directory));
    const clock = () => BEGIN + after * DAY + 7_200_000;
    const audit = createAudit({ writer, clock });
    try {
      const options = {
        audit,
        directory,
        archive,
        vkey: TEST_VKEY,
        timeZone: 'Asia/Shanghai',
        days: () => 0,
        archiveDays: 0,
        clock,
        threads: 1,
      };
      return await createAuditRetention({ ...options, ...changes }).run();
    } finally {
      await writer.close();
    }
  };
  const days = () => readdirSync(archive).sort();
  const codes = async (withArchive: boolean) => {
    const folders = withArchive ? logFolders(directory, join(scratch.directory, 'archive')) : { directory, archives: [] };
    expect(folders.archives).toHaveLength(withArchive ? days().length : 0);
    const report = await verifyLog(folderSource(folders), { vkey: TEST_VKEY, live: true });
    return report.problems.map(({ code, where }) => `${code} ${where}`);
  };
  const verifyOne = async (day: string, vkey = TEST_VKEY) =>
    (await verifyDay(directorySource(join(archive, day)), vkey))?.problems.map(({ code, where }) => `${code} ${where}`);

  it('makes a folder for each day that has ended, which proves itself', async () => {
    expect((await run(2)).archived).toEqual(['2026-01-02', '2026-01-03']);
    expect((await run(2)).archived).toEqual([]);
    expect((await run(9)).archived).toEqual(['2026-01-04', '2026-01-05']);
    expect(days()).toEqual(['2026-01-02', '2026-01-03', '2026-01-04', '2026-01-05']);
    const reports = await Promise.all(days().map((day) => verifyDay(directorySource(join(archive, day)), TEST_VKEY)));
    expect(reports.map((report) => report?.ok)).toEqual([true, true, true, true]);
    // Each begins where the one before it ends; only full bundles are archived.
    expect(reports.map((report) => report?.first)).toEqual([0, ...reports.slice(0, -1).map((report) => report?.end)]);
    expect(reports.at(-1)?.end).toBe(Math.floor((DAYS * PER_DAY) / 256) * 256);
  });

  it('finds out a day that was changed, cut, exchanged, or made by somebody else', async () => {
    await run(9);
    const day = '2026-01-03';
    const file = (path: string) => join(archive, day, path);
    const bundle = join('tile', 'entries', readdirSync(file('tile/entries'))[1] ?? '');
    // The files are linked with the log's: what changes here is a copy.
    const change = (path: string, edit: (bytes: Buffer) => Buffer) => {
      const edited = edit(Buffer.from(readFileSync(file(path))));
      unlinkSync(file(path));
      writeFileSync(file(path), edited);
    };
    const manifest = readFileSync(file('manifest.json'));
    const kept = readFileSync(file(bundle));
    change(bundle, (bytes) => bytes.fill('9', 20, 21));
    expect(await verifyOne(day)).toEqual([expect.stringMatching(/^entry_differs entry \d+$/), 'root_differs manifest.json']);
    unlinkSync(file(bundle));
    expect(await verifyOne(day)).toEqual([expect.stringMatching(/^bundle_missing tile\/entries/)]);
    writeFileSync(file(bundle), kept);
    expect(await verifyOne(day)).toEqual([]);
    for (const [from, to, found] of [
      ['"first": 768', '"first": 1024', 'manifest_malformed manifest.json'],
      ['"left": [\n    "', '"left": [\n    "AAAA', 'manifest_malformed manifest.json'],
      ['2800', '2801', 'signature_invalid manifest.json'],
    ] as const) {
      expect(manifest.toString('utf8')).toContain(from);
      change('manifest.json', () => Buffer.from(manifest.toString('utf8').replace(from, to)));
      expect(await verifyOne(day)).toContain(found);
    }
    change('manifest.json', () => manifest);
    expect(await verifyOne(day, `${TEST_VKEY.slice(0, -4)}AAA=`).catch((error: Error) => error.message)).toMatch(/key/);
    expect(await verifyDay(directorySource(directory), TEST_VKEY)).toBeNull();
  });

  it('keeps everything for 180 days whatever is configured, and then gives up whole days', async () => {
    expect((await run(181)).minimum).toBe(0);
    expect(await codes(false)).toEqual([]);
    const { minimum } = await run(182, { days: () => 1, archiveDays: 400 });
    expect(minimum).toBe(768);
    expect(existsSync(join(directory, 'tile/entries/002'))).toBe(false);
    expect(existsSync(join(directory, 'tile/entries/003'))).toBe(true);
    expect(existsSync(join(directory, 'tile/0/000'))).toBe(true);
    expect(await codes(false)).toEqual([]);
    expect(await codes(true)).toEqual([]);
    // The log goes on: it recovers, grows and proves with what it has.
    expect(await run(183, { archiveDays: 400 })).toMatchObject({ minimum: 1_536 });
    expect(await run(400, { archiveDays: 190 })).toMatchObject({
      deleted: ['2026-01-02', '2026-01-03', '2026-01-04', '2026-01-05'],
    });
    expect(await codes(false)).toEqual([]);
  });

  it('asks at each run how long entries are kept: a longer time counts at once', async () => {
    const { writer } = openTestWriter(testRoomOptions(directory));
    const clock = () => BEGIN + 183 * DAY;
    const audit = createAudit({ writer, clock });
    let kept = 400;
    const options = { audit, directory, archive, vkey: TEST_VKEY, timeZone: 'Asia/Shanghai', archiveDays: 0, clock, threads: 1 };
    try {
      const retention = createAuditRetention({ ...options, days: () => kept });
      expect((await retention.run()).minimum).toBe(0);
      kept = 180;
      expect((await retention.run()).minimum).toBeGreaterThan(0);
    } finally {
      await writer.close();
    }
  });

  it('gives nothing up whose archive is damaged', async () => {
    await run(9);
    const path = join(archive, '2026-01-02', 'tile/entries/001');
    const bytes = Buffer.from(readFileSync(path)).fill('9', 20, 21);
    unlinkSync(path);
    writeFileSync(path, bytes);
    expect((await run(300)).minimum).toBe(0);
    expect(await codes(false)).toEqual([]);
    expect(await codes(true)).toEqual([]);
  });

  it('finds out entries that were removed by anybody else, or more than was ordered', async () => {
    await run(182, { archiveDays: 400 });
    const minimum = readFileSync(join(directory, 'minimum'), 'utf8');
    unlinkSync(join(directory, 'tile/entries/003'));
    expect(await codes(false)).toEqual(['bundle_missing tile/entries/003']);
    const { entry } = JSON.parse(minimum) as { entry: number };
    writeFileSync(join(directory, 'minimum'), formatMinimum({ minimum: 1_024, entry }));
    expect(await codes(false)).toContain('pruning_unexplained minimum');
    writeFileSync(join(directory, 'minimum'), formatMinimum({ minimum: 1_024, entry: 2_000 }));
    expect(await codes(false)).toContain('pruning_unexplained minimum');
    writeFileSync(join(directory, 'minimum'), 'nonsense');
    expect(await codes(false)).toContain('pruning_unexplained minimum');
    unlinkSync(join(directory, 'minimum'));
    expect((await codes(false)).filter((problem) => problem.startsWith('bundle_missing'))).toHaveLength(4);
    writeFileSync(join(directory, 'minimum'), minimum);
    expect(await codes(true)).toEqual(['bundle_missing tile/entries/003'].slice(0, days().length === 4 ? 0 : 1));
  });

  it('takes a removal up where a crash has cut it short', async () => {
    await run(9);
    await run(182, { archiveDays: 400 });
    // As if it had died after the first of three.
    for (const bundle of ['001', '002'])
      writeFileSync(join(directory, `tile/entries/${bundle}`), readFileSync(join(archive, `2026-01-02/tile/entries/${bundle}`)));
    await run(182, { archiveDays: 400 });
    expect(readdirSync(join(directory, 'tile/entries')).sort()[0]).toBe('003');
  });
});
