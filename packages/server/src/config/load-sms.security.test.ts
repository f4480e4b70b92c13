import { describe, expect, it } from 'vitest';
import { parseConfig } from './load.ts';

const sources = {
  env: { KEY: 'from-the-environment' },
  readFile: (): string => {
    throw new Error('no files');
  },
};
const load = (sms: string, environment = 'production') =>
  parseConfig(`environment: ${environment}\nsms:\n${sms.replace(/^/gm, '  ')}\n`, '/etc/menshen.yaml', sources);

const tencent = 'provider: tencent\nsecretId: AKID\nsdkAppId: "1400000001"\nsignName: 公司\ntemplates: { zh: "1" }\n';
const aliyun = 'provider: aliyun\naccessKeyId: LTAI\nsignName: 公司\ntemplates: { zh: SMS_1 }\n';

describe('the account at an SMS provider', () => {
  it('takes its key from the environment, and its address by default', () => {
    const results = [load(`${tencent}secretKey: \${KEY}`), load(`${aliyun}accessKeySecret: \${KEY}`)];
    expect(results.map((result) => result.ok && result.config.sms)).toMatchObject([
      { secretKey: 'from-the-environment', apiBase: 'https://sms.tencentcloudapi.com', region: 'ap-guangzhou' },
      { accessKeySecret: 'from-the-environment', apiBase: 'https://dysmsapi.aliyuncs.com' },
    ]);
  });

  it.each([
    ['a literal key', `${tencent}secretKey: literal`, 'sms.secretKey'],
    ['a literal key', `${aliyun}accessKeySecret: literal`, 'sms.accessKeySecret'],
    ['no key', tencent, 'sms.secretKey'],
    ['a field of the other provider', `${tencent}secretKey: \${KEY}\naccessKeyId: x`, 'sms.accessKeyId'],
    ['an unknown provider', 'provider: other', 'sms.provider'],
    ['a template of the wrong form', `${aliyun.replace('SMS_1', '1')}accessKeySecret: \${KEY}`, 'sms.templates.zh'],
  ])('is refused with %s', (_name, text, field) => {
    const result = load(text);
    expect(result.ok ? [] : result.problems.map((problem) => problem.field)).toContain(field);
    expect(JSON.stringify(result)).not.toContain('from-the-environment');
  });
});
