import type { IncomingMessage, ServerResponse } from 'node:http';
import { anyRole, demand, minimumAssurance, type Requirement } from './access.ts';
import { createGuard, type MiddlewareOptions } from './guard.ts';
import type { Identity } from './identity.ts';
import { errorBody, IdentityError } from './identity-error.ts';

declare global {
  namespace Express {
    interface Request {
      /** Set by Menshen's middleware: the verified identity, or `null` on an optional route. */
      menshen?: Identity | null;
    }
  }
}

export interface ExpressRequest extends IncomingMessage {
  readonly originalUrl?: string;
  menshen?: Identity | null;
}

export type ExpressMiddleware = (request: ExpressRequest, response: ServerResponse, next: (error?: unknown) => void) => void;

/**
 * Express middleware: `request.menshen` is the verified identity; without one the answer is 401 and the handlers behind do not run.
 *
 * @example
 * app.use(menshen({ gateway: 'https://gateway.internal', audience: 'portal' }));
 */
export function menshen(options: MiddlewareOptions): ExpressMiddleware {
  const guard = createGuard(options);
  return (request, response, next) => {
    guard(request, request.originalUrl ?? request.url ?? '')
      .then((identity) => {
        request.menshen = identity;
      })
      .then(
        () => next(),
        (error: unknown) => refuse(error, request, response, next),
      );
  };
}

/** Lets pass who has at least one of the roles; 403 `role_required` for others. */
export function requireRole(...roles: readonly string[]): ExpressMiddleware {
  return requirement(anyRole(roles));
}

/** Lets pass from this assurance on (2: a second factor); 403 `assurance_required` below. */
export function requireAssurance(level: number): ExpressMiddleware {
  return requirement(minimumAssurance(level));
}

function requirement(required: Requirement): ExpressMiddleware {
  return (request, response, next) => {
    try {
      demand(request.menshen, required);
    } catch (error) {
      refuse(error, request, response, next);
      return;
    }
    next();
  };
}

function refuse(error: unknown, request: ExpressRequest, response: ServerResponse, next: (error: unknown) => void): void {
  if (!(error instanceof IdentityError)) {
    next(error);
    return;
  }
  const text = JSON.stringify(errorBody(error.code, request.headers['accept-language']));
  response
    .writeHead(error.status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-store',
    })
    .end(text);
}
