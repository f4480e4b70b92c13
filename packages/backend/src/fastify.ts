import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { anyRole, demand, minimumAssurance, type Requirement } from './access.ts';
import { createGuard, type MiddlewareOptions } from './guard.ts';
import type { Identity } from './identity.ts';
import { errorBody, IdentityError } from './identity-error.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by Menshen's plugin: the verified identity, or `null` on an optional route. */
    menshen: Identity | null;
  }
}

export type FastifyHook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/**
 * Fastify plugin: `request.menshen` is the verified identity; without one the answer is 401 and no handler runs. It holds for the whole scope in which it
 * is registered, its 404s included.
 *
 * @example
 * await app.register(menshen, { gateway: 'https://gateway.internal', audience: 'portal' });
 */
export const menshen: FastifyPluginCallback<MiddlewareOptions> = (app, options, done) => {
  const guard = createGuard(options);
  app.decorateRequest('menshen', null);
  app.addHook(
    'onRequest',
    refusing(async (request) => {
      request.menshen = await guard(request.raw, request.originalUrl);
    }),
  );
  done();
};

// What fastify-plugin does: the hook serves the scope around the plugin, not one of the plugin's own.
Object.assign(menshen, { [Symbol.for('skip-override')]: true, [Symbol.for('fastify.display-name')]: '@menshen/backend' });

/** Hook that lets pass who has at least one of the roles; 403 `role_required` for others. */
export function requireRole(...roles: readonly string[]): FastifyHook {
  return requirement(anyRole(roles));
}

/** Hook that lets pass from this assurance on (2: a second factor); 403 `assurance_required` below. */
export function requireAssurance(level: number): FastifyHook {
  return requirement(minimumAssurance(level));
}

function requirement(required: Requirement): FastifyHook {
  return refusing(async (request) => demand(request.menshen, required));
}

function refusing(check: (request: FastifyRequest) => Promise<void>): FastifyHook {
  return async (request, reply) => {
    try {
      await check(request);
      return undefined;
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      return reply
        .code(error.status)
        .header('cache-control', 'no-store')
        .send(errorBody(error.code, request.headers['accept-language']));
    }
  };
}
