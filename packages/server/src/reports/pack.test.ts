import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { frameworks } from '../compliance/frameworks/index.ts';
import { proofsFor, standingOf } from '../compliance/standing.ts';
import { complianceFactsOf } from '../compliance/testing.ts';
import { createProofSigner } from '../keys/proof-signer.ts';
import { readZip } from '../privacy/read-zip.ts';
import { seenOf } from '../risk/testing-seen.ts';
import { type PackParts, writePack } from './writers/pack.ts';

const signer = createProofSigner(new Uint8Array(32).fill(7));
const facts = complianceFactsOf(seenOf([]));
const proof = proofsFor(facts, 'all');
const parts: PackParts = {
  ...{ number: 4, at: facts.at, company: '示例公司' },
  standings: new Map([
    [
      'mlps' as const,
      frameworks.mlps.requirements.map((one) => standingOf(one, 'all', proof, { attestedUntil: null, excludedUntil: null })),
    ],
  ]),
  documents: [{ name: 'menshen-mlps.html', bytes: Buffer.from('<p>') }],
  attestations: [
    {
      attestation: {
        ...{ id: `ca_${'a'.repeat(16)}`, item: 'mlps:8.1.2.1.c', name: '../../拓扑.PDF', statement: '分区' },
        ...{ type: 'application/pdf', bytes: 3, sha256: '0'.repeat(64), by: 'w', at: 1, until: 2, withdrawn: null },
      },
      content: Buffer.from('pdf'),
    },
  ],
  records: [
    { index: 3, entry: Buffer.from('{"a":1}'), proof: 'c2sp.org/tlog-proof@v1\n' },
    { index: 9, entry: Buffer.from('{"b":2}'), proof: null },
  ],
  log: { origin: 'log.example', vkey: 'log.example+1+k', checkpoint: 'log.example\n10\n' },
  ...{ publicKey: signer.publicKey, key: signer.id, sign: signer.sign },
};

describe('evidence pack', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'menshen-pack-'));
    for (const [name, bytes] of readZip(Buffer.from(writePack(parts)))) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), bytes);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const run = (command: string, ...args: string[]): number | null => spawnSync(command, args, { cwd: folder }).status;
  const verified = (): number | null =>
    run(
      'openssl',
      'pkeyutl',
      '-verify',
      '-pubin',
      '-inkey',
      'keys/report-key.pem',
      '-rawin',
      '-in',
      'index.json',
      '-sigfile',
      'index.json.sig',
    );

  it('is the same bytes for the same parts', () => {
    expect(Buffer.from(writePack(parts)).equals(Buffer.from(writePack(parts)))).toBe(true);
  });

  it('is checked offline with openssl and sha256sum alone, as its README says', () => {
    expect(verified()).toBe(0);
    const { sums } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));
    expect(
      createHash('sha256')
        .update(readFileSync(join(folder, 'SHA256SUMS')))
        .digest('hex'),
    ).toBe(sums);
    expect(run('sha256sum', '--quiet', '-c', 'SHA256SUMS')).toBe(0);
  });

  it('shows a changed record, a changed sum and a changed index', () => {
    const record = join(folder, 'log/entries/3');
    const index = join(folder, 'index.json');
    const [before, told] = [readFileSync(record), readFileSync(index)];
    writeFileSync(record, '{"a":2}');
    expect(run('sha256sum', '--quiet', '-c', 'SHA256SUMS')).not.toBe(0);
    writeFileSync(record, before);
    writeFileSync(index, told.toString('utf8').replace('示例公司', '别的公司'));
    expect(verified()).not.toBe(0);
    writeFileSync(index, told);
  });

  it('takes no path from the name of somebody’s file', () => {
    const names = [...readZip(Buffer.from(writePack(parts))).keys()];
    expect(names).toContain(`attestations/ca_${'a'.repeat(16)}.pdf`);
    for (const name of names) expect(name).toMatch(/^(?!\/)(?!.*\.\.)[\x21-\x7e]+$/);
  });
});
