import { GatewayEvent, type RouteText, routeText, type SessionText, sessionText } from '../../audit/gateway-event.ts';
import type { Session } from '../../identity/model.ts';
import { threatsText } from '../../inspection/threats-text.ts';
import type { RequestContext } from '../context.ts';
import type { Refusal } from '../refusal.ts';
import type { CompiledApp, CompiledRoute } from '../runtime.ts';

export type Outcome = 'passed' | 'refused' | 'failed' | 'unknown';

/** The record of a request as it ended, as canonical OCSF JSON. */
export function outcomeEvent(context: RequestContext, refusal: Refusal | null, now: number, latencyMicros: number): string {
  const { answer } = context;
  return (context.event ?? eventOf(context)).write({
    time: now,
    outcome: refusal === null ? 'passed' : refusal.failure === true ? 'failed' : 'refused',
    code: refusal?.code ?? null,
    status: answer?.status ?? null,
    stages: context.traces,
    policies: context.policies,
    latencyMicros,
    backendMicros: context.backendMicros,
    bytesIn: context.bytesIn,
    bytesOut: answer?.length ?? 0,
    campaign: context.campaign,
    object: context.object,
    threats: context.inspected === null ? null : threatsText(context.inspected),
  });
}

/** The record of a request that is about to be forwarded: stands as "outcome unknown" if the process dies before the outcome is known. */
export function intentEvent(context: RequestContext): string {
  // Nothing that it says of the request changes from here on.
  context.event = eventOf(context);
  return context.event.write({
    time: context.arrived,
    outcome: 'unknown',
    code: null,
    status: null,
    stages: context.traces,
    policies: context.policies,
    latencyMicros: 0,
    backendMicros: null,
    bytesIn: context.bytesIn,
    bytesOut: 0,
    campaign: context.campaign,
    object: context.object,
  });
}

function eventOf(context: RequestContext): GatewayEvent {
  const { session, app, route } = context;
  return new GatewayEvent(
    {
      requestId: context.id,
      method: context.method,
      path: context.path,
      address: context.address,
      userAgent: context.request.headers['user-agent'] ?? null,
      mode: context.mode,
    },
    app === null || route === null ? routeText({ app: app?.id ?? null, route: null, action: null }) : textOfRoute(app, route),
    session === null ? nobody : textOfSession(session),
  );
}

const nobody = sessionText({ uid: null, kind: null, session: null, device: null, channel: null, assurance: null });
const routeTexts = new WeakMap<CompiledRoute, RouteText>();
const sessionTexts = new WeakMap<Session, SessionText>();

function textOfRoute(app: CompiledApp, route: CompiledRoute): RouteText {
  const known = routeTexts.get(route);
  if (known !== undefined) return known;
  const text = writtenOut(routeText({ app: app.id, route: route.match, action: route.action }));
  routeTexts.set(route, text);
  return text;
}

/** What an event says of a session never changes in one session object: a step-up makes a new one. */
function textOfSession(session: Session): SessionText {
  const known = sessionTexts.get(session);
  if (known !== undefined) return known;
  const { person, sid, device, channel, assurance } = session;
  const text = writtenOut(sessionText({ uid: person.uid, kind: person.kind, session: sid, device, channel, assurance }));
  sessionTexts.set(session, text);
  return text;
}

/** The engine keeps a joined text as a tree of its pieces; a part that is used again and again is copied into one piece. */
function writtenOut<T extends object>(parts: T): T {
  return JSON.parse(JSON.stringify(parts)) as T;
}
