import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeEachStore } from '../../store/testing.ts';
import type { Audit } from '../service.ts';
import { logId } from './log-id.ts';
import { createLogRegistry, noteIntervalMs } from './service.ts';
import { createAuditLogStore } from './store.ts';

/** A log of a given length, under a checkpoint whose root says what it holds. */
function logOf(size: number, content: number, durable = size) {
  const alarms: string[] = [];
  const root = Buffer.alloc(32, content).toString('base64');
  const checkpoint = size === 0 ? '' : `test\n${size}\n${root}\n\n— test ${Buffer.alloc(68, 1).toString('base64')}\n`;
  const audit = {
    status: async () => ({ checkpoint, size: durable }),
    record: async (event: string) => alarms.push(String(JSON.parse(event).unmapped.menshen.action)),
  } as unknown as Audit;
  return { audit, alarms };
}

describeEachStore((open) => {
  const setUp = async () => {
    const store = createAuditLogStore(await open());
    let now = 1_767_225_600_000;
    let made = 0;
    const register = (audit: Audit, given: { origin?: string; logId?: string } = {}) =>
      createLogRegistry({
        store,
        audit,
        origin: given.origin ?? 'test/a',
        logId: given.logId ?? 'a'.repeat(32),
        vkey: 'test/a+0+0',
        clock: () => now,
        random: (size) => {
          made += 1;
          return new Uint8Array(size).fill(made);
        },
      });
    return { register, pass: (milliseconds: number) => (now += milliseconds) };
  };

  it('knows every log beside the store, its own, and which of them is alive', async () => {
    const { register, pass } = await setUp();
    const a = await register(logOf(3, 1).audit);
    pass(3 * noteIntervalMs);
    await register(logOf(7, 2).audit, { origin: 'test/b', logId: 'b'.repeat(32) });
    expect((await a.list()).map(({ origin, size, own, live }) => [origin, size, own, live])).toEqual([
      ['test/a', 3, true, false],
      ['test/b', 7, false, true],
    ]);
    await a.note();
    expect((await a.list())[0]?.live).toBe(true);
  });

  it('raises an alarm where the database is new and the log is not, and nowhere else', async () => {
    const { register } = await setUp();
    const older = logOf(7, 1);
    await register(older.audit);
    expect(older.alarms).toEqual(['alarm.store_began_anew']);
    const again = logOf(7, 1);
    await register(again.audit);
    const restored = logOf(1, 3);
    await register(restored.audit, { origin: 'test/a/2', logId: 'b'.repeat(32) });
    const first = logOf(0, 0);
    await (await setUp()).register(first.audit);
    expect([again.alarms, restored.alarms, first.alarms]).toEqual([[], [], []]);
  });

  it('lets no second log begin under an origin', async () => {
    const { register } = await setUp();
    await register(logOf(3, 1).audit);
    await expect(register(logOf(0, 0).audit, { logId: 'b'.repeat(32) })).rejects.toMatchObject({ code: 'audit_origin_taken' });
    await register(logOf(3, 1).audit);
  });

  it.each([
    ['goes on', 9, 1, 9, null],
    ['stands where it stood', 5, 1, 5, null],
    ['has an older checkpoint, but all entries', 4, 2, 5, null],
    ['has lost its end', 4, 1, 4, 'audit_log_rewound'],
    ['was emptied', 0, 0, 0, 'audit_log_rewound'],
    ['holds something else', 5, 2, 5, 'audit_log_rewound'],
  ])('at the next start, a log that %s', async (_what, size, content, durable, refused) => {
    const { register } = await setUp();
    await register(logOf(5, 1).audit);
    const { audit, alarms } = logOf(size, content, durable);
    // Nothing is written on a log that is not what was noted of it: that would sign another history.
    if (refused === null) await register(audit);
    else await expect(register(audit)).rejects.toMatchObject({ code: refused });
    expect(alarms).toEqual([]);
  });

  it('tells the first of two processes that the second has taken its log over, once', async () => {
    const { register } = await setUp();
    await register(logOf(0, 0).audit);
    const { audit, alarms } = logOf(5, 1);
    const first = await register(audit);
    const second = await register(logOf(5, 1).audit);
    await first.note();
    await first.note();
    await second.note();
    expect([first.state(), second.state()]).toEqual(['taken', 'ok']);
    expect(alarms).toEqual(['alarm.audit_log_forked']);
  });
});

describe('the name of a log', () => {
  it('is made once, kept, and refused when it is damaged', () => {
    const folder = mkdtempSync(join(tmpdir(), 'menshen-log-'));
    try {
      const id = logId(folder, (size) => new Uint8Array(size).fill(0xab));
      expect(id).toBe('ab'.repeat(16));
      expect(logId(folder, (size) => new Uint8Array(size))).toBe(id);
      expect(readFileSync(join(folder, 'id'), 'utf8')).toBe(`${id}\n`);
      writeFileSync(join(folder, 'id'), '../../etc\n');
      expect(() => logId(folder, (size) => new Uint8Array(size))).toThrow(/damaged/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
