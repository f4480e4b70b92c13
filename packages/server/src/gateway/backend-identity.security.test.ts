import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import type { Session } from '../identity/model.ts';
import { createIdentitySigner, ed25519FromSeed, type IdentityClaims } from './backend-identity.ts';

const start = 1_700_000_000_000;
const seed = new Uint8Array(32).fill(7);
const claims: IdentityClaims = { departments: [{ id: '2', path: ['总部', '财务'] }], roles: ['approver'], risk: 12 };
const session = (sid = 's1', assurance: Session['assurance'] = 2): Session => ({
  sid,
  secretHash: new Uint8Array(32).fill(9),
  app: 'portal',
  channel: 'wecom',
  person: { uid: 'u1', name: '张三', kind: 'employee' },
  assurance,
  amr: ['wecom'],
  secondFactorAt: null,
  assuranceUntil: null,
  generation: 0,
  previous: null,
  binding: null,
  risk: { level: 0, reasons: [], at: 0 },
  created: start,
  lastSeen: start,
  idleExpires: start + 1,
  idleMs: 1,
  absoluteExpires: start + 1,
  address: '192.0.2.1',
  device: null,
  build: null,
});
const signer = () => createIdentitySigner(seed, 'https://menshen.example');
const verify = (token: string, jwks: unknown, now: number, audience = 'portal') =>
  jwtVerify(token, createLocalJWKSet(jwks as JSONWebKeySet), {
    issuer: 'https://menshen.example',
    audience,
    algorithms: ['EdDSA'],
    typ: 'JWT',
    currentDate: new Date(now),
  });

describe('the identity header', () => {
  it('is a JWT that another library verifies with the published keys', async () => {
    const made = signer();
    const { payload, protectedHeader } = await verify(
      made.tokenFor(session(), 'portal', () => claims, 1, start + 999),
      made.jwks,
      start,
    );
    expect(protectedHeader).toEqual({ alg: 'EdDSA', typ: 'JWT', kid: made.jwks.keys[0]?.['kid'] });
    expect(payload).toEqual({
      iss: 'https://menshen.example',
      sub: 'u1',
      aud: 'portal',
      iat: start / 1_000,
      exp: start / 1_000 + 60,
      sid: 's1',
      name: '张三',
      kind: 'employee',
      ...claims,
      assurance: 2,
    });
  });
  it('ends after 60 seconds, and is for one app only', async () => {
    const made = signer();
    const token = made.tokenFor(session(), 'portal', () => claims, 1, start);
    await expect(verify(token, made.jwks, start + 59_000)).resolves.toBeDefined();
    await expect(verify(token, made.jwks, start + 60_000)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
    await expect(verify(token, made.jwks, start, 'payroll')).rejects.toMatchObject({ code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' });
  });
  it('does not verify after a change, nor with the key of another installation', async () => {
    const made = signer();
    const [header, payload, signature] = made.tokenFor(session(), 'portal', () => claims, 1, start).split('.');
    const forged = Buffer.from(
      JSON.stringify({ ...JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()), sub: 'boss' }),
    ).toString('base64url');
    await expect(verify(`${header}.${forged}.${signature}`, made.jwks, start)).rejects.toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    });
    const other = createIdentitySigner(new Uint8Array(32).fill(8), 'https://menshen.example');
    await expect(verify(`${header}.${payload}.${signature}`, other.jwks, start)).rejects.toMatchObject({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    });
  });
  it('carries no secret of the session', () => {
    const [, payload = ''] = signer()
      .tokenFor(session(), 'portal', () => claims, 1, start)
      .split('.');
    expect(Object.keys(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object).sort()).toEqual([
      'assurance',
      'aud',
      'departments',
      'exp',
      'iat',
      'iss',
      'kind',
      'name',
      'risk',
      'roles',
      'sid',
      'sub',
    ]);
  });
});

describe('reuse', () => {
  const counted = () => {
    const made = signer();
    let count = 0;
    const token = (
      now: number,
      { sid = 's1', version = 1, assurance = 2 as Session['assurance'], audience = 'portal' } = {},
    ): string =>
      made.tokenFor(
        session(sid, assurance),
        audience,
        () => {
          count += 1;
          return { ...claims, risk: count };
        },
        version,
        now,
      );
    return { token, made, count: () => count };
  };
  it('lasts 30 seconds', () => {
    const { token, count } = counted();
    const first = token(start);
    expect(token(start + 29_999)).toBe(first);
    expect(count()).toBe(1);
    expect(token(start + 30_000)).not.toBe(first);
    expect(count()).toBe(2);
  });
  it.each([
    ['the directory has moved', { version: 2 }],
    ['a second factor was proved', { assurance: 3 as const }],
    ['it is for another app', { audience: 'payroll' }],
    ['it is another session', { sid: 's2' }],
  ])('ends when %s', async (_name, change) => {
    const { token, made, count } = counted();
    const first = token(start);
    const second = token(start + 1, change);
    expect(second).not.toBe(first);
    expect(count()).toBe(2);
    await expect(verify(second, made.jwks, start, 'audience' in change ? change.audience : 'portal')).resolves.toBeDefined();
  });
  it('ends when the session ends, and when the clock goes back', () => {
    const { token, made, count } = counted();
    token(start);
    made.forget('s1');
    token(start);
    token(start - 1);
    expect(count()).toBe(3);
  });
});

describe('keys', () => {
  it('publishes the public half alone', () => {
    const { keys } = signer().jwks;
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatchObject({ kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA' });
    expect(Object.keys(keys[0] ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
    expect(keys[0]?.['kid']).toMatch(/^[A-Za-z0-9_-]{16}$/);
  });
  it('makes the key of RFC 8032 §7.1, test 1, from its seed', () => {
    const vector = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
    const { keys } = createIdentitySigner(vector, 'i').jwks;
    expect(Buffer.from(keys[0]?.['x'] ?? '', 'base64url').toString('hex')).toBe(
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    );
  });
  it('refuses a seed of another length', () => {
    expect(() => ed25519FromSeed(new Uint8Array(31))).toThrow();
  });
});
