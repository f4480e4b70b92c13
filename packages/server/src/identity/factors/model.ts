import type { FactorKind } from '@menshen/contract';
import type { Session } from '../model.ts';

/** Lifetime of an SMS code and of every other challenge (NIST SP 800-63B-4 3.1.3.2 allows ten minutes). */
export const challengeMs = 5 * 60_000;
/** A person scans a QR code and finds their way in an authenticator app meanwhile. */
export const enrolmentMs = 10 * 60_000;
/** Age up to which a proved factor allows to change factors (ASVS 5.0 7.5.1). */
export const freshMs = 5 * 60_000;
/** Life of an approval of one operation. */
export const approvalMs = 5 * 60_000;
/** Tries that one challenge takes, right or wrong. */
export const triesPerChallenge = 5;
/** Challenges that a session can hold at once; the oldest goes. */
export const challengesPerSession = 5;
export const knownDeviceMs = 90 * 86_400_000;
export const knownDevicesPerPerson = 5;
export const recoveryCodeCount = 10;
export const passwordMinLength = 12;
export const passwordMaxLength = 128;

/** What wrong tries cost one source: after `round` of them a wait, the n-th of `waitsMs`; after `disableAfter` in a row it stays shut. */
export interface BudgetRule {
  readonly round: number;
  readonly waitsMs: readonly [number, number, number];
  readonly disableAfter: number;
}

const minute = 60_000;

/**
 * NIST SP 800-63B-4 3.2.2 allows 100 failures in a row before the authenticator is disabled. Strangers to the person's devices share 50 of them, so
 * that whoever steals a login cannot use up what the person's own devices have.
 */
export const allSourcesLimit = 90;

const codeRule: BudgetRule = { round: 10, waitsMs: [15 * minute, 30 * minute, 60 * minute], disableAfter: 50 };
/** NIST SP 800-63B-4 3.2.3: after five failures of a biometric a wait of at least 30 s. */
const biometricRule: BudgetRule = { round: 5, waitsMs: [30_000, 5 * minute, 60 * minute], disableAfter: 50 };

export function budgetRule(kind: BudgetKind): BudgetRule {
  return kind === 'soter' ? biometricRule : codeRule;
}

/** `phone_proof`: the SMS code that allows to enrol, which no factor stands behind. */
export type BudgetKind = FactorKind | 'phone_proof';

/** Who tries: `stranger` for every session without a known device. */
export type Source = 'stranger' | `device:${string}`;

/** One source's account of wrong tries at one authenticator of a person. Times are epoch ms. */
export interface Budget {
  readonly source: string;
  readonly failures: number;
  readonly lockedUntil: number;
}

export type BudgetState =
  | { readonly state: 'active' }
  | { readonly state: 'locked'; readonly until: number }
  | { readonly state: 'disabled' };

/** How an authenticator stands for a source, from the budgets of all its sources. */
export function budgetState(kind: BudgetKind, budgets: readonly Budget[], source: Source, now: number): BudgetState {
  const all = budgets.reduce((sum, budget) => sum + budget.failures, 0);
  const mine = budgets.find((budget) => budget.source === source);
  if (all >= allSourcesLimit || (mine !== undefined && mine.failures >= budgetRule(kind).disableAfter))
    return { state: 'disabled' };
  return mine !== undefined && mine.lockedUntil > now ? { state: 'locked', until: mine.lockedUntil } : { state: 'active' };
}

/** Whether the session proved a factor so lately that it may change factors. */
export function isFresh(session: Pick<Session, 'assurance' | 'secondFactorAt'>, now: number): boolean {
  return session.assurance >= 2 && session.secondFactorAt !== null && now - session.secondFactorAt <= freshMs;
}

const methods: Readonly<Record<FactorKind, readonly string[]>> = {
  totp: ['otp'],
  sms: ['sms'],
  password: ['pwd'],
  soter: ['hwk', 'user'],
  // RFC 8176 has no word for a look-up secret.
  recovery: ['recovery'],
};

/** RFC 8176 amr values of a proved factor. */
export function methodsOf(kind: FactorKind): readonly string[] {
  return [...methods[kind], 'mfa'];
}

/** Order in which factors are offered: what resists replay and needs no network first, the restricted and the emergency ones last. */
export const offerOrder: readonly FactorKind[] = ['soter', 'totp', 'password', 'sms', 'recovery'];

/** +86 and separators aside: one spelling per number. */
export function plainPhone(phone: string): string {
  return phone.replace(/[\s()-]/g, '').replace(/^(\+|00)86(?=1\d{10}$)/, '');
}

/** 138****06, as the console shows numbers. */
export function maskedPhone(phone: string): string {
  const digits = plainPhone(phone);
  return digits.length < 7
    ? '*'.repeat(digits.length)
    : `${digits.slice(0, 3)}${'*'.repeat(digits.length - 5)}${digits.slice(-2)}`;
}
