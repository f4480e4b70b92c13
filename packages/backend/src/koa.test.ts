import { createServer } from 'node:http';
import Koa from 'koa';
import { describe, expect, it } from 'vitest';
import * as egg from './egg.ts';
import { type KoaMiddleware, menshen, requireAssurance, requireRole } from './koa.ts';
import { describeMiddleware, listening } from './testing/middleware-suite.ts';

function serve(middleware: KoaMiddleware) {
  return async () => {
    const app = new Koa();
    app.silent = true;
    const only: Readonly<Record<string, KoaMiddleware>> = {
      '/hr': requireRole('hr.manager', 'hr.clerk'),
      '/admin': requireRole('admin'),
      '/salary': requireAssurance(2),
    };
    app.use(middleware);
    app.use((ctx, next) => {
      // As a mount does: what comes behind sees another url.
      const path = ctx.path;
      ctx.url = '/rewritten';
      return (only[path] ?? ((_ctx, go) => go().then(() => undefined)))(ctx, async () => {
        if (path === '/broken') throw new Error('of the application');
        ctx.path = path;
        return next();
      });
    });
    app.use((ctx) => {
      ctx.body = { uid: ctx.state.menshen?.uid ?? null };
    });
    const server = createServer(app.callback());
    await listening(server);
    return { server, close: () => new Promise((resolve) => void server.close(resolve)) };
  };
}

describeMiddleware('Koa', (options) => serve(menshen(options))());

// Egg itself is not installed here: this is its calling convention, `(options, app)`, on the Koa below it.
describeMiddleware('Egg’s shape', (options) =>
  serve(egg.menshen(Object.assign({ enable: true, match: null }, options), { config: {} }))(),
);

describe('Egg’s helpers', () => {
  it('are Koa’s', () => {
    expect(egg.requireRole).toBe(requireRole);
    expect(egg.requireAssurance).toBe(requireAssurance);
  });
});
