import type { ExceptionView } from '@menshen/contract';

const soonMs = 7 * 86_400_000;

/** Whether an exception that holds ends within a week. */
export function endsSoon({ state, expiresAt }: Pick<ExceptionView, 'state' | 'expiresAt'>, now: number): boolean {
  return state === 'active' && expiresAt - now <= soonMs;
}
