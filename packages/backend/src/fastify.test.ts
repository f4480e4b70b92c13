import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { menshen, requireAssurance, requireRole } from './fastify.ts';
import { createIssuer, now } from './testing/issuer.ts';
import { describeMiddleware } from './testing/middleware-suite.ts';

describeMiddleware('Fastify', async (options) => {
  const app = fastify();
  // Before the plugin, in the same scope: it must be guarded as well.
  app.get('/me', async (request) => ({ uid: request.menshen?.uid ?? null }));
  await app.register(menshen, options);
  for (const path of ['/public', '/public/shops']) app.get(path, async (request) => ({ uid: request.menshen?.uid ?? null }));
  app.get('/hr', { onRequest: requireRole('hr.manager', 'hr.clerk') }, async (request) => ({ uid: request.menshen?.uid }));
  app.get('/admin', { preHandler: requireRole('admin') }, async () => ({}));
  app.get('/salary', { preHandler: [requireAssurance(2)] }, async () => ({}));
  app.get('/broken', async () => {
    throw new Error('of the application');
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { server: app.server, close: () => app.close() };
});

describe('Fastify’s inject and scopes', () => {
  it('guards the scope that it is registered in, and no other', async () => {
    const issuer = createIssuer();
    const app = fastify();
    app.get('/open', async () => ({}));
    await app.register(async (scope) => {
      await scope.register(menshen, { jwks: issuer.jwks, audience: 'portal', clock: () => now });
      scope.get('/closed', async (request) => ({ uid: request.menshen?.uid }));
    });
    expect((await app.inject('/open')).statusCode).toBe(200);
    expect((await app.inject('/closed')).json()).toMatchObject({ code: 'identity_missing' });
    expect((await app.inject({ url: '/closed', headers: { 'x-menshen-identity': issuer.token() } })).json()).toEqual({
      uid: 'u1001',
    });
    await app.close();
  });

  it('answers 401, not 404, to a stranger who looks for routes', async () => {
    const app = fastify();
    await app.register(menshen, { jwks: { keys: [] }, audience: 'portal' });
    expect((await app.inject('/nowhere')).statusCode).toBe(401);
    await app.close();
  });
});
