import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../config/load.ts';
import { createProofSigner } from '../keys/proof-signer.ts';
import { readZip } from '../privacy/read-zip.ts';
import { statementOf } from './statement.ts';
import { writePack } from './writers/pack.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../../docs/guides/compliance.md'), 'utf8');
const block = (language: string, at = 0): string =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))][at]?.[1] ?? '';

describe('the guide to compliance', () => {
  let folder: string;
  const signer = createProofSigner(new Uint8Array(32).fill(9));
  const report = Buffer.from('a report');
  const sha256 = createHash('sha256').update(report).digest('hex');
  const name = 'menshen-mlps-2026-11-26.html';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'menshen-compliance-'));
    writeFileSync(join(folder, name), report);
    writeFileSync(join(folder, 'report-key.pem'), signer.publicKey);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const bash = (script: string, env: Record<string, string> = {}): number | null =>
    spawnSync('bash', ['-euc', script], { cwd: folder, env: { ...process.env, ...env } }).status;

  it('shows a configuration that works', () => {
    const read = parseConfig(block('yaml'), '/etc/menshen.yaml', { env: {}, readFile: () => '' });
    expect(read.ok ? [] : read.problems).toEqual([]);
    if (read.ok) expect(read.config.compliance.mlps).toEqual({ level: 3, mobile: true });
  });

  it('checks a report with openssl alone, and refuses one that was changed', () => {
    const report8 = { number: 8, kind: 'mlps', subject: 'app:portal' } as const;
    const signature = signer.sign(statementOf(report8, { name, sha256, key: signer.id })).toString('base64url');
    const about = { NUMBER: '8', KIND: 'mlps', SUBJECT: 'app:portal', KEY: signer.id };
    const env = { FILE: join(folder, name), ...about, SIGNATURE: signature };
    expect(bash(block('bash'), env)).toBe(0);
    expect(bash(block('bash'), { ...env, NUMBER: '9' })).not.toBe(0);
    // A report of one app is not passed off as one of everything.
    expect(bash(block('bash'), { ...env, SUBJECT: 'all' })).not.toBe(0);
    writeFileSync(join(folder, name), 'another report');
    expect(bash(block('bash'), env)).not.toBe(0);
    writeFileSync(join(folder, name), report);
  });

  it('checks a pack, and refuses one of which a file was changed', () => {
    const pack = writePack({
      ...{ number: 1, at: 0, company: '', standings: new Map(), documents: [], attestations: [] },
      records: [{ index: 0, entry: Buffer.from('{}'), proof: 'proof\n' }],
      log: { origin: 'o', vkey: 'v', checkpoint: 'c' },
      ...{ publicKey: signer.publicKey, key: signer.id, sign: signer.sign },
    });
    for (const [path, bytes] of readZip(Buffer.from(pack))) {
      mkdirSync(dirname(join(folder, 'pack', path)), { recursive: true });
      writeFileSync(join(folder, 'pack', path), bytes);
    }
    expect(bash(block('bash', 1))).toBe(0);
    writeFileSync(join(folder, 'pack/log/entries/0'), '{"a":1}');
    expect(bash(block('bash', 1))).not.toBe(0);
    // Whoever also mends the sums meets the signature.
    const sums = readFileSync(join(folder, 'pack/SHA256SUMS'), 'utf8');
    const hash = createHash('sha256').update('{"a":1}').digest('hex');
    writeFileSync(join(folder, 'pack/SHA256SUMS'), sums.replace(/^[0-9a-f]{64}(?= {2}log\/entries\/0$)/m, hash));
    expect(bash(block('bash', 1))).not.toBe(0);
  });
});
