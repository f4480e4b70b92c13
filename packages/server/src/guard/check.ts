import { isPossible, readCents } from './amount.ts';
import { isOpen } from './calendar.ts';
import type { Campaign, TurnRoute } from './campaign.ts';
import type { ScannedCode } from './code.ts';
import { type Difference, type Refused, yuan } from './model.ts';
import { type AnswerReader, type GuardedRequest, readName } from './source.ts';

/** What a claim asks for, as far as the request alone says. */
export interface ClaimDemand {
  readonly kind: 'demand';
  /** The amount asked for; null where the backend chooses it. */
  readonly cents: number | null;
  readonly place: string | null;
  readonly code: ScannedCode | null;
}

const no = (code: Refused['code'], difference?: Difference): Refused => ({
  kind: 'refused',
  code,
  ...(difference === undefined ? {} : { difference }),
});

/** What a campaign gives, in words. */
export function boundsText({ bounds }: Campaign): string {
  if (bounds.fixedCents !== undefined) return `${bounds.fixedCents.map(yuan).join(' / ')} yuan`;
  const step = bounds.stepCents === 1 ? '' : `, in steps of ${yuan(bounds.stepCents)}`;
  return bounds.minCents === bounds.maxCents
    ? `${yuan(bounds.minCents)} yuan`
    : `${yuan(bounds.minCents)} to ${yuan(bounds.maxCents)} yuan${step}`;
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
    if (cents === null) return no('guard_value_missing');
    if (!isPossible(cents, bounds))
      return no('guard_amount_out_of_bounds', { expected: boundsText(campaign), seen: `${yuan(cents)} yuan` });
  }
  let place: string | null = null;
  if (claim.place !== null) {
    place = readName(claim.place(request));
    if (place === null) return no('guard_value_missing');
    if (places !== null && !places.has(place))
      return no('guard_place_mismatch', { expected: 'a place of the campaign', seen: `place ${place}` });
  }
  let code: ScannedCode | null = null;
  if (claim.code !== null) {
    code = verify(claim.code(request));
    if (code === null) return no('guard_code_invalid', { expected: 'a signed code', seen: 'a code without a valid signature' });
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
  if (coupon === null) return no('guard_value_missing');
  if (route.amount === null) return { kind: 'demand', coupon, cents: null };
  const cents = readCents(route.amount(request), campaign.unit);
  return cents === null ? no('guard_value_missing') : { kind: 'demand', coupon, cents };
}

/** What a good answer grants. */
export interface Granted {
  readonly kind: 'granted';
  readonly coupon: string;
  readonly cents: number;
}

export interface Broken {
  readonly kind: 'broken';
  readonly difference: Difference;
}

const broken = (expected: string, seen: string): Broken => ({ kind: 'broken', difference: { expected, seen } });

/** The one amount that an answer names in all of these places. */
function amountIn(campaign: Campaign, readers: readonly AnswerReader[], answer: unknown, expected: string): number | Broken {
  const found = readers.map((read) => readCents(read(answer), campaign.unit));
  const [first = null] = found;
  if (first === null || found.includes(null)) return broken(expected, 'an answer in which an amount is missing or no amount');
  const other = found.find((cents) => cents !== first);
  return other === undefined ? first : broken(expected, `${yuan(first)} and ${yuan(other as number)} yuan in one answer`);
}

/**
 * Holds the backend's answer to a claim against what was asked for and what the campaign may give. `asked` is null where the backend chooses.
 */
export function checkClaimAnswer(campaign: Campaign, asked: number | null, answer: unknown): Granted | Broken {
  const expected = asked === null ? boundsText(campaign) : `${yuan(asked)} yuan as asked for`;
  const { coupon: readCoupon, amounts, currency } = campaign.claim.answer;
  const cents = amountIn(campaign, amounts, answer, expected);
  if (typeof cents !== 'number') return cents;
  if (asked === null ? !isPossible(cents, campaign.bounds) : cents !== asked) return broken(expected, `${yuan(cents)} yuan`);
  if (currency !== null && currency(answer) !== campaign.config.amount.currency)
    return broken(`currency ${campaign.config.amount.currency}`, 'another currency');
  const coupon = readName(readCoupon(answer));
  if (coupon === null) return broken('the id of the new coupon', 'an answer without one');
  return { kind: 'granted', coupon, cents };
}

/** Holds the backend's answer to a redemption or refund against what was granted; null when it is right. */
export function checkTurnAnswer(campaign: Campaign, route: TurnRoute, granted: number, answer: unknown): Broken | null {
  if (route.answer.amounts.length === 0) return null;
  const expected = `${yuan(granted)} yuan as granted`;
  const cents = amountIn(campaign, route.answer.amounts, answer, expected);
  if (typeof cents !== 'number') return cents;
  return cents === granted ? null : broken(expected, `${yuan(cents)} yuan`);
}
