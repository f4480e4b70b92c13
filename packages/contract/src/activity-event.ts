import * as z from 'zod';

const text = (most: number) => z.string().min(1).max(most).nullish();
const word = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}$/)
  .nullish();
const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER).nullish();

/** Results that mean that something was not done. */
export const failedResults: ReadonlySet<string> = new Set([
  'failure',
  'failed',
  'fail',
  'denied',
  'deny',
  'refused',
  'blocked',
  'error',
]);

/**
 * What somebody did, as backends and cloud functions report it and `detect replay` reads it. All but `id`, `ts` and `action` may be null or absent. A value
 * that is of no form is refused, not cut: a report that says something else than was meant is worse than none.
 */
export const activityEvent = z.strictObject({
  /** The sender's own: the same id a second time is the same event. */
  id: z.string().regex(/^[\x21-\x7e]{1,64}$/),
  /** Epoch ms. */
  ts: z.int().min(0).max(8_640_000_000_000_000),
  /** What was done, such as `order.read`. */
  action: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}$/),
  user: text(128),
  dept: text(128),
  role: text(64),
  session: text(128),
  device: text(128),
  model: text(80),
  ip: z.union([z.ipv4(), z.ipv6()]).nullish(),
  geo: z
    .strictObject({
      city: text(80),
      country: text(80),
      lat: z.number().min(-90).max(90).nullish(),
      lon: z.number().min(-180).max(180).nullish(),
    })
    .nullish(),
  client: text(80),
  method: z
    .string()
    .regex(/^[A-Z]{1,20}$/)
    .nullish(),
  path: text(1_024),
  /** Template of the path, such as `/orders/:id`. */
  endpoint: text(200),
  object: text(200),
  object_owner_dept: text(128),
  /** HTTP status. */
  status: z.int().min(100).max(599).nullish(),
  /** `success`, `failure` or a word of one's own; see {@link failedResults}. */
  result: word,
  reason: word,
  latency_ms: z.number().min(0).max(86_400_000).nullish(),
  bytes_out: count,
  rows: count,
  amount_cents: z.int().nullish(),
  campaign: word,
  nonce: text(128),
  client_ts: z.int().nullish(),
  sig_ok: z.boolean().nullish(),
});
export type ActivityEvent = z.output<typeof activityEvent>;
export type ActivityEventInput = z.input<typeof activityEvent>;
