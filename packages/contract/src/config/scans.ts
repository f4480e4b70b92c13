import * as z from 'zod';
import { identifier, isTimeZone } from './words.ts';

export const findingSeverities = ['critical', 'high', 'medium', 'low', 'info'] as const;
export const findingSeverity = z.enum(findingSeverities);
export type FindingSeverity = z.output<typeof findingSeverity>;

const days = z.int().min(1).max(3_650);
const cidr = z.string().regex(/^[0-9a-fA-F.:]{2,45}(\/\d{1,3})?$/, 'an address or CIDR range, such as 10.0.0.0/8');

const sourceSchema = z.strictObject({
  app: identifier,
  /** Part of the app that is scanned by itself, such as `miniprogram` or `backend`. */
  project: identifier,
  /** Below `scans.root`. */
  folder: z
    .string()
    .max(500)
    .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^\0\\]+$/, 'a folder below scans.root, without ".."'),
  schedule: z.enum(['none', 'daily', 'weekly']).default('daily'),
  /** Time of day in `scans.timeZone`. */
  at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM')
    .default('02:30'),
  /** Day of a weekly scan: 1 is Monday, 7 Sunday. */
  weekday: z.int().min(1).max(7).default(1),
  /** Scans whenever a release of the app is registered, too. */
  onRelease: z.boolean().default(true),
});
export type ScanSourceConfig = z.output<typeof sourceSchema>;

/** An origin: scheme, host and port, and nothing behind them. */
const origin = z
  .url({ protocol: /^https?$/ })
  .refine((text) => URL.canParse(text) && `${new URL(text).origin}/` === new URL(text).href, 'scheme and host alone');

const stagingSchema = z.strictObject({
  url: origin,
  app: identifier.optional(),
  /**
   * Where its name may lead: every address that it resolves to must lie here. Loopback and private ranges when absent; link-local addresses and those
   * of cloud metadata services never count.
   */
  addresses: z.array(cidr).min(1).max(50).optional(),
  /** Requests a second, at most. */
  perSecond: z.int().min(1).max(50).default(5),
});
export type StagingConfig = z.output<typeof stagingSchema>;

/** Scans of source folders, the life of findings, and the hosts that `menshen probe` may call. */
export const scansSchema = z
  .strictObject({
    /** Folder that holds the checkouts of `sources`, relative to this file. */
    root: z.string().min(1).max(500).optional(),
    sources: z.array(sourceSchema).max(100).default([]),
    timeZone: z.string().max(60).refine(isTimeZone, 'a time zone, such as Asia/Shanghai').default('Asia/Shanghai'),
    /** Days from when a finding is first seen until it is due. What is `info` is never due. */
    dueDays: z
      .strictObject({ critical: days.default(3), high: days.default(14), medium: days.default(60), low: days.default(180) })
      .prefault({}),
    /** Bounds of one scan: memory of its process, and time after which it is ended. */
    memoryMb: z.int().min(128).max(16_384).default(1_024),
    seconds: z.int().min(10).max(7_200).default(600),
    staging: z.array(stagingSchema).max(50).default([]),
  })
  .superRefine(({ root, sources, staging }, context) => {
    if (sources.length > 0 && root === undefined)
      context.addIssue({ code: 'custom', path: ['root'], message: 'sources need scans.root' });
    if (new Set(sources.map(({ app, project }) => `${app}/${project}`)).size !== sources.length)
      context.addIssue({ code: 'custom', path: ['sources'], message: 'each app and project once' });
    if (new Set(staging.map(({ url }) => new URL(url).origin)).size !== staging.length)
      context.addIssue({ code: 'custom', path: ['staging'], message: 'each url once' });
  });
export type ScansConfig = z.output<typeof scansSchema>;
