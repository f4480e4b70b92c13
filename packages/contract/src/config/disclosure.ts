import * as z from 'zod';

/** Kinds of personal values that can be told by their digits alone. */
export const personalKinds = ['phone', 'identity_card', 'bank_card'] as const;
export type PersonalKind = (typeof personalKinds)[number];

/** Kinds of personal data that the inventory tells apart: three by their digits, the others by name and form. */
export const dataKinds = [...personalKinds, 'name', 'address', 'mail'] as const;
export type DataKind = (typeof dataKinds)[number];

/** What no answer should show of a backend's inside. */
export const innerKinds = ['stack_trace', 'sql_error', 'secret'] as const;
export type InnerKind = (typeof innerKinds)[number];

/** Forms in which values are masked; see docs/reference/masking.md. */
export const maskFormats = ['name', 'phone', 'identity_card', 'bank_card', 'address', 'mail', 'text'] as const;
export type MaskFormat = (typeof maskFormats)[number];

const personal = z.enum(['pass', 'alert', 'mask', 'withhold']);
const inner = z.enum(['pass', 'alert', 'withhold']);

/**
 * What is done when an answer holds what it perhaps should not. `alert` passes it on and says so; `mask` hides the values; `withhold` refuses
 * the answer. A route's word comes before its app's, that before the gateway's.
 */
export const disclosureSchema = z.strictObject({
  phone: personal.optional(),
  identity_card: personal.optional(),
  bank_card: personal.optional(),
  stack_trace: inner.optional(),
  sql_error: inner.optional(),
  secret: inner.optional(),
  /** Personal values that one answer may hold before `onMost` is done. */
  most: z.int().min(1).max(100_000).optional(),
  onMost: z.enum(['alert', 'withhold']).optional(),
  /** When reading far more personal values than usual is an alarm; see docs/guides/data-protection.md. */
  bulk: z
    .strictObject({
      /** How many times the usual. */
      factor: z.number().min(1.5).max(1_000).default(5),
      /** Days of a route's traffic before anything is far above it. */
      learningDays: z.int().min(0).max(90).default(7),
      /** Values under which nothing is called bulk, in one answer or in one hour. */
      least: z.int().min(1).max(1_000_000).default(50),
    })
    .optional(),
});
export type DisclosureConfig = z.output<typeof disclosureSchema>;

/** A field of the answer that is masked for everybody, and who may see it after all. */
export const maskSchema = z.strictObject({
  /** Such as `mobile`, or `bank.card` for every member `card` of a member `bank`. */
  field: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}(\.[A-Za-z_][A-Za-z0-9_]{0,63}){0,7}$/),
  as: z.enum(maskFormats),
  /**
   * Who asks with `X-Menshen-Reveal: FIELD`, is permitted this action on the same resource and has a fresh second factor sees the value. Each
   * time is recorded.
   */
  reveal: z
    .strictObject({
      action: z.string().regex(/^[a-z][A-Za-z0-9_.-]{0,99}$/),
      maxAgeSeconds: z.int().min(30).max(86_400).default(300),
    })
    .optional(),
});
export type MaskConfig = z.output<typeof maskSchema>;
