import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Room } from '../../../writer/protocol.ts';
import { openTestWriter, readEntries, scratchLog, testRoomOptions } from '../../testing.ts';
import { encodeRecord, MEMBER_INTENTS, RECORD } from '../record.ts';

describe('a log into which several processes write through one', () => {
  let scratch: ReturnType<typeof scratchLog>;
  let rooms: Room[] = [];
  beforeEach(() => {
    scratch = scratchLog();
    rooms = [];
  });
  afterEach(async () => {
    for (const room of rooms) await room.close();
    scratch.remove();
  });
  const open = (alive: readonly number[] = [], segmentBytes?: number): Room => {
    const parts = { liveMembers: () => new Set(alive), ...(segmentBytes === undefined ? {} : { segmentBytes }) };
    const { room } = openTestWriter(testRoomOptions(scratch.directory), parts);
    rooms.push(room);
    return room;
  };
  const close = async (room: Room): Promise<void> => {
    rooms = rooms.filter((other) => other !== room);
    await room.close();
  };
  const entry = (text: string) => encodeRecord(RECORD.entry, 0, Buffer.from(text));
  const from = async (room: Room, member: number, sequence: number, ...records: Uint8Array[]) =>
    await room.handle('append-from', { member, sequence, bytes: Buffer.concat(records) });

  it('writes a batch once, however often it comes: at once, later, and after a takeover', async () => {
    const room = open();
    expect(await Promise.all([from(room, 7, 1, entry('a'), entry('b')), from(room, 7, 1, entry('a'), entry('b'))])).toEqual([
      0, 0,
    ]);
    expect(await from(room, 7, 1, entry('a'), entry('b'))).toBe(0);
    expect(await from(room, 8, 1, entry('c'))).toBe(2);
    expect(await from(room, 7, 2, entry('d'))).toBe(3);
    await close(room);
    const next = open();
    expect(await from(next, 7, 2, entry('d'))).toBe(3);
    expect(await from(next, 8, 1, entry('c'))).toBe(2);
    expect(await from(next, 7, 3, entry('e'))).toBe(4);
    await expect(from(next, 7, 2, entry('d'))).rejects.toMatchObject({ code: 'audit_batch_malformed' });
    await next.handle('flush', null);
    expect(await readEntries(scratch.directory)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('remembers the last batches when their segments are given up', async () => {
    const room = open([], 8_192);
    await from(room, 7, 1, entry('first'));
    for (let at = 0; at < 2_000; at += 20)
      await room.handle('append', { bytes: Buffer.concat(Array.from({ length: 20 }, (_, more) => entry(`{"n":${at + more}}`))) });
    await room.handle('flush', null);
    await close(room);
    const next = open([], 8_192);
    await expect(from(next, 7, 0, entry('x'))).rejects.toMatchObject({ code: 'audit_batch_malformed' });
    // Its answer may have been lost: what is said again is where the batch stands, not where its mark was carried to.
    expect(await from(next, 7, 1, entry('first'))).toBe(0);
    await next.handle('flush', null);
    expect((await readEntries(scratch.directory)).filter((text) => text === 'first')).toHaveLength(1);
  });

  it('leaves the acts of living processes open, and settles those of one that has died', async () => {
    const intent = (member: number, text: string) => encodeRecord(RECORD.intent, member * MEMBER_INTENTS + 1, Buffer.from(text));
    const room = open();
    await from(room, 7, 1, intent(7, '{"by":7}'));
    await from(room, 8, 1, intent(8, '{"by":8}'));
    await room.handle('append', { bytes: encodeRecord(RECORD.intent, 9 * MEMBER_INTENTS + 1, Buffer.from('{"by":9}')) });
    await close(room);
    const next = open([7, 8]);
    expect(await next.handle('recovered', null)).toEqual({ indexes: [0] });
    await from(next, 7, 2, encodeRecord(RECORD.outcome, 7 * MEMBER_INTENTS + 1, Buffer.from('{"done":7}')));
    expect(await next.handle('settle', { member: 8 })).toEqual({ indexes: [2] });
    expect(await next.handle('settle', { member: 8 })).toEqual({ indexes: [] });
    await next.handle('flush', null);
    expect(await readEntries(scratch.directory)).toEqual([
      '{"by":9,"unmapped":{"menshen":{"outcome":"unknown"}}}',
      '{"done":7}',
      '{"by":8,"unmapped":{"menshen":{"outcome":"unknown"}}}',
    ]);
  });

  it('is fenced: a process that the folder no longer names as its holder signs and takes nothing more', async () => {
    const room = open();
    await room.handle('append', { bytes: entry('a') });
    await room.handle('flush', null);
    const signed = readFileSync(join(scratch.directory, 'checkpoint'), 'utf8');
    await room.handle('append', { bytes: entry('b') });
    const lock = join(scratch.directory, 'lock');
    const own = readFileSync(lock, 'utf8');
    writeFileSync(lock, own.replace(/"token":"./, '"token":"x'));
    expect(await room.handle('flush', null)).toMatchObject({ state: 'unwritable', published: 1 });
    await expect(async () => await room.handle('append', { bytes: entry('c') })).rejects.toMatchObject({
      code: 'audit_unwritable',
    });
    expect(readFileSync(join(scratch.directory, 'checkpoint'), 'utf8')).toBe(signed);
    writeFileSync(lock, own);
    await expect(async () => await room.handle('append', { bytes: entry('c') })).rejects.toMatchObject({
      code: 'audit_unwritable',
    });
    await close(room);
    const next = open();
    await next.handle('flush', null);
    expect(await readEntries(scratch.directory)).toEqual(['a', 'b']);
  });
});
