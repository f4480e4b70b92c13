import { partOf, rootsOf, type SigmaEvent } from '@menshen/sigma';
import type { GatewayRequest } from '../../audit/log/gateway-event-reader.ts';
import { OUTCOME_IDS } from '../../audit/log/index/indexed-event.ts';

type Read = (request: GatewayRequest) => unknown;

const outcomes = Object.fromEntries(Object.entries(OUTCOME_IDS).map(([name, id]) => [id, name]));
const path: Read = ({ row }) => row.path;
const stem: Read = ({ row }) => partOf(row.path, 'stem', 'path');
const query: Read = ({ row }) => partOf(row.path, 'query', 'path');
const agent: Read = ({ userAgent }) => userAgent;
const user: Read = ({ row }) => row.user;
const address: Read = ({ row }) => row.address;
const method: Read = ({ row }) => row.method;
const status: Read = ({ row }) => row.http_status;
const bytes: Read = ({ row }) => row.bytes_out;
const code: Read = ({ row }) => row.code;
const time: Read = ({ row }) => row.time;

/** What `mapEvent` gives of an event of the gateway, by name; a test holds each against it. */
const readers: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['class_uid', ({ row }) => row.class_uid],
  ['activity_id', ({ row }) => row.activity_id],
  ['severity_id', ({ row }) => row.severity_id],
  ['status_id', ({ row }) => row.status_id],
  ['status_code', code],
  ['time', time],
  ['ts', time],
  ['actor.app_name', ({ row }) => (row.user === null ? 'mini program' : null)],
  ['user', user],
  ['cs-username', user],
  ['ip', address],
  ['c-ip', address],
  ['src_ip', address],
  ['action', ({ row }) => row.action],
  ['app', ({ row }) => row.app],
  ['code', code],
  ['reason', code],
  ['result', ({ row }) => outcomes[row.outcome]],
  ['device', ({ row }) => row.device],
  ['session', ({ row }) => row.session],
  ['object', ({ row }) => (row.object === null ? null : [row.object])],
  ['method', method],
  ['cs-method', method],
  ['path', path],
  ['cs-uri', path],
  ['c-uri', path],
  ['cs-uri-stem', stem],
  ['c-uri-stem', stem],
  ['cs-uri-query', query],
  ['c-uri-query', query],
  ['c-uri-extension', ({ row }) => partOf(row.path, 'extension', 'path')],
  ['endpoint', ({ row }) => row.route],
  ['campaign', ({ campaign }) => campaign],
  ['status', status],
  ['sc-status', status],
  ['bytes_out', bytes],
  ['sc-bytes', bytes],
  ['c-useragent', agent],
  ['cs-user-agent', agent],
]);

/** Members that an event of the gateway has, or is given by `mapEvent`, and that are not among {@link readers}: below one of these anything may stand. */
const others: ReadonlySet<string> = new Set([
  ...['actor', 'api', 'category_uid', 'http_request', 'http_response', 'metadata', 'resources', 'src_endpoint', 'type_uid'],
  ...['unmapped', 'channel', 'mode'],
]);

/**
 * Writes requests through the gateway as events with the fields that are asked for, without their JSON being parsed. Null when one of the fields can only
 * be found by parsing. A field that no such request has is left out: there is nothing to find.
 */
export function createRequestFields(asked: ReadonlySet<string> | null): ((request: GatewayRequest) => SigmaEvent) | null {
  if (asked === null) return null;
  const fields: (readonly [string, Read])[] = [];
  for (const name of asked) {
    const read = readers.get(name);
    if (read !== undefined) fields.push([name, read]);
    else if (rootsOf(name).some((root) => others.has(root) || readers.has(root))) return null;
  }
  return (request) => {
    const event: Record<string, unknown> = {};
    for (const [name, read] of fields) {
      const value = read(request);
      if (value !== null && value !== undefined) event[name] = value;
    }
    return event;
  };
}
