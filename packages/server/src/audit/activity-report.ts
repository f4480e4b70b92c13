import { type ActivityEvent, failedResults } from '@menshen/contract';
import { canonicalJson } from './canonical-json.ts';
import { ocsfMetadata } from './ocsf-metadata.ts';

/** Who reported an event. */
export interface Reporter {
  readonly app: string;
  /** Id and name of the token. */
  readonly token: string;
  readonly name: string;
  /** Where the report came from; not where the person was. */
  readonly address: string;
  /** Epoch ms when it was received. */
  readonly received: number;
}

/** OCSF API Activity by the last word of an action: 1 create, 2 read, 3 update, 4 delete, 99 other. */
const activities: readonly (readonly [words: RegExp, activity: number])[] = [
  [/^(create|add|insert|new|claim|submit|upload|import)$/, 1],
  [/^(read|get|list|view|query|search|export|download)$/, 2],
  [/^(update|edit|change|set|modify|approve|grant)$/, 3],
  [/^(delete|remove|revoke|purge)$/, 4],
];

/** Whether a report says that what it tells of was done. */
export function reportedOutcome({ result, status }: Pick<ActivityEvent, 'result' | 'status'>): 'passed' | 'refused' | 'failed' {
  if (typeof result === 'string') return failedResults.has(result.toLowerCase()) ? 'refused' : 'passed';
  if (typeof status !== 'number' || status < 400) return 'passed';
  return status >= 500 ? 'failed' : 'refused';
}

/**
 * OCSF event of what a backend reported: Authentication (3002) for `login` and `logout`, else API Activity (6003). It says who reported it, so that nobody
 * takes a backend's word for the gateway's own.
 */
export function activityReportEvent(event: ActivityEvent, reporter: Reporter): string {
  const outcome = reportedOutcome(event);
  const signIn = event.action === 'login' ? 1 : event.action === 'logout' ? 2 : null;
  const last = event.action.split(/[.:]/).at(-1)?.toLowerCase() ?? '';
  const activity = signIn ?? activities.find(([words]) => words.test(last))?.[1] ?? 99;
  const classUid = signIn === null ? 6003 : 3002;
  const user = typeof event.user === 'string' ? { uid: event.user } : undefined;
  const http = typeof event.method === 'string' || typeof event.path === 'string';
  return canonicalJson({
    activity_id: activity,
    ...(signIn === null
      ? { actor: user === undefined ? { app_name: reporter.app } : { user }, api: { operation: event.action } }
      : { user: user ?? { name: 'unknown' }, service: { name: reporter.app } }),
    category_uid: Math.floor(classUid / 1_000),
    class_uid: classUid,
    http_request: http
      ? { http_method: event.method ?? undefined, url: { path: event.path ?? event.endpoint ?? '/' } }
      : undefined,
    http_response: typeof event.status === 'number' ? { code: event.status } : undefined,
    metadata: ocsfMetadata,
    severity_id: outcome === 'passed' ? 1 : 2,
    src_endpoint: typeof event.ip === 'string' ? { ip: event.ip } : { name: 'unknown' },
    status_code: outcome === 'passed' ? undefined : (event.reason ?? undefined),
    status_id: outcome === 'passed' ? 1 : 2,
    time: event.ts,
    type_uid: classUid * 100 + activity,
    unmapped: {
      menshen: {
        action: event.action,
        amount_cents: event.amount_cents ?? undefined,
        app: reporter.app,
        by: `token:${reporter.name}`,
        bytes_out: event.bytes_out ?? undefined,
        campaign: event.campaign ?? undefined,
        client: event.client ?? undefined,
        client_ts: event.client_ts ?? undefined,
        code: event.reason ?? undefined,
        dept: event.dept ?? undefined,
        device: event.device ?? undefined,
        geo: event.geo ?? undefined,
        latency_us: typeof event.latency_ms === 'number' ? Math.round(event.latency_ms * 1_000) : undefined,
        model: event.model ?? undefined,
        nonce: event.nonce ?? undefined,
        object: event.object ?? undefined,
        object_owner_dept: event.object_owner_dept ?? undefined,
        outcome,
        received: reporter.received,
        reported_id: event.id,
        reporter: reporter.address,
        result: event.result ?? undefined,
        role: event.role ?? undefined,
        route: event.endpoint ?? undefined,
        rows: event.rows ?? undefined,
        session: event.session ?? undefined,
        sig_ok: event.sig_ok ?? undefined,
        source: 'backend',
        token: reporter.token,
      },
    },
  });
}
