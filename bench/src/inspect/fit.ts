/** Features that were found together in the heaviest value of one class of a request, and whether the request is an attack. */
export interface Example {
  readonly attack: boolean;
  /** One entry a class; indexes of features. A request without findings has none, and teaches nothing. */
  readonly groups: readonly (readonly number[])[];
}

export interface FitOptions {
  /** Weights that experience gave: what no example speaks about stays as it is. */
  readonly prior: readonly number[];
  /** Log-odds at which a request is refused. */
  readonly threshold: number;
  /** How much more a refused honest request costs than a missed attack. */
  readonly benignCost: number;
  readonly rounds?: number;
}

const rate = 0.05;
/** How strongly weights are held to the prior. */
const pull = 0.002;
const highest = 6;

/**
 * Fits weights that are not negative: logistic regression on each request's heaviest class, held to the prior, by plain gradient descent
 * over all examples. The same input gives the same weights.
 */
export function fitWeights(examples: readonly Example[], { prior, threshold, benignCost, rounds = 300 }: FitOptions): number[] {
  const weights = [...prior];
  for (let round = 0; round < rounds; round += 1) {
    const gradient = new Float64Array(weights.length);
    const seen = new Float64Array(weights.length);
    for (const { attack, groups } of examples) {
      const heaviest = heaviestGroup(groups, weights);
      if (heaviest === null) continue;
      const odds = sum(heaviest, weights) - threshold;
      const miss = (attack ? 1 : 0) - 1 / (1 + Math.exp(-2 * odds));
      for (const feature of heaviest) {
        gradient[feature] = (gradient[feature] ?? 0) + miss * (attack ? 1 : benignCost);
        seen[feature] = (seen[feature] ?? 0) + 1;
      }
    }
    for (let feature = 0; feature < weights.length; feature += 1) {
      const count = seen[feature] ?? 0;
      if (count === 0) continue;
      const weight = weights[feature] ?? 0;
      const step = (gradient[feature] ?? 0) / Math.sqrt(count) - pull * count * (weight - (prior[feature] ?? 0));
      weights[feature] = Math.min(highest, Math.max(0, weight + rate * step));
    }
  }
  return weights;
}

function heaviestGroup(groups: readonly (readonly number[])[], weights: readonly number[]): readonly number[] | null {
  let best: readonly number[] | null = null;
  for (const group of groups) if (best === null || sum(group, weights) > sum(best, weights)) best = group;
  return best;
}

function sum(group: readonly number[], weights: readonly number[]): number {
  return group.reduce((total, feature) => total + (weights[feature] ?? 0), 0);
}

/** Whether a request is refused under some weights. */
export function isRefused({ groups }: Example, weights: readonly number[], threshold: number): boolean {
  return groups.some((group) => sum(group, weights) >= threshold - 1e-9);
}
