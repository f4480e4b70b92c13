import type { SocketConfig, StageName } from '@menshen/contract';
import { isClientPath } from '../client-api.ts';
import type { RequestContext } from '../context.ts';
import { failed, type Refusal, refuse } from '../refusal.ts';
import type { GatewayServices } from '../services.ts';
import { type AdmissionState, createAdmit } from '../stages/admit.ts';
import { createAuthenticate } from '../stages/authenticate.ts';
import { createAuthorizer } from '../stages/authorize.ts';
import { createCheckVersion } from '../stages/check-version.ts';
import { type Contain, containing } from '../stages/contain.ts';
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

export interface Handshake {
  /** Decides about a handshake as the pipeline does about a request; resolves to the refusal, or to null when the socket may be opened. */
  decide(context: RequestContext): Promise<Refusal | null>;
  /** Whether an open socket would be permitted now, by the configuration, the policies and the directory as they have become. */
  stillPermitted(context: RequestContext): Promise<boolean>;
}

export function createHandshake(services: GatewayServices, state: AdmissionState, contain: Contain): Handshake {
  const limit = createLimit(services);
  const authorizer = createAuthorizer(services);
  const version = createCheckVersion(services);
  const checkOrigin = createCheckOrigin();
  const onRoute =
    (check: (context: RequestContext, socket: SocketConfig) => Refusal | undefined) =>
    (context: RequestContext): Refusal | undefined => {
      const socket = context.route?.socket ?? null;
      return socket === null ? refuse('route_undeclared', 'socket') : check(context, socket);
    };
  const steps: readonly Step[] = [
    { name: 'admit', run: createAdmit(services, state), monitored: false, bypassed: false },
    {
      name: 'route',
      run: (context) => route(context) ?? contain.onRoute(context) ?? version.onRoute(context),
      monitored: false,
      bypassed: false,
    },
    {
      name: 'route',
      run: onRoute(ownOrMalformed),
      monitored: false,
      bypassed: false,
    },
    { name: 'limit', run: limit.early, monitored: true, bypassed: true },
    { name: 'admit', run: onRoute(checkOrigin), monitored: true, bypassed: false },
    { name: 'authenticate', run: containing(createAuthenticate(services), contain), monitored: true, bypassed: false },
    { name: 'authenticate', run: version.onSession, monitored: false, bypassed: false },
    { name: 'limit', run: limit.late, monitored: true, bypassed: true },
    { name: 'inspect', run: createInspect(services), monitored: true, bypassed: false },
    { name: 'authorize', run: authorizer.onRequest, monitored: true, bypassed: true },
  ];

  const stillPermitted: Handshake['stillPermitted'] = async (context) => {
    const runtime = services.runtime();
    const app = runtime.apps.get(context.app?.id ?? '') ?? null;
    const found = app?.routes.find(({ match, socket }) => match === context.route?.match && socket !== null) ?? null;
    if (app === null || found === null) return false;
    const mode = services.mode();
    if (mode === 'bypass' || (context.session === null && found.auth !== 'none')) return mode === 'bypass';
    const session = context.session === null ? null : (services.sessions.find(context.session.sid) ?? null);
    if (context.session !== null && session === null) return false;
    const now = {
      ...context,
      runtime,
      app,
      route: found,
      session,
      mode,
      traces: [],
      object: null,
      policies: [],
      masked: [],
      revealed: [],
    };
    const refusal = await authorizer.onRequest(now);
    if (refusal === undefined || refusal.soft === true) return true;
    return (mode !== 'enforce' || found.monitor) && refusal.failure !== true && refusal.hard !== true;
  };

  const decide: Handshake['decide'] = async (context) => {
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

  return { decide, stillPermitted };
}
