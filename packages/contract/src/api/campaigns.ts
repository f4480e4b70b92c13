import * as z from 'zod';
import { defineEndpoint, everyPower, freshSeconds } from '../endpoint.ts';
import { adminReason } from './administrator-model.ts';
import { bilingual, cursor, ok, page, time } from './common.ts';

const identifier = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);
const campaignParams = z.object({ app: identifier, campaign: identifier });
const grantParams = campaignParams.extend({ grant: z.string().regex(/^g_[A-Za-z0-9_-]{22}$/) });
const batchNumber = z.coerce.number().int().min(1).max(0xff_ffff);

/** `scheduled` before its start, `resting` outside its hours, `ended` after its end. */
export const campaignState = z.enum(['open', 'scheduled', 'resting', 'ended', 'stopped']);
export type CampaignState = z.output<typeof campaignState>;

/** Why a campaign stands still: by itself after too many wrong answers or too many suspicious people, or by an administrator. */
export const campaignStop = z.object({
  at: time,
  by: z.string(),
  cause: z.enum(['answers', 'people', 'administrator']),
  count: z.number().nullable(),
  reason: z.string().nullable(),
});
export type CampaignStop = z.output<typeof campaignStop>;

export const campaignView = z.object({
  app: z.string(),
  appName: bilingual,
  id: z.string(),
  name: bilingual,
  state: campaignState,
  stop: campaignStop.nullable(),
  /** Until when a containment measure keeps it from everybody, or from those who may not use it again yet; null where none does. */
  heldUntil: time.nullable(),
  start: time,
  end: time,
  amount: z.object({ minCents: z.number(), maxCents: z.number(), fixedCents: z.array(z.number()), currency: z.string() }),
  budget: z.object({ cents: z.number(), count: z.number().nullable() }),
  /** What is granted or reserved. */
  taken: z.object({ cents: z.number(), count: z.number() }),
  codes: z.boolean(),
  /** Of the last 24 hours. */
  recent: z.object({
    claims: z.number(),
    answerViolations: z.number(),
    requestViolations: z.number(),
    shownViolations: z.number(),
    people: z.number(),
  }),
  /** Coupons whose redemption or refund was interrupted and that wait for a decision. */
  uncertain: z.number(),
});
export type CampaignView = z.output<typeof campaignView>;

export const violationView = z.object({
  id: z.string(),
  side: z.enum(['request', 'answer', 'shown']),
  act: z.enum(['claim', 'redeem', 'refund', 'show']),
  code: z.string(),
  person: z.string().nullable(),
  name: z.string().nullable(),
  address: z.string().nullable(),
  expected: bilingual,
  seen: bilingual,
  /** The last of its requests. */
  request: z.string(),
  first: time,
  last: time,
  count: z.number(),
});
export type ViolationView = z.output<typeof violationView>;

export const grantState = z.enum(['reserved', 'granted', 'redeemed', 'refunded', 'void', 'released']);

export type GrantState = z.output<typeof grantState>;

export const grantView = z.object({
  id: z.string(),
  state: grantState,
  person: z.string(),
  name: z.string().nullable(),
  place: z.string().nullable(),
  code: z.string().nullable(),
  coupon: z.string().nullable(),
  cents: z.number(),
  request: z.string(),
  created: time,
  grantedAt: time.nullable(),
  redeemedAt: time.nullable(),
  refundedAt: time.nullable(),
  uncertain: z.boolean(),
});
export type GrantView = z.output<typeof grantView>;

export const batchView = z.object({
  batch: z.number(),
  label: z.string(),
  place: z.string().nullable(),
  count: z.number(),
  used: z.number(),
  generation: z.number(),
  expires: time,
  created: time,
  createdBy: z.string(),
  state: z.enum(['active', 'expired', 'revoked', 'retired']),
  revokedBy: z.string().nullable(),
  revokeReason: z.string().nullable(),
});
export type BatchView = z.output<typeof batchView>;

