import * as z from 'zod';
import { defineEndpoint, everyPower, freshSeconds } from '../endpoint.ts';
import { administratorPower, adminReason, deviation } from './administrator-model.ts';
import { bilingual, page, time } from './common.ts';

/** Header of the call that an approval is for, with the approval's id. */
export const approvalHeader = 'x-menshen-approval';

const approvalId = z.object({ id: z.string().regex(/^p_[A-Za-z0-9_-]{16}$/) });
const person = z.object({ id: z.string(), username: z.string() });

/**
 * `waiting`: a single operator's delay is running. `approved` calls may be made once until `expiresAt`; `spent` is what was made: by then the act
 * was tried, and its outcome stands in the audit log.
 */
export const approvalState = z.enum(['pending', 'waiting', 'approved', 'refused', 'cancelled', 'expired', 'spent']);

export const approvalView = z.object({
  id: z.string(),
  /** The exact call: what is approved is this and nothing else. */
  endpoint: z.string(),
  summary: bilingual,
  method: z.string(),
  path: z.string(),
  params: z.record(z.string(), z.unknown()),
  query: z.record(z.string(), z.unknown()),
  body: z.record(z.string(), z.unknown()),
  /** SHA-256 in hex of the call's canonical JSON; the approver repeats it. */
  digest: z.string(),
  reason: z.string(),
  /** Of a step of a playbook: who asks, what would be done and why, in words. Null for all others: there the reason says why. */
  told: z.object({ by: bilingual, act: bilingual, why: bilingual }).nullable(),
  state: approvalState,
  requestedBy: person,
  requestedAt: time,
  expiresAt: time,
  /** A single operator may act from then on; null where somebody approves. */
  notBefore: time.nullable(),
  approvers: z.array(administratorPower),
  decidedBy: person.nullable(),
  decidedAt: time.nullable(),
  note: z.string().nullable(),
  spentAt: time.nullable(),
  /** Why it was approved and still could not be done, as an error's code and what of the call was wrong; null where nothing went wrong. */
  problem: z.string().nullable(),
  /** Forced alone in an emergency. */
  breakGlass: z.boolean(),
  review: z
    .object({
      state: z.enum(['open', 'justified', 'unjustified']),
      by: person.nullable(),
      at: time.nullable(),
      note: z.string().nullable(),
    })
    .nullable(),
  mine: z.boolean(),
  mayDecide: z.boolean(),
  mayReview: z.boolean(),
  deviation,
});
export type ApprovalView = z.output<typeof approvalView>;

export const requestApproval = defineEndpoint({
  id: 'requestApproval',
  method: 'POST',
  path: '/api/v1/approvals',
  group: 'approvals',
  summary: {
    zh: '申请批准一个操作；紧急时可强制执行，事后须他人复核',
    en: 'Ask for approval of one exact call; in an emergency force it, to be reviewed by another afterwards',
  },
  access: 'admin',
  powers: everyPower,
  stepUpSeconds: freshSeconds,
  body: z.strictObject({
    endpoint: z.string().max(100),
    params: z.record(z.string().max(64), z.string().max(1_000)).default({}),
    query: z.record(z.string().max(64), z.string().max(1_000)).default({}),
    body: z.record(z.string().max(64), z.unknown()).default({}),
    reason: adminReason,
    breakGlass: z.boolean().default(false),
  }),
  response: approvalView,
  status: 201,
  errors: [
    'step_up_required',
    'power_not_held',
    'not_found',
    'own_account',
    'approval_not_needed',
    'break_glass_refused',
    'validation_failed',
    'rate_limited',
    'audit_unwritable',
  ],
});

export const listApprovals = defineEndpoint({
  id: 'listApprovals',
  method: 'GET',
  path: '/api/v1/approvals',
  group: 'approvals',
  summary: { zh: '批准申请与待复核的强制操作', en: 'Requests for approval, and forced acts to be reviewed' },
  access: 'admin',
  powers: everyPower,
  query: z.object({ ...page, show: z.enum(['open', 'all']).default('open') }),
  response: z.object({ approvals: z.array(approvalView), next: z.string().nullable() }),
  errors: [],
});

export const getApproval = defineEndpoint({
  id: 'getApproval',
  method: 'GET',
  path: '/api/v1/approvals/{id}',
  group: 'approvals',
  summary: { zh: '一个批准申请', en: 'A request for approval' },
  access: 'admin',
  powers: everyPower,
  params: approvalId,
  response: approvalView,
  errors: ['not_found'],
});

export const decideApproval = defineEndpoint({
  id: 'decideApproval',
  method: 'POST',
  path: '/api/v1/approvals/{id}/decision',
  group: 'approvals',
  summary: { zh: '批准或拒绝', en: 'Approve or refuse' },
  access: 'admin',
  powers: everyPower,
  stepUpSeconds: freshSeconds,
  params: approvalId,
  body: z.strictObject({
    decision: z.enum(['approve', 'refuse']),
    /** What the approver saw. */
    digest: z.string().regex(/^[0-9a-f]{64}$/),
    note: z.string().trim().max(300).default(''),
  }),
  response: approvalView,
  errors: ['step_up_required', 'not_found', 'own_account', 'power_conflict', 'approval_invalid', 'audit_unwritable'],
});

export const cancelApproval = defineEndpoint({
  id: 'cancelApproval',
  method: 'POST',
  path: '/api/v1/approvals/{id}/cancel',
  group: 'approvals',
  summary: { zh: '撤回自己的申请', en: "Take one's own request back" },
  access: 'admin',
  powers: everyPower,
  params: approvalId,
  response: approvalView,
  errors: ['not_found', 'approval_invalid', 'audit_unwritable'],
});

export const reviewApproval = defineEndpoint({
  id: 'reviewApproval',
  method: 'POST',
  path: '/api/v1/approvals/{id}/review',
  group: 'approvals',
  summary: { zh: '复核一个强制操作', en: 'Review a forced act' },
  access: 'admin',
  powers: everyPower,
  stepUpSeconds: freshSeconds,
  params: approvalId,
  body: z.strictObject({ verdict: z.enum(['justified', 'unjustified']), note: adminReason }),
  response: approvalView,
  errors: ['step_up_required', 'not_found', 'own_account', 'approval_invalid', 'audit_unwritable'],
});
