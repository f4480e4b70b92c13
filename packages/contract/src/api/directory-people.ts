import * as z from 'zod';
import { defineEndpoint, freshSeconds } from '../endpoint.ts';
import { ok, time, uid } from './common.ts';
import { onPeople, reason, sourceId } from './directory-model.ts';

const text = (limit: number) =>
  z
    .string()
    .trim()
    .max(limit)
    .regex(/^(?![=+\-@])[^\p{Cc}\u202a-\u202e\u2066-\u2069]*$/u);

export const putLocalPerson = defineEndpoint({
  ...onPeople,
  id: 'putLocalPerson',
  method: 'PUT',
  path: '/api/v1/directory/people/{uid}',
  summary: { zh: '手工添加或修改一个人', en: 'Add or change a person by hand' },
  params: z.object({ uid }),
  /** What is left out stays as it was; an empty text is none. So a phone number can be kept without being shown. */
  body: z.strictObject({
    name: text(64).min(1),
    kind: z.enum(['employee', 'partner']).default('employee'),
    departments: z.array(z.string().max(100)).max(100).optional(),
    leads: z.array(z.string().max(100)).max(100).optional(),
    position: text(128).optional(),
    phone: z
      .string()
      .regex(/^$|^(\+|00)?[0-9][0-9 ()-]{4,24}$/)
      .optional(),
    email: z.union([z.literal(''), z.email().max(254)]).optional(),
    number: z
      .string()
      .regex(/^$|^[A-Za-z0-9][A-Za-z0-9_./-]{0,63}$/)
      .optional(),
  }),
  response: ok,
  errors: ['validation_failed', 'conflict', 'audit_unwritable'],
});

export const removeLocalPerson = defineEndpoint({
  ...onPeople,
  id: 'removeLocalPerson',
  method: 'DELETE',
  path: '/api/v1/directory/people/{uid}',
  summary: { zh: '移除一个手工添加的人', en: 'Remove a person who was added by hand' },
  params: z.object({ uid }),
  response: ok,
  errors: ['not_found', 'audit_unwritable'],
});

export const blockPerson = defineEndpoint({
  ...onPeople,
  id: 'blockPerson',
  method: 'PUT',
  path: '/api/v1/people/{uid}/blocked',
  summary: {
    zh: '停用或恢复一个人；停用立即终止其全部会话',
    en: 'Block a person, which ends every session at once, or readmit them',
  },
  params: z.object({ uid }),
  body: z.strictObject({ blocked: z.boolean(), reason }),
  response: z.object({ status: z.enum(['active', 'disabled', 'left']) }),
  errors: ['not_found', 'audit_unwritable'],
});

export const releasePerson = defineEndpoint({
  ...onPeople,
  id: 'releasePerson',
  method: 'POST',
  path: '/api/v1/people/{uid}/release',
  summary: { zh: '让其他来源接管一个已被原来源移除的人', en: 'Let another source own a person whom theirs no longer lists' },
  stepUpSeconds: freshSeconds,
  params: z.object({ uid }),
  body: z.strictObject({ source: sourceId }),
  response: ok,
  errors: ['not_found', 'conflict', 'step_up_required', 'audit_unwritable'],
});

export const mergePeople = defineEndpoint({
  ...onPeople,
  id: 'mergePeople',
  method: 'POST',
  path: '/api/v1/people/{uid}/merge',
  summary: {
    zh: '把另一个账号（重复人员或顾客）并入此人',
    en: 'Merge another account, a double or a customer, into this person',
  },
  stepUpSeconds: freshSeconds,
  params: z.object({ uid }),
  body: z.strictObject({ from: uid, reason }),
  response: ok,
  errors: ['not_found', 'conflict', 'step_up_required', 'audit_unwritable'],
});

const quietPerson = z.object({
  uid,
  name: z.string(),
  kind: z.enum(['employee', 'partner', 'customer']),
  source: z.string(),
  status: z.enum(['active', 'disabled', 'left']),
  roles: z.array(z.string()),
  identities: z.number(),
  /** Null for no login since logins are kept. */
  lastLogin: time.nullable(),
});

export const listDormantPeople = defineEndpoint({
  ...onPeople,
  id: 'listDormantPeople',
  method: 'GET',
  path: '/api/v1/directory/dormant',
  powers: ['security', 'audit'],
  summary: {
    zh: '长期未登录的账号，以及已离开但仍有绑定的账号',
    en: 'Accounts without a login for long, and bound accounts of people who may no longer come in',
  },
  query: z.object({
    /** The configured number when absent. */
    days: z.coerce.number().int().min(1).max(3_650).optional(),
    /** Also people who have never bound an identity. */
    never: z.stringbool().default(false),
  }),
  response: z.object({
    days: z.number(),
    dormant: z.array(quietPerson),
    boundButBlocked: z.array(quietPerson),
    /** Whole numbers; the lists hold at most 1,000 each. */
    totals: z.object({ dormant: z.number(), boundButBlocked: z.number() }),
  }),
  errors: [],
});
