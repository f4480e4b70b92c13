import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseCheckpoint } from '@menshen/tlog';
import { openNote, parseVerifierKey, tree } from '@menshen/tlog/node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Room } from '../../writer/protocol.ts';
import { openTestWriter, readEntries, scratchLog, TEST_VKEY, testRoomOptions } from '../testing.ts';
import { nodeFiles } from './files.ts';
import { encodeRecord, RECORD } from './record.ts';
import type { AuditRoomParts, AuditRoomStatus } from './room.ts';
import { directorySource } from './source.ts';
import { verifyLog } from './verify/verify.ts';

const entry = (event: string) => encodeRecord(RECORD.entry, 0, Buffer.from(event));
const intent = (id: number, event: string) => encodeRecord(RECORD.intent, id, Buffer.from(event));
const outcome = (id: number, event: string) => encodeRecord(RECORD.outcome, id, Buffer.from(event));
const append = async (room: Room, ...records: Uint8Array[]) =>
  Number(await room.handle('append', { bytes: Buffer.concat(records) }));
const status = async (room: Room) => (await room.handle('status', null)) as AuditRoomStatus;
const flush = async (room: Room) => (await room.handle('flush', null)) as AuditRoomStatus;

describe('the audit room', () => {
  let scratch: ReturnType<typeof scratchLog>;
  let rooms: Room[];
  beforeEach(() => {
    scratch = scratchLog();
    rooms = [];
  });
  afterEach(async () => {
    for (const room of rooms) await room.close();
    scratch.remove();
  });
  const open = (parts: AuditRoomParts = {}, changes = {}) => {
    const opened = openTestWriter(testRoomOptions(scratch.directory, changes), parts);
    rooms.push(opened.room);
    return opened;
  };
  const close = async (room: Room) => {
    rooms = rooms.filter((other) => other !== room);
    await room.close();
  };
  const verify = () => verifyLog(directorySource(scratch.directory), { vkey: TEST_VKEY });

  it('publishes an empty log', async () => {
    const { room } = open();
    expect(await status(room)).toMatchObject({ size: 0, published: 0, pending: 0, state: 'ok' });
    expect(await verify()).toMatchObject({ ok: true, size: 0 });
  });

  it('answers a batch with the log index of its first entry; intents take none', async () => {
    const { room } = open();
    const answers = await Promise.all([
      append(room, entry('0'), entry('1')),
      append(room, intent(1, '{}')),
      append(room, entry('2'), outcome(1, '3'), entry('4')),
    ]);
    expect(answers).toEqual([0, 2, 2]);
    await flush(room);
    expect(await readEntries(scratch.directory)).toEqual(['0', '1', '2', '3', '4']);
  });

  it.each([1, 255, 256, 257, 511, 512, 65_535, 65_536])('keeps %i entries through a restart', async (size) => {
    const { room } = open();
    for (let at = 0; at < size; at += 4_096) {
      await append(room, ...Array.from({ length: Math.min(4_096, size - at) }, (_, more) => entry(String(at + more))));
    }
    const { root } = await flush(room);
    expect(await verify()).toMatchObject({ ok: true, size, root });
    await close(room);
    const again = open().room;
    expect(await status(again)).toMatchObject({ size, published: size, root });
    expect(await append(again, entry('more'))).toBe(size);
    await flush(again);
    expect(await verify()).toMatchObject({ ok: true, size: size + 1 });
    expect((await readEntries(scratch.directory)).at(-1)).toBe('more');
  });

  it('takes entries of 65,535 bytes and refuses longer ones', async () => {
    const { room } = open();
    expect(await append(room, entry('x'.repeat(65_535)))).toBe(0);
    await expect(append(room, entry('x'.repeat(65_536)))).rejects.toMatchObject({ code: 'audit_entry_too_large' });
    await flush(room);
    expect(await verify()).toMatchObject({ ok: true, size: 1 });
  });

  it('refuses what is not a batch', async () => {
    const { room } = open();
    for (const payload of [null, {}, { bytes: 'x' }, { bytes: Uint8Array.of(9) }]) {
      await expect(async () => room.handle('append', payload)).rejects.toMatchObject({ code: 'audit_batch_malformed' });
    }
    await expect(async () => room.handle('drop', null)).rejects.toMatchObject({ code: 'audit_operation_unknown' });
  });

  it('lets batches that arrive together share one fsync', async () => {
    const sync = vi.fn(nodeFiles.sync);
    const { room } = open({ files: { ...nodeFiles, sync } });
    await append(room, entry('first'));
    sync.mockClear();
    await Promise.all(Array.from({ length: 50 }, (_, at) => append(room, entry(String(at)))));
    expect(sync).toHaveBeenCalledTimes(1);
  });

  it('signs a checkpoint by itself, within its interval', async () => {
    const { room, notices } = open({}, { checkpointIntervalMs: 20 });
    await append(room, entry('0'));
    await vi.waitFor(() => expect(notices.some(({ notice }) => notice === 'checkpoint')).toBe(true), { interval: 5 });
    const { text } = openNote(readFileSync(join(scratch.directory, 'checkpoint')), [parseVerifierKey(TEST_VKEY)]);
    expect(parseCheckpoint(text)).toMatchObject({ size: 1, root: tree.leafHash(Buffer.from('0')) });
  });

  it('makes an entry "outcome unknown" of an intent without outcome, once', async () => {
    const first = open();
    const act = '{"status_id":0,"unmapped":{"menshen":{"app":"shop","zeta":1}}}';
    await append(first.room, intent(7, act), intent(8, act), outcome(8, '{"done":true}'), intent(9, 'not json'));
    await close(first.room);
    const second = open();
    const unknown = { indexes: [1, 2] };
    expect(await second.room.handle('recovered', null)).toEqual(unknown);
    await vi.waitFor(() => expect(second.notices).toContainEqual({ notice: 'outcome_unknown', payload: unknown }));
    expect(await readEntries(scratch.directory)).toEqual([
      '{"done":true}',
      '{"status_id":0,"unmapped":{"menshen":{"app":"shop","outcome":"unknown","zeta":1}}}',
      'not json',
    ]);
    await close(second.room);
    const third = open();
    expect(await third.room.handle('recovered', null)).toEqual({ indexes: [] });
    expect(await status(third.room)).toMatchObject({ size: 3, openIntents: 0 });
  });

  it('gives segments up when their entries are safe in tiles, and carries open intents on', async () => {
    const { room } = open({ segmentBytes: 8_192 });
    await append(room, intent(1, '{"long":"act"}'));
    for (let at = 0; at < 2_000; at += 20)
      await append(room, ...Array.from({ length: 20 }, (_, more) => entry(`{"n":${at + more}}`)));
    await flush(room);
    await vi.waitFor(async () => expect((await status(room)).segmentBytes).toBeLessThanOrEqual(5 * 8_192));
    expect(existsSync(join(scratch.directory, 'wal', '000000000001.seg'))).toBe(false);
    expect(await status(room)).toMatchObject({ openIntents: 1 });
    await close(room);
    const again = open({ segmentBytes: 8_192 }).room;
    expect(await again.handle('recovered', null)).toEqual({ indexes: [2_000] });
    expect(await verify()).toMatchObject({ ok: true, size: 2_001 });
  });

  it('deletes partial tiles once the full one is there', async () => {
    const { room } = open();
    for (let at = 0; at < 300; at += 50) {
      await append(room, ...Array.from({ length: 50 }, (_, more) => entry(String(at + more))));
      await flush(room);
    }
    const entries = join(scratch.directory, 'tile', 'entries');
    await vi.waitFor(() => expect(readdirSync(entries).sort()).toEqual(['000', '001.p']));
    expect(await verify()).toMatchObject({ ok: true, size: 300 });
  });

  it('cannot be opened twice', async () => {
    open();
    expect(() => open()).toThrow(expect.objectContaining({ code: 'audit_locked' }));
  });

  it.each([
    ['checkpoint is gone', 'audit_damaged', (folder: string) => rmSync(join(folder, 'checkpoint'))],
    [
      'checkpoint is cut',
      'audit_damaged',
      (folder: string) => nodeFiles.create(join(folder, 'checkpoint'), 'example.com/audit\n'),
    ],
    [
      'write-ahead log ends before the checkpoint',
      'audit_damaged',
      (folder: string) => {
        const path = join(folder, 'wal', '000000000001.seg');
        nodeFiles.create(path, readFileSync(path).subarray(0, 200));
      },
    ],
  ])('does not start when the %s', async (_, code, damage) => {
    const { room } = open();
    for (let at = 0; at < 3; at += 1) await append(room, entry(String(at)));
    await close(room);
    damage(scratch.directory);
    expect(() => open()).toThrow(expect.objectContaining({ code }));
    // The failed start has let go of the lock.
    expect(() => open()).toThrow(expect.objectContaining({ code }));
  });

  it('does not sign on with another key or origin', async () => {
    await close(open().room);
    expect(() => open({}, { signingSeed: new Uint8Array(32) })).toThrow(expect.objectContaining({ code: 'audit_key_mismatch' }));
    expect(() => open({}, { origin: 'example.com/other' })).toThrow(expect.objectContaining({ code: 'audit_key_mismatch' }));
  });

  describe('on a full disk', () => {
    const fullDisk = () => {
      const state = { segments: false, tiles: false };
      const full = () => {
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      };
      const files: typeof nodeFiles = {
        ...nodeFiles,
        writeAt: (fd, buffers, position) => (state.segments ? full() : nodeFiles.writeAt(fd, buffers, position)),
        create: (path, bytes) => (state.tiles ? full() : nodeFiles.create(path, bytes)),
      };
      return { state, files };
    };

    it('refuses, says so once, keeps what it had, and goes on when there is room', async () => {
      const { state, files } = fullDisk();
      const { room, notices } = open({ files });
      await append(room, entry('0'));
      state.segments = true;
      for (let attempt = 0; attempt < 3; attempt += 1) {
        await expect(append(room, entry('lost'))).rejects.toMatchObject({ code: 'audit_unwritable' });
      }
      expect(await status(room)).toMatchObject({ size: 1, state: 'unwritable' });
      state.segments = false;
      expect(await append(room, entry('1'))).toBe(1);
      expect(notices.map(({ notice }) => notice)).toEqual(['unwritable', 'writable']);
      expect(notices[0]?.payload).toEqual({ reason: 'ENOSPC' });
      await flush(room);
      expect(await readEntries(scratch.directory)).toEqual(['0', '1']);
      await close(room);
      open();
      expect(await verify()).toMatchObject({ ok: true, size: 2 });
    });

    it('finds out by itself that there is room again', async () => {
      const { state, files } = fullDisk();
      const { room, notices } = open({ files });
      state.segments = true;
      await expect(append(room, entry('lost'))).rejects.toMatchObject({ code: 'audit_unwritable' });
      state.segments = false;
      await vi.waitFor(() => expect(notices.at(-1)?.notice).toBe('writable'), { timeout: 5_000, interval: 20 });
      expect(await status(room)).toMatchObject({ size: 0, state: 'ok' });
    });

    it('keeps acknowledged entries while tiles cannot be written, and writes them later', async () => {
      const { state, files } = fullDisk();
      const { room, notices } = open({ files });
      state.tiles = true;
      for (let at = 0; at < 600; at += 100) {
        expect(await append(room, ...Array.from({ length: 100 }, (_, more) => entry(String(at + more))))).toBe(at);
      }
      expect(await flush(room)).toMatchObject({ size: 600, published: 0, state: 'unwritable' });
      expect(notices[0]).toEqual({ notice: 'unwritable', payload: { reason: 'ENOSPC' } });
      state.tiles = false;
      await vi.waitFor(async () => expect(await flush(room)).toMatchObject({ published: 600, state: 'ok' }), { timeout: 5_000 });
      expect(await readEntries(scratch.directory)).toEqual(Array.from({ length: 600 }, (_, at) => String(at)));
    });
  });
});
