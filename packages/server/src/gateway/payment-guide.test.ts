import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCatalogue } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../config/load.ts';
import { wechatKeyProblems } from '../config/wechat-keys.ts';
import { compilePayment } from './payment-rule.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../../docs/guides/payment-notifications.md'), 'utf8');
const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'pem', type: 'spki' }).toString();

describe('docs/guides/payment-notifications.md', () => {
  it('shows a configuration that works in production', () => {
    const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
    const sources = {
      env: { PAY_APIV3_KEY: 'k'.repeat(32) },
      readFile: (path: string) => (path.endsWith('/wechatpay.pem') ? key : ''),
    };
    const result = parseConfig(yaml, '/etc/menshen.yaml', sources);
    expect(result.ok ? [] : result.problems).toEqual([]);
    const apps = result.ok ? result.config.apps : [];
    expect(wechatKeyProblems(apps)).toEqual([]);
    expect(apps.flatMap((app) => app.routes.map((route) => compilePayment(app, route)?.decrypt))).toEqual([true, false]);
  });

  it('names every refusal with its status, in both languages', () => {
    const codes = Object.entries(errorCatalogue).filter(([code]) => code.startsWith('payment_'));
    for (const [code, { status }] of codes)
      expect([code, guide.split(`| \`${code}\` | ${status} |`).length - 1]).toEqual([code, 2]);
  });
});

describe('keys of WeChat Pay', () => {
  const load = (pay: string) =>
    parseConfig(
      `apps:\n  - { id: shop, audience: [customer], basePath: /shop, upstream: "http://127.0.0.1:1", pay: ${pay} }\n`,
      '/etc/menshen.yaml',
      { env: { KEY: 'k'.repeat(32), SHORT: 'k' }, readFile: (path) => (path.endsWith('/good.pem') ? key : 'no key') },
    );
  const platform = '[{ serial: S1, publicKey: file:good.pem }]';
  it.each([
    ['a literal APIv3 key', `{ apiV3Key: ${'k'.repeat(32)}, platformKeys: ${platform} }`, 'apps[0].pay.apiV3Key'],
    ['an APIv3 key of another length', `{ apiV3Key: "\${SHORT}", platformKeys: ${platform} }`, 'apps[0].pay.apiV3Key'],
    ['no platform key', '{ apiV3Key: "${KEY}", platformKeys: [] }', 'apps[0].pay.platformKeys'],
    [
      'no key',
      '{ apiV3Key: "${KEY}", platformKeys: [{ serial: S1, publicKey: file:bad.pem }] }',
      'apps[0].pay.platformKeys[0].publicKey',
    ],
    [
      'two of one serial',
      `{ apiV3Key: "\${KEY}", platformKeys: ${platform.replace(']', `, ${platform.slice(1)}`)} }`,
      'apps[0].pay.platformKeys',
    ],
  ])('are refused with %s, and named by their place', (_name, pay, field) => {
    const result = load(pay);
    const problems = result.ok ? wechatKeyProblems(result.config.apps) : result.problems;
    expect(problems.map((problem) => problem.field)).toEqual([field]);
    expect(JSON.stringify(problems)).not.toContain('kkkk');
  });
});
