import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openAuditRoom, RECORD, RecordBatch } from '@menshen/server';
import { serveRounds } from './candidate.ts';

// Write-ahead segment, tiles and signed checkpoints: what the writer thread does with events, in the thread that is measured.
const directory = mkdtempSync(join(process.argv[2] ?? '.', 'menshen-append-'));
const room = openAuditRoom(
  { directory, origin: 'bench.local/audit', signingSeed: new Uint8Array(32).fill(7), checkpointIntervalMs: 1_000 },
  () => undefined,
  { index: false },
);
let room256 = 400_000;
serveRounds({
  async commit(events) {
    const batch = new RecordBatch(room256);
    for (const event of events) batch.add(RECORD.entry, 0, event);
    room256 = batch.bytes + 4_096;
    await room.handle('append', { bytes: batch.encoded() });
  },
  helperCpuSeconds: () => 0,
  async close() {
    await room.close();
    rmSync(directory, { recursive: true, force: true });
  },
});
