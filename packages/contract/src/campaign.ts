import * as z from 'zod';
import { isTimeZone } from './config/words.ts';

/** Most that an amount may be, in cents: ten billion yuan, far inside what a number holds exactly. */
export const maxCents = 1_000_000_000_000;
const cents = z.int().min(0).max(maxCents);
const count = z.int().min(1).max(100_000_000);

const name = '[A-Za-z_][A-Za-z0-9_]{0,63}';
/** Where a value stands in a request: `path.id`, `query.page`, `body.order.amount`, `header.x-shop` or `=text` for a constant. */
export const requestSource = z
  .string()
  .max(200)
  .regex(
    new RegExp(`^(=[\\x20-\\x7e]{1,100}|header\\.[a-z][a-z0-9-]{0,60}|(path|query|body)(\\.${name}){1,6})$`),
    'a place in the request, such as body.amountCents, path.id, query.shop, header.x-shop or =constant',
  );
/** Where a value stands in the backend's JSON answer. */
export const answerSource = z
  .string()
  .max(200)
  .regex(new RegExp(`^answer(\\.${name}){1,6}$`), 'a place in the answer, such as answer.coupon.amountCents');

const routeName = z
  .string()
  .max(512)
  .regex(/^(POST|PUT|PATCH|DELETE|GET) \/\S*$/, 'the match of one of the routes of this app, such as "POST /api/claims"');

const timeZone = z.string().max(64).refine(isTimeZone, 'an IANA time zone such as "Asia/Shanghai"').default('Asia/Shanghai');
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as 09:30');
const instant = z.iso.datetime({ offset: true, error: 'a time with its zone, such as 2026-09-01T00:00:00+08:00' });

const quota = z.strictObject({ total: count.optional(), perDay: count.optional() }).prefault({});
const place = z.string().regex(/^[A-Za-z0-9_.:-]{1,64}$/, 'letters, digits and _ . : - only');

/** The amounts that are possible, in whole cents. */
const amount = z
  .strictObject({
    minCents: cents.min(1),
    maxCents: cents.min(1),
    /** Amounts are `minCents` plus a multiple of this. */
    stepCents: cents.min(1).default(1),
    /** Nothing but these amounts. */
    fixedCents: z.array(cents.min(1)).min(1).max(100).optional(),
    /** How amounts stand in request and answer: whole cents, or yuan with at most two decimals, as a number or as text. */
    unit: z.enum(['cents', 'yuan']).default('cents'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .default('CNY'),
  })
  .refine(({ minCents, maxCents: most }) => minCents <= most, { path: ['maxCents'], message: 'must not be less than minCents' })
  .refine(({ fixedCents, minCents, maxCents: most }) => (fixedCents ?? []).every((one) => one >= minCents && one <= most), {
    path: ['fixedCents'],
    message: 'must lie between minCents and maxCents',
  });

const claim = z.strictObject({
  route: routeName,
  /** Names the campaign where several share the route; its value is the campaign's id. */
  campaign: requestSource.optional(),
  /** Without it the backend chooses the amount, and the most that is possible is reserved until it answers. */
  amount: requestSource.optional(),
  /** The scanned code; needed where the campaign has `codes`. */
  code: requestSource.optional(),
  /** The place where the code was scanned. */
  place: requestSource.optional(),
  /** The idempotency key; one is not demanded unless `keyRequired`. */
  key: requestSource.default('header.idempotency-key'),
  keyRequired: z.boolean().default(false),
  answer: z.strictObject({
    /** The new coupon's id: at most 64 letters, digits and _ . : - */
    coupon: answerSource,
    /** Every place where the amount stands; they must all say the same. */
    amount: z.union([answerSource, z.array(answerSource).min(1).max(8)]),
    currency: answerSource.optional(),
  }),
  /**
   * A path of the backend with `{request}` for the request's id, which answers with what the claim answered, or 404. It is asked after a crash, before
   * the reservation is released.
   */
  reconcile: z
    .string()
    .max(500)
    .regex(/^\/[\x21-\x7e]*\{request\}[\x21-\x7e]*$/, 'a path with {request}')
    .optional(),
});

const redeem = z.strictObject({
  route: routeName,
  coupon: requestSource,
  amount: requestSource.optional(),
  /** Only who claimed a coupon may redeem it. */
  samePerson: z.boolean().default(true),
  /** How long a coupon is good after it was claimed. */
  withinDays: z.int().min(1).max(3_650).optional(),
  key: requestSource.default('header.idempotency-key'),
  keyRequired: z.boolean().default(false),
  answer: z.strictObject({ amount: z.union([answerSource, z.array(answerSource).min(1).max(8)]).optional() }).prefault({}),
});

const refund = redeem.omit({ withinDays: true }).extend({
  /** Whether a refunded amount may be granted again. */
  returnsBudget: z.boolean().default(false),
});

/** A list of coupons that the backend shows: what is not in the ledger, or not with its amount, is taken out. */
const shown = z.strictObject({
  route: routeName,
  /** Where the list stands. */
  items: answerSource,
  /** Names of the fields of an item. */
  coupon: z.string().regex(new RegExp(`^${name}$`)),
  amount: z.string().regex(new RegExp(`^${name}$`)),
});

/** What a campaign may give: enforced by the gateway on request and answer. */
export const campaignSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens, starting with a letter'),
    name: z.strictObject({ zh: z.string().min(1).max(60), en: z.string().min(1).max(60) }),
    window: z
      .strictObject({
        start: instant,
        end: instant,
        /** Hours of the local day; over midnight where `to` is earlier than `from`. */
        hours: z.strictObject({ from: clockTime, to: clockTime }).optional(),
        timeZone,
      })
      .refine(({ start, end }) => Date.parse(start) < Date.parse(end), { path: ['end'], message: 'must be later than start' }),
    amount,
    quota: z.strictObject({ person: quota, device: quota }).prefault({}),
    budget: z.strictObject({ cents: cents.min(1), count: count.optional() }),
    /** Places where codes hang. */
    places: z.array(place).min(1).max(10_000).optional(),
    /** Every claim needs a signed single-use code. Raise `generation` to make new keys; the one before stays good while `previous` is on. */
    codes: z.strictObject({ generation: z.int().min(1).max(255).default(1), previous: z.boolean().default(true) }).optional(),
    claim,
    redeem: redeem.optional(),
    refund: refund.optional(),
    shown: z.array(shown).max(8).default([]),
    /** How long a reservation holds while the backend works; longer than the route's timeout. */
    reservationSeconds: z.int().min(5).max(900).default(60),
    /** When the campaign stops itself. */
    stop: z
      .strictObject({
        /** Answers of the backend that break the campaign's bounds. */
        answers: z.int().min(1).max(1_000).default(3),
        /** Distinct people who send requests that no honest client sends. */
        people: z.int().min(1).max(10_000).default(20),
        windowSeconds: z.int().min(10).max(86_400).default(600),
      })
      .prefault({}),
  })
  .refine(({ codes, claim: { code } }) => codes === undefined || code !== undefined, {
    path: ['claim', 'code'],
    message: 'is needed where the campaign has codes',
  })
  .refine(({ codes, claim: { code } }) => code === undefined || codes !== undefined, {
    path: ['codes'],
    message: 'is needed where claim names a code',
  })
  .refine(({ places, codes, claim: { place: from } }) => places === undefined || codes !== undefined || from !== undefined, {
    path: ['claim', 'place'],
    message: 'is needed where the campaign has places and no codes: else nobody asks for the place',
  })
  .refine(({ refund: back, redeem: forth }) => back === undefined || forth !== undefined, {
    path: ['redeem'],
    message: 'is needed where there is a refund',
  });

