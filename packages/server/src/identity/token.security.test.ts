import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Session } from './model.ts';
import { hashSecret, makeToken, parseToken, secretMatches } from './token.ts';

const bytes48 = fc.uint8Array({ minLength: 48, maxLength: 48 });
const sessionWith = (secretHash: Uint8Array): Session => ({
  sid: 's',
  secretHash,
  app: 'portal',
  channel: 'wecom',
  person: { uid: 'u', name: 'n', kind: 'employee' },
  assurance: 1,
  amr: [],
  secondFactorAt: null,
  assuranceUntil: null,
  generation: 0,
  previous: null,
  binding: null,
  risk: { level: 0, reasons: [], at: 0 },
  created: 0,
  lastSeen: 0,
  idleExpires: 1,
  idleMs: 1,
  absoluteExpires: 1,
  address: '192.0.2.1',
  device: null,
  build: null,
});

describe('session tokens', () => {
  it('are read back as they were made, and hold the hash of the secret only', () => {
    fc.assert(
      fc.property(bytes48, (bytes) => {
        const made = makeToken((size) => bytes.subarray(0, size));
        expect(made.token).toMatch(/^mst1\.[A-Za-z0-9_-]{64}$/);
        expect(made.sid).toBe(Buffer.from(bytes.subarray(0, 16)).toString('base64url'));
        const parts = parseToken(made.token);
        expect(parts?.sid).toBe(made.sid);
        expect(parts?.secret).toEqual(Buffer.from(bytes.subarray(16)));
        expect(made.secretHash).toEqual(hash('sha256', bytes.subarray(16), 'buffer'));
        expect(secretMatches(sessionWith(made.secretHash), parts?.secret ?? new Uint8Array())).toBe(true);
      }),
    );
  });
  it('have one spelling: whatever differs is refused or is another session or secret', () => {
    fc.assert(
      fc.property(bytes48, fc.nat(68), fc.integer({ min: 0x20, max: 0x7e }), (bytes, at, code) => {
        const { token, sid, secretHash } = makeToken(() => bytes);
        const other = token.slice(0, at) + String.fromCharCode(code) + token.slice(at + 1);
        fc.pre(other !== token);
        const parts = parseToken(other);
        if (parts !== null) expect(parts.sid === sid && secretMatches(sessionWith(secretHash), parts.secret)).toBe(false);
      }),
    );
  });
  const good = makeToken((size) => new Uint8Array(size).fill(0xfb)).token;
  it.each([
    '',
    'mst1.',
    good.slice(0, -1),
    `${good}A`,
    `${good}=`,
    ` ${good.slice(1)}`,
    good.replace('mst1', 'MST1'),
    good.replace('mst1', 'mst2'),
    `${good.slice(0, -1)}\n`,
    `${good.slice(0, -1)}=`,
    `${good.slice(0, -1)}+`,
    `${good.slice(0, -1)}/`,
    `${good.slice(0, -1)}é`,
    'x'.repeat(100_000),
  ])('refuses %j', (token) => {
    expect(parseToken(token)).toBeNull();
  });
  it('a wrong secret, or one of another length, does not open the session', () => {
    const secret = new Uint8Array(32).fill(1);
    const session = sessionWith(hashSecret(secret));
    expect(secretMatches(session, secret)).toBe(true);
    expect(secretMatches(session, new Uint8Array(32).fill(2))).toBe(false);
    expect(secretMatches(session, secret.subarray(1))).toBe(false);
    expect(secretMatches(session, new Uint8Array())).toBe(false);
    expect(secretMatches(session, hashSecret(secret))).toBe(false);
  });
  it('a stored hash of another length is refused, not an exception', () => {
    expect(secretMatches(sessionWith(new Uint8Array(0)), new Uint8Array(32))).toBe(false);
  });
});
