import * as z from 'zod';
import { noticeKind, noticeSeverity } from '../config/notify.ts';
import { defineEndpoint, everyPower } from '../endpoint.ts';
import { bilingual, ok, time } from './common.ts';

export const channelProblem = z.enum(['unreachable', 'refused', 'limited', 'wrong_credentials', 'no_receiver', 'misconfigured']);

export const deliveryView = z.object({
  channel: z.string(),
  reason: z.enum(['route', 'quiet', 'escalation', 'test']),
  state: z.enum(['waiting', 'sending', 'sent', 'failed', 'cancelled']),
  attempts: z.number(),
  due: time,
  sent: time.nullable(),
  problem: channelProblem.nullable(),
});

export const noticeView = z.object({
  id: z.string(),
  kind: noticeKind,
  severity: noticeSeverity,
  app: z.string().nullable(),
  title: bilingual,
  happened: bilingual,
  done: bilingual.nullable(),
  asked: bilingual.nullable(),
  /** Page of the console where the next step is taken. */
  path: z.string(),
  created: time,
  count: z.number(),
  last: time,
  acknowledged: time.nullable(),
  acknowledgedBy: z.string().nullable(),
  deliveries: z.array(deliveryView),
});
export type NoticeView = z.output<typeof noticeView>;

export const notifyChannelView = z.object({
  id: z.string(),
  kind: z.enum(['wecomRobot', 'wecomApp', 'dingtalkRobot', 'feishuRobot', 'mail', 'webhook', 'sms']),
  /** Of the last day. */
  sent: z.number(),
  failed: z.number(),
  lastSent: time.nullable(),
});
export type NotifyChannelView = z.output<typeof notifyChannelView>;

export const listNotices = defineEndpoint({
  id: 'listNotices',
  method: 'GET',
  path: '/api/v1/notices',
  group: 'notify',
  summary: { zh: '通知及其送达情况', en: 'Notices, and whether they arrived' },
  access: 'admin',
  powers: everyPower,
  query: z.object({
    open: z.enum(['true', 'false']).default('false'),
    before: z.coerce.number().int().min(0).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  response: z.object({ notices: z.array(noticeView), channels: z.array(notifyChannelView) }),
  errors: [],
});

export const acknowledgeNotice = defineEndpoint({
  id: 'acknowledgeNotice',
  method: 'POST',
  path: '/api/v1/notices/{id}/acknowledge',
  group: 'notify',
  summary: { zh: '确认已知悉一条通知，停止升级', en: 'Say that a notice has been seen; nobody else is woken' },
  access: 'admin',
  powers: everyPower,
  params: z.object({ id: z.string().regex(/^n_[A-Za-z0-9_-]{22}$/) }),
  body: z.strictObject({}),
  response: ok,
  errors: ['not_found', 'audit_unwritable'],
});

export const testNotifyChannel = defineEndpoint({
  id: 'testNotifyChannel',
  method: 'POST',
  path: '/api/v1/notify/channels/{id}/test',
  group: 'notify',
  summary: { zh: '向一个渠道发送测试消息', en: 'Send a test message to a channel' },
  access: 'admin',
  powers: ['system', 'security'],
  params: z.object({ id: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/) }),
  body: z.strictObject({}),
  response: z.object({ problem: channelProblem.nullable() }),
  errors: ['audit_unwritable'],
});
