import { type errorCatalogue, isErrorCode, MenshenError } from '@menshen/contract';
import { type Plain, plain } from '../../audit/plain.ts';
import type { Activity } from '../model.ts';
import type { createActivityReader } from '../read-activity.ts';

const API_ACTIVITY = 6003;
const AUTHENTICATION = 3002;

/** Refusals that say that a signature was not made by the session's key. */
const forged: ReadonlySet<string> = new Set<keyof typeof errorCatalogue>(['signature_invalid', 'payment_signature_invalid']);
const unfound: ReadonlySet<string> = new Set<keyof typeof errorCatalogue>(['route_undeclared']);

/**
 * An entry of the audit log as an activity; null for what is none: acts of administrators, alarms, and intents whose outcome is still to come. Its id is
 * the log index, by which the event can be opened and proved.
 */
export function activityOfEntry(
  event: Readonly<Plain>,
  index: number,
  read: ReturnType<typeof createActivityReader>,
): Activity | null {
  const kind = event['class_uid'];
  const own = plain(plain(event['unmapped'])['menshen']);
  if ((kind !== API_ACTIVITY && kind !== AUTHENTICATION) || own['outcome'] === 'unknown' || own['app'] === 'console') return null;
  const code = typeof own['code'] === 'string' ? own['code'] : null;
  const request = plain(event['http_request']);
  const path = plain(request['url'])['path'];
  const route = typeof own['route'] === 'string' ? own['route'] : null;
  const user = plain(plain(event['actor'])['user'])['uid'] ?? plain(event['user'])['uid'];
  return read(
    {
      id: String(index),
      ts: event['time'],
      user,
      dept: own['dept'],
      role: own['role'],
      session: own['session'],
      device: own['device'],
      model: own['model'],
      ip: plain(event['src_endpoint'])['ip'],
      geo: own['geo'],
      client: own['client'] ?? clientOf(request['user_agent']),
      action: own['action'] ?? plain(event['api'])['operation'] ?? 'request',
      method: request['http_method'],
      path,
      endpoint: route,
      object: own['object'] ?? (route?.includes(':') === true ? path : null),
      object_owner_dept: own['object_owner_dept'],
      status: plain(event['http_response'])['code'] ?? statusOf(code),
      result: own['result'] ?? resultOf(event, own),
      reason: code,
      bytes_out: own['bytes_out'],
      rows: own['rows'],
      amount_cents: own['amount_cents'],
      campaign: own['campaign'],
      nonce: own['nonce'],
      client_ts: own['client_ts'],
      sig_ok: code !== null && forged.has(code) ? false : own['sig_ok'],
    },
    String(index),
  );
}

function statusOf(code: string | null): number | null {
  if (code === null) return null;
  if (unfound.has(code)) return 404;
  return isErrorCode(code) ? new MenshenError(code).status : null;
}

function resultOf(event: Readonly<Plain>, own: Readonly<Plain>): string {
  if (own['outcome'] === 'refused') return 'refused';
  if (own['outcome'] === 'failed') return 'error';
  return event['status_id'] === 2 ? 'failure' : 'success';
}

/** The first word of a user agent names the program; the WeChat app names itself later in the line. */
function clientOf(agent: unknown): string | null {
  if (typeof agent !== 'string' || agent === '') return null;
  const app = /(MicroMessenger|wxwork)\/[\d.]{1,20}/.exec(agent.slice(0, 300));
  return app === null ? (agent.split(' ', 1)[0] ?? null) : app[0];
}
