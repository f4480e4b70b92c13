import type { RequestInspection } from '@menshen/contract';

type Threat = RequestInspection['threats'][number];

/**
 * The fewest rules whose exception lets a threat pass: those with the most points first, until what remains is below the threshold. An exception
 * that takes more than it must would let more through than was asked for.
 */
export function neededRules({ features }: Pick<Threat, 'features'>, threshold: number): readonly string[] {
  const heaviest = [...features].sort((a, b) => b.points - a.points);
  let left = heaviest.reduce((sum, { points }) => sum + points, 0);
  const needed: string[] = [];
  for (const { rule, points } of heaviest) {
    if (left < threshold) break;
    needed.push(rule);
    left -= points;
  }
  return needed;
}

/** Whether an exception can name the field: what inspection could not write is a `?`. */
export const nameable = (name: string): boolean => !name.includes('?');
