import { describe, expect, it } from 'vitest';
import type { AuditRoomStatus } from '../log/room.ts';
import type { LogRegistry } from '../registry/service.ts';
import { createAuditWatch, heartbeatMs } from './service.ts';

function setUp(answerMs = 5_000) {
  let now = 1_780_000_000_000;
  const records: { action: string; detail: Record<string, unknown> }[] = [];
  const state = {
    status: { size: 0, published: 0, pending: 0, indexed: 0, state: 'ok', owner: true } as Partial<AuditRoomStatus>,
    answers: true,
    others: [] as { origin: string; own: boolean; seenAt: number }[],
  };
  const watch = createAuditWatch({
    audit: {
      owner: () => true,
      reason: () => 'ENOSPC',
      status: () => (state.answers ? Promise.resolve(state.status as AuditRoomStatus) : new Promise(() => undefined)),
      record: async (event) => {
        if (state.status.state !== 'ok') throw new Error('unwritable');
        const { menshen } = (JSON.parse(event) as { unmapped: { menshen: { action: string; detail: Record<string, unknown> } } })
          .unmapped;
        return records.push(menshen);
      },
    },
    logs: { list: async () => state.others as unknown as Awaited<ReturnType<LogRegistry['list']>> },
    clock: () => now,
    failed: () => undefined,
    answerMs,
  });
  const pass = async (ms: number): Promise<string[]> => {
    for (let passed = 0; passed < ms; passed += 10_000) {
      now += 10_000;
      await watch.look();
    }
    return records.splice(0).map(({ action, detail }) => `${action} ${JSON.stringify(detail)}`);
  };
  const setBack = (ms: number): void => {
    now -= ms;
  };
  return { state, watch, pass, setBack, now: () => now };
}

describe('the watch over the recording', () => {
  it('leaves a heartbeat in the log, so that silence can be seen', async () => {
    const { pass } = setUp();
    const beats = await pass(3 * heartbeatMs);
    expect(beats).toHaveLength(3);
    expect(beats[0]).toMatch(/^audit heartbeat.read /);
  });

  it('goes on, and still sees what stands still, where the clock is set back by eight hours', async () => {
    const { state, pass, setBack } = setUp();
    await pass(10_000);
    state.status = { ...state.status, size: 10, pending: 10 };
    await pass(10_000);
    setBack(8 * 3_600_000);
    const told = await pass(120_000);
    expect(told.filter((line) => line.startsWith('audit heartbeat'))).not.toEqual([]);
    expect(told.filter((line) => line.startsWith('alarm.audit_unsigned'))).toHaveLength(1);
  });

  it('raises one alarm when the disk was full, as soon as the log can take it, with the reason and how long it was', async () => {
    const { state, watch, pass } = setUp();
    await pass(10_000);
    state.status = { ...state.status, state: 'unwritable' };
    expect(await pass(60_000)).toEqual([]);
    expect(watch.problems()).toEqual(['unwritable']);
    state.status = { ...state.status, state: 'ok' };
    expect(await pass(20_000)).toEqual(['alarm.audit_unwritable {"reason":"ENOSPC","seconds":60}']);
    expect(watch.problems()).toEqual([]);
  });

  it('raises an alarm when entries are no longer signed or no longer indexed, once, and again when it comes back', async () => {
    const { state, watch, pass } = setUp();
    await pass(10_000);
    state.status = { ...state.status, size: 10, pending: 10 };
    expect(await pass(60_000)).toEqual([]);
    expect(await pass(30_000)).toEqual([expect.stringMatching(/^alarm.audit_unsigned /)]);
    expect(watch.problems()).toEqual(['unsigned']);
    state.status = { ...state.status, published: 10, pending: 0 };
    await pass(10_000);
    expect(watch.problems()).toEqual([]);
    expect((await pass(90_000)).filter((line) => line.startsWith('alarm'))).toEqual([
      expect.stringMatching(/^alarm.audit_index_behind /),
    ]);
  });

  it('notices a writer that no longer answers', async () => {
    const { state, watch, pass } = setUp(5);
    await pass(10_000);
    state.answers = false;
    await pass(10_000);
    expect(watch.problems()).toEqual(['silent']);
    state.answers = true;
    expect(await pass(10_000)).toEqual([expect.stringMatching(/^alarm.audit_silent /)]);
  });

  it('raises an alarm when the log of another node falls silent, and none for one that is long gone', async () => {
    const { state, pass, now } = setUp();
    await pass(10_000);
    state.others = [
      { origin: 'test/own/2', own: true, seenAt: now() - 600_000 },
      { origin: 'test/own', own: false, seenAt: now() - 600_000 },
      { origin: 'test/b', own: false, seenAt: now() },
      { origin: 'test/old', own: false, seenAt: now() - 90_000_000 },
    ];
    expect(await pass(50_000)).toEqual([]);
    expect(await pass(40_000)).toEqual([expect.stringMatching(/^alarm.audit_log_silent .*"test\/b"/)]);
    state.others = [{ origin: 'test/b', own: false, seenAt: now() }];
    expect((await pass(60_000)).filter((line) => line.startsWith('alarm'))).toHaveLength(1);
  });
});
