import { gatewayEvent } from '../../audit/events.ts';
import type { RequestContext } from '../context.ts';
import type { Refusal } from '../refusal.ts';

export type Outcome = 'passed' | 'refused' | 'failed' | 'unknown';

/** The record of a request as it ended, as canonical OCSF JSON. */
export function outcomeEvent(context: RequestContext, refusal: Refusal | null, now: number, latencyMicros: number): string {
  const outcome: Outcome = refusal === null ? 'passed' : refusal.failure === true ? 'failed' : 'refused';
  return gatewayEvent(fieldsOf(context, outcome, refusal?.code ?? null, now, latencyMicros));
}

/** The record of a request that is about to be forwarded: stands as "outcome unknown" if the process dies before the outcome is known. */
export function intentEvent(context: RequestContext): string {
  return gatewayEvent(fieldsOf(context, 'unknown', null, context.arrived, 0));
}

function fieldsOf(context: RequestContext, outcome: Outcome, code: string | null, now: number, latencyMicros: number) {
  const { session, app, route, answer, request } = context;
  return {
    time: now,
    requestId: context.id,
    app: app?.id ?? null,
    route: route?.match ?? null,
    action: route?.action ?? null,
    method: context.method,
    path: context.path,
    status: answer?.status ?? null,
    outcome,
    code,
    uid: session?.person.uid ?? null,
    kind: session?.person.kind ?? null,
    session: session?.sid ?? null,
    device: session?.device ?? null,
    channel: session?.channel ?? null,
    assurance: session?.assurance ?? null,
    address: context.address,
    userAgent: request.headers['user-agent'] ?? null,
    mode: context.mode,
    stages: context.traces,
    policies: context.policies,
    latencyMicros,
    backendMicros: context.backendMicros,
    bytesIn: context.bytesIn,
    bytesOut: answer?.length ?? 0,
  };
}
