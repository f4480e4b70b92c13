import { canonicalJson } from '../canonical-json.ts';
import { ocsfMetadata } from '../ocsf-metadata.ts';

const maxText = 500;

interface LogEventFields {
  /** Epoch ms. */
  readonly time: number;
  readonly app: string;
  readonly severity: 1 | 2 | 3;
  /** Account of the person; null where the WeChat user is bound to none. */
  readonly uid: string | null;
  /** Keyed digest of the WeChat user, so that lines of one user can be seen together. */
  readonly visitor: string | null;
  readonly text: string;
  readonly detail: Readonly<Record<string, string | number | null>>;
}

/** API Activity (6003), read: a line that the mini program wrote into WeChat's real-time log. */
export const realtimeLogEvent = (fields: LogEventFields): string => logEvent('miniprogram.log', fields);

/** API Activity (6003), read: a script error that WeChat counted on users' devices. */
export const scriptErrorEvent = (fields: LogEventFields): string => logEvent('miniprogram.script_error', fields);

function logEvent(action: string, { time, app, severity, uid, visitor, text, detail }: LogEventFields): string {
  return canonicalJson({
    activity_id: 99,
    activity_name: 'log',
    actor: uid === null ? { app_name: 'mini program' } : { user: { uid } },
    api: { operation: action },
    category_uid: 6,
    class_uid: 6003,
    message: text.slice(0, maxText),
    metadata: ocsfMetadata,
    severity_id: severity,
    src_endpoint: { name: 'mini program' },
    status_id: 1,
    time,
    type_uid: 600_399,
    unmapped: { menshen: { action, app, outcome: 'passed', source: 'wechat', visitor: visitor ?? undefined, ...detail } },
  });
}
