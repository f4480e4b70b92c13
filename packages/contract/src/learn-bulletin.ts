import * as z from 'zod';
import { bilingual, ok, time } from './api/common.ts';
import { bulletinKind } from './bulletin-model.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { courseId } from './training-course.ts';

export const learnBulletins = defineEndpoint({
  ...({ group: 'learn', access: 'employee', powers: [] } as const),
  id: 'learnBulletins',
  method: 'GET',
  path: '/api/learn/v1/bulletins',
  summary: { zh: '发给我的安全提醒', en: 'Security bulletins that were sent to me' },
  response: z.object({
    bulletins: z.array(
      z.object({
        id: z.string(),
        kind: bulletinKind,
        title: bilingual,
        text: bilingual,
        sent: time,
        course: courseId.nullable(),
      }),
    ),
  }),
  errors: [],
});

/**
 * One click and they stop: what a mail's `List-Unsubscribe` names (RFC 8058). A mailbox's server posts the field as a form, without a session; the page that
 * the link opens posts it as JSON. Opening the link alone changes nothing: programs that look at mails open every link.
 */
export const learnUnsubscribe = defineEndpoint({
  ...({ group: 'learn', access: 'public', powers: [] } as const),
  id: 'learnUnsubscribe',
  method: 'POST',
  path: '/unsubscribe/{token}',
  summary: { zh: '一键退订安全提醒', en: 'Unsubscribe from bulletins with one click' },
  params: z.object({ token: z.string().regex(/^[A-Za-z0-9_-]{20,280}$/) }),
  body: z.strictObject({ 'List-Unsubscribe': z.literal('One-Click') }),
  response: ok,
  errors: ['unsubscribe_invalid', 'rate_limited', 'validation_failed'],
});

export const learnBulletinEndpoints = [learnBulletins, learnUnsubscribe] as readonly unknown[] as readonly Endpoint[];
