import * as z from 'zod';

/** The end of the year 9999 in China: past it a year has five digits, and dates of forms, reports and calendars fail. */
export const lastTime = Date.UTC(9999, 11, 31, 16) - 1;
/** Epoch milliseconds. */
export const time = z.int().min(0).max(lastTime);
export const uid = z.string().min(1).max(128);
export const requestId = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);
export const cursor = z.string().max(200);

export const bilingual = z.object({ zh: z.string(), en: z.string() });

/** Query fields of every list: newest first, `cursor` from the last page's `next`. */
export const page = { limit: z.coerce.number().int().min(1).max(200).default(50), cursor: cursor.optional() };
const rangeEnd = z.coerce.number().int().min(0).max(lastTime);
/** A time range in epoch milliseconds; the last 24 hours when absent. */
export const range = { from: rangeEnd.optional(), to: rangeEnd.optional() };

export const refusal = z.object({
  code: z.string(),
  message: z.string(),
  requestId: z.string(),
  retryAfter: z.number().optional(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])).optional(),
});

export const ok = z.object({ ok: z.literal(true) });
export const nothing = z.object({}).optional();
