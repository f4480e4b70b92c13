import type { ComplianceProof, ComplianceState } from '@menshen/contract';
import type { Tone } from '../../ds/status.tsx';

export const stateTones: Readonly<Record<ComplianceState, Tone>> = {
  ...{ met: 'safe', stale: 'warning', gap: 'danger', manual: 'quiet', not_applicable: 'quiet' },
};
export const proofTones: Readonly<Record<ComplianceProof['state'], Tone>> = { fresh: 'safe', stale: 'warning', off: 'danger' };
/** What needs somebody comes first. */
export const stateOrder: readonly ComplianceState[] = ['gap', 'stale', 'manual', 'met', 'not_applicable'];

const dayMs = 86_400_000;

/** Age of evidence in four steps: a day, a week, a month, older. Only what is met has one. */
export function ageOf(state: ComplianceState, seen: number | null, at: number): 'day' | 'week' | 'month' | 'older' | null {
  if (state !== 'met' || seen === null) return null;
  const age = at - seen;
  if (age <= dayMs) return 'day';
  return age <= 7 * dayMs ? 'week' : age <= 31 * dayMs ? 'month' : 'older';
}
