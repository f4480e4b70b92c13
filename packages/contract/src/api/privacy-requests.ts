import * as z from 'zod';
import { requestKind, requestState } from '../client-privacy.ts';
import { defineEndpoint } from '../endpoint.ts';
import { time, uid } from './common.ts';
import { actsOnPrivacy, onPrivacy, privacyReason } from './privacy-consents.ts';

const requestId = z.string().regex(/^pr_[A-Za-z0-9_-]{16}$/);
const words = (limit: number) =>
  z
    .string()
    .trim()
    .max(limit)
    .regex(/^[^\p{Cc}\u202a-\u202e\u2066-\u2069]*$/u);

export const verificationMethods = ['session', 'second_factor', 'document', 'call_back', 'in_person'] as const;

const summary = z.object({
  id: requestId,
  kind: requestKind,
  state: requestState,
  channel: z.enum(['mini_program', 'back_office', 'wechat']),
  app: z.string().nullable(),
  uid: z.string(),
  created: time,
  due: time,
  /** `overdue` and `soon` need somebody. */
  urgency: z.enum(['overdue', 'soon', 'calm', 'closed']),
  owner: z.string().nullable(),
  verified: z.enum(verificationMethods).nullable(),
  extended: z.boolean(),
  closed: time.nullable(),
});
export type SubjectRequestSummary = z.output<typeof summary>;

const step = z.object({ at: time, by: z.string(), step: z.string(), note: z.string() });

const detail = summary.extend({
  details: z.string(),
  contact: z.string(),
  answer: z.string(),
  steps: z.array(step),
  /** The signed export that was made for it. */
  exported: z.object({ sha256: z.string(), bytes: z.int(), until: time }).nullable(),
  erasure: z.string().nullable(),
});
export type SubjectRequestDetail = z.output<typeof detail>;

export const listSubjectRequests = defineEndpoint({
  ...onPrivacy,
  id: 'listSubjectRequests',
  method: 'GET',
  path: '/api/v1/privacy/requests',
  summary: { zh: '个人的请求，最紧迫的在前', en: 'Requests of people, the most urgent first' },
  query: z.object({ open: z.stringbool().optional(), uid: uid.optional() }),
  response: z.object({
    requests: z.array(summary),
    open: z.int(),
    overdue: z.int(),
    soon: z.int(),
    dueDays: z.int(),
  }),
  errors: [],
});

export const getSubjectRequest = defineEndpoint({
  ...onPrivacy,
  id: 'getSubjectRequest',
  method: 'GET',
  path: '/api/v1/privacy/requests/{id}',
  summary: { zh: '一个请求的全部经过', en: 'A request with everything that was done' },
  params: z.object({ id: requestId }),
  response: detail,
  errors: ['not_found'],
});

export const createSubjectRequest = defineEndpoint({
  ...actsOnPrivacy,
  id: 'createSubjectRequest',
  method: 'POST',
  path: '/api/v1/privacy/requests',
  summary: { zh: '登记从其他渠道收到的请求', en: 'Enter a request that came another way' },
  body: z.strictObject({
    uid,
    kind: requestKind,
    details: words(2_000).default(''),
    contact: words(200).default(''),
    /** When it arrived; now when absent. The deadline runs from then. */
    received: time.optional(),
  }),
  response: z.object({ id: requestId, due: time }),
  status: 201,
  errors: ['not_found', 'validation_failed', 'audit_unwritable'],
});

/** What is done with a request before it is answered, and how it ends without an act of ours. */
export const advanceSubjectRequest = defineEndpoint({
  ...actsOnPrivacy,
  id: 'advanceSubjectRequest',
  method: 'POST',
  path: '/api/v1/privacy/requests/{id}/steps',
  summary: { zh: '办理请求：接手、核实、延期、拒绝、办结', en: 'Take, verify, extend, refuse or close a request' },
  params: z.object({ id: requestId }),
  body: z.discriminatedUnion('step', [
    z.strictObject({ step: z.literal('take') }),
    z.strictObject({ step: z.literal('verify'), method: z.enum(verificationMethods), note: privacyReason }),
    z.strictObject({ step: z.literal('note'), note: privacyReason }),
    z.strictObject({ step: z.literal('extend'), note: privacyReason }),
    /** `note` names the legal reason; the person reads it. */
    z.strictObject({ step: z.literal('refuse'), note: privacyReason }),
    /** Closes what was answered outside the platform; the person reads `note`. */
    z.strictObject({ step: z.literal('close'), note: privacyReason }),
    z.strictObject({ step: z.literal('cancel'), note: privacyReason }),
  ]),
  response: detail,
  errors: ['not_found', 'privacy_request_closed', 'privacy_unverified', 'conflict', 'audit_unwritable'],
});

export const exportForRequest = defineEndpoint({
  ...actsOnPrivacy,
  id: 'exportForRequest',
  method: 'POST',
  path: '/api/v1/privacy/requests/{id}/export',
  summary: { zh: '生成签名的个人信息副本', en: 'Make the signed copy of what is held about the person' },
  params: z.object({ id: requestId }),
  body: z.strictObject({
    /** Closes the request with it, so that the person can fetch it. */
    close: z.boolean().default(true),
    /** What of the backend's own data is attached or was sent another way. */
    note: words(2_000).default(''),
  }),
  response: z.object({ name: z.string(), sha256: z.string(), bytes: z.int(), until: time, backend: z.array(z.string()) }),
  status: 201,
  errors: ['not_found', 'privacy_request_closed', 'privacy_unverified', 'conflict', 'subject_data_failed', 'audit_unwritable'],
});

export const fetchExport = defineEndpoint({
  ...actsOnPrivacy,
  id: 'fetchExport',
  method: 'GET',
  path: '/api/v1/privacy/requests/{id}/export',
  summary: { zh: '取回签名的副本', en: 'Fetch the signed copy' },
  params: z.object({ id: requestId }),
  response: z.object({ name: z.string(), sha256: z.string(), file: z.string() }),
  errors: ['not_found', 'audit_unwritable'],
});

const correctable = (limit: number) => words(limit).optional();
export const correctForRequest = defineEndpoint({
  ...actsOnPrivacy,
  id: 'correctForRequest',
  method: 'POST',
  path: '/api/v1/privacy/requests/{id}/correct',
  summary: { zh: '按请求更正通讯录中的信息', en: 'Correct the directory as asked, and close the request' },
  params: z.object({ id: requestId }),
  body: z.strictObject({
    name: correctable(64),
    position: correctable(128),
    phone: z
      .string()
      .regex(/^$|^(\+|00)?[0-9][0-9 ()-]{4,24}$/)
      .optional(),
    email: z.union([z.literal(''), z.email().max(254)]).optional(),
    note: privacyReason,
  }),
  response: detail,
  errors: ['not_found', 'privacy_request_closed', 'privacy_unverified', 'conflict', 'validation_failed', 'audit_unwritable'],
});
