import { hash } from 'node:crypto';
import { languageOf } from '@menshen/contract';
import { approvalHeader, operationDigest } from '@menshen/wire';
import type { Session } from '../../identity/model.ts';
import { owesStepUp } from '../../identity/risk/model.ts';
import { stepUpFields } from '../../identity/risk/service.ts';
import { openedBy, parseToken } from '../../identity/token.ts';
import { openChannel } from '../channel.ts';
import type { RequestContext } from '../context.ts';
import { receivedBody } from '../received-body.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { checkRequestProof, demandsProof, rawTarget } from '../request-proof.ts';
import type { GatewayServices } from '../services.ts';

const approvalName = approvalHeader.toLowerCase();

/**
 * From the bearer token to the session. Constant-time on the secret; the session must be alive, of this app, of a person whom the app serves; a request
 * of a session with keys is proved by its signature; an `mfa` route wants a fresh second factor, an `approval` route one for this very request.
 */
export function createAuthenticate(
  services: GatewayServices,
): (context: RequestContext) => Refusal | undefined | Promise<Refusal | undefined> {
  const judge = (context: RequestContext, authorization: string): Refusal | undefined | Promise<Refusal | undefined> => {
    const { app, route } = context;
    if (app === null || route === null) return refuse('route_undeclared');
    const found = findSession(services, authorization, app.id);
    if (typeof found === 'string') return route.auth === 'none' ? undefined : refuse(found);
    if (!app.audience.has(found.person.kind)) return refuse('audience_refused');
    if (demandsProof(app.signing, found)) return proved(context, found);
    return route.auth === 'approval' ? approved(context, found) : admitted(context, found);
  };

  const proved = async (context: RequestContext, session: Session): Promise<Refusal | undefined> => {
    const body = await receivedBody(context);
    if (!Buffer.isBuffer(body)) return body;
    const refusal = await checkRequestProof(
      services,
      context.request,
      session,
      body,
      context.route?.inspector ?? null,
      context.socket === true,
    );
    // On a route for everybody, who cannot prove to be the session's owner is nobody.
    if (refusal !== undefined) return context.route?.auth === 'none' ? undefined : refusal;
    const closed = openChannel(context, session, body);
    if (closed !== undefined) return closed;
    return context.route?.auth === 'approval' ? approved(context, session) : admitted(context, session);
  };

  const approved = async (context: RequestContext, session: Session): Promise<Refusal | undefined> => {
    const needed = { ...refuse('mfa_required', 'route'), extra: { form: 'approval', reasons: [] } };
    const token = context.request.headers[approvalName];
    if (typeof token !== 'string') return needed;
    const body = await receivedBody(context);
    if (!Buffer.isBuffer(body)) return body;
    const { path, query } = rawTarget(context.request);
    const digest = operationDigest(context.method, path, query, body, (data) => hash('sha256', data, 'buffer'));
    return (await services.consumeApproval(token, session.sid, digest)) ? admitted(context, session) : needed;
  };

  const admitted = (context: RequestContext, known: Session): Refusal | undefined => {
    const { app, route } = context;
    if (app === null || route === null) return refuse('route_undeclared');
    const session = known.address === context.address ? known : services.risk.moved(app.config, known, context.address);
    context.session = session;
    const { threshold } = app.config.stepUp;
    if (route.auth !== 'none' && threshold !== null && owesStepUp(session.risk, session.secondFactorAt, threshold)) {
      const language = languageOf(context.request.headers['accept-language']);
      const extra = { form: 'freshness', ...stepUpFields(session.risk.reasons, language) };
      return { ...refuse('mfa_required', session.risk.reasons.join(' ')), extra };
    }
    if (route.auth === 'mfa') {
      const at = session.secondFactorAt;
      if (session.assurance < 2 || at === null || context.arrived - at > route.secondFactorMs) {
        const extra = { form: 'freshness', maxAgeSeconds: route.secondFactorMs / 1_000, reasons: [] };
        return { ...refuse('mfa_required', 'route'), extra };
      }
    }
    services.sessions.touch(session, context.arrived);
    return undefined;
  };

  return (context) => {
    const { route, request } = context;
    if (route === null) return refuse('route_undeclared');
    const authorization = request.headers.authorization;
    if (authorization === undefined) return route.auth === 'none' ? undefined : refuse('session_missing');
    if (!authorization.startsWith('Bearer mst1.')) return route.auth === 'none' ? undefined : refuse('session_invalid');
    const loading = loadUnknown(services, authorization);
    return loading === null ? judge(context, authorization) : loading.then(() => judge(context, authorization));
  };
}

/**
 * Asks the store for a session that this node does not know, or knows only as idle or with another secret: a step-up on another node may have replaced
 * it just now. Null when there is nothing to ask.
 */
export function loadUnknown(
  services: Pick<GatewayServices, 'sessions' | 'loadSession' | 'clock'>,
  authorization: string,
): Promise<unknown> | null {
  if (services.loadSession === null) return null;
  const now = services.clock();
  const isIdle = (session: Session): boolean => now >= session.idleExpires && now < session.absoluteExpires;
  const proven = services.sessions.findProven(authorization, now);
  if (proven !== null && !isIdle(proven)) return null;
  const parts = parseToken(authorization.slice('Bearer '.length));
  if (parts === null || services.sessions.wasEnded(parts.sid)) return null;
  const known = services.sessions.find(parts.sid);
  const idle = known !== undefined && isIdle(known);
  if (known !== undefined && !idle && openedBy(known, parts.secret, now) !== null) return null;
  return services.loadSession(parts.sid);
}

/** The live session of a bearer header, or the code of why there is none. */
export function findSession(
  services: Pick<GatewayServices, 'sessions' | 'clock' | 'hearsRevocations'>,
  authorization: string,
  app: string | null,
) {
  const now = services.clock();
  const session = services.sessions.findProven(authorization, now) ?? proveSession(services, authorization, now);
  if (typeof session === 'string') return session;
  if (app !== null && session.app !== app) return 'session_invalid' as const;
  if (now >= session.idleExpires || now >= session.absoluteExpires) return 'session_expired' as const;
  // Fails closed: it may have been ended on a node that this one no longer hears.
  if (!services.hearsRevocations()) return 'store_unavailable' as const;
  return session;
}

/** Looks at a token that has not proved itself lately. */
function proveSession({ sessions }: Pick<GatewayServices, 'sessions'>, authorization: string, now: number) {
  const parts = parseToken(authorization.slice('Bearer '.length));
  if (parts === null) return 'session_invalid' as const;
  const held = sessions.find(parts.sid);
  if (held === undefined) return sessions.wasEnded(parts.sid) ? ('session_revoked' as const) : ('session_invalid' as const);
  const session = openedBy(held, parts.secret, now);
  if (session === null) return 'session_invalid' as const;
  sessions.noteProven(authorization, held, parts.secret);
  return session;
}
