import { randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import { type ExpressRequest, menshen } from '@menshen/backend/express';
import { beforePrefix, createBeforePortal } from './before.ts';
import { couponHandlers } from './coupon.ts';
import { portalHandlers } from './portal.ts';
import { compileRoutes, failed, findRoute, readBody, send } from './router.ts';
import { type Tampering, tamperPath } from './tampering.ts';
import { createWecomLogin } from './wecom-login.ts';

export interface DemoBackendOptions {
  /** A loopback address: what stands here has no protection of its own. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Where the gateway publishes the keys of its identity header: `<gateway>/_menshen/jwks.json`. */
  readonly jwksUrl: string;
  /** Where WeCom is, for the portal as it was before Menshen ({@link createBeforePortal}); without it, nobody can sign in there. */
  readonly wecomUrl?: string;
  /** Epoch milliseconds; the system's time when absent. */
  readonly clock?: () => number;
}

export interface DemoBackend {
  readonly url: string;
  /** Tampers with the code of the coupon campaign, or repairs it. */
  tamper(on: boolean): void;
  close(): Promise<void>;
}

/**
 * The company's own backend, as it was before Menshen: business logic and nothing else. No access control, no validation, no limits, no log.
 * The one thing that it does for its safety is what every backend behind the gateway must do: it believes the identity header only after
 * `@menshen/backend` has verified the gateway's signature. In production it would also refuse connections that do not come from the gateway.
 */
export async function startDemoBackend(options: DemoBackendOptions): Promise<DemoBackend> {
  const { jwksUrl, wecomUrl, clock = Date.now } = options;
  const tampering: Tampering = { on: false };
  const before = createBeforePortal({
    clock,
    exchange: wecomUrl === undefined ? async () => null : createWecomLogin(wecomUrl),
    newToken: () => randomBytes(24).toString('base64url'),
    tampering,
  });
  const routes = compileRoutes({ ...portalHandlers(clock), ...couponHandlers(clock, tampering), ...before.handlers });
  const verifyPortal = menshen({ jwksUrl, clock, audience: 'portal' });
  const verifyCoupon = menshen({ jwksUrl, clock, audience: 'coupon', optional: ['/coupon/api/campaigns'] });

  async function serve(request: ExpressRequest, response: ServerResponse): Promise<void> {
    const [path = '', query] = (request.url ?? '').split('?', 2);
    const found = findRoute(routes, request.method ?? 'GET', path);
    if (found === undefined) return send(response, failed(404, 'not_found'));
    const read = await readBody(request);
    if (read === undefined) return send(response, failed(400, 'bad_body'));
    const uid = path.startsWith(`${beforePrefix}/`) ? before.uidOf(request.headers.authorization) : (request.menshen?.uid ?? '');
    send(response, await found.route.handle({ params: found.params, query: new URLSearchParams(query), ...read, uid }));
  }

  /** Whoever has the machine can change the code; this stands for it. */
  async function setTampering(request: ExpressRequest, response: ServerResponse): Promise<void> {
    const on = (await readBody(request).catch(() => undefined))?.body['on'];
    if (typeof on !== 'boolean') return send(response, failed(400, 'bad_body'));
    tampering.on = on;
    send(response, { status: 200, body: { on: tampering.on } });
  }

  const server = createServer((request: ExpressRequest, response) => {
    if (request.url === tamperPath && request.method === 'POST') return void setTampering(request, response);
    const unprotected = request.url?.startsWith(`${beforePrefix}/`) === true;
    const verify = request.url?.startsWith('/coupon/') ? verifyCoupon : verifyPortal;
    const fail = (): void => {
      if (response.headersSent) response.destroy();
      else send(response, failed(500, 'internal_error'));
    };
    if (unprotected) {
      serve(request, response).catch(fail);
      return;
    }
    verify(request, response, (error) => {
      if (error === undefined) serve(request, response).catch(fail);
      else fail();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the demo backend has no TCP address');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;

  return {
    url: `http://${host}:${address.port}`,
    tamper(on) {
      tampering.on = on;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
