import * as z from 'zod';
import { bilingual, ok, time } from './api/common.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { labId } from './lab-model.ts';
import { courseId } from './training-course.ts';

const common = { group: 'learn', access: 'employee', powers: [] } as const;
const params = z.object({ lab: labId });
const requestName = z.string().regex(/^[a-z][a-z0-9-]{1,39}$/);
const labValue = z.union([z.string().max(4_000), z.int()]);

export const learnLabSummary = z.object({
  id: labId,
  title: bilingual,
  summary: bilingual,
  minutes: z.number(),
  /** When this person passed it first. */
  passed: time.nullable(),
  /** Courses whose certificate asks for it, with the certificate that this person has. */
  courses: z.array(z.object({ id: courseId, title: bilingual, certificate: z.string().nullable() })),
});
export type LearnLabSummary = z.output<typeof learnLabSummary>;

export const learnLabRequest = z.object({
  id: requestName,
  role: z.enum(['attack', 'honest']),
  method: z.enum(['GET', 'POST', 'PUT']),
  path: z.string(),
  /** Members of the body that stay as they are. */
  fixed: z.record(z.string(), labValue),
  fields: z.array(
    z.object({
      name: z.string(),
      label: bilingual,
      kind: z.enum(['text', 'long', 'integer']),
      initial: labValue,
      max: z.number(),
    }),
  ),
  title: bilingual,
  task: bilingual,
});
export type LearnLabRequest = z.output<typeof learnLabRequest>;

/** One request as the decision log of the sandbox has it. */
export const learnLabLogRow = z.object({
  request: requestName,
  /** Place in the log. */
  index: z.number(),
  status: z.number(),
  outcome: z.enum(['passed', 'refused', 'failed', 'unknown']),
  code: z.string().nullable(),
  /** The code in words. */
  text: bilingual.nullable(),
  stage: z.string().nullable(),
  alarm: z.string().nullable(),
});

export const learnLabRun = z.object({
  state: z.enum(['starting', 'running', 'failed']),
  /** Why it did not start: the demonstration is not installed, or it broke. */
  failure: z.enum(['demo_missing', 'start']).nullable(),
  expires: time,
  now: time,
  /** Requests that are left. */
  left: z.number(),
  protected: z.boolean(),
  /** Lines of the sandbox's configuration that the protection took out and put in. */
  changes: z.array(z.object({ mark: z.enum(['-', '+', ' ']), line: z.string() })),
  log: z.array(learnLabLogRow),
  /** How far each request is, by the log. `succeeded` is null for honest requests. */
  standings: z.array(z.object({ request: requestName, succeeded: z.boolean().nullable(), held: z.boolean() })),
});
export type LearnLabRun = z.output<typeof learnLabRun>;

export const learnLabView = z.object({
  lab: learnLabSummary,
  protection: bilingual,
  requests: z.array(learnLabRequest),
  /** The sandbox of this person; null where none runs. */
  run: learnLabRun.nullable(),
});
export type LearnLabView = z.output<typeof learnLabView>;

export const learnLabs = defineEndpoint({
  ...common,
  id: 'learnLabs',
  method: 'GET',
  path: '/api/learn/v1/labs',
  summary: { zh: '动手实验', en: 'Labs' },
  response: z.object({
    enabled: z.boolean(),
    labs: z.array(learnLabSummary),
    /** The lab whose sandbox this person has. */
    running: labId.nullable(),
  }),
  errors: [],
});

export const learnLab = defineEndpoint({
  ...common,
  id: 'learnLab',
  method: 'GET',
  path: '/api/learn/v1/labs/{lab}',
  summary: { zh: '一个实验与我的实验环境', en: 'A lab, and my sandbox' },
  params,
  response: learnLabView,
  errors: ['labs_off', 'lab_unreachable'],
});

export const learnLabStart = defineEndpoint({
  ...common,
  id: 'learnLabStart',
  method: 'POST',
  path: '/api/learn/v1/labs/{lab}/start',
  summary: { zh: '启动一套自己的实验环境', en: 'Start a sandbox of my own' },
  params,
  body: z.strictObject({}),
  response: learnLabView,
  errors: ['labs_off', 'labs_full', 'lab_unreachable', 'rate_limited', 'audit_unwritable', 'validation_failed'],
});

/** Only what the lab lists can be sent, and only into one's own sandbox: there is no host, path or header to choose. */
export const learnLabSend = defineEndpoint({
  ...common,
  id: 'learnLabSend',
  method: 'POST',
  path: '/api/learn/v1/labs/{lab}/requests',
  summary: { zh: '向自己的实验环境发送一个请求', en: 'Send a request into my sandbox' },
  params,
  body: z.strictObject({
    request: requestName,
    values: z
      .record(z.string().max(40), labValue)
      .refine((values) => Object.keys(values).length <= 10)
      .default({}),
  }),
  response: z.object({
    sent: z.object({
      method: z.string(),
      path: z.string(),
      headers: z.record(z.string(), z.string()),
      body: z.string().nullable(),
    }),
    status: z.number(),
    body: z.string(),
    /** Whether the answer shows that the attack did its harm. */
    harmed: z.boolean(),
    view: learnLabView,
  }),
  errors: [
    'labs_off',
    'lab_over',
    'lab_broken',
    'lab_unreachable',
    'rate_limited',
    'not_found',
    'audit_unwritable',
    'validation_failed',
  ],
});

export const learnLabProtect = defineEndpoint({
  ...common,
  id: 'learnLabProtect',
  method: 'POST',
  path: '/api/learn/v1/labs/{lab}/protection',
  summary: { zh: '在自己的实验环境里打开防护', en: 'Switch the protection on in my sandbox' },
  params,
  body: z.strictObject({}),
  response: learnLabView,
  errors: ['labs_off', 'lab_over', 'lab_broken', 'lab_unreachable', 'rate_limited', 'validation_failed'],
});

export const learnLabEnd = defineEndpoint({
  ...common,
  id: 'learnLabEnd',
  method: 'POST',
  path: '/api/learn/v1/labs/{lab}/end',
  summary: { zh: '结束自己的实验环境', en: 'End my sandbox' },
  params,
  body: z.strictObject({}),
  response: ok,
  errors: ['labs_off', 'lab_unreachable', 'validation_failed'],
});

export const learnLabEndpoints = [
  learnLabs,
  learnLab,
  learnLabStart,
  learnLabSend,
  learnLabProtect,
  learnLabEnd,
] as readonly unknown[] as readonly Endpoint[];
