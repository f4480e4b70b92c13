import * as z from 'zod';
import { identifier } from '../config/words.ts';
import { defineEndpoint, freshSeconds } from '../endpoint.ts';
import { bilingual, ok, time } from './common.ts';
import { trainingTarget } from './training.ts';

const group = 'training';
const reason = z.string().trim().min(4).max(300);
export const drillId = z.string().regex(/^td_[A-Za-z0-9_-]{22}$/);
const params = z.object({ id: drillId });

export const drillTemplates = ['password', 'parcel', 'payroll'] as const;
export const drillTemplate = z.enum(drillTemplates);
export type DrillTemplate = z.output<typeof drillTemplate>;

/** What a group did; each null where fewer people than may be shown got the mail. */
export const drillFigures = z.object({
  sent: z.number(),
  /** In percent of those whom the mail reached. */
  opened: z.number(),
  reported: z.number(),
  /** Of those who opened it, who had opened one before, in percent; null where too few did. */
  again: z.number().nullable(),
  /** Half of those who reported did so within so many minutes; null where too few did. */
  minutesToReport: z.number().nullable(),
});
export type DrillFigures = z.output<typeof drillFigures>;

export const phishingDrillView = z.object({
  id: drillId,
  template: drillTemplate,
  /** Whom its mails seem to come from. */
  sender: z.string(),
  target: trainingTarget,
  whom: z.string(),
  state: z.enum(['draft', 'running', 'ended']),
  reason: z.string(),
  created: time,
  createdBy: z.string(),
  started: time.nullable(),
  approvedBy: z.string().nullable(),
  ended: time.nullable(),
  /** People whom it may go to now or went to, those whom it did not reach, and mails that wait. */
  recipients: z.number(),
  unreached: z.number(),
  waiting: z.number(),
  figures: drillFigures.nullable(),
  groups: z.array(z.object({ department: z.string().nullable(), name: z.string(), figures: drillFigures })),
});
export type PhishingDrillView = z.output<typeof phishingDrillView>;

export const listDrills = defineEndpoint({
  id: 'listDrills',
  method: 'GET',
  path: '/api/v1/training/drills',
  group,
  summary: { zh: '钓鱼演练：各部门的点击率与举报率', en: 'Phishing drills: who opens and who reports, by department' },
  access: 'admin',
  powers: ['security', 'audit'],
  response: z.object({
    enabled: z.boolean(),
    approvers: z.array(z.string()),
    domains: z.array(z.string()),
    minimumGroup: z.number(),
    /** Names in which a drill may write, as the configuration has them. */
    senders: z.array(z.object({ id: z.string(), name: z.string(), from: z.string(), host: z.string() })),
    templates: z.array(z.object({ id: drillTemplate, subject: bilingual, text: bilingual })),
    drills: z.array(phishingDrillView),
  }),
  errors: [],
});

export const createDrill = defineEndpoint({
  id: 'createDrill',
  method: 'POST',
  path: '/api/v1/training/drills',
  group,
  summary: { zh: '准备一次钓鱼演练，不发送', en: 'Prepare a phishing drill; nothing is sent' },
  access: 'admin',
  powers: ['security'],
  body: z.strictObject({ template: drillTemplate, sender: identifier, target: trainingTarget, reason }),
  status: 201,
  response: z.object({ id: drillId, recipients: z.number() }),
  errors: ['drills_off', 'drill_sender_unknown', 'conflict', 'audit_unwritable', 'validation_failed'],
});

export const startDrill = defineEndpoint({
  id: 'startDrill',
  method: 'POST',
  path: '/api/v1/training/drills/{id}/start',
  group,
  summary: { zh: '经指定批准人同意后发送演练邮件', en: 'Send the mails of a drill, once somebody who is named has approved' },
  access: 'admin',
  powers: ['security'],
  stepUpSeconds: freshSeconds,
  approval: { approvers: ['audit', 'system', 'security'] },
  params,
  body: z.strictObject({}),
  response: z.object({ recipients: z.number() }),
  errors: [
    'drills_off',
    'drill_sender_unknown',
    'drill_not_approved',
    'not_found',
    'conflict',
    'approval_required',
    'approval_invalid',
    'audit_unwritable',
  ],
});

export const endDrill = defineEndpoint({
  id: 'endDrill',
  method: 'POST',
  path: '/api/v1/training/drills/{id}/end',
  group,
  summary: { zh: '结束演练：不再发送，链接失效', en: 'End a drill: nothing more is sent, and its links count no more' },
  access: 'admin',
  powers: ['security'],
  params,
  body: z.strictObject({ reason }),
  response: ok,
  errors: ['not_found', 'conflict', 'audit_unwritable', 'validation_failed'],
});
