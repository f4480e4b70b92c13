import * as z from 'zod';
import { bulletinDraft, bulletinKind } from '../bulletin-model.ts';
import { defineEndpoint, freshSeconds } from '../endpoint.ts';
import { bilingual, ok, time, uid } from './common.ts';

const group = 'training';
const reason = z.string().trim().min(4).max(300);
export const bulletinId = z.string().regex(/^tb_[A-Za-z0-9_-]{22}$/);
const params = z.object({ id: bulletinId });
const path = '/api/v1/training/bulletins';

/** How far the sending of one issue is, in people. */
export const bulletinCounts = z.object({
  waiting: z.number(),
  sent: z.number(),
  byWecom: z.number(),
  byMail: z.number(),
  failed: z.number(),
  /** Not sent: turned off by the person, or the person has left. */
  skipped: z.number(),
});

export const bulletinIssue = z.object({
  id: z.string(),
  created: time,
  counts: bulletinCounts,
});

export const bulletinView = z.object({
  id: bulletinId,
  draft: bulletinDraft,
  /** The target in words; empty for everybody. */
  whom: z.string(),
  /** How many people it goes to now, those left out who turned it off. */
  people: z.number(),
  optedOut: z.number(),
  state: z.enum(['draft', 'scheduled', 'sent', 'stopped']),
  /** When it is sent next. */
  next: time.nullable(),
  created: time,
  createdBy: z.string(),
  scheduledBy: z.string().nullable(),
  /** The newest first, at most ten. */
  issues: z.array(bulletinIssue),
});
export type BulletinView = z.output<typeof bulletinView>;

/** A message as a person would get it. */
export const bulletinMessage = z.object({
  subject: z.string(),
  sections: z.array(z.object({ label: z.string(), text: z.string() })),
});
export type BulletinMessage = z.output<typeof bulletinMessage>;

export const listBulletins = defineEndpoint({
  id: 'listBulletins',
  method: 'GET',
  path,
  group,
  summary: {
    zh: '安全提醒：摘要、提示与警示的计划与送达',
    en: 'Security bulletins: digests, tips and warnings, planned and delivered',
  },
  access: 'admin',
  powers: ['security', 'audit'],
  response: z.object({
    now: time,
    wecom: z.boolean(),
    mail: z.boolean(),
    warningsOptional: z.boolean(),
    bulletins: z.array(bulletinView),
    /** Mailboxes that the mail server refused for good: no bulletin goes there until somebody says so. */
    suppressed: z.array(z.object({ uid, name: z.string(), since: time, status: z.string().nullable() })),
    /** Where returned mail is expected; null where it comes back to the sender. */
    bounces: z.object({ address: z.string(), listening: z.boolean() }).nullable(),
  }),
  errors: [],
});

export const previewBulletin = defineEndpoint({
  id: 'previewBulletin',
  method: 'POST',
  path: `${path}/preview`,
  group,
  summary: { zh: '预览安全提醒，不保存', en: 'Preview a bulletin; nothing is saved' },
  access: 'admin',
  powers: ['security'],
  body: bulletinDraft,
  response: z.object({
    zh: bulletinMessage,
    en: bulletinMessage,
    people: z.number(),
    optedOut: z.number(),
    /** The next times at which it would be sent, at most five. */
    times: z.array(time),
  }),
  errors: ['not_found', 'validation_failed'],
});

export const createBulletin = defineEndpoint({
  id: 'createBulletin',
  method: 'POST',
  path,
  group,
  summary: { zh: '起草安全提醒', en: 'Draft a bulletin' },
  access: 'admin',
  powers: ['security'],
  body: bulletinDraft,
  status: 201,
  response: z.object({ id: bulletinId }),
  errors: ['not_found', 'incident_ended', 'audit_unwritable', 'validation_failed'],
});

export const changeBulletin = defineEndpoint({
  id: 'changeBulletin',
  method: 'PUT',
  path: `${path}/{id}`,
  group,
  summary: { zh: '修改未发送的安全提醒', en: 'Change a bulletin that is not scheduled' },
  access: 'admin',
  powers: ['security'],
  params,
  body: bulletinDraft,
  response: ok,
  errors: ['not_found', 'incident_ended', 'conflict', 'audit_unwritable', 'validation_failed'],
});

