import { administratorPowers, alertSeverity } from '@menshen/contract';
import * as z from 'zod';
import { durationMs } from '../duration.ts';
import { inputTypes } from '../input-type.ts';

/** The file as it is written; see docs/reference/playbooks.md. */
export const idForm = /^[a-z][a-z0-9]*(-[a-z0-9]+){0,9}$/;
export const maxIdLength = 60;

const id = z.string().max(maxIdLength).regex(idForm, 'small letters, digits and single hyphens');
const words = z.strictObject({ zh: z.string().min(1).max(1_000), en: z.string().min(1).max(1_000) });
const label = z.strictObject({ zh: z.string().min(1).max(120), en: z.string().min(1).max(120) });
const expression = z.string().min(1);
const duration = (leastMs: number, mostMs: number, form: string) =>
  z.string().transform((text, context) => {
    const ms = durationMs(text);
    if (ms !== null && ms >= leastMs && ms <= mostMs) return ms;
    context.addIssue({ code: 'custom', message: form });
    return z.NEVER;
  });
const minuteMs = 60_000;
const dayMs = 86_400_000;

const scalar = z.union([z.string().max(2_000), z.number(), z.boolean()]);
const parameter = z.union([scalar, z.array(scalar).max(100), words]);
const parameters = z.record(z.string().max(40), parameter);

const approval = z.strictObject({
  power: z.enum(administratorPowers),
  within: duration(minuteMs, 7 * dayMs, '1m to 7d').default(4 * 3_600_000),
  otherwise: z.enum(['fail', 'skip']).default('fail'),
});

const base = { id, name: label, when: expression.optional() };

export interface StepSource extends z.output<typeof stepBase> {
  readonly parallel?: readonly (readonly StepSource[])[] | undefined;
  readonly onTrue?: readonly StepSource[] | undefined;
  readonly onFalse?: readonly StepSource[] | undefined;
}

const stepBase = z.strictObject({
  ...base,
  do: z.string().max(60).optional(),
  playbook: id.optional(),
  with: parameters.optional(),
  approval: approval.optional(),
  retry: z
    .strictObject({ times: z.int().min(0).max(10), wait: duration(1_000, 3_600_000, '1s to 1h').default(10_000) })
    .optional(),
  timeout: duration(1_000, 3_600_000, '1s to 1h').optional(),
  onFailure: z.enum(['stop', 'continue']).optional(),
  compensate: z.boolean().optional(),
  if: expression.optional(),
});
const step: z.ZodType<StepSource> = z.strictObject({
  ...stepBase.shape,
  get parallel() {
    return z.array(z.array(step).min(1).max(50)).min(2).max(10).optional();
  },
  get onTrue() {
    return z.array(step).min(1).max(50).optional();
  },
  get onFalse() {
    return z.array(step).min(1).max(50).optional();
  },
});

/** One of the four; which is checked with the rest, so that the message can say so. */
const trigger = z.strictObject({
  alert: z
    .strictObject({
      rules: z.array(z.string().min(1).max(120)).min(1).max(50).optional(),
      severity: alertSeverity.default('low'),
    })
    .optional(),
  finding: z
    .strictObject({
      rules: z.array(z.string().min(1).max(120)).min(1).max(50).optional(),
      severity: alertSeverity.default('low'),
    })
    .optional(),
  schedule: z.strictObject({ every: duration(5 * minuteMs, 90 * dayMs, '5m to 90d') }).optional(),
  manual: z.literal(true).optional(),
});

export const playbookSource = z.strictObject({
  id,
  version: z.int().min(1).max(1_000_000),
  name: label,
  description: words,
  triggers: z.array(trigger).min(1).max(20),
  inputs: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/, 'a name of letters and digits'),
        type: z.enum(inputTypes),
        label,
        required: z.boolean().default(false),
      }),
    )
    .max(20)
    .default([]),
  when: expression.optional(),
  once: z.strictObject({ by: z.string().min(1), within: duration(minuteMs, 30 * dayMs, '1m to 30d') }).optional(),
  steps: z.array(step).min(1).max(50),
});
export type PlaybookSource = z.output<typeof playbookSource>;
