import { describe, expect, it } from 'vitest';
import { readBaseUrl } from './base-url.ts';

describe('base address', () => {
  it.each([
    ['https://api.weixin.qq.com', 'https://api.weixin.qq.com'],
    ['https://proxy.example/wechat/', 'https://proxy.example/wechat'],
    ['http://127.0.0.1:8481', 'http://127.0.0.1:8481'],
    ['http://localhost:8481/', 'http://localhost:8481'],
    ['http://[::1]:8481', 'http://[::1]:8481'],
  ])('accepts %s', (text, base) => {
    expect(readBaseUrl(text)).toBe(base);
  });

  it.each([
    '',
    'api.weixin.qq.com',
    'http://api.weixin.qq.com',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'ftp://127.0.0.1',
    'https://user:secret@proxy.example',
    'https://proxy.example/?key=secret',
  ])('refuses %j without quoting it', (text) => {
    expect(() => readBaseUrl(text)).toThrow(TypeError);
    expect(() => readBaseUrl(text)).not.toThrow(/secret|evil/);
  });
});
