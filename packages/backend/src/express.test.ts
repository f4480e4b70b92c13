import express from 'express';
import { describe, expect, it } from 'vitest';
import { menshen, requireAssurance, requireRole } from './express.ts';
import { describeMiddleware, listening } from './testing/middleware-suite.ts';

describeMiddleware('Express', async (options) => {
  const app = express().disable('x-powered-by');
  const who: express.RequestHandler = (request, response) => void response.json({ uid: request.menshen?.uid ?? null });
  // Mounted below a router, where Express rewrites `url`.
  const publicRoutes = express.Router().get('/shops', who).get('/', who);
  app.use(menshen(options));
  app.get('/me', who);
  app.use('/public', publicRoutes);
  app.get('/hr', requireRole('hr.manager', 'hr.clerk'), who);
  app.get('/admin', requireRole('admin'), who);
  app.get('/salary', requireAssurance(2), who);
  app.get('/broken', () => {
    throw new Error('of the application');
  });
  // Express prints errors unless it is told what to do with them.
  app.use(((_error, _request, response, _next) => void response.status(500).end()) satisfies express.ErrorRequestHandler);
  const server = app.listen(0, '127.0.0.1');
  if (!server.listening) await new Promise((resolve) => void server.once('listening', resolve));
  return { server, close: () => new Promise((resolve) => void server.close(resolve)) };
});

describe('mounted on one path only', () => {
  it('judges optional routes by the whole path', async () => {
    const app = express();
    app.use(
      '/api',
      menshen({ jwks: { keys: [] }, audience: 'portal', optional: ['/api/public'] }),
      (_request, response) => void response.json({}),
    );
    const server = app.listen(0, '127.0.0.1');
    try {
      if (!server.listening) await new Promise((resolve) => void server.once('listening', resolve));
      const address = server.address();
      const base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
      expect((await fetch(`${base}/api/public`)).status).toBe(200);
      expect((await fetch(`${base}/api/me`)).status).toBe(401);
    } finally {
      await new Promise((resolve) => void server.close(resolve));
    }
  });
});

describe('requirements', () => {
  it('refuse a request that no middleware has verified', async () => {
    const app = express();
    app.get('/hr', requireRole('hr.manager'), (_request, response) => void response.json({}));
    const server = app.listen(0, '127.0.0.1');
    try {
      await (server.listening ? undefined : listening(server));
      const address = server.address();
      const answer = await fetch(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/hr`);
      expect(await answer.json()).toMatchObject({ code: 'identity_missing' });
    } finally {
      await new Promise((resolve) => void server.close(resolve));
    }
  });

  it('are checked when they are declared', () => {
    expect(() => requireRole()).toThrow(TypeError);
    expect(() => requireRole('')).toThrow(TypeError);
    expect(() => requireAssurance(0)).toThrow(TypeError);
    expect(() => requireAssurance(Number.NaN)).toThrow(TypeError);
    expect(() => menshen({ jwks: { keys: [] }, audience: 'portal', optional: ['public'] })).toThrow(TypeError);
  });
});
