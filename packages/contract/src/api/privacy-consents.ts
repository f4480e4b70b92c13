import * as z from 'zod';
import { consentStates, purposeId } from '../client-privacy.ts';
import { legalBases } from '../config/privacy.ts';
import { defineEndpoint } from '../endpoint.ts';
import { bilingual, time, uid } from './common.ts';

export const onPrivacy = { group: 'privacy', access: 'admin', powers: ['security', 'audit'] } as const;
/** What changes something of a person takes the power over people. */
export const actsOnPrivacy = { group: 'privacy', access: 'admin', powers: ['security'] } as const;

export const privacyReason = z.string().trim().min(3).max(300);

const purposeView = z.object({
  id: purposeId,
  version: z.int(),
  name: bilingual,
  text: bilingual,
  basis: z.enum(legalBases),
  fields: z.array(z.string()),
  apps: z.array(z.string()),
  sensitive: z.boolean(),
  /** Routes that demand it. */
  routes: z.array(z.string()),
  /** People by what they said last. */
  given: z.int(),
  outdated: z.int(),
  withdrawn: z.int(),
  /** SHA-256 of the text in force, as it stands in the evidence. */
  textSha256: z.string(),
  /** False for a purpose that people have answered and the configuration no longer has. */
  declared: z.boolean(),
});
export type PurposeView = z.output<typeof purposeView>;

export const listPurposes = defineEndpoint({
  ...onPrivacy,
  id: 'listPurposes',
  method: 'GET',
  path: '/api/v1/privacy/purposes',
  summary: { zh: '处理目的与同意情况', en: 'Purposes, and who has consented' },
  response: z.object({ purposes: z.array(purposeView) }),
  errors: [],
});

const consentRecord = z.object({
  id: z.string(),
  purpose: z.string(),
  version: z.int(),
  act: z.enum(['given', 'withdrawn']),
  textSha256: z.string(),
  app: z.string(),
  channel: z.enum(['mini_program', 'back_office', 'wechat', 'erasure']),
  by: z.string(),
  at: time,
});
export type ConsentRecordView = z.output<typeof consentRecord>;

export const getPersonPrivacy = defineEndpoint({
  ...onPrivacy,
  id: 'getPersonPrivacy',
  method: 'GET',
  path: '/api/v1/privacy/people/{uid}',
  summary: { zh: '一个人的同意、请求与数据', en: "A person's consents, requests and data" },
  params: z.object({ uid }),
  response: z.object({
    uid,
    states: z.array(z.object({ purpose: z.string(), state: z.enum(consentStates), at: time.nullable() })),
    consents: z.array(consentRecord),
    requests: z.array(z.string()),
    /** How many rows each part of the platform holds of the person. */
    holdings: z.array(z.object({ name: z.string(), rows: z.int() })),
    /** Sources that still list the person: while they do, the whole person cannot be erased. */
    listedBy: z.array(z.string()),
  }),
  errors: [],
});

export const recordConsent = defineEndpoint({
  ...actsOnPrivacy,
  id: 'recordConsent',
  method: 'POST',
  path: '/api/v1/privacy/people/{uid}/consents',
  summary: { zh: '后台登记同意或撤回', en: 'Record a consent or withdrawal from the back office' },
  params: z.object({ uid }),
  body: z.strictObject({ purpose: purposeId, act: z.enum(['given', 'withdrawn']), reason: privacyReason }),
  response: z.object({ state: z.enum(consentStates) }),
  errors: ['purpose_unknown', 'audit_unwritable'],
});
