import type { SeededRandom } from '../random.ts';
import type { HonestScene } from './scenes.ts';

/** The first minute is denser, so that every page of the console has something to show. */
export const warmUpMs = 60_000;
const dayMs = 8 * 3_600_000;

type Weights = Readonly<Record<HonestScene, number>>;

const everyday: Weights = {
  'own-record': 6,
  'change-record': 3,
  announcements: 4,
  payslips: 2,
  'bank-card': 1,
  leave: 2,
  'leader-reads': 4,
  'leader-decides': 2,
  'manager-subtree': 2,
  leaver: 1,
  'hr-reads': 3,
  'finance-reads': 2,
  'claim-coupon': 5,
  logout: 1,
};

interface Phase {
  /** Ends at this share of the day. */
  readonly until: number;
  /** Mean time between two requests in ms. */
  readonly gapMs: number;
  readonly weights: Weights;
}

/** Nine to five: arrival, morning, the lunch hour when customers are in the shops, afternoon, and home. */
const phases: readonly Phase[] = [
  { until: 0.1, gapMs: 700, weights: { ...everyday, announcements: 10, 'own-record': 8 } },
  { until: 0.35, gapMs: 1_000, weights: { ...everyday, 'leader-reads': 7, 'hr-reads': 5 } },
  { until: 0.5, gapMs: 800, weights: { ...everyday, 'claim-coupon': 20 } },
  { until: 0.85, gapMs: 1_100, weights: { ...everyday, 'leader-decides': 5, 'finance-reads': 5, leave: 4 } },
  { until: 1, gapMs: 1_600, weights: { ...everyday, 'claim-coupon': 10, logout: 8 } },
];
const warmUp = { gapMs: 220, weights: everyday } as const;

function phaseAt(elapsedMs: number, speed: number): Pick<Phase, 'gapMs' | 'weights'> {
  if (elapsedMs < warmUpMs) return warmUp;
  const share = ((elapsedMs * speed) / dayMs) % 1;
  return phases.find((phase) => share < phase.until) ?? warmUp;
}

/** Mean time between two requests. `speed` makes the day pass faster and people busier. */
export function gapAt(elapsedMs: number, speed: number): number {
  return phaseAt(elapsedMs, speed).gapMs / speed;
}

/** Time between two attacks: every kind once in the first minute, then four a minute. Never so little that honest people find no turn. */
export function attackGapAt(elapsedMs: number, speed: number): number {
  return elapsedMs < warmUpMs ? 2_200 : Math.max(4_500, 15_000 / speed);
}

/** Draws what happens next, by the time of day. */
export function drawScene(elapsedMs: number, speed: number, random: SeededRandom): HonestScene {
  const weights = Object.entries(phaseAt(elapsedMs, speed).weights) as [HonestScene, number][];
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  let left = random.int(total);
  for (const [scene, weight] of weights) {
    if (left < weight) return scene;
    left -= weight;
  }
  return 'own-record';
}
