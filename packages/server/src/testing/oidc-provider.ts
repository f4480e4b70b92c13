import { hash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

export interface OidcProvider {
  readonly issuer: string;
  /** What a browser would be sent back with, after the person `sub` has signed in at the address. */
  authorize(url: string, sub: string): Promise<{ readonly code: string; readonly state: string; readonly iss: string }>;
  /** Changes the next ID token. */
  claims: (claims: JWTPayload) => JWTPayload;
  /** Signs the next ID token otherwise than with the provider's key. */
  token: (honest: string, claims: JWTPayload) => Promise<string> | string;
  close(): Promise<void>;
}

/** For tests: the smallest OpenID Connect provider with PKCE, on loopback. It keeps to the standard unless it is told not to. */
export async function startOidcProvider(clock: () => number, clientId: string, clientSecret: string): Promise<OidcProvider> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const grants = new Map<string, { sub: string; nonce: string; challenge: string; redirectUri: string }>();
  let count = 0;
  const provider = { claims: (claims: JWTPayload) => claims, token: (honest: string): Promise<string> | string => honest };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = (status: number, body: unknown): void => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      };
      const path = request.url?.split('?')[0];
      if (path === '/.well-known/openid-configuration')
        return answer(200, {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`,
          authorization_response_iss_parameter_supported: true,
        });
      if (path === '/jwks')
        return void exportJWK(publicKey).then((jwk) => answer(200, { keys: [{ ...jwk, kid: 'k1', alg: 'ES256', use: 'sig' }] }));
      if (path !== '/token') return answer(404, {});
      const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
      const grant = grants.get(form.get('code') ?? '');
      grants.delete(form.get('code') ?? '');
      // RFC 6749 §2.3.1: form-encoded before they are joined.
      const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
      const basic = `Basic ${Buffer.from(pair).toString('base64')}`;
      if (
        grant === undefined ||
        request.headers.authorization !== basic ||
        form.get('redirect_uri') !== grant.redirectUri ||
        hash('sha256', form.get('code_verifier') ?? '', 'base64url') !== grant.challenge
      )
        return answer(400, { error: 'invalid_grant' });
      const seconds = Math.floor(clock() / 1_000);
      const claims = provider.claims({
        iss: issuer,
        aud: clientId,
        sub: grant.sub,
        nonce: grant.nonce,
        iat: seconds,
        exp: seconds + 300,
      });
      void new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
        .sign(privateKey)
        .then(async (honest) => answer(200, { token_type: 'Bearer', access_token: 'x', id_token: await provider.token(honest) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return Object.assign(provider, {
    issuer,
    async authorize(address: string, sub: string) {
      const url = new URL(address);
      const get = (name: string): string => url.searchParams.get(name) ?? '';
      if (url.origin !== issuer || get('client_id') !== clientId || get('response_type') !== 'code')
        throw new Error('not an address of this provider');
      if (get('code_challenge_method') !== 'S256') throw new Error('PKCE with S256 is asked for');
      count += 1;
      const code = `code-${count}`;
      grants.set(code, { sub, nonce: get('nonce'), challenge: get('code_challenge'), redirectUri: get('redirect_uri') });
      return { code, state: get('state'), iss: issuer };
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  }) as OidcProvider;
}
