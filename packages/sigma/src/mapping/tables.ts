import type { LogSource } from '../model.ts';

/** A field that a Sigma rule asks for, and where it stands in our events: the first of the places that has a value. */
export interface FieldMapping {
  readonly field: string;
  readonly from: readonly string[];
  /** What is taken of it; all of it when absent. */
  readonly part?: 'stem' | 'query' | 'extension';
}

/** Names under which every event of ours can be asked for, whether it came as an activity event or as OCSF. */
export const commonFields: readonly FieldMapping[] = [
  { field: 'ts', from: ['time'] },
  { field: 'user', from: ['actor.user.uid', 'user.uid'] },
  { field: 'ip', from: ['src_endpoint.ip'] },
  { field: 'action', from: ['unmapped.menshen.action', 'api.operation'] },
  { field: 'app', from: ['unmapped.menshen.app', 'service.name'] },
  { field: 'code', from: ['unmapped.menshen.code', 'status_code', 'reason'] },
  { field: 'reason', from: ['unmapped.menshen.code', 'status_code'] },
  { field: 'result', from: ['unmapped.menshen.result', 'unmapped.menshen.outcome'] },
  { field: 'by', from: ['unmapped.menshen.by'] },
  { field: 'channel', from: ['unmapped.menshen.channel'] },
  { field: 'device', from: ['unmapped.menshen.device'] },
  { field: 'session', from: ['unmapped.menshen.session'] },
  { field: 'mode', from: ['unmapped.menshen.mode'] },
  { field: 'detail', from: ['unmapped.menshen.detail'] },
  { field: 'entity_name', from: ['entity.name'] },
  { field: 'method', from: ['http_request.http_method'] },
  { field: 'path', from: ['http_request.url.path'] },
  { field: 'endpoint', from: ['unmapped.menshen.route'] },
  { field: 'status', from: ['http_response.code'] },
  { field: 'bytes_out', from: ['unmapped.menshen.bytes_out'] },
  { field: 'rows', from: ['unmapped.menshen.rows'] },
  { field: 'amount_cents', from: ['unmapped.menshen.amount_cents'] },
  { field: 'campaign', from: ['unmapped.menshen.campaign'] },
  { field: 'nonce', from: ['unmapped.menshen.nonce'] },
  { field: 'client_ts', from: ['unmapped.menshen.client_ts'] },
  { field: 'client', from: ['unmapped.menshen.client'] },
  { field: 'sig_ok', from: ['unmapped.menshen.sig_ok'] },
  { field: 'role', from: ['unmapped.menshen.role'] },
  { field: 'dept', from: ['unmapped.menshen.dept'] },
  { field: 'object', from: ['unmapped.menshen.object', 'resources.uid'] },
  { field: 'object_owner_dept', from: ['unmapped.menshen.object_owner_dept'] },
  { field: 'model', from: ['unmapped.menshen.model'] },
  { field: 'geo', from: ['unmapped.menshen.geo'] },
  { field: 'purpose', from: ['unmapped.menshen.purpose'] },
  { field: 'values', from: ['unmapped.menshen.values'] },
];

/** Sigma's fields of web servers and proxies (taxonomy appendix, "Proxy", "Web Server"). */
export const webFields: readonly FieldMapping[] = [
  { field: 'cs-method', from: ['method', 'http_request.http_method'] },
  { field: 'cs-uri', from: ['path', 'http_request.url.url_string', 'http_request.url.path'] },
  { field: 'c-uri', from: ['path', 'http_request.url.url_string', 'http_request.url.path'] },
  { field: 'cs-uri-stem', from: ['path', 'http_request.url.path'], part: 'stem' },
  { field: 'c-uri-stem', from: ['path', 'http_request.url.path'], part: 'stem' },
  { field: 'cs-uri-query', from: ['http_request.url.query_string', 'path', 'http_request.url.path'], part: 'query' },
  { field: 'c-uri-query', from: ['http_request.url.query_string', 'path', 'http_request.url.path'], part: 'query' },
  { field: 'c-uri-extension', from: ['path', 'http_request.url.path'], part: 'extension' },
  { field: 'cs-host', from: ['host', 'http_request.url.hostname'] },
  { field: 'r-dns', from: ['host', 'http_request.url.hostname'] },
  { field: 'c-useragent', from: ['user_agent', 'http_request.user_agent', 'client'] },
  { field: 'cs-user-agent', from: ['user_agent', 'http_request.user_agent', 'client'] },
  { field: 'cs-referer', from: ['referer', 'http_request.referrer'] },
  { field: 'cs-referrer', from: ['referer', 'http_request.referrer'] },
  { field: 'cs-cookie', from: ['cookie'] },
  { field: 'cs-username', from: ['user', 'actor.user.uid'] },
  { field: 'c-ip', from: ['ip', 'src_endpoint.ip'] },
  { field: 'src_ip', from: ['ip', 'src_endpoint.ip'] },
  { field: 'sc-status', from: ['status', 'http_response.code'] },
  { field: 'sc-bytes', from: ['bytes_out', 'unmapped.menshen.bytes_out'] },
  { field: 'time-taken', from: ['latency_ms'] },
];

/** Log sources that our events serve: a rule is for us if each part that it names is that of one of these. */
export const ourLogSources: readonly LogSource[] = [
  { category: 'webserver', product: 'menshen', service: 'gateway' },
  { category: 'proxy', product: 'menshen', service: 'gateway' },
  { category: 'application', product: 'menshen', service: 'activity' },
  { category: 'application', product: 'menshen', service: 'audit' },
];
