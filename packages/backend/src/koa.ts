import type { IncomingMessage } from 'node:http';
import { anyRole, demand, minimumAssurance, type Requirement } from './access.ts';
import { createGuard, type MiddlewareOptions } from './guard.ts';
import type { Identity } from './identity.ts';
import { errorBody, IdentityError } from './identity-error.ts';

/** The part of Koa's context that is used; Egg's has it too. */
export interface KoaContext {
  readonly req: IncomingMessage;
  readonly originalUrl: string;
  readonly state: { menshen?: Identity | null };
  status: number;
  body: unknown;
  set(name: string, value: string): void;
}

export type KoaMiddleware = (ctx: KoaContext, next: () => Promise<unknown>) => Promise<void>;

/**
 * Koa middleware: `ctx.state.menshen` is the verified identity; without one the answer is 401 and nothing behind runs.
 *
 * @example
 * app.use(menshen({ gateway: 'https://gateway.internal', audience: 'portal' }));
 */
export function menshen(options: MiddlewareOptions): KoaMiddleware {
  const guard = createGuard(options);
  return guarded(async (ctx) => {
    ctx.state.menshen = await guard(ctx.req, ctx.originalUrl);
  });
}

/** Lets pass who has at least one of the roles; 403 `role_required` for others. */
export function requireRole(...roles: readonly string[]): KoaMiddleware {
  return requirement(anyRole(roles));
}

/** Lets pass from this assurance on (2: a second factor); 403 `assurance_required` below. */
export function requireAssurance(level: number): KoaMiddleware {
  return requirement(minimumAssurance(level));
}

function requirement(required: Requirement): KoaMiddleware {
  return guarded(async (ctx) => demand(ctx.state.menshen, required));
}

/** Runs the check, and what is behind it only afterwards: an error of the app's own is not taken for a refusal. */
function guarded(check: (ctx: KoaContext) => Promise<void>): KoaMiddleware {
  return async (ctx, next) => {
    try {
      await check(ctx);
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      ctx.status = error.status;
      ctx.set('Cache-Control', 'no-store');
      ctx.body = errorBody(error.code, ctx.req.headers['accept-language']);
      return;
    }
    await next();
  };
}
