import { expect, it } from 'vitest';
import { type Example, fitWeights, isRefused } from './fit.ts';

const options = { threshold: 4, benignCost: 5 };
const examples: readonly Example[] = [
  ...Array.from({ length: 40 }, () => ({ attack: true, groups: [[0, 1]] })),
  ...Array.from({ length: 40 }, () => ({ attack: false, groups: [[1]] })),
  ...Array.from({ length: 20 }, () => ({ attack: true, groups: [[2], [0]] })),
];

it('raises what attacks show, lowers what honest requests show, and leaves the unseen alone', () => {
  const weights = fitWeights(examples, { ...options, prior: [3, 3, 3, 2.5] });
  expect(weights[0]).toBeGreaterThan(3);
  expect(weights[1]).toBeLessThan(3);
  expect(weights[3]).toBe(2.5);
  expect(examples.filter((example) => example.attack !== isRefused(example, weights, 4))).toEqual([]);
});

it('never goes below nothing, and gives the same each time', () => {
  const prior = [0.2, 0.2, 0.2, 0];
  const weights = fitWeights(examples, { ...options, prior, rounds: 50 });
  expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
  expect(fitWeights(examples, { ...options, prior, rounds: 50 })).toEqual(weights);
});
