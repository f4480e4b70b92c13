import { describe, expect, it } from 'vitest';
import { entropy } from './entropy.ts';
import { isMash, isPlaceholder } from './placeholder.ts';

describe('isPlaceholder', () => {
  it.each([
    'your-secret-key',
    'YOUR_APP_SECRET',
    'xxxxxxxx',
    '<secret>',
    '${WX_SECRET}',
    '{{secret}}',
    '请填写密钥',
    '替换成你的密钥',
    'changeme',
    '******',
    'asdasdasdasdasdasd',
    'asdlakjsdlajlajsdlas',
    '123456123123',
    'replace-me',
    'example-key',
    '11111111',
    'abcdefghijklmnop',
    '@wx.secret@',
    '%SECRET%',
    '0123456789abcdef0123456789abcdef',
    'test_secret_here',
    'process.env.KEY',
  ])('knows %s', (value) => expect(isPlaceholder(value)).toBe(true));

  it.each(['9f86d081884c7d659a2feaa0c55ad015', 'kQ7xP2mN9vB4tR6w', 'b17ca4f0e2d9386b5a71c8e3f4d6092a', 'S3cr3t!Pa55w0rd-8f'])(
    'takes %s for real',
    (value) => expect(isPlaceholder(value)).toBe(false),
  );

  it('knows keyboards and repeats', () => {
    expect(isMash('qwertyuiop')).toBe(true);
    expect(isMash('a1b2c3a1b2c3a1b2c3')).toBe(true);
    expect(isMash('9f86d081884c7d65')).toBe(false);
  });
});

describe('entropy', () => {
  it('counts bits a character', () => {
    expect(entropy('aaaa')).toBeCloseTo(0);
    expect(entropy('0123456789abcdef')).toBeCloseTo(4);
    expect(entropy('')).toBeCloseTo(0);
  });
});
