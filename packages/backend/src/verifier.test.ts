import { describe, expect, it } from 'vitest';
import { createIssuer, now } from './testing/issuer.ts';
import { createVerifier, type VerifierOptions } from './verifier.ts';

const issuer = createIssuer();
const verifier = createVerifier({ jwks: issuer.jwks, audience: 'portal', clock: () => now });

describe('verify', () => {
  it('returns who asks', async () => {
    const identity = await verifier.verify(issuer.token());
    expect(identity).toEqual({
      uid: 'u1001',
      name: '李雷',
      kind: 'employee',
      departments: [{ id: '3', path: ['总部', '研发', '研发一组'] }],
      roles: ['hr.manager', 'staff'],
      assurance: 1,
      risk: 0,
      sessionId: 's1',
    });
    expect(
      [identity, identity.roles, identity.departments, identity.departments[0], identity.departments[0]?.path].every(
        Object.isFrozen,
      ),
    ).toBe(true);
  });

  it('takes one value in a list for one value', async () => {
    await expect(verifier.verify([issuer.token()])).resolves.toMatchObject({ uid: 'u1001' });
  });

  it.each([[undefined], [[]]])('misses an identity in %o', async (value) => {
    await expect(verifier.verify(value)).rejects.toMatchObject({ code: 'identity_missing', status: 401 });
  });

  it('knows its own issuer, tolerance and audience', async () => {
    const other = createVerifier({
      jwks: issuer.jwks,
      audience: 'coupon',
      issuer: 'house',
      clockToleranceSeconds: 0,
      clock: () => now + 60_000,
    });
    await expect(other.verify(issuer.token({ iss: 'house', aud: 'coupon' }))).rejects.toMatchObject({ code: 'identity_invalid' });
    const earlier = createVerifier({
      jwks: issuer.jwks,
      audience: 'coupon',
      issuer: 'house',
      clockToleranceSeconds: 0,
      clock: () => now + 59_000,
    });
    await expect(earlier.verify(issuer.token({ iss: 'house', aud: 'coupon' }))).resolves.toMatchObject({ uid: 'u1001' });
  });

  it('bears clocks that differ by the tolerance and no more', async () => {
    const at = (ms: number) =>
      createVerifier({ jwks: issuer.jwks, audience: 'portal', clock: () => now + ms }).verify(issuer.token());
    for (const fine of [-5_000, 0, 30_000, 64_000]) await expect(at(fine)).resolves.toBeDefined();
    for (const off of [-6_000, 65_000, 3_600_000]) await expect(at(off)).rejects.toMatchObject({ code: 'identity_invalid' });
  });
});

it.each([
  [{}, /exactly one/],
  [{ gateway: 'https://g.example', jwksUrl: 'https://g.example/jwks' }, /exactly one/],
  [{ gateway: 'file:///etc/keys' }, /https or http/],
  [{ gateway: 'not a url' }, /URL/],
  [{ jwks: issuer.jwks, audience: '' }, /audience/],
  [{ jwks: issuer.jwks, audience: undefined }, /audience/],
  [{ jwks: issuer.jwks, issuer: '' }, /issuer/],
  [{ jwks: issuer.jwks, clockToleranceSeconds: 3_600 }, /clockToleranceSeconds/],
  [{ gateway: 'https://g.example', cacheMs: 0 }, /cacheMs/],
])('createVerifier refuses %o', (options, message) => {
  expect(() => createVerifier({ audience: 'portal', ...options } as VerifierOptions)).toThrow(message);
});
