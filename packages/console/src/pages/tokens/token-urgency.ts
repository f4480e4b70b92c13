import type { ApiTokenView } from '@menshen/contract';

/** Two weeks are enough to replace a token in a program. */
const soonMs = 14 * 86_400_000;

/** Whether a token must be looked after: whoever issued it is disabled, it ends within two weeks, or it is over. */
export function tokenUrgency(
  { state, expires, issuerActive }: Pick<ApiTokenView, 'state' | 'expires' | 'issuerActive'>,
  now: number,
): 'issuerGone' | 'soon' | 'over' | 'good' {
  if (state !== 'active') return 'over';
  if (!issuerActive) return 'issuerGone';
  return expires - now <= soonMs ? 'soon' : 'good';
}
