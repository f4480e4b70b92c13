import type { SocketConfig, StageName } from '@menshen/contract';
import { isClientPath } from '../client-api.ts';
import type { RequestContext } from '../context.ts';
import { failed, type Refusal, refuse } from '../refusal.ts';
import type { GatewayServices } from '../services.ts';
import { type AdmissionState, createAdmit } from '../stages/admit.ts';
import { createAuthenticate } from '../stages/authenticate.ts';
import { createAuthorizer } from '../stages/authorize.ts';
import { createInspect } from '../stages/inspect.ts';
import { createLimit } from '../stages/limit.ts';
import { route } from '../stages/route.ts';
import { createCheckOrigin } from './origin.ts';

interface Step {
  readonly name: StageName;
  readonly run: (context: RequestContext) => Refusal | undefined | Promise<Refusal | undefined>;
  readonly monitored: boolean;
  readonly bypassed: boolean;
}

/** RFC 6455 §4.1: version 13, and sixteen random bytes in base64. */
function isHandshake({ request }: RequestContext): boolean {
  const { upgrade } = request.headers;
  return (
    request.method === 'GET' &&
    upgrade?.toLowerCase() === 'websocket' &&
    request.headers['sec-websocket-version'] === '13' &&
    /^[+/0-9A-Za-z]{22}==$/.test(request.headers['sec-websocket-key'] ?? '')
  );
}

/** The gateway's own paths take no socket, whatever the app's routes say. */
function ownOrMalformed(context: RequestContext): Refusal | undefined {
  if (isClientPath(context.path)) return refuse('route_undeclared', 'socket');
  return isHandshake(context) ? undefined : refuse('header_malformed', 'handshake');
}

/** Decides about a handshake as the pipeline does about a request; resolves to the refusal, or to null when the socket may be opened. */
export function createHandshake(
  services: GatewayServices,
  state: AdmissionState,
): (context: RequestContext) => Promise<Refusal | null> {
  const limit = createLimit(services);
  const authorizer = createAuthorizer(services);
  const checkOrigin = createCheckOrigin();
  const onRoute =
    (check: (context: RequestContext, socket: SocketConfig) => Refusal | undefined) =>
    (context: RequestContext): Refusal | undefined => {
      const socket = context.route?.socket ?? null;
      return socket === null ? refuse('route_undeclared', 'socket') : check(context, socket);
    };
  const steps: readonly Step[] = [
    { name: 'admit', run: createAdmit(services, state), monitored: false, bypassed: false },
    { name: 'route', run: route, monitored: false, bypassed: false },
    {
      name: 'route',
      run: onRoute(ownOrMalformed),
      monitored: false,
      bypassed: false,
    },
    { name: 'limit', run: limit.early, monitored: true, bypassed: true },
    { name: 'admit', run: onRoute(checkOrigin), monitored: true, bypassed: false },
    { name: 'authenticate', run: createAuthenticate(services), monitored: true, bypassed: false },
    { name: 'limit', run: limit.late, monitored: true, bypassed: true },
    { name: 'inspect', run: createInspect(services), monitored: true, bypassed: false },
    { name: 'authorize', run: authorizer.onRequest, monitored: true, bypassed: true },
  ];

  return async (context) => {
    let before = context.started;
    for (const step of steps) {
      if (step.bypassed && context.mode === 'bypass') continue;
      let result: Refusal | undefined;
      try {
        result = await step.run(context);
      } catch {
        // A step that throws has not said yes.
        result = failed('internal_error', step.name);
      }
      const now = services.monotonic();
      const micros = Math.round((now - before) * 1000);
      before = now;
      const enforced =
        result !== undefined &&
        result.soft !== true &&
        !(step.monitored && context.mode !== 'enforce' && result.failure !== true && result.hard !== true);
      context.traces.push({
        stage: step.name,
        verdict: result === undefined ? 'pass' : enforced ? 'refuse' : 'would_refuse',
        code: result?.code ?? null,
        where: result?.where ?? null,
        micros,
      });
      if (result !== undefined && enforced) return result;
    }
    return null;
  };
}
