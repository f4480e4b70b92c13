import { sign } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../audit/canonical-json.ts';
import { ed25519FromSeed } from '../gateway/backend-identity.ts';
import { drillEvidence } from './evidence.ts';

const folder = mkdtempSync(join(tmpdir(), 'menshen-drills-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const seed = new Uint8Array(32).fill(7);
const record = (started: number, ok = true) => ({
  ...{ kind: 'menshen-drill/1', started, ok, problems: [], rpoSeconds: 60, rtoSeconds: 4.2 },
  backup: { file: 'menshen-1.age', created: started - 500, version: '1.0.0' },
  checked: { files: 1, bytes: 1, rows: 1, migrations: 1, logSize: 1 },
});
const signed = (drill: object, by = seed): string => {
  const signature = sign(null, Buffer.from(canonicalJson(drill)), ed25519FromSeed(by)).toString('base64');
  return `${JSON.stringify({ ...drill, signature })}\n`;
};

describe('drills as evidence', () => {
  it('are those that this installation signed, the newest first', async () => {
    const file = join(folder, 'drills.jsonl');
    writeFileSync(file, signed(record(1_000)) + signed(record(2_000, false)));
    expect(await drillEvidence(file, seed)).toMatchObject([
      { at: 2_000, ok: false, backupAt: 1_500, rpoSeconds: 60, rtoSeconds: 4.2 },
      { at: 1_000, ok: true, backupAt: 500, rpoSeconds: 60, rtoSeconds: 4.2 },
    ]);
  });

  it('leave out what somebody wrote, signed with another key, changed, or broke', async () => {
    const file = join(folder, 'forged.jsonl');
    writeFileSync(file, `${JSON.stringify({ ...record(100_000), signature: null })}\n`);
    appendFileSync(file, signed(record(200_000), new Uint8Array(32).fill(8)));
    appendFileSync(file, signed(record(300_000, false)).replace('"ok":false', '"ok":true'));
    appendFileSync(file, signed(record(400_000)).replace('"started":400000', '"started":900000'));
    appendFileSync(file, '{"kind":"menshen-drill/1"}\n{ not json\n\n');
    expect(await drillEvidence(file, seed)).toEqual([]);
    expect(await drillEvidence(join(folder, 'none.jsonl'), seed)).toEqual([]);
  });
});
