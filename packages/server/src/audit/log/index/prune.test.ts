import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestWriter, scratchLog, testRoomOptions } from '../../testing.ts';
import { formatMinimum } from '../minimum.ts';
import { encodeRecord, RECORD } from '../record.ts';
import { discardIndex, openIndexer } from './indexer.ts';
import { openIndex } from './query.ts';
import { SEGMENT_ROWS } from './schema.ts';

let scratch: ReturnType<typeof scratchLog>;
beforeEach(() => {
  scratch = scratchLog();
});
afterEach(() => scratch.remove());

it('the index forgets what the log has given up, and is built anew without it', async () => {
  const { directory } = scratch;
  const size = SEGMENT_ROWS + 2_000;
  const { room } = openTestWriter(testRoomOptions(directory));
  for (let at = 0; at < size; at += 2_000) {
    const records = Array.from({ length: Math.min(2_000, size - at) }, (_, more) =>
      encodeRecord(RECORD.entry, 0, Buffer.from(`{"class_uid":${3001 + ((at + more) % 2)},"time":${at + more}}`)),
    );
    await room.handle('append', { bytes: Buffer.concat(records) });
  }
  await room.close();
  const index = () => {
    const indexer = openIndexer(directory);
    while (indexer.step(size));
    const made = indexer.size;
    indexer.close();
    return made;
  };
  const found = (from: number) => {
    const reader = openIndex(directory);
    return reader.rows({ classUid: 3001, before: from + 5, after: from - 1 }, 100, true).map((row) => row.index);
  };
  expect(index()).toBe(size);
  expect(found(100)).toEqual([100, 102, 104]);
  const minimum = SEGMENT_ROWS + 256;
  writeFileSync(join(directory, 'minimum'), formatMinimum({ minimum, entry: size - 1 }));
  expect(index()).toBe(size);
  expect(found(100)).toEqual([]);
  expect(found(minimum)).toEqual([minimum, minimum + 2, minimum + 4]);

  discardIndex(directory);
  rmSync(join(directory, 'tile', 'entries', '000'));
  expect(index()).toBe(size);
  expect(found(minimum - 100)).toEqual([]);
  expect(found(minimum)).toEqual([minimum, minimum + 2, minimum + 4]);
});
