import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalPath } from './path.ts';

const read = (raw: string) => canonicalPath(raw, 2_048);

describe('canonicalPath', () => {
  test.each([
    ['/', '/', '/'],
    ['/api/orders/17', '/api/orders/17', '/api/orders/17'],
    ['/api/orders/', '/api/orders/', '/api/orders/'],
    ["/a-b_c.d~e/!$&'()*+,=:@", "/a-b_c.d~e/!$&'()*+,=:@", "/a-b_c.d~e/!$&'()*+,=:@"],
    ['/.well-known/x', '/.well-known/x', '/.well-known/x'],
    ['/a/...', '/a/...', '/a/...'],
    ['/%61pi', '/api', '/api'],
    ['/%e4%b8%ad/x', '/%E4%B8%AD/x', '/中/x'],
    ['/a%20b', '/a%20b', '/a b'],
    ['/%40user%3Ax', '/@user:x', '/@user:x'],
    ['/50%25', '/50%25', '/50%'],
    ['/50%25off', '/50%25off', '/50%off'],
    ['/%F0%9F%98%80', '/%F0%9F%98%80', '/😀'],
    ['/caf%C3%A9', '/caf%C3%A9', '/café'],
  ])('%s', (raw, path, decoded) => expect(read(raw)).toStrictEqual({ path, decoded }));

  test('the canonical form is its own canonical form', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 }), (segments) => {
        const first = read(`/${segments.map(encodeURIComponent).join('/')}`);
        fc.pre(first !== null);
        expect(read(first?.path ?? '')).toStrictEqual(first);
      }),
    );
  });

  test('the limit is exact', () => {
    expect(canonicalPath('/abc', 4)).not.toBeNull();
    expect(canonicalPath('/abcd', 4)).toBeNull();
  });
});
