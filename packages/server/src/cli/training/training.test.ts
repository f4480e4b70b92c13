import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../audit/canonical-json.ts';
import { createProofSigner } from '../../keys/proof-signer.ts';
import { shippedCourses } from '../../train/courses/library.ts';
import { run } from '../testing/terminal.ts';
import { trainingCheck, trainingVerify } from './training.ts';

let folder: string;
const at = (name: string): string => join(folder, name);
const signer = createProofSigner(new Uint8Array(32).fill(4));
const statement = (change: object = {}): string =>
  canonicalJson({
    ...{ format: 'menshen training certificate 1', id: `tc_${'A'.repeat(22)}`, holder: '张三', score: 92 },
    course: { id: 'phishing', version: 1, title: { zh: '识别钓鱼', en: 'Phishing' } },
    ...{ issued: '2026-01-31', expires: '2999-01-31', issuer: { zh: '公司', en: 'Company' }, key: signer.id },
    ...change,
  });
const write = (name: string, text: string, signature = signer.sign(text).toString('base64url')): void =>
  writeFileSync(at(name), JSON.stringify({ statement: text, signature }));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'menshen-training-'));
  writeFileSync(at('key.pem'), signer.publicKey);
  writeFileSync(at('other.pem'), generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }));
  write('good.json', statement());
  write('expired.json', statement({ expires: '2026-02-01' }));
  write('bent.json', statement({ score: 100 }), signer.sign(statement()).toString('base64url'));
  writeFileSync(at('none.json'), '{}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('menshen training verify', () => {
  it('says whether a certificate holds by a key that was had another way', async () => {
    const verify = (file: string, key = 'key.pem') => run(trainingVerify, [at(file), '--key', at(key)], { language: 'en' });
    expect(await verify('good.json')).toMatchObject({ code: 0, out: expect.stringMatching(/张三 · Phishing · 92[\s\S]*holds/) });
    expect(await verify('bent.json')).toMatchObject({ code: 1, out: expect.stringContaining('does not fit') });
    expect(await verify('good.json', 'other.pem')).toMatchObject({ code: 1 });
    expect(await verify('expired.json')).toMatchObject({ code: 1, out: expect.stringContaining('expired') });
    const json = await run(trainingVerify, [at('good.json'), '--key', at('key.pem'), '--json'], { language: 'en' });
    expect(JSON.parse(json.out)).toMatchObject({ valid: true, expired: false, certificate: { holder: '张三' } });
  });

  it('ends with 2 on what is no certificate, no key, or no file', async () => {
    for (const args of [
      [at('none.json'), '--key', at('key.pem')],
      [at('good.json'), '--key', at('good.json')],
      [at('gone.json'), '--key', at('key.pem')],
      [at('good.json')],
    ])
      expect((await run(trainingVerify, args, { language: 'zh' })).code).toBe(2);
  });
});

describe('menshen training check', () => {
  it('finds nothing wrong with what ships, and names file and line of a fault', async () => {
    const good = await run(trainingCheck, [shippedCourses], { language: 'zh' });
    expect([good.code, good.err]).toEqual([0, '']);
    expect(good.out).toContain('phishing：8 张卡片，题库 13 题，没有问题');
    cpSync(join(shippedCourses, 'phishing'), at('own'), { recursive: true });
    writeFileSync(join(at('own'), 'en.md'), '---\nid: phishing\n---\n');
    const bad = await run(trainingCheck, [at('own')], { language: 'en' });
    expect(bad.code).toBe(1);
    expect(bad.err).toMatch(/own\/en\.md:\d+: /);
    mkdirSync(at('empty'));
    expect((await run(trainingCheck, [at('empty')], { language: 'zh' })).code).toBe(2);
  });
});
