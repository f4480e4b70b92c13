import { type GuardDifference, guardFact } from '@menshen/contract';
import { isPossible, readCents } from './amount.ts';
import { isOpen } from './calendar.ts';
import type { Campaign, TurnRoute } from './campaign.ts';
import type { ScannedCode } from './code.ts';
import type { Refused } from './model.ts';
import { type AnswerReader, type GuardedRequest, readName } from './source.ts';

/** What a claim asks for, as far as the request alone says. */
export interface ClaimDemand {
  readonly kind: 'demand';
  /** The amount asked for; null where the backend chooses it. */
  readonly cents: number | null;
  readonly place: string | null;
  readonly code: ScannedCode | null;
}

const no = (code: Refused['code'], difference?: GuardDifference): Refused => ({
  kind: 'refused',
  code,
  ...(difference === undefined ? {} : { difference }),
});

/** What should stand at a place of the request is missing there, no such value, or stands there in two ways. */
const unread = (field: string | undefined): Refused => ({ kind: 'refused', code: 'guard_value_missing', field });

/** What a campaign gives, as a fact. */
export function boundsFact({ bounds }: Campaign): string {
  if (bounds.fixedCents !== undefined) return guardFact('fixed', ...bounds.fixedCents);
  return bounds.minCents === bounds.maxCents
    ? guardFact('cents', bounds.minCents)
    : guardFact('range', bounds.minCents, bounds.maxCents, bounds.stepCents);
}

/** Holds a claim against the campaign's bounds: time, amount, place and the signature of the code. */
export function checkClaim(
  campaign: Campaign,
  request: GuardedRequest,
  now: number,
  verify: (scanned: unknown) => ScannedCode | null,
): ClaimDemand | Refused {
  const { claim, bounds, unit, places } = campaign;
  if (!isOpen(campaign.window, now)) return no('guard_campaign_closed');
  let cents: number | null = null;
  if (claim.amount !== null) {
    cents = readCents(claim.amount(request), unit);
    if (cents === null) return unread(campaign.config.claim.amount);
    if (!isPossible(cents, bounds))
      return no('guard_amount_out_of_bounds', { expected: boundsFact(campaign), seen: guardFact('cents', cents) });
  }
  let place: string | null = null;
  if (claim.place !== null) {
    place = readName(claim.place(request));
    if (place === null) return unread(campaign.config.claim.place);
    if (places !== null && !places.has(place))
      return no('guard_place_mismatch', { expected: guardFact('campaign_place'), seen: guardFact('place', place) });
  }
  let code: ScannedCode | null = null;
  if (claim.code !== null) {
    code = verify(claim.code(request));
    if (code === null) return no('guard_code_invalid', { expected: guardFact('signed_code'), seen: guardFact('unsigned_code') });
  }
  return { kind: 'demand', cents, place, code };
}

/** The coupon and the amount that one redeems or refunds. */
export function checkTurn(
  campaign: Campaign,
  route: TurnRoute,
  request: GuardedRequest,
): { readonly kind: 'demand'; readonly coupon: string; readonly cents: number | null } | Refused {
  const coupon = readName(route.coupon(request));
  if (coupon === null) return unread(campaign.config[route.act]?.coupon);
  if (route.amount === null) return { kind: 'demand', coupon, cents: null };
  const cents = readCents(route.amount(request), campaign.unit);
  return cents === null ? unread(campaign.config[route.act]?.amount) : { kind: 'demand', coupon, cents };
}

/** What a good answer grants. */
export interface Granted {
  readonly kind: 'granted';
  readonly coupon: string;
  readonly cents: number;
}

export interface Broken {
  readonly kind: 'broken';
  readonly difference: GuardDifference;
}

const broken = (expected: string, seen: string): Broken => ({ kind: 'broken', difference: { expected, seen } });

/** The one amount that an answer names in all of these places. */
function amountIn(campaign: Campaign, readers: readonly AnswerReader[], answer: unknown, expected: string): number | Broken {
  const found = readers.map((read) => readCents(read(answer), campaign.unit));
  const [first = null] = found;
  if (first === null || found.includes(null)) return broken(expected, guardFact('no_amount'));
  const other = found.find((cents) => cents !== first);
  return other === undefined ? first : broken(expected, guardFact('amounts', first, other ?? 0));
}

/**
 * Holds the backend's answer to a claim against what was asked for and what the campaign may give. `asked` is null where the backend chooses.
 */
export function checkClaimAnswer(campaign: Campaign, asked: number | null, answer: unknown): Granted | Broken {
  const expected = asked === null ? boundsFact(campaign) : guardFact('asked', asked);
  const { coupon: readCoupon, amounts, currency } = campaign.claim.answer;
  const cents = amountIn(campaign, amounts, answer, expected);
  if (typeof cents !== 'number') return cents;
  if (asked === null ? !isPossible(cents, campaign.bounds) : cents !== asked) return broken(expected, guardFact('cents', cents));
  if (currency !== null && currency(answer) !== campaign.config.amount.currency)
    return broken(guardFact('currency', campaign.config.amount.currency), guardFact('other_currency'));
  const coupon = readName(readCoupon(answer));
  if (coupon === null) return broken(guardFact('new_coupon'), guardFact('no_coupon'));
  return { kind: 'granted', coupon, cents };
}

/** Holds the backend's answer to a redemption or refund against what was granted; null when it is right. */
export function checkTurnAnswer(campaign: Campaign, route: TurnRoute, granted: number, answer: unknown): Broken | null {
  if (route.answer.amounts.length === 0) return null;
  const expected = guardFact('granted', granted);
  const cents = amountIn(campaign, route.answer.amounts, answer, expected);
  if (typeof cents !== 'number') return cents;
  return cents === granted ? null : broken(expected, guardFact('cents', cents));
}
