import { describe, expect, it } from 'vitest';
import { openEnvelope, readEnvelopeHead, sealEnvelope } from './index.ts';
import { suites } from './testing/suites.ts';
import { encodeUtf8 } from './utf8.ts';

const key = new Uint8Array(32).fill(1);
const context = {
  method: 'POST',
  host: 'api.example.com',
  path: '/api/orders',
  query: 'a=1',
  sid: new Uint8Array(16).fill(2),
  timestamp: 1_790_000_000_000,
  nonce: new Uint8Array(16).fill(3),
};
const head = { direction: 'c2s', keyVersion: 1 } as const;
const text = encodeUtf8('{"amount":5}');

describe.each(suites)('suite %s', (_name, suite) => {
  const iv = new Uint8Array(suite.aead.ivBytes).fill(4);
  const envelope = sealEnvelope(suite, key, head, context, iv, text);

  it('opens for its request, and an empty body too', () => {
    expect(openEnvelope(suite, key, head, context, envelope)).toEqual(text);
    const empty = sealEnvelope(suite, key, head, context, iv, new Uint8Array(0));
    expect(openEnvelope(suite, key, head, context, empty)).toEqual(new Uint8Array(0));
    expect(readEnvelopeHead(suite, envelope)).toEqual(head);
  });

  it.each([
    ['method', { method: 'PUT' }],
    ['host', { host: 'api.example.org' }],
    ['path', { path: '/api/order' }],
    ['query', { query: '' }],
    ['border of path and query', { path: '/api/ordersa=1', query: '' }],
    ['session', { sid: new Uint8Array(16) }],
    ['time', { timestamp: context.timestamp + 1 }],
    ['nonce', { nonce: new Uint8Array(16) }],
  ])('does not open for another %s', (_element, change) => {
    expect(openEnvelope(suite, key, head, { ...context, ...change }, envelope)).toBeNull();
  });

  it('does not open backwards, under another version of the keys, or with another key', () => {
    expect(openEnvelope(suite, key, { ...head, direction: 's2c' }, context, envelope)).toBeNull();
    expect(openEnvelope(suite, key, { ...head, keyVersion: 2 }, context, envelope)).toBeNull();
    expect(openEnvelope(suite, new Uint8Array(32), head, context, envelope)).toBeNull();
    const turned = envelope.slice();
    turned[4] = 2;
    expect(openEnvelope(suite, key, { ...head, direction: 's2c' }, context, turned)).toBeNull();
    const renewed = envelope.slice();
    renewed[9] = 2;
    expect(openEnvelope(suite, key, { ...head, keyVersion: 2 }, context, renewed)).toBeNull();
  });

  it('does not open when a bit of it was changed or its end is missing', () => {
    for (let bit = 0; bit < envelope.length * 8; bit += 5) {
      const changed = envelope.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(openEnvelope(suite, key, head, context, changed)).toBeNull();
    }
    for (let length = 0; length < envelope.length; length += 1)
      expect(openEnvelope(suite, key, head, context, envelope.slice(0, length))).toBeNull();
  });

  it('knows the other suite by its header', () => {
    for (const [, other] of suites) if (other.id !== suite.id) expect(readEnvelopeHead(other, envelope)).toBeNull();
  });

  it('takes key versions of four bytes, and no IV of another length', () => {
    const wide = { direction: 's2c', keyVersion: 0xfedcba98 } as const;
    const sealed = sealEnvelope(suite, key, wide, context, iv, text);
    expect(readEnvelopeHead(suite, sealed)).toEqual(wide);
    expect(openEnvelope(suite, key, wide, context, sealed)).toEqual(text);
    expect(() => sealEnvelope(suite, key, head, context, new Uint8Array(5), text)).toThrow(TypeError);
  });
});