const codes = z.array(z.string());

export const listCampaigns = defineEndpoint({
  id: 'listCampaigns',
  method: 'GET',
  path: '/api/v1/campaigns',
  group: 'campaigns',
  summary: { zh: '活动：状态、预算与违规', en: 'Campaigns: state, budget and violations' },
  access: 'admin',
  powers: everyPower,
  query: z.object({ app: identifier.optional() }),
  response: z.object({ now: time, campaigns: z.array(campaignView) }),
  errors: [],
});

export const getCampaign = defineEndpoint({
  id: 'getCampaign',
  method: 'GET',
  path: '/api/v1/campaigns/{app}/{campaign}',
  group: 'campaigns',
  summary: { zh: '一个活动的进展与违规', en: 'How one campaign goes, and what broke its rules' },
  access: 'admin',
  powers: ['security', 'audit'],
  params: campaignParams,
  response: z.object({
    now: time,
    campaign: campaignView,
    rules: z.object({
      stepCents: z.number(),
      hours: z.object({ from: z.string(), to: z.string() }).nullable(),
      timeZone: z.string(),
      person: z.object({ total: z.number().nullable(), perDay: z.number().nullable() }),
      device: z.object({ total: z.number().nullable(), perDay: z.number().nullable() }),
      places: z.array(z.string()),
      stop: z.object({ answers: z.number(), people: z.number(), windowSeconds: z.number() }),
      generation: z.number().nullable(),
    }),
    /** Granted in each hour, oldest first, hours without a claim left out; at most of the last 31 days. */
    hours: z.array(z.object({ time, claims: z.number(), cents: z.number() })),
    /** Granted before the first of these hours. */
    centsBefore: z.number(),
    states: z.array(z.object({ state: grantState, count: z.number(), cents: z.number() })),
    top: z.array(z.object({ person: z.string(), name: z.string().nullable(), claims: z.number(), cents: z.number() })),
    violations: z.array(violationView),
  }),
  errors: ['not_found', 'validation_failed'],
});

export const listGrants = defineEndpoint({
  id: 'listGrants',
  method: 'GET',
  path: '/api/v1/campaigns/{app}/{campaign}/grants',
  group: 'campaigns',
  summary: { zh: '发放台账', en: 'The ledger of what was granted' },
  access: 'admin',
  powers: ['security', 'audit'],
  params: campaignParams,
  query: z.object({
    ...page,
    cursor: cursor.optional(),
    state: grantState.optional(),
    uncertain: z.literal('1').optional(),
    /** A coupon, person, place, request or batch.serial, whole. */
    q: z.string().trim().max(128).optional(),
  }),
  response: z.object({ rows: z.array(grantView), next: z.string().nullable() }),
  errors: ['not_found', 'validation_failed'],
});

export const stopCampaign = defineEndpoint({
  id: 'stopCampaign',
  method: 'POST',
  path: '/api/v1/campaigns/{app}/{campaign}/stop',
  group: 'campaigns',
  summary: { zh: '停止活动', en: 'Stop a campaign' },
  access: 'admin',
  powers: ['security'],
  params: campaignParams,
  body: z.strictObject({ reason: adminReason }),
  response: ok,
  errors: ['not_found', 'audit_unwritable', 'validation_failed'],
});

export const resumeCampaign = defineEndpoint({
  id: 'resumeCampaign',
  method: 'POST',
  path: '/api/v1/campaigns/{app}/{campaign}/resume',
  group: 'campaigns',
  summary: { zh: '恢复已停止的活动', en: 'Let a stopped campaign go on' },
  access: 'admin',
  powers: ['security'],
  stepUpSeconds: freshSeconds,
  params: campaignParams,
  body: z.strictObject({ reason: adminReason }),
  response: ok,
  errors: ['not_found', 'step_up_required', 'audit_unwritable', 'validation_failed'],
});

