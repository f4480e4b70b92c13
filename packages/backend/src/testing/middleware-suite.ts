import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MiddlewareOptions } from '../guard.ts';
import { claims, createIssuer, hmac, now, signed } from './issuer.ts';

export interface App {
  readonly server: Server;
  close(): Promise<unknown>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

/** Listens on a free port of loopback. */
export function listening(server: Server): Promise<void> {
  return new Promise((resolve) => void server.listen(0, '127.0.0.1', resolve));
}

/**
 * What every middleware must do, over a real socket. `start` serves, behind the middleware with the given options, JSON `{uid}` (null without identity) at
 * `/me`, `/public/shops` and `/public`, `/hr` for the roles `hr.manager` or `hr.clerk`, `/admin` for `admin`, `/salary` from assurance 2 on, and
 * `/broken`, which throws.
 */
export function describeMiddleware(name: string, start: (options: MiddlewareOptions) => Promise<App>): void {
  const issuer = createIssuer();
  const secret = Buffer.from(String(issuer.publicJwk.x), 'base64url');
  let app: App;

  beforeAll(async () => {
    app = await start({ jwks: issuer.jwks, audience: 'portal', clock: () => now, optional: ['/public'] });
  });
  afterAll(() => app.close());

  const get = (path: string, headers: OutgoingHttpHeaders = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { port } = app.server.address() as AddressInfo;
      request({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: text.startsWith('{') ? JSON.parse(text) : {},
          });
        });
      })
        .on('error', reject)
        .end();
    });
  const as = (token: string | string[]) => ({ 'X-Menshen-Identity': token });

  describe(name, () => {
    it('hands over the verified identity', async () => {
      expect(await get('/me?x=1', as(issuer.token()))).toMatchObject({ status: 200, body: { uid: 'u1001' } });
    });

    it('answers 401 without one, in the language of the person', async () => {
      const answer = await get('/me', { 'accept-language': 'zh-CN' });
      expect(answer).toMatchObject({ status: 401, body: { code: 'identity_missing', message: '请求未经过安全网关。' } });
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.headers['content-type']).toMatch(/^application\/json/);
      expect((await get('/me', { 'accept-language': 'en' })).body.message).toMatch(/^The request did not/);
    });

    it.each([
      ['expired', issuer.token({ iat: now / 1000 - 120, exp: now / 1000 - 60 })],
      ['for another app', issuer.token({ aud: 'coupon' })],
      ['unsigned', signed({ alg: 'none', kid: issuer.kid }, claims, () => Buffer.alloc(0))],
      ['signed by HMAC with the public key', signed({ alg: 'HS256', kid: issuer.kid }, claims, hmac(secret))],
      ['signed with another key', createIssuer(issuer.kid).token()],
      ['empty', ''],
    ])('answers 401 to one that is %s', async (_what, token) => {
      expect(await get('/me', as(token))).toMatchObject({ status: 401, body: { code: 'identity_invalid' } });
    });

    it('answers 401 to a header that comes twice', async () => {
      const token = issuer.token();
      expect(await get('/me', as([token, token]))).toMatchObject({ status: 401, body: { code: 'identity_invalid' } });
      expect(await get('/me', as([token, '']))).toMatchObject({ status: 401, body: { code: 'identity_invalid' } });
      expect(await get('/me', { 'x-menshen-identity': [token, 'x'] })).toMatchObject({ status: 401 });
    });

    it('takes no other spelling of the header', async () => {
      expect(await get('/me', { x_menshen_identity: issuer.token(), 'X-Menshen--Identity': issuer.token() })).toMatchObject({
        status: 401,
        body: { code: 'identity_missing' },
      });
    });

    it('lets optional routes go without, and verifies what they bring', async () => {
      expect(await get('/public/shops?page=2')).toMatchObject({ status: 200, body: { uid: null } });
      expect(await get('/public')).toMatchObject({ status: 200, body: { uid: null } });
      expect(await get('/public/shops', as(issuer.token()))).toMatchObject({ status: 200, body: { uid: 'u1001' } });
      expect(await get('/public/shops', as('forged'))).toMatchObject({ status: 401 });
    });

    it.each([
      '/publicity',
      '/PUBLIC/shops',
      '/public/../me',
      '/public/%2e%2e/me',
      '//public/shops',
      '/public//me',
      '/me?/public',
      '/public/..\\me',
    ])('takes %s for no optional route', async (path) => {
      expect(await get(path)).toMatchObject({ status: 401, body: { code: 'identity_missing' } });
    });

    it('asks for one of the roles', async () => {
      expect(await get('/hr', as(issuer.token()))).toMatchObject({ status: 200, body: { uid: 'u1001' } });
      expect(await get('/admin', as(issuer.token()))).toMatchObject({ status: 403, body: { code: 'role_required' } });
      expect(await get('/admin', as(issuer.token({ roles: ['admins', 'ADMIN', ''] })))).toMatchObject({ status: 403 });
      expect(await get('/admin')).toMatchObject({ status: 401 });
    });

    it('asks for a second factor', async () => {
      expect(await get('/salary', as(issuer.token()))).toMatchObject({ status: 403, body: { code: 'assurance_required' } });
      expect(await get('/salary', as(issuer.token({ assurance: 2 })))).toMatchObject({ status: 200 });
    });

    it('leaves the errors of the application to the application', async () => {
      expect((await get('/broken', as(issuer.token()))).status).toBe(500);
    });
  });
}
