import * as z from 'zod';
import { appSecretKinds, stagedSecretId } from '../containment.ts';
import { defineEndpoint, freshSeconds } from '../endpoint.ts';
import { adminReason } from './administrator-model.ts';
import { ok, time } from './common.ts';

/** A secret as the platforms give it out: printable, without spaces. */
export const appSecretValue = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{16,128}$/);

/** Short digest under a key of the installation: tells two secrets apart, and says nothing of either. */
const mark = z.string();

export const stagedSecret = z.object({
  id: stagedSecretId,
  mark,
  by: z.string(),
  at: time,
  /** Whether the platform took it; false where it could not be reached. */
  accepted: z.boolean(),
});
export type StagedSecret = z.output<typeof stagedSecret>;

export const appSecretView = z.object({
  app: z.string(),
  secret: z.enum(appSecretKinds),
  /** appid or corpid. */
  provider: z.string(),
  /** Of the secret in use. */
  mark,
  /** `configured`: as the configuration has it. `overlap`: replaced, and the old one is tried where the new one is refused. `replaced`: the old one is gone. */
  state: z.enum(['configured', 'overlap', 'replaced']),
  /** When, by whom and by which measure it was replaced; null where it is the configuration's. */
  replaced: z
    .object({
      at: time,
      by: z.string(),
      measure: z.string(),
      overlapUntil: time,
      /** When the platform first took the new one. */
      taken: time.nullable(),
      /** When the platform last refused the new one and took the old. */
      fellBack: time.nullable(),
    })
    .nullable(),
  /** Entered, and not in use yet. */
  staged: stagedSecret.nullable(),
});
export type AppSecretView = z.output<typeof appSecretView>;

export const listAppSecrets = defineEndpoint({
  id: 'listAppSecrets',
  method: 'GET',
  path: '/api/v1/containment/app-secrets',
  group: 'containment',
  summary: { zh: '各应用的 AppSecret 状态，不含密钥本身', en: 'How the secrets of apps stand; never the secrets themselves' },
  access: 'admin',
  powers: ['system', 'security', 'audit'],
  scopes: ['audit:read'],
  response: z.object({ secrets: z.array(appSecretView), now: time }),
  errors: [],
});

export const stageAppSecret = defineEndpoint({
  id: 'stageAppSecret',
  method: 'POST',
  path: '/api/v1/containment/app-secrets',
  group: 'containment',
  summary: {
    zh: '录入新的 AppSecret：向平台核对后加密保存，启用须采取措施 rotate_secret',
    en: 'Enter a new AppSecret: checked with the platform and sealed; the measure rotate_secret takes it into use',
  },
  access: 'admin',
  powers: ['security', 'system'],
  stepUpSeconds: freshSeconds,
  body: z.strictObject({
    app: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
    secret: z.enum(appSecretKinds),
    value: appSecretValue,
    reason: adminReason,
  }),
  response: stagedSecret,
  status: 201,
  errors: ['validation_failed', 'secret_refused', 'audit_unwritable'],
});

export const discardAppSecret = defineEndpoint({
  id: 'discardAppSecret',
  method: 'DELETE',
  path: '/api/v1/containment/app-secrets/{id}',
  group: 'containment',
  summary: { zh: '丢弃尚未启用的新密钥', en: 'Throw away a new secret that is not in use' },
  access: 'admin',
  powers: ['security', 'system'],
  params: z.object({ id: stagedSecretId }),
  response: ok,
  errors: ['not_found', 'audit_unwritable'],
});
