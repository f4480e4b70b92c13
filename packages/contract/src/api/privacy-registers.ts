import * as z from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { time } from './common.ts';
import { actsOnPrivacy, onPrivacy } from './privacy-consents.ts';

const words = (limit: number) =>
  z
    .string()
    .trim()
    .max(limit)
    .regex(/^[^\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]*$/u);
const registerId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/);
const day = z.iso.date();

/** What a processor register says of a third party (PIPL articles 21, 23 and 38). */
export const processorFields = z.strictObject({
  name: words(120).min(1),
  /** `entrusted`: processes for us (article 21); `shared`: decides itself (article 23). */
  role: z.enum(['entrusted', 'shared']),
  contact: words(200),
  purpose: words(1_000).min(1),
  fields: z.array(words(60).min(1)).max(50),
  hosts: z.array(z.string().max(253)).max(20),
  region: words(60).min(1),
  /** Whether data leaves the mainland (article 38), and on what basis. */
  crossBorder: z.enum(['none', 'security_assessment', 'standard_contract', 'certification', 'exempt']),
  contractFrom: day.nullable(),
  contractUntil: day.nullable(),
  note: words(2_000),
  ended: z.boolean(),
});
export type ProcessorFields = z.output<typeof processorFields>;

const version = { version: z.int(), by: z.string(), at: time };
const processor = z.object({ id: registerId, ...version, fields: processorFields });
export type ProcessorView = z.output<typeof processor>;

export const listProcessors = defineEndpoint({
  ...onPrivacy,
  id: 'listProcessors',
  method: 'GET',
  path: '/api/v1/privacy/processors',
  summary: { zh: '受托处理者与接收方', en: 'Third parties that process personal information' },
  response: z.object({
    processors: z.array(processor),
    /** Hosts that the configuration sends something to and that no entry names. */
    suggestions: z.array(
      z.object({ host: z.string(), because: z.enum(['backend', 'wechat', 'wecom', 'sms', 'sign_in', 'outbound']) }),
    ),
  }),
  errors: [],
});

export const putProcessor = defineEndpoint({
  ...actsOnPrivacy,
  id: 'putProcessor',
  method: 'PUT',
  path: '/api/v1/privacy/processors/{id}',
  summary: { zh: '登记或修改一个受托处理者', en: 'Enter or change a third party' },
  params: z.object({ id: registerId }),
  body: z.strictObject({ fields: processorFields, /** The version that was read; 0 for a new entry. */ version: z.int().min(0) }),
  response: processor,
  errors: ['conflict', 'validation_failed', 'audit_unwritable'],
});

/** What makes an assessment due (PIPL article 55). */
export const assessmentTriggers = ['sensitive', 'automated_decisions', 'processors', 'cross_border', 'other'] as const;
export const assessmentTrigger = z.enum(assessmentTriggers);
/** The three questions of article 56. */
export const assessmentQuestions = ['lawful', 'impact', 'measures'] as const;

const risk = z.strictObject({
  what: words(500).min(1),
  likelihood: z.int().min(1).max(5),
  impact: z.int().min(1).max(5),
  measure: words(1_000),
  owner: words(100),
});
export const assessmentFields = z.strictObject({
  title: words(120).min(1),
  triggers: z.array(assessmentTrigger).min(1),
  /** Purposes that it is about. */
  purposes: z.array(z.string().max(40)).max(100),
  answers: z.strictObject({ lawful: words(4_000), impact: words(4_000), measures: words(4_000) }),
  risks: z.array(risk).max(50),
  conclusion: z.enum(['open', 'acceptable', 'acceptable_with_measures', 'not_acceptable']),
});
export type AssessmentFields = z.output<typeof assessmentFields>;

const assessment = z.object({
  id: registerId,
  ...version,
  fields: assessmentFields,
  /** Who signed this version, and until when it holds: three years. */
  signed: z.object({ by: z.string(), at: time, until: time }).nullable(),
  state: z.enum(['draft', 'valid', 'expiring', 'expired']),
});
export type AssessmentView = z.output<typeof assessment>;

const trigger = z.object({
  trigger: assessmentTrigger,
  /** What makes it due, such as a field or a third party. */
  because: z.array(z.string()),
  /** Whether a valid assessment names it. */
  covered: z.boolean(),
});
export type TriggerView = z.output<typeof trigger>;

export const listAssessments = defineEndpoint({
  ...onPrivacy,
  id: 'listAssessments',
  method: 'GET',
  path: '/api/v1/privacy/assessments',
  summary: { zh: '个人信息保护影响评估', en: 'Impact assessments, and what makes them due' },
  response: z.object({ assessments: z.array(assessment), triggers: z.array(trigger) }),
  errors: [],
});

export const putAssessment = defineEndpoint({
  ...actsOnPrivacy,
  id: 'putAssessment',
  method: 'PUT',
  path: '/api/v1/privacy/assessments/{id}',
  summary: { zh: '新建或修改一份影响评估', en: 'Write an impact assessment' },
  params: z.object({ id: registerId }),
  body: z.strictObject({ fields: assessmentFields, version: z.int().min(0) }),
  response: assessment,
  errors: ['conflict', 'validation_failed', 'audit_unwritable'],
});

export const signAssessment = defineEndpoint({
  ...actsOnPrivacy,
  id: 'signAssessment',
  method: 'POST',
  path: '/api/v1/privacy/assessments/{id}/sign',
  summary: { zh: '签署一份影响评估，三年有效', en: 'Sign an impact assessment, valid for three years' },
  params: z.object({ id: registerId }),
  body: z.strictObject({ version: z.int().min(1) }),
  response: assessment,
  errors: ['not_found', 'conflict', 'validation_failed', 'audit_unwritable'],
});

export const getAssessmentHistory = defineEndpoint({
  ...onPrivacy,
  id: 'getAssessmentHistory',
  method: 'GET',
  path: '/api/v1/privacy/assessments/{id}/versions',
  summary: { zh: '一份影响评估的各个版本', en: 'The versions of an impact assessment' },
  params: z.object({ id: registerId }),
  response: z.object({ versions: z.array(assessment) }),
  errors: ['not_found'],
});
