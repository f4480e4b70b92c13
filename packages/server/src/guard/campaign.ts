import type { AppConfig, CampaignConfig } from '@menshen/contract';
import { type AmountBounds, type AmountUnit, mostPossible } from './amount.ts';
import { minutesOf, type OpenWindow } from './calendar.ts';
import type { Limits, StopRules } from './model.ts';
import { type AnswerReader, compileAnswerReader, compileRequestReader, type RequestReader } from './source.ts';

/** How a claim is read. */
export interface ClaimRoute {
  readonly act: 'claim';
  readonly amount: RequestReader | null;
  readonly code: RequestReader | null;
  readonly place: RequestReader | null;
  readonly answer: {
    readonly coupon: AnswerReader;
    readonly amounts: readonly AnswerReader[];
    readonly currency: AnswerReader | null;
  };
  readonly reconcile: string | null;
}

/** How redeeming or refunding is read. */
export interface TurnRoute {
  readonly act: 'redeem' | 'refund';
  readonly coupon: RequestReader;
  readonly amount: RequestReader | null;
  readonly samePerson: boolean;
  readonly withinMs: number | null;
  readonly returnsBudget: boolean;
  readonly answer: { readonly amounts: readonly AnswerReader[] };
}

/** A campaign as the gateway works with it. */
export interface Campaign {
  readonly app: string;
  readonly id: string;
  readonly config: CampaignConfig;
  readonly window: OpenWindow;
  readonly bounds: AmountBounds;
  readonly unit: AmountUnit;
  /** The most that one claim may get. */
  readonly mostCents: number;
  readonly limits: Limits;
  readonly places: ReadonlySet<string> | null;
  /** Whether each claim says where its code hangs, or has a code that does. */
  readonly placeNeeded: boolean;
  /** Generations of keys whose codes are good; null where there are no codes. */
  readonly generations: readonly number[] | null;
  readonly reservationMs: number;
  readonly stop: StopRules;
  readonly claim: ClaimRoute;
  readonly redeem: TurnRoute | null;
  readonly refund: TurnRoute | null;
}

const dayMs = 86_400_000;

/** Compiles what a campaign declares. */
export function compileCampaign(app: AppConfig, config: CampaignConfig): Campaign {
  const { window, amount, quota, budget, claim, codes } = config;
  return {
    app: app.id,
    id: config.id,
    config,
    window: {
      start: Date.parse(window.start),
      end: Date.parse(window.end),
      hours: window.hours === undefined ? null : { from: minutesOf(window.hours.from), to: minutesOf(window.hours.to) },
      timeZone: window.timeZone,
    },
    bounds: amount,
    unit: amount.unit,
    mostCents: mostPossible(amount),
    limits: {
      budgetCents: budget.cents,
      budgetCount: budget.count ?? null,
      personTotal: quota.person.total ?? null,
      personDay: quota.person.perDay ?? null,
      deviceTotal: quota.device.total ?? null,
      deviceDay: quota.device.perDay ?? null,
    },
    places: config.places === undefined ? null : new Set(config.places),
    placeNeeded: claim.place !== undefined,
    generations:
      codes === undefined
        ? null
        : codes.previous && codes.generation > 1
          ? [codes.generation, codes.generation - 1]
          : [codes.generation],
    reservationMs: config.reservationSeconds * 1_000,
    stop: { answers: config.stop.answers, people: config.stop.people, windowMs: config.stop.windowSeconds * 1_000 },
    claim: {
      act: 'claim',
      amount: reader(claim.amount),
      code: reader(claim.code),
      place: reader(claim.place),
      answer: {
        coupon: compileAnswerReader(claim.answer.coupon),
        amounts: [claim.answer.amount].flat().map(compileAnswerReader),
        currency: claim.answer.currency === undefined ? null : compileAnswerReader(claim.answer.currency),
      },
      reconcile: claim.reconcile ?? null,
    },
    redeem: config.redeem === undefined ? null : turn('redeem', config.redeem, config.redeem.withinDays, false),
    refund: config.refund === undefined ? null : turn('refund', config.refund, undefined, config.refund.returnsBudget),
  };
}

function reader(source: string | undefined): RequestReader | null {
  return source === undefined ? null : compileRequestReader(source);
}

function turn(
  act: TurnRoute['act'],
  config: Pick<NonNullable<CampaignConfig['redeem']>, 'coupon' | 'amount' | 'samePerson' | 'answer'>,
  withinDays: number | undefined,
  returnsBudget: boolean,
): TurnRoute {
  return {
    act,
    coupon: compileRequestReader(config.coupon),
    amount: reader(config.amount),
    samePerson: config.samePerson,
    withinMs: withinDays === undefined ? null : withinDays * dayMs,
    returnsBudget,
    answer: { amounts: config.answer.amount === undefined ? [] : [config.answer.amount].flat().map(compileAnswerReader) },
  };
}
