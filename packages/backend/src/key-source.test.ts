import { describe, expect, it } from 'vitest';
import { createIssuer, type Issuer, now } from './testing/issuer.ts';
import { createVerifier, type VerifierOptions } from './verifier.ts';

function setUp(options: Partial<VerifierOptions> = {}) {
  const state = {
    time: now,
    fetches: [] as string[],
    issuers: [createIssuer('k1')] as Issuer[],
    answer: null as (() => Response | Promise<Response>) | null,
  };
  const verifier = createVerifier({
    gateway: 'https://gateway.internal',
    audience: 'portal',
    clock: () => state.time,
    fetch: async (url) => {
      state.fetches.push(url);
      await Promise.resolve();
      return state.answer === null ? Response.json({ keys: state.issuers.map((issuer) => issuer.publicJwk) }) : state.answer();
    },
    ...options,
  } as VerifierOptions);
  const token = (issuer: Issuer | undefined) =>
    issuer?.token({ iat: Math.floor(state.time / 1000), exp: Math.floor(state.time / 1000) + 60 }) ?? '';
  return { state, verifier, token };
}

describe('keys of the gateway', () => {
  it('are fetched once for requests that come together, and kept', async () => {
    const { state, verifier, token } = setUp();
    await Promise.all(Array.from({ length: 20 }, () => verifier.verify(token(state.issuers[0]))));
    state.time += 599_000;
    await verifier.verify(token(state.issuers[0]));
    expect(state.fetches).toEqual(['https://gateway.internal/_menshen/jwks.json']);
    state.time += 1_000;
    await verifier.verify(token(state.issuers[0]));
    expect(state.fetches).toHaveLength(2);
  });

  it('come from the address that is given', async () => {
    const { state, verifier, token } = setUp({ gateway: undefined, jwksUrl: 'https://keys.internal/set' } as never);
    await verifier.verify(token(state.issuers[0]));
    expect(state.fetches).toEqual(['https://keys.internal/set']);
  });

  it('are asked for again when a key id is new, and then follow the rotation', async () => {
    const { state, verifier, token } = setUp();
    await verifier.verify(token(state.issuers[0]));
    const old = state.issuers[0];
    state.time += 20_000;
    state.issuers = [createIssuer('k2')];
    await Promise.all(Array.from({ length: 20 }, () => verifier.verify(token(state.issuers[0]))));
    expect(state.fetches).toHaveLength(2);
    await expect(verifier.verify(token(old))).rejects.toMatchObject({ code: 'identity_invalid' });
  });

  it('are not asked for more than once in ten seconds, however many key ids are made up', async () => {
    const { state, verifier, token } = setUp();
    await verifier.verify(token(state.issuers[0]));
    for (let second = 0; second < 60; second += 1) {
      state.time += 1_000;
      for (let n = 0; n < 5; n += 1)
        await expect(verifier.verify(token(createIssuer(`forged-${second}-${n}`)))).rejects.toMatchObject({
          code: 'identity_invalid',
        });
    }
    expect(state.fetches.length).toBeLessThanOrEqual(7);
    await expect(verifier.verify(token(state.issuers[0]))).resolves.toBeDefined();
  });

  it('end with their time when the gateway is away, and are fetched again when it is back', async () => {
    const { state, verifier, token } = setUp({ cacheMs: 60_000 });
    await verifier.verify(token(state.issuers[0]));
    state.time += 60_000;
    state.answer = () => Promise.reject(new Error('connect ECONNREFUSED'));
    for (let n = 0; n < 10; n += 1)
      await expect(verifier.verify(token(state.issuers[0]))).rejects.toMatchObject({ code: 'identity_unavailable', status: 503 });
    expect(state.fetches).toHaveLength(2);
    state.answer = null;
    state.time += 1_000;
    await expect(verifier.verify(token(state.issuers[0]))).resolves.toBeDefined();
  });

  it.each<[string, () => Response]>([
    ['an error', () => new Response('{"keys":[]}', { status: 500 })],
    [
      'a redirect that was not followed',
      () => new Response(null, { status: 302, headers: { location: 'https://evil.example' } }),
    ],
    ['a page', () => new Response('<html>')],
    ['another object', () => Response.json({ key: [] })],
    ['a set without end', () => new Response(`{"keys":[${' '.repeat(70_000)}]}`)],
    ['nothing', () => new Response(null)],
  ])('that are answered with %s leave every request refused', async (_name, answer) => {
    const { state, verifier, token } = setUp();
    state.answer = answer;
    await expect(verifier.verify(token(state.issuers[0]))).rejects.toMatchObject({ code: 'identity_unavailable' });
  });

  it('survive a clock that is set back', async () => {
    const { state, verifier, token } = setUp();
    await verifier.verify(token(state.issuers[0]));
    state.time -= 3_600_000;
    await expect(verifier.verify(token(state.issuers[0]))).resolves.toBeDefined();
    expect(state.fetches).toHaveLength(2);
  });

  it('are fetched without following redirects and within a time', async () => {
    const { state, token } = setUp();
    let init: { readonly redirect: string; readonly signal: AbortSignal } | null = null;
    const verifier = createVerifier({
      gateway: 'https://gateway.internal',
      audience: 'portal',
      clock: () => state.time,
      fetch: async (_url, given) => {
        init = given;
        return Response.json({ keys: state.issuers.map((issuer) => issuer.publicJwk) });
      },
    });
    await verifier.verify(token(state.issuers[0]));
    expect(init).toMatchObject({ redirect: 'error', signal: expect.any(AbortSignal) });
  });
});
