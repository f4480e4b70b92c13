import * as z from 'zod';
import { retentionClasses } from '../config/privacy.ts';
import { defineEndpoint, freshSeconds } from '../endpoint.ts';
import { bilingual, time, uid } from './common.ts';
import { actsOnPrivacy, onPrivacy, privacyReason } from './privacy-consents.ts';

const erasureId = z.string().regex(/^er_[A-Za-z0-9_-]{16}$/);

export const erasureScopes = ['person', 'wechat'] as const;
export const erasureCauses = [
  'request',
  'wechat_cancellation',
  'wechat_revocation',
  'retention',
  'administrator',
  'replay',
] as const;

const erasure = z.object({
  id: erasureId,
  /** Pseudonym of the person; nobody but this platform can tell whose it is. */
  subject: z.string(),
  scope: z.enum(erasureScopes),
  cause: z.enum(erasureCauses),
  at: time,
  rows: z.int(),
  keys: z.int(),
  /** Rows that a look afterwards still found; 0 is the proof. */
  remaining: z.int(),
  replayed: z.boolean(),
});
export type ErasureView = z.output<typeof erasure>;

/** What a person was recognised by in the words of others. */
export const mentionTerms = ['uid', 'name', 'phone', 'email'] as const;

/** Places whose words name a person; never the words themselves. */
const mentions = z.object({
  found: z.array(
    z.object({
      title: bilingual,
      /** Path in the console. */
      to: z.string(),
      by: z.array(z.enum(mentionTerms)),
    }),
  ),
  /** Of all places; `found` ends after 200. */
  total: z.int(),
});

export const findPersonMentions = defineEndpoint({
  ...onPrivacy,
  id: 'findPersonMentions',
  method: 'GET',
  path: '/api/v1/privacy/people/{uid}/mentions',
  summary: { zh: '他人所写文字中提到此人之处', en: 'Where words that others wrote name a person' },
  params: z.object({ uid }),
  response: mentions,
  errors: [],
});

export const erasePersonalData = defineEndpoint({
  ...actsOnPrivacy,
  id: 'erasePersonalData',
  method: 'POST',
  path: '/api/v1/privacy/people/{uid}/erase',
  summary: { zh: '删除一个人的个人信息并出具证明', en: "Erase a person's data and certify it" },
  params: z.object({ uid }),
  body: z.strictObject({
    scope: z.enum(erasureScopes),
    reason: privacyReason,
    /** The request that it answers; it is closed with it. */
    request: z
      .string()
      .regex(/^pr_[A-Za-z0-9_-]{16}$/)
      .optional(),
  }),
  stepUpSeconds: freshSeconds,
  approval: { approvers: ['security', 'audit', 'system'] },
  response: z.object({
    id: erasureId,
    rows: z.int(),
    keys: z.int(),
    remaining: z.int(),
    backend: z.array(z.string()),
    /** Words of others that still name the person; null where they were not looked through. */
    mentions: mentions.nullable(),
  }),
  errors: [
    'not_found',
    'person_still_listed',
    'person_administers',
    'privacy_unverified',
    'privacy_request_closed',
    'subject_data_failed',
    'audit_unwritable',
  ],
});

export const listErasures = defineEndpoint({
  ...onPrivacy,
  id: 'listErasures',
  method: 'GET',
  path: '/api/v1/privacy/erasures',
  summary: { zh: '删除登记册', en: 'The register of erasures' },
  response: z.object({ erasures: z.array(erasure), total: z.int() }),
  errors: [],
});

export const getErasureCertificate = defineEndpoint({
  ...onPrivacy,
  id: 'getErasureCertificate',
  method: 'GET',
  path: '/api/v1/privacy/erasures/{id}/certificate',
  summary: { zh: '签名的删除证明', en: 'The signed certificate of an erasure' },
  params: z.object({ id: erasureId }),
  /** `statement` is the exact text that `signature` (Ed25519, base64) is over. */
  response: z.object({ statement: z.string(), signature: z.string(), publicKey: z.string() }),
  errors: ['not_found'],
});

export const getPrivacyKey = defineEndpoint({
  id: 'getPrivacyKey',
  method: 'GET',
  path: '/api/v1/privacy/key',
  group: 'privacy',
  summary: { zh: '验证副本与删除证明的公钥', en: 'The public key that exports and certificates are verified with' },
  access: 'public',
  powers: [],
  response: z.object({ publicKey: z.string() }),
  errors: [],
});

const rule = z.object({
  name: z.enum(retentionClasses),
  /** Null where something else ends it, such as a session's own expiry. */
  days: z.int().nullable(),
  /** Shortest that the law leaves; null where it names none. */
  leastDays: z.int().nullable(),
  /** Whether the job deletes it; the audit log sees to itself. */
  deletes: z.boolean(),
  /** Rows that are due now. */
  due: z.int(),
  /** Rows in all. */
  rows: z.int(),
});
export type RetentionRule = z.output<typeof rule>;

const run = z.object({
  id: z.string(),
  at: time,
  by: z.string(),
  dry: z.boolean(),
  results: z.array(z.object({ name: z.enum(retentionClasses), removed: z.int(), left: z.int() })),
  proof: z.string(),
});
export type RetentionRun = z.output<typeof run>;

export const getRetention = defineEndpoint({
  ...onPrivacy,
  id: 'getRetention',
  method: 'GET',
  path: '/api/v1/privacy/retention',
  summary: { zh: '保存期限与最近的清理', en: 'Retention rules and the last runs' },
  response: z.object({ rules: z.array(rule), runs: z.array(run) }),
  errors: [],
});

export const runRetention = defineEndpoint({
  ...actsOnPrivacy,
  id: 'runRetention',
  method: 'POST',
  path: '/api/v1/privacy/retention/run',
  summary: { zh: '试算或执行清理', en: 'Try retention, or carry it out' },
  body: z.strictObject({
    dry: z.boolean(),
    /** Rewrites the whole database as well, so that nothing is left in free pages of before. It holds up writes while it lasts. */
    compact: z.boolean().default(false),
  }),
  response: run,
  errors: ['retention_running', 'audit_unwritable'],
});
