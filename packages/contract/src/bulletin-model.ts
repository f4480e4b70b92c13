import * as z from 'zod';
import { time } from './api/common.ts';
import { trainingTarget } from './api/training.ts';
import { isTimeZone } from './config/words.ts';
import { courseId } from './training-course.ts';

/** A digest tells what there is to do and what happened, a tip teaches one thing, a warning is about what happens right now. */
export const bulletinKinds = ['digest', 'tip', 'warning'] as const;
export const bulletinKind = z.enum(bulletinKinds);
export type BulletinKind = z.output<typeof bulletinKind>;

/** WeCom and else mail; or one of them alone. */
export const bulletinWays = ['either', 'wecom', 'mail'] as const;
export const bulletinWay = z.enum(bulletinWays);
export type BulletinWay = z.output<typeof bulletinWay>;

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM');
const repeated = {
  time: clockTime,
  timeZone: z.string().max(60).refine(isTimeZone, 'a time zone, such as Asia/Shanghai').default('Asia/Shanghai'),
  /** What falls on a day without work comes on the next day of work. */
  workdays: z.boolean().default(true),
};

export const bulletinSchedule = z.discriminatedUnion('kind', [
  /** At a time, or as soon as it is scheduled. Epoch ms. */
  z.strictObject({ kind: z.literal('once'), at: time.nullable() }),
  /** On days of the week, 1 is Monday. */
  z.strictObject({ kind: z.literal('weekly'), weekdays: z.array(z.int().min(1).max(7)).min(1).max(7), ...repeated }),
  /** On a day of each month, the last one where the month is shorter. */
  z.strictObject({ kind: z.literal('monthly'), day: z.int().min(1).max(31), ...repeated }),
]);
export type BulletinSchedule = z.output<typeof bulletinSchedule>;

/** One line without control characters and marks of direction: it stands in the head of a mail. */
const line = z
  .string()
  .trim()
  .min(2)
  .max(80)
  .regex(/^[^\p{Cc}\p{Cf}\u2028\u2029]*$/u, 'one line of text');
/** Paragraphs; nothing but line breaks among control characters. */
const paragraphs = z
  .string()
  .trim()
  .min(2)
  .max(2_000)
  .regex(/^(?:[^\p{Cc}\p{Cf}]|\n)*$/u, 'text and line breaks');

export const bulletinDraft = z
  .strictObject({
    kind: bulletinKind,
    title: z.strictObject({ zh: line, en: line }),
    text: z.strictObject({ zh: paragraphs, en: paragraphs }),
    target: trainingTarget,
    way: bulletinWay.default('either'),
    schedule: bulletinSchedule,
    /** A course that it leads to. */
    course: courseId.nullable().default(null),
    /** The incident that a warning is about. */
    incident: z.string().max(64).nullable().default(null),
  })
  .refine(({ kind, schedule }) => kind !== 'warning' || schedule.kind === 'once', {
    path: ['schedule'],
    message: 'a warning is sent once',
  })
  .refine(({ kind, incident }) => kind === 'warning' || incident === null, {
    path: ['incident'],
    message: 'an incident is what a warning is about',
  });
export type BulletinDraft = z.output<typeof bulletinDraft>;
