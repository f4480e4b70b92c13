import { canonicalJson } from '../audit/events.ts';
import { ocsfMetadata } from '../audit/ocsf-metadata.ts';

/** OCSF 1.8.0 Account Change (3001) activities; what it has no word for is 99 with a name. */
const activities = {
  create: 1,
  enable: 2,
  password_change: 3,
  password_reset: 4,
  disable: 5,
  mfa_enable: 10,
  mfa_disable: 11,
  mfa_reset: 99,
  recovery_codes: 99,
  invite: 99,
  invitation_revoked: 99,
  bind: 99,
  unbind: 99,
  addresses: 99,
  single_operator: 99,
  separate: 99,
} as const;

export type AdministratorChange = keyof typeof activities;

export interface AdministratorChangeFields {
  readonly time: number;
  readonly activity: AdministratorChange;
  /** User name of the administrator that is changed. */
  readonly target: string;
  readonly by: string;
  readonly address: string | null;
  readonly reason: string | null;
  readonly detail?: Readonly<Record<string, string | number>>;
}

/** What changes an administrator, medium in severity: who may administer is the root of all else. */
export function administratorChangeEvent(fields: AdministratorChangeFields): string {
  const activity = activities[fields.activity];
  return canonicalJson({
    activity_id: activity,
    activity_name: activity === 99 ? fields.activity : undefined,
    actor: { user: { uid: fields.by } },
    category_uid: 3,
    class_uid: 3001,
    metadata: ocsfMetadata,
    severity_id: 3,
    src_endpoint: fields.address === null ? undefined : { ip: fields.address },
    status_id: 1,
    time: fields.time,
    type_uid: 300_100 + activity,
    unmapped: {
      menshen: {
        action: `administrator.${fields.activity}`,
        app: 'console',
        by: fields.by,
        detail: fields.detail,
        reason: fields.reason?.slice(0, 300),
      },
    },
    user: { uid: fields.target },
  });
}

export interface ConsoleRefusalFields {
  readonly time: number;
  readonly requestId: string;
  /** Id of the endpoint in the contract. */
  readonly operation: string;
  readonly method: string;
  /** Path pattern of the contract. */
  readonly path: string;
  readonly by: string;
  readonly address: string;
  readonly code: string;
}

const methods: Readonly<Record<string, number>> = { POST: 1, GET: 2, PUT: 3, PATCH: 3, DELETE: 4 };

/** Entity Management (3004) that failed: a call of the control plane that its caller had no power, scope or approval for. */
export function consoleRefusalEvent(fields: ConsoleRefusalFields): string {
  const activity = methods[fields.method] ?? 99;
  return canonicalJson({
    activity_id: activity,
    actor: { user: { uid: fields.by } },
    category_uid: 3,
    class_uid: 3004,
    entity: { name: fields.operation, type: 'Menshen endpoint' },
    metadata: ocsfMetadata,
    severity_id: 3,
    src_endpoint: { ip: fields.address },
    status_code: fields.code,
    status_id: 2,
    time: fields.time,
    type_uid: 300_400 + activity,
    unmapped: {
      menshen: {
        action: 'console.refused',
        app: 'console',
        by: fields.by,
        code: fields.code,
        detail: { method: fields.method, path: fields.path },
        request_id: fields.requestId,
      },
    },
  });
}
