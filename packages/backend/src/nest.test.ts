import { Controller, type ExecutionContext, Get, Module, type NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import type { Identity } from './identity.ts';
import { CurrentIdentity, MenshenGuard, OptionalIdentity, RequireAssurance, RequireRole } from './nest.ts';
import { createIssuer, now } from './testing/issuer.ts';
import { describeMiddleware } from './testing/middleware-suite.ts';

type Handler = (identity: Identity | null) => unknown;

/** A class of routes as Nest's decorators would make it; the sources here carry no decorator syntax, which Node does not run. */
function controller(
  prefix: string,
  routes: Readonly<Record<string, { readonly handler: Handler; readonly decorators?: readonly MethodDecorator[] }>>,
  ...onClass: ClassDecorator[]
) {
  const Routes = class {};
  for (const [path, { handler, decorators = [] }] of Object.entries(routes)) {
    const name = `at ${path}`;
    Object.defineProperty(Routes.prototype, name, {
      value: (identity: Identity | null) => handler(identity),
      configurable: true,
      writable: true,
    });
    const descriptor = Object.getOwnPropertyDescriptor(Routes.prototype, name);
    if (descriptor === undefined) throw new Error('the route was not defined');
    for (const decorator of [Get(path), ...decorators]) decorator(Routes.prototype, name, descriptor);
    CurrentIdentity()(Routes.prototype, name, 0);
  }
  for (const decorator of [Controller(prefix), ...onClass]) decorator(Routes);
  return Routes;
}

const uid: Handler = (identity) => ({ uid: identity?.uid ?? null });
const quiet: NestApplicationOptions = { logger: false };

async function start(guard: MenshenGuard, ...controllers: (new () => object)[]) {
  const Root = class {};
  Module({ controllers })(Root);
  const app = await NestFactory.create(Root, quiet);
  app.useGlobalGuards(guard);
  await app.listen(0, '127.0.0.1');
  return app;
}

describeMiddleware('Nest', async (options) => {
  const app = await start(
    new MenshenGuard(options),
    controller('', {
      me: { handler: uid },
      public: { handler: uid },
      'public/shops': { handler: uid },
      hr: { handler: uid, decorators: [RequireRole('hr.manager', 'hr.clerk')] },
      admin: { handler: uid, decorators: [RequireRole('admin')] },
      salary: { handler: uid, decorators: [RequireAssurance(2)] },
      broken: {
        handler: () => {
          throw new Error('of the application');
        },
      },
    }),
    // Nest answers 404 before any guard where there is no route; with one the guard decides.
    controller('*path', { '': { handler: uid } }),
  );
  return { server: app.getHttpServer(), close: () => app.close() };
});

describe('Nest’s decorators', () => {
  it('combine those of the class and of the handler', async () => {
    const issuer = createIssuer();
    const app = await start(
      new MenshenGuard({ jwks: issuer.jwks, audience: 'portal', clock: () => now }),
      controller('open', { shops: { handler: uid, decorators: [OptionalIdentity() as MethodDecorator] }, me: { handler: uid } }),
      controller('guest', { shops: { handler: uid } }, OptionalIdentity()),
      controller('pay', { list: { handler: uid, decorators: [RequireAssurance(2)] } }, RequireRole('hr.manager')),
    );
    try {
      const base = await app.getUrl();
      const get = async (path: string, token?: string) => {
        const answer = await fetch(base + path, token === undefined ? {} : { headers: { 'x-menshen-identity': token } });
        return Object.assign({ status: answer.status }, await answer.json());
      };
      expect(await get('/open/shops')).toMatchObject({ status: 200, uid: null });
      expect(await get('/open/me')).toMatchObject({ status: 401, code: 'identity_missing' });
      expect(await get('/guest/shops')).toMatchObject({ status: 200, uid: null });
      expect(await get('/guest/shops', 'forged')).toMatchObject({ status: 401, code: 'identity_invalid' });
      expect(await get('/pay/list', issuer.token({ assurance: 2, roles: [] }))).toMatchObject({
        status: 403,
        code: 'role_required',
      });
      expect(await get('/pay/list', issuer.token())).toMatchObject({ status: 403, code: 'assurance_required' });
      expect(await get('/pay/list', issuer.token({ assurance: 2 }))).toMatchObject({ status: 200, uid: 'u1001' });
    } finally {
      await app.close();
    }
  });

  it('work on Fastify, whose request wraps the one of Node', async () => {
    const issuer = createIssuer();
    const guard = new MenshenGuard({ jwks: issuer.jwks, audience: 'portal', clock: () => now, optional: ['/public'] });
    const headers: Record<string, string> = {};
    const response = { raw: { setHeader: (name: string, value: string) => Object.assign(headers, { [name]: value }) } };
    const visit = async (originalUrl: string, token?: string) => {
      const rawHeaders = token === undefined ? [] : ['X-Menshen-Identity', token];
      const request = Object.assign(
        { originalUrl, headers: {}, menshen: undefined as Identity | null | undefined },
        { raw: { method: 'GET', url: '/', headers: {}, rawHeaders } },
      );
      const context = {
        getType: () => 'http',
        getHandler: () => visit,
        getClass: () => class {},
        switchToHttp: () => ({ getRequest: () => request, getResponse: () => response }),
      };
      await guard.canActivate(context as unknown as ExecutionContext);
      return request.menshen;
    };
    expect(await visit('/me', issuer.token())).toMatchObject({ uid: 'u1001' });
    expect(await visit('/public/shops')).toBeNull();
    await expect(visit('/me')).rejects.toMatchObject({ status: 401 });
    expect(headers).toEqual({ 'cache-control': 'no-store' });
  });

  it('refuse what is not HTTP', async () => {
    const guard = new MenshenGuard({ jwks: { keys: [] }, audience: 'portal', optional: true });
    const context = { getType: () => 'rpc' } as unknown as ExecutionContext;
    expect(await guard.canActivate(context)).toBe(false);
  });
});
