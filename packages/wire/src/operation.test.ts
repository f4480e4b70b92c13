import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operationDigest, operationDigestOf } from './operation.ts';

const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();
const body = Buffer.from('{"bankCard":"6200000000000000000"}');

describe('the digest of an operation', () => {
  it('is SHA-256 over the documented lines', () => {
    const hash = createHash('sha256').update(body).digest('hex');
    const text = `MENSHEN1-OPERATION\nPUT\n/portal/api/employees/z%C3%A9\na=1&b=2\n${hash}`;
    const digest = operationDigest('PUT', '/portal/api/employees/z%C3%A9', 'a=1&b=2', body, sha256);
    expect(digest).toBe(createHash('sha256').update(text).digest('hex'));
    expect(operationDigestOf('PUT', '/portal/api/employees/z%C3%A9', 'a=1&b=2', hash, sha256)).toBe(digest);
  });

  it('differs when method, path, query or body differ', () => {
    const digests = [
      operationDigest('PUT', '/a', '', body, sha256),
      operationDigest('POST', '/a', '', body, sha256),
      operationDigest('PUT', '/b', '', body, sha256),
      operationDigest('PUT', '/a', 'x=1', body, sha256),
      operationDigest('PUT', '/a', '', new Uint8Array(), sha256),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('takes no element that could stand for two', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, after) => {
        const split = `${before}\n${after}`;
        expect(() => operationDigest(split, '/a', '', body, sha256)).toThrow(TypeError);
        expect(() => operationDigest('PUT', `/${split}`, '', body, sha256)).toThrow(TypeError);
        expect(() => operationDigest('PUT', '/a', split, body, sha256)).toThrow(TypeError);
        expect(() => operationDigestOf('PUT', '/a', '', split, sha256)).toThrow(TypeError);
      }),
    );
    expect(() => operationDigest('PUT', '/a?b', '', body, sha256)).toThrow(TypeError);
  });
});
