import * as z from 'zod';
import { defineEndpoint, freshSeconds } from '../endpoint.ts';
import { adminReason } from './administrator-model.ts';

export const revokeAllSessions = defineEndpoint({
  id: 'revokeAllSessions',
  method: 'POST',
  path: '/api/v1/sessions/revoke-all',
  group: 'people',
  summary: { zh: '终止所有人的全部会话（须他人批准）', en: 'End every session of everybody; needs approval' },
  access: 'admin',
  powers: ['security'],
  stepUpSeconds: freshSeconds,
  approval: { approvers: ['system'], breakGlass: true },
  body: z.strictObject({ reason: adminReason }),
  response: z.object({ people: z.number(), ended: z.number() }),
  errors: ['approval_required', 'approval_invalid', 'step_up_required', 'audit_unwritable'],
});
