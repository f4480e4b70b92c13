import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backendTlsProblems, tlsProblems } from '../gateway/tls.ts';
import { testTlsPair } from '../testing/tls-pair.ts';
import { parseConfig } from './load.ts';
import { wechatKeyProblems } from './wechat-keys.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../../docs/guides/transport-and-wechat-keys.md'), 'utf8');
const rsa = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const [own, backend] = [testTlsPair('first'), testTlsPair('second')];
const files: Readonly<Record<string, string>> = {
  'fullchain.pem': own.cert,
  'privkey.pem': own.key,
  'internal-ca.pem': backend.cert,
  'gateway.pem': backend.cert,
  'gateway.key': backend.key,
  'wechat-app.key': rsa.privateKey,
  'wechat-platform.pem': rsa.publicKey,
};

describe('docs/guides/transport-and-wechat-keys.md', () => {
  it('shows a configuration that works in production, and every file of it is used', () => {
    const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
    const read = new Set<string>();
    const result = parseConfig(yaml, '/etc/menshen.yaml', {
      env: { WECHAT_SECRET: 's', WECHAT_SYMMETRIC_KEY: Buffer.alloc(32, 7).toString('base64') },
      readFile: (path) => {
        read.add(basename(path));
        const text = files[basename(path)];
        if (text === undefined) throw new Error('no such file');
        return text;
      },
    });
    expect(result.ok ? [] : result.problems).toEqual([]);
    expect([...read].sort()).toEqual(Object.keys(files).sort());
    if (!result.ok) return;
    const { apps, gateway } = result.config;
    const unusable = gateway.tls === undefined ? ['no tls'] : tlsProblems(gateway.tls);
    expect([...unusable, ...backendTlsProblems(apps), ...wechatKeyProblems(apps)]).toEqual([]);
  });
});
