import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeys, loadMasterKey } from '../keys/master.ts';
import { createProofSigner } from '../keys/proof-signer.ts';
import { erasureLogKey, erasureLogPath, openErasureLog } from '../privacy/erasure-log.ts';
import { buildExport } from '../privacy/export.ts';
import { privacyCarryOver, privacyVerify } from './privacy.ts';
import { run } from './testing/terminal.ts';

describe('menshen privacy', () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);
  const signer = createProofSigner(new Uint8Array(32).fill(4));
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'menshen-privacy-'));
    const copy = buildExport(
      {
        request: 'pr_x',
        uid: 'zhang',
        origin: 'log',
        at: 0,
        parts: [{ name: 'identity', rows: [{ a: 1 }], cut: false }],
        backends: [],
        note: '',
      },
      signer,
    );
    writeFileSync(at('copy.zip'), copy);
    writeFileSync(at('key.pem'), signer.publicKey);
    writeFileSync(at('other.pem'), generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }));
    const bent = Buffer.from(copy);
    bent.write('9', bent.indexOf('"a": 1') + 5);
    writeFileSync(at('bent.zip'), bent);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('says whether a copy holds, and by which key', async () => {
    const good = await run(privacyVerify, [at('copy.zip'), '--key', at('key.pem')], { language: 'zh' });
    expect([good.code, good.out]).toEqual([0, expect.stringContaining('验证通过')]);
    const bent = await run(privacyVerify, [at('bent.zip'), '--key', at('key.pem'), '--json']);
    expect([bent.code, JSON.parse(bent.out).problems]).toEqual([1, ['file data/identity.json']]);
    const other = await run(privacyVerify, [at('copy.zip'), '--key', at('other.pem')], { language: 'en' });
    expect([other.code, other.out]).toEqual([1, expect.stringContaining('the signature does not fit')]);
    const neither = await run(privacyVerify, [at('key.pem'), '--key', at('key.pem')]);
    expect([neither.code, neither.err]).toEqual([2, expect.stringContaining('neither a copy nor a certificate')]);
    expect((await run(privacyVerify, [at('copy.zip')])).code).toBe(2);
  });

  it('carries erasures over to a restored data folder, once, and none that somebody else wrote', async () => {
    const data = at('data');
    const key = erasureLogKey(createKeys(loadMasterKey(undefined, join(data, 'keys', 'master.key')), () => new Uint8Array(0)));
    const entry = {
      id: `er_${'a'.repeat(16)}`,
      subject: `ps_${'a'.repeat(43)}`,
      scope: 'person',
      cause: 'request',
      at: 1,
    } as const;
    openErasureLog(at('newer.log'), key).append(entry);
    const carried = await run(privacyCarryOver, [at('newer.log'), '--data', data, '--json']);
    expect([carried.code, JSON.parse(carried.out)]).toEqual([0, { added: 1, known: 0, foreign: 0 }]);
    expect(openErasureLog(erasureLogPath(data), key).entries()).toEqual([entry]);
    const again = await run(privacyCarryOver, [at('newer.log'), '--data', data, '--json']);
    expect(JSON.parse(again.out)).toEqual({ added: 0, known: 1, foreign: 0 });
    writeFileSync(at('forged.log'), `${JSON.stringify({ entry: { ...entry, id: `er_${'b'.repeat(16)}` }, mac: 'x' })}\n`);
    const forged = await run(privacyCarryOver, [at('forged.log'), '--data', data], { language: 'en' });
    expect([forged.code, forged.out]).toEqual([1, expect.stringContaining('not of this platform 1')]);
    const lost = await run(privacyCarryOver, [at('newer.log'), '--data', at('nothing')]);
    expect([lost.code, lost.err]).toEqual([2, expect.stringContaining('no master key')]);
  });
});
