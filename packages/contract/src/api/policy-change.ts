import * as z from 'zod';
import { defineEndpoint, everyPower } from '../endpoint.ts';

const text = z.string();
const policyText = z.object({
  id: z.string(),
  effect: z.enum(['permit', 'forbid']),
  file: z.string(),
  /** As it is written, null where it is not. */
  before: text.nullable(),
  after: text.nullable(),
});
export type PolicyTextChange = z.output<typeof policyText>;

export const getPolicyChange = defineEndpoint({
  id: 'getPolicyChange',
  method: 'GET',
  path: '/api/v1/approvals/{id}/policy-change',
  group: 'approvals',
  summary: {
    zh: '一个策略发布申请会改变什么：增加、删除、修改的策略与文件',
    en: 'What a publication that waits for approval would change: policies and files added, removed and changed',
  },
  access: 'admin',
  /** Whoever may approve must see what it is that they approve. */
  powers: everyPower,
  params: z.object({ id: z.string().regex(/^p_[A-Za-z0-9_-]{16}$/) }),
  response: z.object({
    /** Whether what is in force is still what the draft started from: else the publication will be refused. */
    current: z.boolean(),
    /** False where the draft does not load; then it cannot be published, and only files are compared. */
    loads: z.boolean(),
    policies: z.object({
      added: z.array(policyText),
      removed: z.array(policyText),
      changed: z.array(policyText),
      /** Policies that stay as they are. */
      same: z.number(),
    }),
    /** Files that differ; null for a side on which there is none. */
    files: z.array(z.object({ name: z.string(), before: text.nullable(), after: text.nullable() })),
  }),
  errors: ['not_found'],
});
