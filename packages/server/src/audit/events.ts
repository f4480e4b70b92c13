import type { GatewayMode } from '@menshen/contract';
import type { StageTrace } from '../gateway/context.ts';

/**
 * Builders of audit events: OCSF 1.8.0, as canonical JSON (RFC 8785: keys in order, no space). They hold a person's uid and nothing else of the
 * person, and no value of a request but its method and path.
 */

const maxPath = 1_024;
const maxAgent = 200;
const metadata = '"metadata":{"product":{"name":"Menshen","vendor_name":"Menshen"},"version":"1.8.0"}';

const special = /["\\\u0000-\u001f\ud800-\udfff]/;
const quote = (text: string): string => (special.test(text) ? JSON.stringify(text.toWellFormed()) : `"${text}"`);
const orNull = (text: string | null): string => (text === null ? 'null' : quote(text));

/** Canonical JSON of plain data: numbers must be finite, undefined members are left out. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('canonical JSON has no such number');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError('canonical JSON holds plain data only');
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  // Array.prototype.sort compares UTF-16 code units, as RFC 8785 §3.2.3 asks.
  return `{${members
    .map(([key]) => key)
    .sort()
    .map((key) => `${quote(key)}:${canonicalJson((value as Record<string, unknown>)[key])}`)
    .join(',')}}`;
}

export interface GatewayEventFields {
  readonly time: number;
  readonly requestId: string;
  readonly app: string | null;
  readonly route: string | null;
  readonly action: string | null;
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly outcome: 'passed' | 'refused' | 'failed' | 'unknown';
  readonly code: string | null;
  readonly uid: string | null;
  readonly kind: string | null;
  readonly session: string | null;
  readonly device: string | null;
  readonly channel: string | null;
  readonly assurance: number | null;
  readonly address: string;
  readonly userAgent: string | null;
  readonly mode: GatewayMode;
  readonly stages: readonly StageTrace[];
  readonly policies: readonly string[];
  readonly latencyMicros: number;
  readonly backendMicros: number | null;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** OCSF API Activity: 1 create, 2 read, 3 update, 4 delete, 99 other. */
const activities: Readonly<Record<string, number>> = { POST: 1, GET: 2, HEAD: 2, PUT: 3, PATCH: 3, DELETE: 4 };
const statusIds = { passed: 1, refused: 2, failed: 2, unknown: 0 } as const;
const severityIds = { passed: 1, refused: 2, failed: 3, unknown: 4 } as const;

/** A stage's decision as one string: `stage|verdict|micros[|code[|where]]`; see {@link parseStage}. */
function stageText(trace: StageTrace): string {
  const head = `${trace.stage}|${trace.verdict}|${trace.micros}`;
  if (trace.code === null) return `"${head}"`;
  return quote(trace.where === null ? `${head}|${trace.code}` : `${head}|${trace.code}|${trace.where}`);
}

/** Reads what {@link gatewayEvent} wrote of a stage; null when it is not of that form. */
export function parseStage(
  text: string,
): { stage: string; verdict: string; micros: number; code: string | null; where: string | null } | null {
  const [stage = '', verdict = '', micros = '', code = null, ...where] = text.split('|');
  if (verdict === '' || !/^\d{1,12}$/.test(micros)) return null;
  return { stage, verdict, micros: Number(micros), code, where: where.length === 0 ? null : where.join('|') };
}

/**
 * API Activity (6003) of a request through the gateway. Written out by hand, because it is built once or twice for every request; a test holds
 * it against {@link canonicalJson}.
 */
export function gatewayEvent(fields: GatewayEventFields): string {
  const activity = (Object.hasOwn(activities, fields.method) ? activities[fields.method] : undefined) ?? 99;
  const actor = fields.uid === null ? `{"app_name":"mini program"}` : `{"user":{"uid":${quote(fields.uid)}}}`;
  const operation = quote(fields.action ?? fields.route ?? 'undeclared');
  const agent = fields.userAgent === null ? '' : `,"user_agent":${quote(fields.userAgent.slice(0, maxAgent))}`;
  const response = fields.status === null ? '' : `"http_response":{"code":${fields.status}},`;
  const statusCode = fields.code === null ? '' : `"status_code":${quote(fields.code)},`;
  return (
    `{"activity_id":${activity},"actor":${actor},"api":{"operation":${operation},"request":{"uid":"${fields.requestId}"}},"category_uid":6,"class_uid":6003,` +
    `"http_request":{"http_method":${quote(fields.method)},"url":{"path":${quote(fields.path.slice(0, maxPath))}}${agent}},${response}${metadata},` +
    `"severity_id":${severityIds[fields.outcome]},"src_endpoint":{"ip":${quote(fields.address)}},${statusCode}"status_id":${statusIds[fields.outcome]},` +
    `"time":${fields.time},"type_uid":${600_300 + activity},"unmapped":{"menshen":{"action":${orNull(fields.action)},"app":${orNull(fields.app)},` +
    `"assurance":${fields.assurance},"backend_us":${fields.backendMicros},"bytes_in":${fields.bytesIn},"bytes_out":${fields.bytesOut},` +
    `"channel":${orNull(fields.channel)},"code":${orNull(fields.code)},"device":${orNull(fields.device)},"kind":${orNull(fields.kind)},` +
    `"latency_us":${fields.latencyMicros},"mode":"${fields.mode}","outcome":"${fields.outcome}","policies":[${fields.policies.map(quote).join(',')}],` +
    `"request_id":"${fields.requestId}","route":${orNull(fields.route)},"session":${orNull(fields.session)},"stages":[${fields.stages.map(stageText).join(',')}]}}}`
  );
}

export interface RequestRefusedFields {
  readonly time: number;
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly address: string;
  readonly code: string;
  readonly userAgent: string | null;
}

/** API Activity (6003) of a request that the gateway's own endpoints or its HTTP parser refused. */
export function requestRefusedEvent(fields: RequestRefusedFields): string {
  return gatewayEvent({
    ...fields,
    app: null,
    route: null,
    action: null,
    status: null,
    outcome: 'refused',
    uid: null,
    kind: null,
    session: null,
    device: null,
    channel: null,
    assurance: null,
    mode: 'enforce',
    stages: [],
    policies: [],
    latencyMicros: 0,
    backendMicros: null,
    bytesIn: 0,
    bytesOut: 0,
  });
}

const product = { product: { name: 'Menshen', vendor_name: 'Menshen' }, version: '1.8.0' };

export interface AuthenticationFields {
  readonly time: number;
  readonly activity: 'logon' | 'logoff';
  readonly app: string;
  readonly channel: string;
  readonly uid: string | null;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly session: string | null;
  /** Reason of a refusal; null when it succeeded. */
  readonly code: string | null;
  readonly requestId: string | null;
  readonly detail?: string;
  readonly by?: string;
}

/** Authentication (3002): sign-in and sign-out of people and administrators. */
export function authenticationEvent(fields: AuthenticationFields): string {
  const activity = fields.activity === 'logon' ? 1 : 2;
  return canonicalJson({
    activity_id: activity,
    auth_protocol: fields.channel,
    category_uid: 3,
    class_uid: 3002,
    metadata: product,
    service: { name: fields.app },
    severity_id: fields.code === null ? 1 : 2,
    src_endpoint: fields.address === null ? undefined : { ip: fields.address },
    status_code: fields.code ?? undefined,
    status_id: fields.code === null ? 1 : 2,
    time: fields.time,
    type_uid: 300_200 + activity,
    unmapped: {
      menshen: {
        action: fields.activity === 'logon' ? 'login' : 'logout',
        app: fields.app,
        by: fields.by,
        channel: fields.channel,
        code: fields.code,
        detail: fields.detail?.slice(0, 300),
        request_id: fields.requestId,
        session: fields.session,
      },
    },
    user: fields.uid === null ? { name: 'unknown' } : { uid: fields.uid },
  });
}

export interface AccountChangeFields {
  readonly time: number;
  readonly activity: 'create' | 'bind' | 'unbind' | 'company_code';
  readonly uid: string;
  readonly by: string;
  readonly app: string | null;
  readonly address: string | null;
  readonly detail: string | null;
  readonly requestId: string | null;
}

/** Account Change (3001): 1 create, 99 other. */
export function accountChangeEvent(fields: AccountChangeFields): string {
  const activity = fields.activity === 'create' ? 1 : 99;
  return canonicalJson({
    activity_id: activity,
    activity_name: activity === 99 ? fields.activity : undefined,
    actor: { user: { uid: fields.by } },
    category_uid: 3,
    class_uid: 3001,
    metadata: product,
    severity_id: 2,
    src_endpoint: fields.address === null ? undefined : { ip: fields.address },
    status_id: 1,
    time: fields.time,
    type_uid: 300_100 + activity,
    unmapped: {
      menshen: {
        action: `account.${fields.activity}`,
        app: fields.app,
        by: fields.by,
        detail: fields.detail,
        request_id: fields.requestId,
      },
    },
    user: { uid: fields.uid },
  });
}

export interface EntityManagementFields {
  readonly time: number;
  readonly activity: 'create' | 'read' | 'update' | 'delete';
  /** What was acted on, in our words: `directory`, `roles`, `gateway mode`, `configuration`. */
  readonly entity: string;
  readonly by: string;
  readonly detail: Readonly<Record<string, string | number>>;
  /** How it went; `unknown` is the record of an act that is about to happen. Success when absent. */
  readonly outcome?: 'success' | 'failure' | 'unknown';
}

const entityActivities = { create: 1, read: 2, update: 3, delete: 4 } as const;

const outcomeStatusIds = { success: 1, failure: 2, unknown: 0 } as const;

/** Entity Management (3004): changes of configuration, policies, directory and switches. */
export function entityManagementEvent(fields: EntityManagementFields): string {
  const activity = entityActivities[fields.activity];
  const { outcome = 'success' } = fields;
  return canonicalJson({
    activity_id: activity,
    actor: { user: { uid: fields.by } },
    category_uid: 3,
    class_uid: 3004,
    entity: { name: fields.entity, type: 'Menshen' },
    metadata: product,
    severity_id: 2,
    status_id: outcomeStatusIds[outcome],
    time: fields.time,
    type_uid: 300_400 + activity,
    unmapped: { menshen: { action: `${fields.entity}.${fields.activity}`, by: fields.by, detail: fields.detail } },
  });
}

export interface DetectionFields {
  readonly time: number;
  readonly rule: string;
  readonly severity: 'low' | 'medium' | 'high' | 'critical';
  readonly title: string;
  readonly detail: Readonly<Record<string, string | number>>;
}

const severities = { low: 2, medium: 3, high: 4, critical: 5 } as const;

/** Detection Finding (2004): an alarm of our own making. */
export function detectionEvent(fields: DetectionFields): string {
  return canonicalJson({
    activity_id: 1,
    category_uid: 2,
    class_uid: 2004,
    finding_info: { title: fields.title, uid: `${fields.rule}-${fields.time}` },
    metadata: product,
    severity_id: severities[fields.severity],
    status_id: 1,
    time: fields.time,
    type_uid: 200_401,
    unmapped: { menshen: { action: `alarm.${fields.rule}`, detail: fields.detail } },
  });
}
