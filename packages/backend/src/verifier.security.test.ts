import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import type { JSONWebKeySet } from 'jose';
import { describe, expect, it } from 'vitest';
import { type ClaimChanges, claims, createIssuer, hmac, now, signed } from './testing/issuer.ts';
import { createVerifier } from './verifier.ts';

const issuer = createIssuer();
const verifier = createVerifier({ jwks: issuer.jwks, audience: 'portal', clock: () => now });

const refused = (value: string | readonly string[]) =>
  expect(verifier.verify(value)).rejects.toMatchObject({ code: 'identity_invalid', status: 401 });

describe('forged tokens are refused', () => {
  const header = { typ: 'JWT', kid: issuer.kid };
  const nothing = () => Buffer.alloc(0);

  it.each(['none', 'None', 'NONE', ''])('without a signature, alg %j', async (alg) => {
    await refused(signed({ ...header, alg }, claims, nothing));
    await refused(`${signed({ ...header, alg }, claims, nothing)}AA`);
  });

  it('signed by HMAC with the public key as the secret', async () => {
    const raw = Buffer.from(String(issuer.publicJwk.x), 'base64url');
    for (const secret of [raw, String(issuer.publicJwk.x), JSON.stringify(issuer.publicJwk), JSON.stringify(issuer.jwks)]) {
      await refused(signed({ ...header, alg: 'HS256' }, claims, hmac(secret)));
    }
  });

  it('signed by HMAC although the key set holds that secret', async () => {
    const secret = Buffer.alloc(32, 7);
    const mixed = { keys: [...issuer.jwks.keys, { kty: 'oct', kid: 'h', k: secret.toString('base64url') }] } as JSONWebKeySet;
    const careless = createVerifier({ jwks: mixed, audience: 'portal', clock: () => now });
    await expect(careless.verify(signed({ ...header, kid: 'h', alg: 'HS256' }, claims, hmac(secret)))).rejects.toMatchObject({
      code: 'identity_invalid',
    });
  });

  it('signed with another kind of key of the set', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const mixed = { keys: [...issuer.jwks.keys, { ...publicKey.export({ format: 'jwk' }), kid: 'e' }] } as JSONWebKeySet;
    const careless = createVerifier({ jwks: mixed, audience: 'portal', clock: () => now });
    const token = signed({ ...header, kid: 'e', alg: 'ES256' }, claims, (text) =>
      sign('sha256', text, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
    );
    await expect(careless.verify(token)).rejects.toMatchObject({ code: 'identity_invalid' });
  });

  it('signed with another key under our key id, or one that the token brings along', async () => {
    const forger = createIssuer(issuer.kid);
    await refused(forger.token());
    await refused(forger.token({}, { jwk: forger.publicJwk }));
    await refused(forger.token({}, { jku: 'https://evil.example/jwks.json' }));
    await refused(createIssuer('k2').token());
  });

  it('with a changed claim, header or signature', async () => {
    const [head = '', body = '', signature = ''] = issuer.token().split('.');
    const raised = Buffer.from(JSON.stringify({ ...claims, roles: ['admin'] })).toString('base64url');
    await refused(`${head}.${raised}.${signature}`);
    await refused(`${Buffer.from(JSON.stringify({ alg: 'EdDSA', kid: issuer.kid })).toString('base64url')}.${body}.${signature}`);
    await refused(`${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`);
  });

  it('with critical extensions that nobody here knows', async () => {
    await refused(issuer.token({}, { crit: ['exp2'], exp2: 1 }));
    await refused(issuer.token({}, { crit: ['b64'], b64: false }));
  });
});

describe('true tokens for another use are refused', () => {
  const seconds = now / 1000;

  it.each<[string, ClaimChanges]>([
    ['expired', { iat: seconds - 120, exp: seconds - 60 }],
    ['from the future', { iat: seconds + 60, exp: seconds + 120 }],
    ['made for a day', { iat: seconds - 3_600, exp: seconds + 82_800 }],
    ['not yet valid', { nbf: seconds + 60 }],
    ['without an end', { exp: undefined }],
    ['without a beginning', { iat: undefined }],
    ['for another app', { aud: 'coupon' }],
    ['for no app', { aud: undefined }],
    ['of another issuer', { iss: 'other' }],
    ['of no issuer', { iss: undefined }],
    ['about nobody', { sub: undefined }],
    ['about an empty name', { sub: '' }],
    ['with a text as assurance', { assurance: '2' }],
    ['with an infinite assurance', { assurance: 1e9 }],
    ['with a negative risk', { risk: -1 }],
    ['with a text as roles', { roles: 'admin' }],
    ['with roles that are no texts', { roles: [{ toString: 'admin' }] }],
    ['with departments of another form', { departments: [{ id: '1' }] }],
    ['with an unknown kind', { kind: 'admin' }],
    ['without a session', { sid: undefined }],
  ])('%s', async (_name, changes) => {
    await refused(issuer.token(changes));
  });
});

describe('values that are not one token are refused', () => {
  it.each([
    ['two tokens', [issuer.token(), issuer.token()]],
    ['two tokens, joined as Node joins them', `${issuer.token()}, ${issuer.token()}`],
    ['a token and an empty value', `${issuer.token()}, `],
    ['a bearer', `Bearer ${issuer.token()}`],
    ['an empty value', ''],
    ['a space before', ` ${issuer.token()}`],
    ['a line end behind', `${issuer.token()}\n`],
    ['five parts', `${issuer.token()}.a.b`],
    ['padding', `${issuer.token()}=`],
    ['8 KB and more', issuer.token({ name: 'x'.repeat(9_000) })],
  ])('%s', async (_name, value) => {
    await refused(value);
  });

  it('whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.stringMatching(/^[\w-]{0,40}\.[\w-]{0,40}\.[\w-]{0,40}$/),
          fc.json().map((json) => `${Buffer.from(json).toString('base64url')}.e30.AA`),
        ),
        async (value) => {
          await refused(value);
        },
      ),
      { numRuns: 500 },
    );
  });
});

it('says nothing of the token, whatever is wrong with it', async () => {
  const token = issuer.token({ aud: 'coupon' });
  const error = await verifier.verify(token).catch((reason: unknown) => reason);
  expect(String(error)).toBe('IdentityError: The identity is not valid or has expired.');
  expect(JSON.stringify(error)).not.toContain('u1001');
});
