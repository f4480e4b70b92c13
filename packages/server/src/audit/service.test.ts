import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { entityManagementEvent } from './events.ts';
import { nodeFiles } from './log/files.ts';
import { createAudit } from './service.ts';
import { openTestWriter, scratchLog, testRoomOptions } from './testing.ts';

const clock = () => 1_700_000_000_000;
const act = { activity: 'update', entity: 'gateway mode', detail: { mode: 'bypass' } } as const;

describe('the audit service', () => {
  let log: ReturnType<typeof scratchLog>;
  beforeEach(() => {
    log = scratchLog();
  });
  afterEach(() => log.remove());

  it('gives every record its log index, in order', async () => {
    const { writer } = openTestWriter(testRoomOptions(log.directory));
    const audit = createAudit({ writer, clock });
    const first = await Promise.all(Array.from({ length: 300 }, (_, at) => audit.record(`{"n":${at}}`)));
    expect(first).toEqual(Array.from({ length: 300 }, (_, at) => at));
    const intent = audit.intent('{"n":300}');
    await intent.durable;
    expect(await audit.record('{"n":301}', intent.id)).toBe(300);
    expect(await audit.flush()).toMatchObject({ size: 301, published: 301, openIntents: 0, state: 'ok' });
    await writer.close();
  });

  it('sends the records of one turn as one call', async () => {
    const { writer } = openTestWriter(testRoomOptions(log.directory));
    let calls = 0;
    const counting = {
      ...writer,
      call(...args: Parameters<typeof writer.call>) {
        if (args[1] === 'append') calls += 1;
        return writer.call(...args);
      },
    };
    const audit = createAudit({ writer: counting, clock });
    await Promise.all(Array.from({ length: 100 }, () => audit.record('{}')));
    expect(calls).toBe(1);
    await writer.close();
  });

  it('does a privileged act between its intent and its outcome', async () => {
    const { writer } = openTestWriter(testRoomOptions(log.directory));
    const audit = createAudit({ writer, clock });
    const result = await audit.act('root', act, async () => {
      expect(await audit.status()).toMatchObject({ size: 0, openIntents: 1 });
      return 42;
    });
    expect(result).toBe(42);
    expect(await audit.status()).toMatchObject({ size: 1, openIntents: 0 });
    await expect(audit.act('root', act, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await audit.status()).toMatchObject({ size: 2, openIntents: 0 });
    await writer.close();
  });

  it('does several acts at one stroke, each with its own intent and outcome', async () => {
    const { writer } = openTestWriter(testRoomOptions(log.directory));
    const audit = createAudit({ writer, clock });
    await audit.actTogether('root', [act, act, act], async () => {
      expect(await audit.status()).toMatchObject({ size: 0, openIntents: 3 });
    });
    expect(await audit.status()).toMatchObject({ size: 3, openIntents: 0 });
    await expect(audit.actTogether('root', [act, act], () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await audit.status()).toMatchObject({ size: 5, openIntents: 0 });
    await writer.close();
  });

  it('does none of several acts when one intent cannot be made durable, and leaves none open', async () => {
    const { writer } = openTestWriter(testRoomOptions(log.directory));
    const length = Buffer.byteLength(entityManagementEvent({ ...act, by: 'root', time: clock(), outcome: 'unknown' }));
    const audit = createAudit({ writer, clock, maxQueueBytes: 2.5 * length });
    let done = false;
    const attempt = audit.actTogether('root', [act, act, act], async () => {
      done = true;
    });
    await expect(attempt).rejects.toMatchObject({ code: 'audit_unwritable' });
    expect(done).toBe(false);
    expect(await audit.status()).toMatchObject({ size: 2, openIntents: 0 });
    await writer.close();
  });

  it('does nothing when the intent cannot be made durable, and says so until it can again', async () => {
    let full = false;
    const files: typeof nodeFiles = {
      ...nodeFiles,
      sync(fd) {
        if (full) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
        nodeFiles.sync(fd);
      },
    };
    const { writer, notices } = openTestWriter(testRoomOptions(log.directory), { files });
    const audit = createAudit({ writer, clock });
    await audit.record('{"n":0}');
    full = true;
    let done = false;
    const attempt = audit.act('root', act, async () => {
      done = true;
    });
    await expect(attempt).rejects.toMatchObject({ code: 'audit_unwritable' });
    expect(done).toBe(false);
    expect(audit.state()).toBe('unwritable');
    await expect(audit.intent('{}').durable).rejects.toMatchObject({ code: 'audit_unwritable' });
    full = false;
    expect(await audit.record('{"n":1}')).toBe(1);
    expect(audit.state()).toBe('ok');
    expect(notices.map(({ notice }) => notice)).toEqual(['unwritable', 'writable']);
    expect(notices[0]?.payload).toEqual({ reason: 'ENOSPC' });
    await writer.close();
  });

  it('refuses an event over 65,535 bytes and keeps the rest of its batch', async () => {
    const { writer } = openTestWriter(testRoomOptions(log.directory));
    const audit = createAudit({ writer, clock });
    const large = audit.record('你'.repeat(21_846));
    const kept = audit.record('x'.repeat(65_535));
    await expect(large).rejects.toMatchObject({ code: 'audit_entry_too_large' });
    expect(await kept).toBe(0);
    await writer.close();
  });

  it('bounds what waits, and refuses beyond it', async () => {
    const { writer } = openTestWriter(testRoomOptions(log.directory));
    const audit = createAudit({ writer, clock, maxQueueBytes: 1_000 });
    const kept = audit.record('x'.repeat(600));
    await expect(audit.record('x'.repeat(600))).rejects.toMatchObject({ code: 'audit_unwritable' });
    expect(await kept).toBe(0);
    expect(await audit.record('x'.repeat(600))).toBe(1);
    await writer.close();
  });

  it('is unwritable when the writer has gone', async () => {
    const { writer } = openTestWriter(testRoomOptions(log.directory));
    const audit = createAudit({ writer, clock });
    await audit.record('{}');
    await writer.close();
    await expect(audit.record('{}')).rejects.toMatchObject({ code: 'audit_unwritable' });
    expect(audit.state()).toBe('unwritable');
  });

  it('tells how many acts a crash left without an outcome', async () => {
    const first = openTestWriter(testRoomOptions(log.directory));
    const event = entityManagementEvent({ ...act, by: 'root', time: clock(), outcome: 'unknown' });
    await createAudit({ writer: first.writer, clock }).intent(event).durable;
    await first.writer.close();
    const second = openTestWriter(testRoomOptions(log.directory));
    const audit = createAudit({ writer: second.writer, clock });
    expect(await new Promise((resolve) => audit.onOutcomeUnknown(resolve))).toBe(1);
    expect(await new Promise((resolve) => audit.onOutcomeUnknown(resolve))).toBe(1);
    await second.writer.close();
  });
});
