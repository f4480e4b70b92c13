import { maxCents } from '@menshen/contract';

export type AmountUnit = 'cents' | 'yuan';

const wholeForm = /^(0|[1-9]\d{0,14})$/;
const yuanForm = /^(0|[1-9]\d{0,12})(?:\.(\d{1,2}))?$/;

/**
 * Whole cents of an amount as it stands in JSON or a form; null when it is none: negative, with fractions of a cent, in exponents, or too large. Yuan are
 * read by their decimal digits, so that no fraction is ever computed with.
 */
export function readCents(value: unknown, unit: AmountUnit): number | null {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const text = String(value);
  // `-0` prints as 0, and a sign has no place here.
  if (text.length > 20 || Object.is(value, -0)) return null;
  if (unit === 'cents') return wholeForm.test(text) ? bounded(Number(text)) : null;
  const form = yuanForm.exec(text);
  return form === null ? null : bounded(Number(form[1]) * 100 + Number((form[2] ?? '').padEnd(2, '0')));
}

function bounded(cents: number): number | null {
  return cents <= maxCents ? cents : null;
}

export interface AmountBounds {
  readonly minCents: number;
  readonly maxCents: number;
  readonly stepCents: number;
  readonly fixedCents?: readonly number[] | undefined;
}

/** Whether a campaign may give this amount. */
export function isPossible(cents: number, bounds: AmountBounds): boolean {
  if (cents < bounds.minCents || cents > bounds.maxCents) return false;
  if (bounds.fixedCents !== undefined) return bounds.fixedCents.includes(cents);
  return (cents - bounds.minCents) % bounds.stepCents === 0;
}

/** The most that a campaign may give at once. */
export function mostPossible(bounds: AmountBounds): number {
  if (bounds.fixedCents !== undefined) return Math.max(...bounds.fixedCents);
  return bounds.maxCents - ((bounds.maxCents - bounds.minCents) % bounds.stepCents);
}
