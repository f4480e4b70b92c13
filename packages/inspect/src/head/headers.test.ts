import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../profile.ts';
import { inspectHeaders } from './headers.ts';

const inspect = (headers: readonly string[], method = 'POST', limits = defaultLimits) => inspectHeaders(method, headers, limits);
const outcome = (headers: readonly string[], method = 'POST'): string => {
  const result = inspect(headers, method);
  return 'code' in result ? `${result.code} ${result.where}` : 'accepted';
};

/** As a mini program on a phone sends it. */
const usual = [
  'Host',
  'api.corp.example.com:8443',
  'User-Agent',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) MicroMessenger/8.0.50 Language/zh MiniProgram',
  'Accept-Language',
  'zh-CN,zh-Hans;q=0.9',
  'Referer',
  'https://servicewechat.com/wx1234567890abcdef/42/page-frame.html',
  'Authorization',
  'Bearer mst1.abc',
  'content-type',
  'application/json; charset=utf-8',
  'Content-Length',
  '577',
  'access_token',
  'abc',
  'X-Name',
  Buffer.from('王小明').toString('latin1'),
];

describe('inspectHeaders', () => {
  test('finds what the body needs', () => {
    expect(inspect(usual)).toStrictEqual({ contentType: 'application/json; charset=utf-8', contentEncoding: undefined });
    expect(inspect(['content-encoding', 'gzip'])).toStrictEqual({ contentType: undefined, contentEncoding: 'gzip' });
  });

  test('a request without body may name a content type, as wx.request does', () => {
    expect(outcome(['host', 'a', 'content-type', 'application/json'], 'GET')).toBe('accepted');
    expect(outcome(['host', 'a', 'content-length', '0'], 'GET')).toBe('accepted');
    expect(outcome(['content-length', '2'], 'DELETE')).toBe('accepted');
  });

  test.each(['example.com', 'localhost:8443', '10.0.0.1', '[::1]:8443', 'a-b.example.cn'])('host %s', (host) =>
    expect(outcome(['Host', host])).toBe('accepted'),
  );

  test('headers that may repeat do', () =>
    expect(outcome(['accept', 'a', 'accept', 'b', 'x-forwarded-for', '1', 'X-Forwarded-For', '2'])).toBe('accepted'));

  test('limits are exact', () => {
    const limits = { ...defaultLimits, maxHeaders: 2, maxHeaderBytes: 10 };
    expect(inspect(['a', '1', 'b', '2'], 'GET', limits)).not.toHaveProperty('code');
    expect(inspect(['a', '1', 'b', '2', 'c', '3'], 'GET', limits)).toMatchObject({ code: 'headers_too_large', status: 431 });
    expect(inspect(['a', '123456789'], 'GET', limits)).not.toHaveProperty('code');
    expect(inspect(['a', '1234567890'], 'GET', limits)).toMatchObject({ code: 'headers_too_large' });
  });
});
