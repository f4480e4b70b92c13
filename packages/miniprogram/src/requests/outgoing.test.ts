import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../settings.ts';
import { createFakeWx } from '../testing/fake-wx.ts';
import type { RequestOptions } from '../types.ts';
import { encodeRequest } from './outgoing.ts';

const wx = createFakeWx({ fetch: () => Promise.reject(new Error('not used')), loginCode: () => 'x' });
const settings = readSettings({ baseUrl: 'https://api.example.com/portal', app: 'portal', wx });
const encode = (options: RequestOptions) => encodeRequest(options, settings);

describe('encodeRequest', () => {
  it('puts the data of a read into the query', () => {
    expect(
      encode({ url: '/api/items?page=2', data: { q: '门 神', empty: null, absent: undefined, tags: ['a', 'b'], on: true } }),
    ).toMatchObject({
      method: 'GET',
      url: `https://api.example.com/portal/api/items?page=2&q=${encodeURIComponent('门 神')}&tags=${encodeURIComponent('["a","b"]')}&on=true`,
      body: undefined,
      header: {},
    });
    expect(encode({ url: '/api/items/7', method: 'DELETE', data: { soft: 1 } }).url).toBe(
      'https://api.example.com/portal/api/items/7?soft=1',
    );
    expect(encode({ url: '/api/items', data: {} }).url).toBe('https://api.example.com/portal/api/items');
  });

  it("lets through the paths of the person's privacy, at the origin, and no other of the gateway", () => {
    const url = '/_menshen/v1/privacy/purposes';
    expect(encode({ url }).url).toBe(`https://api.example.com${url}`);
    for (const own of ['/_menshen/v1/login', '/_menshen/v1/privacyx/', '/_menshen/xv1/privacy/', '/_menshen/v1/privacy/../mfa'])
      expect(() => encode({ url: own })).toThrow(TypeError);
  });

  it('serialises a body and says what it is', () => {
    expect(encode({ url: '/api/items', method: 'POST', data: { name: '券' } })).toMatchObject({
      body: '{"name":"券"}',
      header: { 'content-type': 'application/json' },
    });
    expect(encode({ url: '/api/items', method: 'POST', data: [1] }).body).toBe('[1]');
    const form = { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' };
    expect(encode({ url: '/api/items', method: 'POST', data: { a: '1&2', b: '=' }, header: form }).body).toBe('a=1%262&b=%3D');
    const patch = { 'content-type': 'application/merge-patch+json' };
    expect(encode({ url: '/api/items', method: 'PUT', data: { a: 1 }, header: patch })).toMatchObject({
      body: '{"a":1}',
      header: patch,
    });
  });

  it('sends text and bytes as they are', () => {
    const bytes = new ArrayBuffer(3);
    expect(encode({ url: '/api/file', method: 'POST', data: bytes }).body).toBe(bytes);
    expect(encode({ url: '/api/file', method: 'PUT', data: '{"a": 1}' }).body).toBe('{"a": 1}');
    expect(encode({ url: '/api/file', method: 'POST' }).body).toBeUndefined();
  });

  it('accepts a whole address below the base', () => {
    expect(encode({ url: 'https://api.example.com/portal/api/me' }).url).toBe('https://api.example.com/portal/api/me');
  });

  it('refuses what cannot be sent', () => {
    expect(() => encode({ url: '/x', method: 'PATCH' as 'PUT' })).toThrow(TypeError);
    expect(() => encode({ url: '/x', method: 'POST', data: { a: 1 }, header: { 'content-type': 'text/csv' } })).toThrow(
      TypeError,
    );
  });

  it('keeps the time of a try within bounds', () => {
    expect(encode({ url: '/x' }).limitMs).toBe(15_000);
    expect(encode({ url: '/x', timeout: 1e9 }).limitMs).toBe(120_000);
    expect(encode({ url: '/x', timeout: -1 }).limitMs).toBe(1);
    expect(encode({ url: '/x', timeout: Number.NaN }).limitMs).toBe(15_000);
  });

  it('sends no address to another host, whatever is asked for', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((text) => `/${text}`),
          fc.constantFrom('//evil', '/\\evil', 'https://api.example.com/portal.evil/'),
        ),
        (url) => {
          try {
            expect(encode({ url }).url.startsWith('https://api.example.com/portal/')).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(TypeError);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('makes a query that reads back as it was', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(
        fc.dictionary(
          text.filter((name) => name !== ''),
          text,
        ),
        (data) => {
          const { url } = encode({ url: '/api/items', data });
          expect(Object.fromEntries(new URL(url).searchParams)).toEqual({ ...data });
        },
      ),
    );
  });
});
