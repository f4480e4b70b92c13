import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import { parseConfig } from './load.ts';
import { wechatKeyProblems } from './wechat-keys.ts';

const rsa = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const symmetricKey = Buffer.alloc(32, 7).toString('base64');
const files: Readonly<Record<string, string>> = {
  '/etc/app.pem': rsa.privateKey,
  '/etc/wechat.pem': rsa.publicKey,
  '/etc/broken.pem': '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
};
const sources = {
  env: { SYMMETRIC: symmetricKey, SM4: Buffer.alloc(16, 7).toString('base64'), NO_POINT: `04${'00'.repeat(64)}` },
  readFile: (path: string): string =>
    files[path] ??
    (() => {
      throw new Error('no file');
    })(),
};

interface Parts {
  readonly symmetric?: string;
  readonly signing?: string;
  readonly platform?: string;
}
const goodParts: Required<Parts> = {
  symmetric: '{ algorithm: AES256_GCM, sn: s1, key: "${SYMMETRIC}" }',
  signing: '{ algorithm: RSAwithSHA256, sn: a1, privateKey: file:app.pem }',
  platform: '[{ algorithm: RSAwithSHA256, sn: p1, publicKey: file:wechat.pem }]',
};
const load = (parts: Parts = {}) => {
  const { symmetric, signing, platform } = { ...goodParts, ...parts };
  const result = parseConfig(
    `apps:
  - id: shop
    audience: [customer]
    basePath: /shop
    upstream: http://127.0.0.1:1
    wechat:
      appid: wx0000000000000001
      secret: \${SYMMETRIC}
      apiSecurity:
        symmetric: ${symmetric}
        signing: ${signing}
        platform: ${platform}
`,
    '/etc/menshen.yaml',
    sources,
  );
  return result;
};
const problemsOf = (parts: Parts): readonly string[] => {
  const result = load(parts);
  const problems = result.ok ? wechatKeyProblems(result.config.apps) : result.problems;
  const text = new ConfigError(problems).message;
  for (const secret of [symmetricKey, rsa.privateKey.split('\n')[1] ?? '']) expect(text).not.toContain(secret);
  return problems.map(({ field }) => field);
};
const field = (name: string): string => `apps[0].wechat.apiSecurity.${name}`;

describe('keys of API security', () => {
  it('come from files and the environment', () => {
    const result = load();
    expect(result.ok && result.config.apps[0]?.wechat?.apiSecurity).toEqual({
      symmetric: { algorithm: 'AES256_GCM', sn: 's1', key: symmetricKey },
      signing: { algorithm: 'RSAwithSHA256', sn: 'a1', privateKey: rsa.privateKey.trim() },
      platform: [{ algorithm: 'RSAwithSHA256', sn: 'p1', publicKey: rsa.publicKey.trim() }],
      windowSeconds: 300,
    });
    expect(problemsOf({})).toEqual([]);
  });

  it.each([
    ['a literal symmetric key', { symmetric: `{ algorithm: AES256_GCM, sn: s1, key: ${symmetricKey} }` }, 'symmetric.key'],
    [
      'a literal private key',
      { signing: `{ algorithm: SM2withSM3, sn: a1, privateKey: "${'1'.repeat(64)}" }` },
      'signing.privateKey',
    ],
    ['a key of the other length', { symmetric: '{ algorithm: SM4_GCM, sn: s1, key: "${SYMMETRIC}" }' }, 'symmetric.key'],
    ['a key of the other length', { symmetric: '{ algorithm: AES256_GCM, sn: s1, key: "${SM4}" }' }, 'symmetric.key'],
    ['an unknown algorithm', { symmetric: '{ algorithm: NONE, sn: s1, key: "${SYMMETRIC}" }' }, 'symmetric.algorithm'],
    [
      'an id that would break the signed text',
      { symmetric: '{ algorithm: AES256_GCM, sn: "a|b", key: "${SYMMETRIC}" }' },
      'symmetric.sn',
    ],
    [
      'a key that only looks like one',
      { signing: '{ algorithm: RSAwithSHA256, sn: a1, privateKey: file:broken.pem }' },
      'signing.privateKey',
    ],
    [
      'a public key for a private one',
      { signing: '{ algorithm: RSAwithSHA256, sn: a1, privateKey: file:wechat.pem }' },
      'signing.privateKey',
    ],
    ['no certificate', { platform: '[]' }, 'platform'],
    [
      'a point off the curve',
      { platform: '[{ algorithm: SM2withSM3, sn: p1, publicKey: "${NO_POINT}" }]' },
      'platform[0].publicKey',
    ],
    [
      'two certificates of one id',
      { platform: `[${Array(2).fill('{ algorithm: RSAwithSHA256, sn: p1, publicKey: file:wechat.pem }').join(', ')}]` },
      'platform',
    ],
  ])('are refused with %s, and named by their place', (_name, parts, name) => expect(problemsOf(parts)).toEqual([field(name)]));
});
