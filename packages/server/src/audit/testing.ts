import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatVerifierKey, TILE_WIDTH, tileOf } from '@menshen/tlog';
import { createSigner } from '@menshen/tlog/node';
import type { Writer } from '../writer/client.ts';
import { type AuditRoomOptions, type Room, WriterError } from '../writer/protocol.ts';
import { openLog } from './log/reader.ts';
import { type AuditRoomParts, openAuditRoom } from './log/room.ts';
import { directorySource } from './log/source.ts';

/** For tests: a log directory that goes when the test ends; `simulated` ones lie in memory, where the machine allows it. */
export function scratchLog(disk: 'real' | 'simulated' = 'real'): { readonly directory: string; remove(): void } {
  const memory = '/dev/shm';
  const place = disk === 'simulated' && existsSync(memory) ? memory : tmpdir();
  const directory = mkdtempSync(join(place, 'menshen-audit-'));
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

export const TEST_ORIGIN = 'example.com/audit';
export const TEST_SEED = new Uint8Array(32).fill(7);

/** For tests: a room whose checkpoints come only when they are asked for. */
export function testRoomOptions(directory: string, changes: Partial<AuditRoomOptions> = {}): AuditRoomOptions {
  return { directory, origin: TEST_ORIGIN, signingSeed: TEST_SEED, checkpointIntervalMs: 3_600_000, ...changes };
}

/** For tests: the writer's interface over a room in this thread. */
export function openTestWriter(
  options: AuditRoomOptions,
  parts: AuditRoomParts = {},
): { readonly writer: Writer; readonly room: Room; readonly notices: { notice: string; payload: unknown }[] } {
  const listeners = new Set<(notice: string, payload: unknown) => void>();
  const notices: { notice: string; payload: unknown }[] = [];
  const room = openAuditRoom(
    options,
    (notice, payload) => {
      notices.push({ notice, payload });
      for (const hear of listeners) hear(notice, payload);
    },
    { index: false, ...parts },
  );
  let closed = false;
  const writer: Writer = {
    async call(_room, op, payload, transfer = []) {
      if (closed) throw new WriterError('writer_closed', 'the writer has ended');
      return await room.handle(op, structuredClone(payload, { transfer: [...transfer] }));
    },
    listen(_room, hear) {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
    async close() {
      closed = true;
      await room.close();
    },
  };
  return { writer, room, notices };
}

/** For tests: the verifier key of a test room's log. */
export const TEST_VKEY = formatVerifierKey(createSigner(TEST_ORIGIN, TEST_SEED).key);

/** For tests: all entries of a log directory under its checkpoint, as text. */
export async function readEntries(directory: string): Promise<string[]> {
  const log = openLog(directorySource(directory));
  const size = (await log.checkpoint())?.checkpoint.size ?? 0;
  const entries: string[] = [];
  for (let first = 0; first < size; first += TILE_WIDTH) {
    const bundle = await log.bundle(tileOf('entries', first, size));
    for (const entry of bundle ?? []) entries.push(new TextDecoder().decode(entry));
  }
  return entries;
}