export const testBulletin = defineEndpoint({
  id: 'testBulletin',
  method: 'POST',
  path: `${path}/{id}/test`,
  group,
  summary: { zh: '先发给自己看看', en: 'Send it to yourself first' },
  access: 'admin',
  powers: ['security'],
  params,
  /** Who you are among the employees. */
  body: z.strictObject({ uid }),
  response: z.object({
    /** The way that took it; null when none did. */
    way: z.enum(['wecom', 'mail']).nullable(),
    problem: z.string().nullable(),
  }),
  errors: ['not_found', 'rate_limited', 'audit_unwritable', 'validation_failed'],
});

export const scheduleBulletin = defineEndpoint({
  id: 'scheduleBulletin',
  method: 'POST',
  path: `${path}/{id}/schedule`,
  group,
  summary: { zh: '按计划发送', en: 'Schedule a bulletin, or send it now' },
  access: 'admin',
  powers: ['security'],
  stepUpSeconds: freshSeconds,
  params,
  body: z.strictObject({}),
  response: z.object({ next: time }),
  errors: ['not_found', 'conflict', 'incident_ended', 'bulletin_unreachable', 'audit_unwritable', 'validation_failed'],
});

export const stopBulletin = defineEndpoint({
  id: 'stopBulletin',
  method: 'POST',
  path: `${path}/{id}/stop`,
  group,
  summary: { zh: '停止发送：未发出的不再发送', en: 'Stop a bulletin: what waits is not sent' },
  access: 'admin',
  powers: ['security'],
  params,
  body: z.strictObject({ reason }),
  response: ok,
  errors: ['not_found', 'conflict', 'audit_unwritable', 'validation_failed'],
});

export const bulletinDeliveries = defineEndpoint({
  id: 'bulletinDeliveries',
  method: 'GET',
  path: `${path}/{id}/deliveries`,
  group,
  summary: { zh: '一条安全提醒没有送达的人与原因', en: 'Whom a bulletin did not reach, and why' },
  access: 'admin',
  powers: ['security', 'audit'],
  params,
  response: z.object({
    rows: z.array(
      z.object({
        uid,
        name: z.string(),
        kind: bulletinKind,
        state: z.enum(['waiting', 'sending', 'failed']),
        attempts: z.number(),
        /** When it is tried next, or was tried last. */
        at: time,
        problem: z.string().nullable(),
        /** Enhanced status code of the report, where the mail came back after it had been taken (RFC 3463). */
        status: z.string().nullable(),
      }),
    ),
    more: z.boolean(),
  }),
  errors: ['not_found'],
});

export const releaseMailbox = defineEndpoint({
  id: 'releaseMailbox',
  method: 'POST',
  path: '/api/v1/training/mailboxes/release',
  group,
  summary: { zh: '恢复向一个被退信的邮箱发送', en: 'Send again to a mailbox that had bounced' },
  access: 'admin',
  powers: ['security'],
  body: z.strictObject({ uid, reason }),
  response: ok,
  errors: ['not_found', 'audit_unwritable', 'validation_failed'],
});

const base64 = z
  .string()
  .min(4)
  .max(360_000)
  .regex(/^[A-Za-z0-9+/]+={0,2}$/, 'base64');

export const reportBounce = defineEndpoint({
  id: 'reportBounce',
  method: 'POST',
  path: '/api/v1/training/bounces',
  group,
  summary: { zh: '提交一封退信报告（RFC 3464）', en: 'Hand in a delivery status notification (RFC 3464)' },
  access: 'admin',
  powers: ['security'],
  scopes: ['bounces'],
  bodyBytes: 400_000,
  body: z.strictObject({
    /** The message as the mail server has it, in base64. */
    message: base64,
    /** The address that it was delivered to; from the head of the message when absent. */
    recipient: z.string().min(3).max(320).optional(),
  }),
  /** What became of the mail: its mailbox takes none, it did not arrive for another reason, it is still being tried, or it arrived. */
  response: z.object({ verdict: z.enum(['mailbox', 'failed', 'delayed', 'arrived']) }),
  errors: ['bounce_unreadable', 'bounce_unknown', 'audit_unwritable', 'validation_failed'],
});

/** What every bulletin of a company says, for the page where employees learn. */
export const bulletinText = z.object({ subject: bilingual, text: bilingual });
