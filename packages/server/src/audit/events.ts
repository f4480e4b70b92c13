import { canonicalJson } from './canonical-json.ts';
import { gatewayEvent } from './gateway-event.ts';
import { ocsfMetadata } from './ocsf-metadata.ts';

export { canonicalJson } from './canonical-json.ts';
export { type GatewayEventFields, gatewayEvent, parseStage } from './gateway-event.ts';

/**
 * Builders of audit events: OCSF 1.8.0, as canonical JSON (RFC 8785: keys in order, no space). They hold a person's uid and nothing else of the
 * person, and no value of a request but its method and path.
 */

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
    metadata: ocsfMetadata,
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
    metadata: ocsfMetadata,
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
    metadata: ocsfMetadata,
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
    metadata: ocsfMetadata,
    severity_id: severities[fields.severity],
    status_id: 1,
    time: fields.time,
    type_uid: 200_401,
    unmapped: { menshen: { action: `alarm.${fields.rule}`, detail: fields.detail } },
  });
}