export const voidGrant = defineEndpoint({
  id: 'voidGrant',
  method: 'POST',
  path: '/api/v1/campaigns/{app}/{campaign}/grants/{grant}/void',
  group: 'campaigns',
  summary: { zh: '作废一张未使用的优惠券', en: 'Make a coupon void that was not redeemed' },
  access: 'admin',
  powers: ['security'],
  stepUpSeconds: freshSeconds,
  params: grantParams,
  body: z.strictObject({ reason: adminReason }),
  response: ok,
  errors: ['not_found', 'conflict', 'step_up_required', 'audit_unwritable', 'validation_failed'],
});

export const resolveGrant = defineEndpoint({
  id: 'resolveGrant',
  method: 'POST',
  path: '/api/v1/campaigns/{app}/{campaign}/grants/{grant}/resolve',
  group: 'campaigns',
  summary: {
    zh: '确认一次中断的使用或退款是否已发生',
    en: 'Say whether an interrupted redemption or refund has happened',
  },
  access: 'admin',
  powers: ['security'],
  stepUpSeconds: freshSeconds,
  params: grantParams,
  body: z.strictObject({ happened: z.boolean(), reason: adminReason }),
  response: ok,
  errors: ['not_found', 'conflict', 'step_up_required', 'audit_unwritable', 'validation_failed'],
});

export const listCodeBatches = defineEndpoint({
  id: 'listCodeBatches',
  method: 'GET',
  path: '/api/v1/campaigns/{app}/{campaign}/codes',
  group: 'campaigns',
  summary: { zh: '活动二维码的批次', en: 'Batches of a campaign’s codes' },
  access: 'admin',
  powers: ['security', 'audit'],
  params: campaignParams,
  response: z.object({ now: time, batches: z.array(batchView) }),
  errors: ['not_found', 'validation_failed'],
});

export const issueCodes = defineEndpoint({
  id: 'issueCodes',
  method: 'POST',
  path: '/api/v1/campaigns/{app}/{campaign}/codes',
  group: 'campaigns',
  summary: { zh: '签发一批一次性二维码', en: 'Issue a batch of single-use codes' },
  access: 'admin',
  powers: ['security'],
  stepUpSeconds: freshSeconds,
  params: campaignParams,
  body: z.strictObject({
    count: z.int().min(1).max(10_000),
    label: z.string().trim().min(1).max(60),
    /** Where the codes hang; anywhere when absent. */
    place: z
      .string()
      .regex(/^[A-Za-z0-9_.:-]{1,64}$/)
      .optional(),
    /** The end of the campaign when absent, and never later. */
    expires: time.optional(),
  }),
  response: z.object({ batch: batchView, codes }),
  status: 201,
  errors: ['not_found', 'conflict', 'step_up_required', 'audit_unwritable', 'validation_failed'],
});

export const readCodes = defineEndpoint({
  id: 'readCodes',
  method: 'POST',
  path: '/api/v1/campaigns/{app}/{campaign}/codes/{batch}/read',
  group: 'campaigns',
  summary: { zh: '再次取得一批二维码', en: 'Get the codes of a batch once more' },
  access: 'admin',
  powers: ['security'],
  stepUpSeconds: freshSeconds,
  params: campaignParams.extend({ batch: batchNumber }),
  response: z.object({ codes }),
  errors: ['not_found', 'conflict', 'step_up_required', 'audit_unwritable', 'validation_failed'],
});

export const revokeCodes = defineEndpoint({
  id: 'revokeCodes',
  method: 'POST',
  path: '/api/v1/campaigns/{app}/{campaign}/codes/{batch}/revoke',
  group: 'campaigns',
  summary: { zh: '作废一批二维码', en: 'Revoke a batch of codes' },
  access: 'admin',
  powers: ['security'],
  params: campaignParams.extend({ batch: batchNumber }),
  body: z.strictObject({ reason: adminReason }),
  response: ok,
  errors: ['not_found', 'conflict', 'audit_unwritable', 'validation_failed'],
});
