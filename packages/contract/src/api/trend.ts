import * as z from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { bilingual, time } from './common.ts';
import { complianceCounts, complianceFramework, complianceSubject } from './compliance-model.ts';
import { onRisk } from './risk-assessment.ts';

/** Why risk moved: something was mended or found, a control began to work, turned stale or was switched off, and so on. */
export const trendCauses = [
  ...(['mended', 'found', 'control_on', 'control_stale', 'control_off'] as const),
  ...(['asset_new', 'asset_gone', 'importance', 'threat_up', 'threat_down', 'method'] as const),
] as const;
export const trendCause = z.enum(trendCauses);
export type TrendCause = z.output<typeof trendCause>;

const day = z.object({
  /** Noon of the day in China (UTC+8); the last is the moment of the data. */
  at: time,
  /** Risks by level 1 to 5, the sum of all scores, and the highest. */
  levels: z.array(z.number()).length(5),
  total: z.number(),
  highest: z.number(),
  compliance: z.array(z.object({ framework: complianceFramework, counts: complianceCounts })),
});
export type TrendDay = z.output<typeof day>;

const mark = z.object({
  at: time,
  kind: trendCause,
  app: z.string().nullable(),
  text: bilingual,
  /** Things of the kind that day. */
  count: z.number(),
  /** What it took off the sum of all scores (negative) or brought; null where that cannot be told. */
  effect: z.number().nullable(),
  path: z.string(),
});
export type TrendMark = z.output<typeof mark>;

export const getTrend = defineEndpoint({
  ...onRisk,
  id: 'getTrend',
  method: 'GET',
  path: '/api/v1/trend',
  summary: {
    zh: '趋势：每天的风险与合规状态，以及引起变化的事',
    en: 'Risk and compliance by the day, and what changed them',
  },
  query: z.object({ subject: complianceSubject.default('all'), days: z.coerce.number().int().min(2).max(3_660).default(90) }),
  response: z.object({
    subject: complianceSubject,
    subjects: z.array(z.object({ id: complianceSubject, name: bilingual })),
    days: z.array(day),
    marks: z.array(mark),
    keepDays: z.number(),
  }),
  errors: ['not_found', 'validation_failed'],
});