export type CampaignConfig = z.output<typeof campaignSchema>;
export type CampaignInput = z.input<typeof campaignSchema>;

const listName = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);

/** A rule on one route's values, whatever the business; checked before the request is forwarded, and kept after a good answer. */
export const guardRuleSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('range'),
    value: requestSource,
    min: z.int().optional(),
    max: z.int().optional(),
    /** Values are `min` (0 when absent) plus a multiple of this. */
    step: z.int().min(1).optional(),
    optional: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal('listSize'), value: requestSource, min: z.int().min(0).default(0), max: z.int().min(0) }),
  z.strictObject({
    kind: z.literal('forward'),
    /** What kind of object it is: rules of one name share what they remember. */
    name: listName,
    object: requestSource,
    state: requestSource,
    /** Every state in its order: an object only moves towards the end. */
    order: z
      .array(z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/))
      .min(2)
      .max(50),
    /** Whether steps may be left out. */
    skip: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal('discloses'),
    name: listName,
    /** A list in the answer whose items' ids the caller may name from then on. */
    items: answerSource,
    id: z.string().regex(new RegExp(`^${name}$`)),
  }),
  z.strictObject({
    kind: z.literal('owns'),
    name: listName,
    /** An id, or a list of ids, that must have been disclosed to the caller. */
    ids: requestSource,
    /** How long a disclosure counts. */
    withinSeconds: z.int().min(60).max(2_592_000).default(86_400),
  }),
  z.strictObject({
    kind: z.literal('belongs'),
    /** An id, or a list of ids, that the directory must give to the caller. */
    ids: requestSource,
    /**
     * Whose they must be: the caller's own uid (`self`) or employee number, one of their departments, a department of theirs or below it
     * (`subtree`) or below one that they lead (`led`), the uid of somebody in one of their departments, or in a department that they lead
     * or below it (`reports`).
     */
    to: z.enum(['self', 'number', 'departments', 'subtree', 'led', 'colleagues', 'reports']),
    optional: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal('total'),
    name: listName,
    value: requestSource,
    per: z.enum(['person', 'device']).default('person'),
    max: z.int().min(1),
    windowSeconds: z.int().min(60).max(2_678_400),
  }),
]);
export type GuardRuleConfig = z.output<typeof guardRuleSchema>;
