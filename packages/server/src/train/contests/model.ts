import type { ContestPlan, ContestState } from '@menshen/contract';

export interface Contest {
  readonly id: string;
  readonly plan: ContestPlan;
  readonly created: number;
  readonly createdBy: string;
  readonly cancelled: number | null;
  readonly published: number | null;
}

/** A question of a player: which one, `order[place]` the option shown at that place, and the places that are right. */
export interface ContestQuestion {
  /** `course/question` */
  readonly id: string;
  readonly order: readonly number[];
  readonly right: readonly number[];
}

export interface Player {
  readonly uid: string;
  readonly number: number;
  /** Whether the board may show the name. */
  readonly named: boolean;
  readonly bracket: string | null;
  readonly team: string | null;
  readonly drawn: readonly ContestQuestion[];
  readonly disqualified: { readonly at: number; readonly by: string; readonly reason: string } | null;
}

/** A question that was shown to a player, and what came of it. */
export interface Shown {
  readonly uid: string;
  readonly place: number;
  readonly question: string;
  readonly shown: number;
  /** Milliseconds below which nobody has read it. */
  readonly readable: number;
  readonly answered: number | null;
  /** Options as the course numbers them. */
  readonly chosen: readonly number[];
  readonly right: boolean;
  readonly address: string | null;
}

/** For the way of an answer from the phone: what arrives so much after the deadline still counts. */
export const graceMs = 1_500;
const minuteMs = 60_000;

/** When the board stops moving, epoch ms; the end itself where it is never frozen. */
export const freezesAt = ({ ends, freeze }: Pick<ContestPlan, 'ends' | 'freeze'>): number => ends - freeze * minuteMs;

export function stateOf(
  { plan, cancelled, published }: Omit<Contest, 'id' | 'created' | 'createdBy'>,
  now: number,
): ContestState {
  if (cancelled !== null) return 'cancelled';
  if (published !== null) return 'published';
  if (now < plan.starts) return 'waiting';
  if (now >= plan.ends) return 'ended';
  return plan.freeze > 0 && now >= freezesAt(plan) ? 'frozen' : 'running';
}

/** Whether questions are shown and answers taken. */
export const isOpen = (state: ContestState): boolean => state === 'running' || state === 'frozen';

/**
 * Milliseconds in which nobody has read a text, however quick: 20 Chinese characters or 80 others a second, twice and more of what fast readers do.
 * At least 700 ms, which is what it takes to see and to touch.
 */
export function readableMs(text: string): number {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  return Math.max(700, Math.round((han * 1_000) / 20 + ((text.length - han) * 1_000) / 80));
}
