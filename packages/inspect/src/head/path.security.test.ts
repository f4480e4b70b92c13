import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalPath } from './path.ts';

const refused: Readonly<Record<string, readonly string[]>> = {
  'dot segments in any spelling': [
    '/..',
    '/.',
    '/../etc/passwd',
    '/a/../b',
    '/a/./b',
    '/a/..',
    '/%2e%2e%2f',
    '/a/%2e%2e/b',
    '/a/.%2E/b',
    '/a/%2e/b',
    '/a/..;/b',
    '/a/..%3b/b',
    '/a/%EF%BC%8E%EF%BC%8E/b',
    '/a/%E2%80%A5/b',
  ],
  'slashes in disguise': [
    '/a%2fb',
    '/a%2Fb',
    '/a%5cb',
    '/a\\b',
    '/..\\windows',
    '/a%EF%BC%8Fb',
    '/a%EF%BC%BCb',
    '//a',
    '/a//b',
    '/a/%2f/b',
  ],
  'encoded twice': ['/%252e%252e/x', '/a%252fb', '/a%255cb', '/a%2500', '/%25%32%65', '/%25252e', '/a%253bx', '/a%25u002e'],
  'NUL and controls': ['/a%00', '/a%00.jpg', '/a%0d%0aX-Evil:1', '/a%09', '/a%7f', '/a\u0000', '/a\r\n', '/a\tb', '/a b'],
  'broken UTF-8': [
    '/%c0%ae%c0%ae/x',
    '/%c0%af',
    '/%e0%80%af',
    '/%f0%80%80%af',
    '/%ff',
    '/%e4%b8',
    '/%ed%a0%80',
    '/%f4%90%80%80',
    '/中',
    '/\u00ff',
  ],
  'broken percent': ['/%', '/%2', '/%zz', '/%u002e', '/a%2', '/%%61', '/% 61'],
  'other forms of target': ['', 'a', '*', 'http://evil.example/', 'http:/x', '?x', '/a#b', '/a?b'],
  'characters outside RFC 3986': ['/a"b', '/<script>', '/a|b', '/a^b', '/a`b', '/{id}', '/a[0]', '/a;jsessionid=1', '/a%3Bx'],
};

describe.each(Object.entries(refused))('%s', (_name, paths) => {
  test.each(paths.map((path) => [path]))('%j', (path) => expect(canonicalPath(path, 2_048)).toBeNull());
});

test('any text is refused or read without leaving its folder, and never throws', () => {
  const piece = fc.constantFrom(
    '/',
    '.',
    '..',
    '%2e',
    '%2f',
    '%5c',
    '%25',
    '%00',
    '%c0%ae',
    '%e4%b8%ad',
    'a',
    '\\',
    ';',
    '%',
    '\u0000',
    '中',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`),
      ),
      (raw) => {
        const path = canonicalPath(raw, 2_048);
        if (path === null) return;
        expect(path.path).toMatch(/^\/[\x21-\x7e]*$/);
        expect(path.path.split('/').length).toBe(path.decoded.split('/').length);
        expect(new URL(path.path, 'http://h.example').pathname).toBe(path.path);
      },
    ),
    { numRuns: 3_000 },
  );
});
