import * as z from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { ok, time, uid } from './common.ts';

const identifier = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);
const name = z.string().regex(/^[A-Za-z0-9_.:-]{1,64}$/);
const cents = z.int().min(1).max(1_000_000_000_000);
const reservation = z.string().regex(/^g_[A-Za-z0-9_-]{22}$/);
const campaign = { app: identifier, campaign: identifier };

/**
 * For backends and cloud functions, whose calls never pass the gateway: the same ledger, the same rules. The token needs the scope `guard` and a grant
 * `guard:APP/CAMPAIGN`.
 */
export const guardReserve = defineEndpoint({
  id: 'guardReserve',
  method: 'POST',
  path: '/api/v1/guard/reserve',
  group: 'guard',
  summary: { zh: '为一次领取预留额度', en: 'Reserve what a claim asks for' },
  access: 'admin',
  powers: [],
  scopes: ['guard'],
  body: z.strictObject({
    ...campaign,
    /** Who claims. */
    uid,
    device: z.string().min(1).max(128).optional(),
    /** The most that is possible when absent. */
    amountCents: cents.optional(),
    place: name.optional(),
    /** What was scanned. */
    code: z.string().max(512).optional(),
    /** Repeating a call under its key gives the same reservation. */
    key: z
      .string()
      .regex(/^[\x21-\x7e]{1,255}$/)
      .optional(),
    holdSeconds: z.int().min(5).max(900).optional(),
  }),
  response: z.object({ reservation, amountCents: z.number(), place: z.string().nullable(), expires: time }),
  errors: [
    'not_found',
    'token_scope',
    'guard_campaign_closed',
    'guard_campaign_stopped',
    'guard_value_missing',
    'guard_amount_out_of_bounds',
    'guard_place_mismatch',
    'guard_code_invalid',
    'guard_code_expired',
    'guard_code_used',
    'guard_device_unknown',
    'guard_quota_exceeded',
    'guard_budget_exhausted',
    'guard_key_reused',
    'guard_in_flight',
    'guard_keys_exhausted',
    'validation_failed',
  ],
});

export const guardCommit = defineEndpoint({
  id: 'guardCommit',
  method: 'POST',
  path: '/api/v1/guard/commit',
  group: 'guard',
  summary: { zh: '确认发放：写入台账', en: 'Grant what was reserved' },
  access: 'admin',
  powers: [],
  scopes: ['guard'],
  body: z.strictObject({ ...campaign, reservation, coupon: name, amountCents: cents }),
  response: ok,
  errors: [
    'not_found',
    'token_scope',
    'guard_reservation_unknown',
    'guard_amount_out_of_bounds',
    'guard_answer_mismatch',
    'validation_failed',
  ],
});

export const guardRelease = defineEndpoint({
  id: 'guardRelease',
  method: 'POST',
  path: '/api/v1/guard/release',
  group: 'guard',
  summary: { zh: '退回预留的额度', en: 'Give a reservation back' },
  access: 'admin',
  powers: [],
  scopes: ['guard'],
  body: z.strictObject({ ...campaign, reservation }),
  response: ok,
  errors: ['not_found', 'token_scope', 'guard_reservation_unknown', 'validation_failed'],
});

export const guardRedeem = defineEndpoint({
  id: 'guardRedeem',
  method: 'POST',
  path: '/api/v1/guard/redeem',
  group: 'guard',
  summary: { zh: '使用一张优惠券：与台账核对，只能一次', en: 'Redeem a coupon: held against the ledger, once' },
  access: 'admin',
  powers: [],
  scopes: ['guard'],
  body: z.strictObject({ ...campaign, uid, coupon: name, amountCents: cents.optional() }),
  response: z.object({ amountCents: z.number() }),
  errors: [
    'not_found',
    'token_scope',
    'guard_campaign_stopped',
    'guard_not_granted',
    'guard_amount_mismatch',
    'guard_not_owner',
    'guard_already_redeemed',
    'guard_in_flight',
    'guard_coupon_void',
    'guard_coupon_expired',
    'validation_failed',
  ],
});
