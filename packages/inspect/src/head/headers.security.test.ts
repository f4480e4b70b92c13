import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../profile.ts';
import { inspectHeaders } from './headers.ts';

const outcome = (headers: readonly string[], method = 'POST'): string => {
  const result = inspectHeaders(method, headers, defaultLimits);
  return 'code' in result ? `${result.code} ${result.where}` : 'accepted';
};

describe('two servers that frame a request differently', () => {
  test.each([
    ['both ways of framing', ['Content-Length', '5', 'Transfer-Encoding', 'chunked']],
    ['the other way round', ['Transfer-Encoding', 'chunked', 'Content-Length', '5']],
    ['a length twice', ['Content-Length', '5', 'content-length', '5']],
    ['a list of lengths', ['Content-Length', '5, 5']],
    ['a signed length', ['Content-Length', '+5']],
    ['a hexadecimal length', ['Content-Length', '0x5']],
    ['an empty length', ['Content-Length', '']],
    ['a huge length', ['Content-Length', '9'.repeat(20)]],
    ['an unknown coding', ['Transfer-Encoding', 'xchunked']],
    ['a list of codings', ['Transfer-Encoding', 'gzip, chunked']],
    ['chunked twice', ['Transfer-Encoding', 'chunked, chunked']],
    ['chunked with a tail', ['Transfer-Encoding', 'chunked\u000b']],
    ['chunked in two headers', ['Transfer-Encoding', 'chunked', 'Transfer-Encoding', 'identity']],
    ['an underscore spelling of a framing header', ['Content_Length', '5']],
    ['an underscore spelling of the coding', ['Transfer_Encoding', 'chunked']],
    ['a space before the colon', ['Transfer-Encoding ', 'chunked']],
  ])('%s', (_name, headers) => expect(outcome(headers)).toMatch(/^header_malformed header /));

  test.each(['GET', 'HEAD', 'OPTIONS'])('a body on %s', (method) => {
    expect(outcome(['Content-Length', '5'], method)).toBe('header_malformed header content-length');
    expect(outcome(['Transfer-Encoding', 'chunked'], method)).toBe('header_malformed header transfer-encoding');
  });
});

describe('two servers that see different headers', () => {
  test.each(['Host', 'Content-Type', 'Content-Encoding', 'Authorization', 'Cookie', 'Origin', 'Range', 'User-Agent'])(
    '%s twice',
    (name) => {
      const value = name === 'Host' ? 'a' : 'x';
      expect(outcome([name, value, name.toUpperCase(), value])).toBe(`header_malformed header ${name.toLowerCase()}`);
    },
  );

  test.each(['a b', 'a@b', 'a/b', 'a:b', 'a:123456', '', '[::1', 'a,b', 'http://a', 'a#', 'a\tb', 'ä'])('host %j', (host) => {
    expect(outcome(['Host', host])).toBe('header_malformed header host');
  });
});

describe('controls and foreign bytes', () => {
  test.each([
    'a\r\nX-Evil: 1',
    'a\nb',
    'a\rb',
    'a\u0000b',
    'a\u001b[0m',
    'a\u007f',
    'a\u000bb',
    '\u4e2d',
    '\u00c0\u00af',
    '\u00ff',
    '\u00e4\u00b8',
  ])('value %j', (value) => {
    expect(outcome(['X-Any', value])).toBe('header_malformed header 0');
    expect(outcome(['Authorization', value])).toBe('header_malformed header authorization');
  });

  test('a header on which rights depend is ASCII', () => {
    const chinese = Buffer.from('中').toString('latin1');
    expect(outcome(['X-Any', chinese])).toBe('accepted');
    for (const name of ['User-Agent', 'Cookie', 'Referer']) expect(outcome([name, chinese])).toBe('accepted');
    for (const name of ['Host', 'Authorization', 'Content-Type', 'Origin'])
      expect(outcome([name, chinese])).toBe(`header_malformed header ${name.toLowerCase()}`);
  });

  test.each(['', 'a b', 'a:', 'a\r\n', 'a\u0000', 'ä', 'a(b', 'a"b'])('name %j', (name) =>
    expect(outcome(['x', '1', name, 'v'])).toBe('header_malformed header 1'),
  );
});

test('any headers are accepted or refused, and a place never repeats them', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('host', 'content-length', '5', 'transfer-encoding', 'chunked')),
      ),
      (headers) => {
        expect(outcome(headers)).toMatch(/^(?:accepted|header_malformed header (?:\d+|[a-z-]+)|headers_too_large headers)$/);
      },
    ),
    { numRuns: 2_000 },
  );
});
