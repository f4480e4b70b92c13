import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTestWriter, readEntries, scratchLog, TEST_VKEY, testRoomOptions } from '../testing.ts';
import { encodeRecord, RECORD } from './record.ts';
import { directorySource } from './source.ts';
import { createDyingDisk, seededRandom } from './testing-disk.ts';
import { verifyLog } from './verify/verify.ts';

const SEGMENT = 4_096;
const BATCHES = 40;
const PER_BATCH = 10;

/** Writes batches until the disk dies; every tenth holds an intent that is resolved in the next. Returns what was acknowledged. */
async function writeUntilDeath(directory: string, files: ReturnType<typeof createDyingDisk>['files']) {
  const acknowledged: string[] = [];
  const intents = new Set<string>();
  const published: Buffer[] = [];
  const { room } = openTestWriter(testRoomOptions(directory), { files, segmentBytes: SEGMENT });
  try {
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const events = Array.from({ length: PER_BATCH }, (_, at) => `{"batch":${batch},"n":${at}}`);
      const records = events.map((event) => encodeRecord(RECORD.entry, 0, Buffer.from(event)));
      const open = `{"intent":${batch}}`;
      if (batch % 10 === 5) records.push(encodeRecord(RECORD.intent, batch, Buffer.from(open)));
      if (batch % 10 === 6 && batch > 10) {
        events.push(`{"outcome":${batch - 1}}`);
        records.push(encodeRecord(RECORD.outcome, batch - 1, Buffer.from(`{"outcome":${batch - 1}}`)));
      }
      await room.handle('append', { bytes: Buffer.concat(records) });
      acknowledged.push(...events);
      if (batch % 10 === 5) intents.add(open);
      if (batch % 10 === 6 && batch > 10) intents.delete(`{"intent":${batch - 1}}`);
      if (batch % 7 === 6) {
        await room.handle('flush', null);
        published.push(readFileSync(join(directory, 'checkpoint')));
      }
    }
  } catch {
    // The disk has died.
  }
  await room.close();
  return { acknowledged, intents, published };
}

/** Sentences of a log that start with a given word. */
const only = (entries: readonly string[], word: string) => entries.filter((entry) => entry.startsWith(`{"${word}"`));

async function check(directory: string, written: Awaited<ReturnType<typeof writeUntilDeath>>): Promise<void> {
  const { room } = openTestWriter(testRoomOptions(directory), { segmentBytes: SEGMENT });
  await room.close();
  const entries = await readEntries(directory);
  const report = await verifyLog(directorySource(directory), { vkey: TEST_VKEY });
  expect(report).toMatchObject({ ok: true, size: entries.length });
  // Whatever was seen signed is still a part of the log.
  for (const note of written.published) {
    const later = await verifyLog(directorySource(directory), { vkey: TEST_VKEY, from: note.toString('utf8'), live: true });
    expect(later.problems).toEqual([]);
  }
  const acts = entries.filter((entry) => !entry.startsWith('{"intent"'));
  expect(acts.slice(0, written.acknowledged.length)).toEqual(written.acknowledged);
  const unknown = only(entries, 'intent');
  for (const intent of written.intents) {
    const marked = intent.replace('}', ',"unmapped":{"menshen":{"outcome":"unknown"}}}');
    const resolved = entries.includes(intent.replace('intent', 'outcome'));
    expect(unknown.filter((entry) => entry === marked)).toHaveLength(resolved ? 0 : 1);
  }
  expect(new Set(unknown).size).toBe(unknown.length);
}

describe('a log whose machine dies', () => {
  it('at any file operation, losing any part of what was not synced, has all it acknowledged', { timeout: 240_000 }, async () => {
    const dryRun = scratchLog('simulated');
    const healthy = createDyingDisk(Number.POSITIVE_INFINITY);
    await writeUntilDeath(dryRun.directory, healthy.files);
    dryRun.remove();
    const total = healthy.operations();
    expect(total).toBeGreaterThan(120);
    for (let diesAt = 1; diesAt <= total; diesAt += 1) {
      const scratch = scratchLog('simulated');
      const disk = createDyingDisk(diesAt);
      try {
        const written = await writeUntilDeath(scratch.directory, disk.files).catch((error: unknown) => {
          // Died while the log was being made: nothing was promised.
          expect(error).toMatchObject({ code: 'audit_unwritable' });
          return { acknowledged: [], intents: new Set<string>(), published: [] };
        });
        disk.loseUnsynced(seededRandom(diesAt));
        await check(scratch.directory, written);
      } catch (error) {
        throw new Error(`operation ${diesAt} of ${total}`, { cause: error });
      } finally {
        scratch.remove();
      }
    }
  });
});
