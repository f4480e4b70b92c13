import * as z from 'zod';
import { drillTemplate } from './api/drills.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { courseId } from './training-course.ts';

/**
 * The page behind the link of a drill says that it was opened. There is nothing to type there, and this takes nothing: a body with any field is refused
 * before anybody reads it.
 */
export const learnDrillOpened = defineEndpoint({
  ...({ group: 'learn', access: 'public', powers: [] } as const),
  id: 'learnDrillOpened',
  method: 'POST',
  path: '/api/learn/v1/drills/{token}',
  summary: { zh: '打开了演练邮件里的链接', en: 'The link in the mail of a drill was opened' },
  params: z.object({ token: z.string().regex(/^[A-Za-z0-9_-]{22}$/) }),
  body: z.strictObject({}),
  response: z.object({
    template: drillTemplate,
    course: courseId,
    /** Address of the page where employees learn: the link of a drill leads to another host. */
    learnUrl: z.string(),
    /** What the mail said it was: the address that it came from and the host of its link. */
    from: z.string(),
    host: z.string(),
  }),
  errors: ['not_found', 'rate_limited', 'validation_failed'],
});

/** "I got a mail that looks wrong": no text is taken, so that nobody forwards a trap by it. */
export const learnDrillReport = defineEndpoint({
  ...({ group: 'learn', access: 'employee', powers: [] } as const),
  id: 'learnDrillReport',
  method: 'POST',
  path: '/api/learn/v1/suspicious',
  summary: { zh: '举报收到的可疑邮件', en: 'Report a suspicious mail' },
  body: z.strictObject({}),
  response: z.object({
    /** Whether it was a drill; otherwise it may be real, and the page says whom to tell. */
    drill: z.boolean(),
  }),
  errors: ['validation_failed'],
});

export const learnDrillEndpoints = [learnDrillOpened, learnDrillReport] as readonly unknown[] as readonly Endpoint[];
