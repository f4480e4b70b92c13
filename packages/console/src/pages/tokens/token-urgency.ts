import type { ApiTokenView } from '@menshen/contract';

/** Two weeks are enough to replace a token in a program. */
const soonMs = 14 * 86_400_000;

/** Whether a token must be looked after: it ends within two weeks, or it is over. */
export function tokenUrgency({ state, expires }: Pick<ApiTokenView, 'state' | 'expires'>, now: number): 'soon' | 'over' | 'good' {
  if (state !== 'active') return 'over';
  return expires - now <= soonMs ? 'soon' : 'good';
}
