import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLockHolder } from '../log/lock.ts';
import { encodeRecord, RECORD } from '../log/record.ts';
import { directorySource, httpSource } from '../log/source.ts';
import { openAuditQueries } from '../queries.ts';
import type { Audit } from '../service.ts';
import { openTestWriter, readEntries, scratchLog, TEST_ORIGIN, TEST_SEED, TEST_VKEY, testRoomOptions } from '../testing.ts';
import { verifierKeyOf } from '../verifier-key.ts';
import { originOf } from './continuation.ts';
import { type Noted, type RestoreOptions, restoreLog } from './restore.ts';
import { verifyChain } from './verify-chain.ts';

describe('a log that was restored from a backup', () => {
  let scratch: ReturnType<typeof scratchLog>;
  let directory: string;
  let backup: string;
  let last: string;
  let noted: Noted;
  beforeEach(async () => {
    scratch = scratchLog();
    directory = join(scratch.directory, 'tlog');
    backup = join(scratch.directory, 'backup');
    await write('a', 300);
    cpSync(directory, backup, { recursive: true });
    await write('b', 100);
    last = readFileSync(join(directory, 'checkpoint'), 'utf8');
    const { size, root } = await verifyChain(directorySource(directory), { vkey: TEST_VKEY });
    noted = { by: 'database', size, root };
    put(backup);
  });
  afterEach(() => scratch.remove());

  const put = (from: string): void => {
    rmSync(directory, { recursive: true, force: true });
    cpSync(from, directory, { recursive: true, filter: (path) => !path.includes('lock') });
  };
  const write = async (text: string, count: number, origin = TEST_ORIGIN): Promise<void> => {
    const { room } = openTestWriter(testRoomOptions(directory, { origin }));
    const records = Array.from({ length: count }, (_, at) => encodeRecord(RECORD.entry, 0, Buffer.from(`{"${text}":${at}}`)));
    await room.handle('append', { bytes: Buffer.concat(records) });
    await room.close();
  };
  const restore = (changes: Partial<RestoreOptions> = {}) =>
    restoreLog({
      ...{ directory, base: TEST_ORIGIN, signingSeed: TEST_SEED, reason: 'the disk failed', by: 'wang', threads: 1 },
      clock: () => 1_780_000_000_000,
      vkey: (origin) => verifierKeyOf(origin, TEST_SEED),
      noted: async () => [noted],
      askWitnesses: async () => ({ noted: [], forked: [] }),
      ...changes,
    });
  const codes = async (options: { from?: string; vkey?: string } = {}) =>
    (await verifyChain(directorySource(directory), { vkey: TEST_VKEY, ...options })).problems.map(
      ({ code, where }) => `${code} ${where}`,
    );

  it('is continued under a new origin that names the old checkpoint and what is missing', async () => {
    const outcome = await restore();
    expect(outcome).toMatchObject({ ok: true, origin: `${TEST_ORIGIN}/2`, continues: { size: 300, noted: 400 } });
    expect(originOf(directory, TEST_ORIGIN)).toBe(`${TEST_ORIGIN}/2`);
    await write('c', 50, `${TEST_ORIGIN}/2`);
    const report = await verifyChain(directorySource(directory), { vkey: TEST_VKEY });
    expect(report).toMatchObject({ ok: true, origin: `${TEST_ORIGIN}/2`, size: 51 });
    expect(report.continues).toMatchObject([
      { origin: TEST_ORIGIN, size: 300, lost: 100, reason: 'the disk failed', verified: true },
    ]);
    // Each key of the chain verifies all of it; a checkpoint of before the loss is a part of it, and one from within what was declared lost is no surprise.
    expect(await codes({ vkey: verifierKeyOf(`${TEST_ORIGIN}/2`, TEST_SEED) })).toEqual([]);
    expect(await codes({ from: readFileSync(join(backup, 'checkpoint'), 'utf8') })).toEqual([]);
    expect(await codes({ from: last })).toEqual([]);
    const [first] = await readEntries(directory);
    expect(JSON.parse(first ?? '')).toMatchObject({ unmapped: { menshen: { action: 'audit log.create', by: 'wang' } } });
  });

  it('is not made into one that continues nothing by who serves another first entry after it was verified', async () => {
    await restore();
    await write('c', 50, `${TEST_ORIGIN}/2`);
    const honest = directorySource(directory);
    let times = 0;
    const turned = (bytes: (whole: Uint8Array) => Uint8Array | null) => ({
      async read(path: string) {
        const whole = await honest.read(path);
        if (!path.startsWith('tile/entries/') || whole === null) return whole;
        times += 1;
        return times === 1 ? whole : bytes(whole);
      },
    });
    const verify = async (of: Parameters<typeof turned>[0]) => {
      times = 0;
      return await verifyChain(turned(of), { vkey: verifierKeyOf(`${TEST_ORIGIN}/2`, TEST_SEED) });
    };
    const declared = (whole: Uint8Array) =>
      Buffer.from(Buffer.from(whole).toString('latin1').replace('"lost":100', '"lost":000'), 'latin1');
    for (const of of [declared, () => null])
      expect((await verify(of)).problems).toContainEqual({ code: 'entry_differs', where: 'entry 0' });
    expect((await verify((whole) => whole)).continues).toMatchObject([{ lost: 100 }]);
  });

  it('is verified with the old log from the console, which is told when the old one was changed', async () => {
    await restore();
    await write('c', 20, `${TEST_ORIGIN}/2`);
    const audit = { flush: async () => undefined, onCheckpoint: () => () => undefined } as unknown as Audit;
    const origin = `${TEST_ORIGIN}/2`;
    const vkey = verifierKeyOf(origin, TEST_SEED);
    const queries = openAuditQueries({ directory, vkey, origin, audit, persons: null, clock: Date.now });
    try {
      const whole = await queries.verify();
      expect(whole).toMatchObject({ ok: true, size: 21, problems: [] });
      expect(whole.continues).toMatchObject([{ origin: TEST_ORIGIN, size: 300, lost: 100, verified: true }]);
      const bundle = join(directory, 'previous', 'tile', 'entries', '000');
      writeFileSync(
        bundle,
        readFileSync(bundle).map((byte, at) => (at === 40 ? byte ^ 1 : byte)),
      );
      const changed = await queries.verify();
      expect(changed.ok).toBe(false);
      expect(changed.problems.map(({ where }) => where).filter((where) => /^previous\/entry \d+$/.test(where))).toHaveLength(1);
    } finally {
      await queries.close();
    }
  });

  it('may be restored again and again, and is verified over HTTP too', async () => {
    await restore();
    await write('c', 20, `${TEST_ORIGIN}/2`);
    expect(await restore({ noted: async () => [] })).toMatchObject({ ok: true, origin: `${TEST_ORIGIN}/3` });
    const source = httpSource('http://log.example/tlog', async (url) => {
      const bytes = await directorySource(directory).read(new URL(url).pathname.replace('/tlog/', ''));
      return bytes === null ? new Response(null, { status: 404 }) : new Response(new Uint8Array(bytes));
    });
    const report = await verifyChain(source, { vkey: TEST_VKEY, live: true });
    expect(report.ok).toBe(true);
    expect(report.continues.map(({ origin, size, lost }) => [origin, size, lost])).toEqual([
      [`${TEST_ORIGIN}/2`, 21, 0],
      [TEST_ORIGIN, 300, 100],
    ]);
  });

  it('is not taken for one when it was changed, when what was noted is no part of it, or when a witness has seen another', async () => {
    // Without its write-ahead segments, from which a start would write the bundle again.
    rmSync(join(directory, 'wal'), { recursive: true });
    const bundle = join(directory, 'tile/entries/000');
    writeFileSync(bundle, readFileSync(bundle).fill('9', 10, 11));
    expect(await restore()).toMatchObject({ ok: false, problem: 'damaged' });
    rmSync(directory, { recursive: true });
    expect(await restore()).toMatchObject({ ok: false, problem: 'missing' });
    // The same key, another history.
    await write('x', 300);
    const other = { ...noted, size: 300, root: (await verifyChain(directorySource(backup), { vkey: TEST_VKEY })).root };
    expect(await restore({ noted: async () => [other] })).toMatchObject({ ok: false, problem: 'forked', detail: 'database' });
    const forked = async () => ({ noted: [], forked: ['example.com/witness'] });
    expect(await restore({ askWitnesses: forked })).toMatchObject({
      ok: false,
      problem: 'forked',
      detail: 'example.com/witness',
    });
    expect(originOf(directory, TEST_ORIGIN)).toBe(TEST_ORIGIN);
  });

  it('cannot hide what somebody has seen: a checkpoint beyond what is declared lost is a rollback', async () => {
    // Whoever has the key and the database declares nothing as lost.
    await restore({ noted: async () => [] });
    expect(await codes()).toEqual([]);
    expect(await codes({ from: last })).toEqual(['rolled_back previous/checkpoint']);
  });

  it('cannot be exchanged afterwards: the old log must be the one that the new one names', async () => {
    await restore();
    const previous = join(directory, 'previous');
    const kept = join(scratch.directory, 'kept');
    renameSync(previous, kept);
    expect((await verifyChain(directorySource(directory), { vkey: TEST_VKEY })).continues).toMatchObject([{ verified: false }]);
    // Signed with the real key: shorter, or with another history.
    const real = directory;
    directory = previous;
    await write('x', 300);
    directory = real;
    expect(await codes()).toEqual(['continuation_differs previous/checkpoint']);
    rmSync(previous, { recursive: true });
    cpSync(kept, previous, { recursive: true });
    expect(await codes()).toEqual([]);
    // A log that does not say that it continues another has none.
    const alone = join(scratch.directory, 'alone');
    mkdirSync(alone);
    directory = alone;
    await write('y', 3);
    cpSync(kept, join(alone, 'previous'), { recursive: true });
    expect(await codes()).toEqual(['continuation_differs entry 0']);
    // Nor is a log verified with a key that it does not lead back to.
    directory = real;
    expect(await codes({ vkey: verifierKeyOf('example.com/elsewhere', TEST_SEED) })).toEqual(['signature_invalid checkpoint']);
  });

  it('is finished by the next run where one was cut short, and refused while a process writes the log', async () => {
    const { room } = openTestWriter(testRoomOptions(directory));
    await expect(restore()).rejects.toMatchObject({ code: 'audit_locked' });
    await room.close();
    await restore();
    renameSync(directory, `${directory}.restored`);
    expect(await restore()).toMatchObject({ ok: true, origin: `${TEST_ORIGIN}/2`, continues: { size: 300 } });
    expect(existsSync(join(directory, 'previous/checkpoint'))).toBe(true);
    expect(readLockHolder(directory)).toBeNull();
    expect(await codes()).toEqual([]);
  });

  it('leaves acts that were open in it open, and signs nothing more under its origin', async () => {
    put(backup);
    const { room } = openTestWriter(testRoomOptions(directory), { liveMembers: () => new Set([0]) });
    await room.handle('append', { bytes: encodeRecord(RECORD.intent, 5, Buffer.from('{"act":1}')) });
    await room.close();
    const before = readFileSync(join(directory, 'checkpoint'), 'utf8');
    expect(await restore()).toMatchObject({ ok: true, continues: { size: 300 } });
    expect(readFileSync(join(directory, 'previous/checkpoint'), 'utf8')).toBe(before);
  });
});
