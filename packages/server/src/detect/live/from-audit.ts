import { type errorCatalogue, isErrorCode, MenshenError } from '@menshen/contract';
import { type GatewayRequest, readGatewayRequest } from '../../audit/log/gateway-event-reader.ts';
import { OUTCOME_IDS } from '../../audit/log/index/indexed-event.ts';
import { type Plain, plain, text } from '../../audit/plain.ts';
import type { Activity } from '../model.ts';
import type { createActivityReader } from '../read-activity.ts';

const API_ACTIVITY = 6003;
const AUTHENTICATION = 3002;

/** Refusals that say that a signature was not made by the session's key. */
const forged: ReadonlySet<string> = new Set<keyof typeof errorCatalogue>(['signature_invalid', 'payment_signature_invalid']);
const unfound: ReadonlySet<string> = new Set<keyof typeof errorCatalogue>(['route_undeclared']);

type Reader = ReturnType<typeof createActivityReader>;

/**
 * Reads entries that are requests through the gateway without parsing their JSON: they are almost all of a log. Null for every other entry. The texts of
 * what it gives are kept once for many events and are no parts of the entries, which would stay in memory with them.
 */
export function createRequestReader(): (entry: string) => GatewayRequest | null {
  const own = createTextPool();
  return (entry) => {
    const request = readGatewayRequest(entry);
    if (request === null) return null;
    const { row, userAgent, campaign, difference } = request;
    // Paths and objects are nearly as many as events: to look for them among those that were costs more than to copy them.
    return {
      row: {
        ...row,
        path: row.path === null ? null : copied(row.path),
        app: own(row.app),
        action: own(row.action),
        route: own(row.route),
        method: own(row.method),
        code: own(row.code),
        user: own(row.user),
        address: own(row.address),
        session: own(row.session),
        device: own(row.device),
        object: row.object === null ? null : copied(row.object),
      },
      userAgent: own(userAgent),
      campaign: own(campaign),
      difference: difference === null ? null : { expected: copied(difference.expected), seen: copied(difference.seen) },
    };
  };
}

/** A request through the gateway as {@link activityOfEntry} reads its entry. */
export function activityOfRequest({ row, userAgent, campaign }: GatewayRequest, index: number, read: Reader): Activity | null {
  if (row.outcome === OUTCOME_IDS.unknown || row.app === 'console') return null;
  const { route, path, code } = row;
  return read(
    {
      ts: row.time,
      user: row.user,
      session: row.session,
      device: row.device,
      device_is_kind: true,
      ip: row.address,
      client: clientOf(userAgent),
      action: row.action ?? 'request',
      method: row.method,
      path,
      endpoint: route,
      object: route?.includes(':') === true ? path : null,
      status: row.http_status ?? statusOf(code),
      result: resultOf(row.outcome === OUTCOME_IDS.refused, row.outcome === OUTCOME_IDS.failed, row.status_id),
      reason: code,
      bytes_out: row.bytes_out,
      campaign,
      sig_ok: code !== null && forged.has(code) ? false : undefined,
    },
    String(index),
  );
}

const MAX_POOLED = 16_384;

/** What a pattern captures is a view that keeps the whole text alive. */
const copied = (found: string): string => JSON.parse(JSON.stringify(found)) as string;

/** Gives the same string for the same text: what was asked for among the last many texts is not copied again, and is told apart by where it lies. */
function createTextPool(): (text: string | null) => string | null {
  let young = new Map<string, string>();
  let old = new Map<string, string>();
  return (found) => {
    if (found === null) return null;
    const known = young.get(found);
    if (known !== undefined) return known;
    const text = old.get(found) ?? copied(found);
    if (young.size >= MAX_POOLED) {
      old = young;
      young = new Map();
    }
    young.set(text, text);
    return text;
  };
}

/**
 * An entry of the audit log as an activity; null for what is none: acts of administrators, alarms, and intents whose outcome is still to come. Its id is
 * the log index, by which the event can be opened and proved.
 */
export function activityOfEntry(event: Readonly<Plain>, index: number, read: Reader): Activity | null {
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
      // What the gateway saw; a backend may name one phone.
      device_is_kind: own['kind'] !== undefined || typeof own['channel'] === 'string',
      model: own['model'],
      ip: plain(event['src_endpoint'])['ip'],
      geo: own['geo'],
      client: own['client'] ?? clientOf(request['user_agent']),
      action: text(own['action']) ?? text(plain(event['api'])['operation']) ?? 'request',
      method: request['http_method'],
      path,
      endpoint: route,
      object: own['object'] ?? (route?.includes(':') === true ? path : null),
      object_owner_dept: own['object_owner_dept'],
      status: plain(event['http_response'])['code'] ?? statusOf(code),
      result: own['result'] ?? resultOf(own['outcome'] === 'refused', own['outcome'] === 'failed', event['status_id']),
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

function resultOf(refused: boolean, failed: boolean, statusId: unknown): string {
  if (refused) return 'refused';
  if (failed) return 'error';
  return statusId === 2 ? 'failure' : 'success';
}

/** The first word of a user agent names the program; the WeChat app names itself later in the line. */
function clientOf(agent: unknown): string | null {
  if (typeof agent !== 'string' || agent === '') return null;
  const app = /(MicroMessenger|wxwork)\/[\d.]{1,20}/.exec(agent.slice(0, 300));
  return app === null ? (agent.split(' ', 1)[0] ?? null) : app[0];
}
