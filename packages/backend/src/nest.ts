import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CanActivate, createParamDecorator, type ExecutionContext, HttpException, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { anyRole, demand, minimumAssurance, type Requirement } from './access.ts';
import { createGuard, type Guard, type MiddlewareOptions } from './guard.ts';
import type { Identity } from './identity.ts';
import { errorBody, IdentityError } from './identity-error.ts';

const optionalKey = 'menshen:optional';
const roleKey = 'menshen:role';
const assuranceKey = 'menshen:assurance';

type HttpRequest = IncomingMessage & { readonly originalUrl?: string; readonly raw?: IncomingMessage; menshen?: Identity | null };

/**
 * Nest guard for the whole application, on Express or Fastify: verifies the identity and holds it to `@RequireRole` and `@RequireAssurance`. What is not
 * HTTP (a message, a socket) carries no identity and is refused.
 *
 * @example
 * app.useGlobalGuards(new MenshenGuard({ gateway: 'https://gateway.internal', audience: 'portal' }));
 */
export class MenshenGuard implements CanActivate {
  readonly #guard: Guard;
  readonly #reflector = new Reflector();

  constructor(options: MiddlewareOptions) {
    this.#guard = createGuard(options);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return false;
    const request = context.switchToHttp().getRequest<HttpRequest>();
    try {
      const identity = await this.#identityOf(request, context);
      request.menshen = identity;
      for (const requirement of this.#requirements(context)) demand(identity, requirement);
      return true;
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      const response = context.switchToHttp().getResponse<ServerResponse & { readonly raw?: ServerResponse }>();
      (response.raw ?? response).setHeader('cache-control', 'no-store');
      throw new HttpException(errorBody(error.code, request.headers['accept-language']), error.status, { cause: error });
    }
  }

  async #identityOf(request: HttpRequest, context: ExecutionContext): Promise<Identity | null> {
    try {
      return await this.#guard(request.raw ?? request, request.originalUrl ?? request.url ?? '');
    } catch (error) {
      const optional = this.#reflector.getAllAndOverride<boolean | undefined>(optionalKey, [
        context.getHandler(),
        context.getClass(),
      ]);
      if (optional === true && error instanceof IdentityError && error.code === 'identity_missing') return null;
      throw error;
    }
  }

  /** Those of the class and of the handler: a handler adds to its class and takes nothing away. */
  *#requirements(context: ExecutionContext): Generator<Requirement> {
    for (const target of [context.getClass(), context.getHandler()]) {
      for (const key of [roleKey, assuranceKey]) {
        const requirement = this.#reflector.get<Requirement | undefined>(key, target);
        if (requirement !== undefined) yield requirement;
      }
    }
  }
}

/** Parameter decorator: the verified identity, or `null` where the route is optional. */
export const CurrentIdentity: () => ParameterDecorator = createParamDecorator<undefined, Identity | null>(
  (_data, context) => context.switchToHttp().getRequest<HttpRequest>().menshen ?? null,
);

/** The route, or every route of the class, may come without identity. */
export const OptionalIdentity = (): MethodDecorator & ClassDecorator => SetMetadata(optionalKey, true);

/** At least one of the roles; 403 `role_required` for others. */
export const RequireRole = (...roles: readonly string[]): MethodDecorator & ClassDecorator =>
  SetMetadata(roleKey, anyRole(roles));

/** From this assurance on (2: a second factor); 403 `assurance_required` below. */
export const RequireAssurance = (level: number): MethodDecorator & ClassDecorator =>
  SetMetadata(assuranceKey, minimumAssurance(level));
