import type { ErrorCode, GuardDifference } from '@menshen/contract';

/** What a person does in a campaign. */
export type CampaignAct = 'claim' | 'redeem' | 'refund';

/**
 * Where a coupon stands. `reserved` becomes `granted` when a good answer has come, else `released`; a granted one is redeemed once, and refunded or made
 * void after that or instead.
 */
export type GrantState = 'reserved' | 'granted' | 'redeemed' | 'refunded' | 'void' | 'released';

/** States in which a coupon was never given, so that it counts for no quota. */
export const neverGiven: readonly GrantState[] = ['released', 'void'];

export interface Limits {
  readonly budgetCents: number;
  readonly budgetCount: number | null;
  readonly personTotal: number | null;
  readonly personDay: number | null;
  readonly deviceTotal: number | null;
  readonly deviceDay: number | null;
}

/** An idempotency key as it is kept: digests only. */
export interface KeyUse {
  readonly route: string;
  readonly person: string;
  /** SHA-256 in hex. */
  readonly key: string;
  readonly body: string;
}

/** An answer that was given under a key. */
export interface KeptAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

/** Why a step of the ledger is not made. */
export interface Refused {
  readonly kind: 'refused';
  readonly code: ErrorCode;
  /** Where somebody broke a rule. */
  readonly difference?: GuardDifference;
  /** Where a value that cannot be read should stand, as the configuration says it. */
  readonly field?: string | undefined;
}

export type KeyOutcome =
  | { readonly kind: 'new' }
  | { readonly kind: 'replay'; readonly answer: KeptAnswer }
  | { readonly kind: 'refused'; readonly code: 'guard_key_reused' | 'guard_in_flight' | 'guard_keys_exhausted' };

export interface ClaimOrder {
  readonly id: string;
  readonly app: string;
  readonly campaign: string;
  readonly person: string;
  readonly device: string | null;
  readonly place: string | null;
  /** Where the campaign's codes may hang; anywhere when null or absent. */
  readonly places?: ReadonlySet<string> | null;
  /** Whether a claim that no place is known of is none. */
  readonly placeNeeded?: boolean;
  readonly code: { readonly batch: number; readonly serial: number } | null;
  /** What is reserved. */
  readonly cents: number;
  readonly day: string;
  readonly request: string;
  /** Epoch ms. */
  readonly now: number;
  readonly expires: number;
  /** Reservations that ended before this moment are cleared away first. */
  readonly overdueBefore: number;
  readonly limits: Limits;
  readonly key: KeyUse | null;
}

export type ClaimOutcome =
  | { readonly kind: 'reserved'; readonly id: string; readonly place: string | null }
  | { readonly kind: 'replay'; readonly answer: KeptAnswer }
  | Refused;

/** Redeeming, or taking back what was redeemed. */
export interface TurnOrder {
  readonly act: 'redeem' | 'refund';
  readonly app: string;
  /** The campaigns of the route. */
  readonly campaigns: readonly string[];
  /** Those of them that a measure of containment has stopped. */
  readonly held?: readonly string[];
  readonly coupon: string;
  /** What the request says that it is worth; null when it does not say. */
  readonly cents: number | null;
  /** Who must have claimed it; null when anybody may come with it. */
  readonly person: string | null;
  /** Claimed before this moment it is expired, epoch ms; null when it does not expire. */
  readonly grantedAfter: number | null;
  readonly now: number;
  readonly expires: number;
  readonly key: KeyUse | null;
}

export type TurnOutcome =
  | { readonly kind: 'held'; readonly id: string; readonly campaign: string; readonly cents: number }
  | { readonly kind: 'replay'; readonly answer: KeptAnswer }
  | (Refused & { readonly campaign?: string });

/** A coupon of the ledger. */
export interface Grant {
  readonly id: string;
  readonly app: string;
  readonly campaign: string;
  readonly state: GrantState;
  readonly person: string;
  readonly device: string | null;
  readonly place: string | null;
  readonly code: string | null;
  readonly coupon: string | null;
  readonly cents: number;
  readonly request: string;
  readonly created: number;
  readonly expires: number;
  readonly grantedAt: number | null;
  readonly redeemedAt: number | null;
  readonly refundedAt: number | null;
  readonly pending: string | null;
  readonly uncertain: boolean;
}

/** Where a violation was seen: in a request, in the backend's answer, or in a list that the backend shows. */
export type ViolationSide = 'request' | 'answer' | 'shown';

export interface Violation extends GuardDifference {
  readonly app: string;
  readonly campaign: string;
  readonly side: ViolationSide;
  readonly act: CampaignAct | 'show';
  readonly code: ErrorCode;
  readonly person: string | null;
  readonly address: string | null;
  readonly request: string;
  readonly at: number;
}

export interface StopRules {
  readonly answers: number;
  readonly people: number;
  readonly windowMs: number;
}

/** Why a campaign stands still. `answers` and `people` are its own doing. */
export interface Stop {
  readonly at: number;
  readonly by: string;
  readonly reason: string;
}

/** Refusals that no honest client meets: they count towards the stop, by distinct people. */
export const suspicious: ReadonlySet<ErrorCode> = new Set([
  'guard_amount_out_of_bounds',
  'guard_place_mismatch',
  'guard_code_invalid',
  'guard_not_granted',
  'guard_amount_mismatch',
  'guard_not_owner',
]);
