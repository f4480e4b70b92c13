import { sign } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { canonicalJson } from '../audit/canonical-json.ts';
import { ed25519FromSeed } from '../gateway/backend-identity.ts';
import { readSignedLines } from './signed-lines.ts';

const unsigned = z.strictObject({
  kind: z.literal('menshen-restore/1'),
  /** Epoch ms when everything was checked and stood in its place. */
  finished: z.int().min(0),
  /** `state`: Menshen's own. `data`: business data, by its id in the configuration. */
  what: z.enum(['state', 'data']),
  data: z.string().max(100).nullable(),
  /** File of the backup, or generation of the second place. */
  source: z.string().min(1).max(200),
  /** Epoch ms of the state that was restored. */
  stateOf: z.int().min(0),
  /** Rows, or files of a folder, each counted against what the backup said. */
  rows: z.int().min(0),
  /** Entries of the audit log that was verified; null for business data. */
  logSize: z.int().min(0).nullable(),
  seconds: z.number().min(0),
});
const signed = unsigned.extend({ signature: z.string().max(200) });

/** Record of a restore that was carried out and checked, as opposed to a drill. */
export type RestoreRecord = z.output<typeof unsigned>;

const fileName = 'restores.jsonl';
const newest = 50;

/** Appends the record to the data folder, signed with a key of the installation, so that it cannot be made up afterwards. */
export async function appendRestore(data: string, record: RestoreRecord, seed: Uint8Array): Promise<void> {
  const signature = sign(null, Buffer.from(canonicalJson(record)), ed25519FromSeed(seed)).toString('base64');
  await appendFile(join(data, fileName), `${JSON.stringify({ ...record, signature })}\n`, { mode: 0o600 });
}

/** Restores on record, the newest first; see {@link readSignedLines}. */
export async function restoreEvidence(data: string, seed: Uint8Array): Promise<readonly RestoreRecord[]> {
  return (await readSignedLines(join(data, fileName), seed, signed))
    .map(({ signature: _, ...record }) => record)
    .sort((one, other) => other.finished - one.finished)
    .slice(0, newest);
}
