import type { FactorKind } from '@menshen/contract';
import { canonicalJson } from './events.ts';
import { ocsfMetadata } from './ocsf-metadata.ts';

/** OCSF auth_factor.factor_type_id. */
const factorTypes: Readonly<Record<FactorKind, { readonly id: number; readonly name: string }>> = {
  sms: { id: 1, name: 'SMS' },
  soter: { id: 4, name: 'Biometric' },
  totp: { id: 7, name: 'OTP' },
  password: { id: 11, name: 'Password' },
  recovery: { id: 99, name: 'Recovery code' },
};

export interface SecondFactorFields {
  readonly time: number;
  readonly uid: string;
  readonly app: string;
  readonly channel: string;
  readonly session: string;
  readonly address: string;
  readonly userAgent: string | null;
  readonly requestId: string;
  readonly kind: FactorKind;
  readonly purpose: 'freshness' | 'approval' | 'enrolment';
  /** Reason of a refusal; null when it was proved. */
  readonly code: string | null;
  /** `stranger` or `known`: whether the device had proved a factor before. */
  readonly device: string;
  /** Digest of the operation that was approved. */
  readonly operation: string | null;
}

/** Authentication (3002), other activity: a second factor was proved or refused. */
export function secondFactorEvent(fields: SecondFactorFields): string {
  const type = factorTypes[fields.kind];
  return canonicalJson({
    activity_id: 99,
    activity_name: 'second factor',
    auth_factors: [{ factor_type: type.name, factor_type_id: type.id }],
    category_uid: 3,
    class_uid: 3002,
    is_mfa: true,
    metadata: ocsfMetadata,
    service: { name: fields.app },
    severity_id: fields.code === null ? 1 : 2,
    src_endpoint: { ip: fields.address },
    status_code: fields.code ?? undefined,
    status_id: fields.code === null ? 1 : 2,
    time: fields.time,
    type_uid: 300_299,
    unmapped: {
      menshen: {
        action: 'factor.verify',
        app: fields.app,
        channel: fields.channel,
        code: fields.code,
        device: fields.device,
        factor: fields.kind,
        operation: fields.operation ?? undefined,
        purpose: fields.purpose,
        request_id: fields.requestId,
        session: fields.session,
        user_agent: fields.userAgent?.slice(0, 200),
      },
    },
    user: { uid: fields.uid },
  });
}

export interface FactorChangeFields {
  readonly time: number;
  readonly activity: 'added' | 'replaced' | 'removed' | 'locked' | 'unlocked' | 'refused';
  readonly uid: string;
  /** Who did it: the person, or an administrator. */
  readonly by: string;
  readonly kind: FactorKind;
  readonly app: string | null;
  readonly session: string | null;
  readonly address: string | null;
  readonly requestId: string | null;
  /** What allowed it, or why it was refused or locked. */
  readonly detail: string | null;
}

/** OCSF Account Change: 9 lock, 10 MFA factor enable, 11 MFA factor disable, 12 unlock, 99 other. */
const changes = { added: 10, replaced: 10, removed: 11, locked: 9, unlocked: 12, refused: 10 } as const;

/** Account Change (3001): a second factor came, went, was locked, or was refused to who has not proved to be its owner. */
export function factorChangeEvent(fields: FactorChangeFields): string {
  const activity = changes[fields.activity];
  const alarming = fields.activity === 'refused' || fields.activity === 'locked';
  return canonicalJson({
    activity_id: activity,
    actor: { user: { uid: fields.by } },
    category_uid: 3,
    class_uid: 3001,
    metadata: ocsfMetadata,
    severity_id: alarming ? 3 : 2,
    src_endpoint: fields.address === null ? undefined : { ip: fields.address },
    status_code: fields.activity === 'refused' ? 'enrolment_proof_required' : undefined,
    status_id: fields.activity === 'refused' ? 2 : 1,
    time: fields.time,
    type_uid: 300_100 + activity,
    unmapped: {
      menshen: {
        action: `factor.${fields.activity}`,
        app: fields.app,
        by: fields.by,
        detail: fields.detail?.slice(0, 300) ?? null,
        factor: fields.kind,
        request_id: fields.requestId,
        session: fields.session,
      },
    },
    user: { uid: fields.uid },
  });
}
