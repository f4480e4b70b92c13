import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { caseWithSchema, DecisionComparison } from './compare-decisions.ts';

/** Another seed at each run; a failure prints the one that repeats it. */
const SEED = Number(process.env['MENSHEN_POLICY_SEED'] ?? randomInt(2 ** 31));
const FACTOR = Number(process.env['MENSHEN_POLICY_FACTOR'] ?? 1);

test(`decides as the official engine does with a schema, seed ${SEED}`, { timeout: 600_000 }, () => {
  const comparison = new DecisionComparison();
  for (let index = 0; index < 84 * FACTOR; index++) comparison.compare(caseWithSchema(SEED + index));
  const { differences, cases, allowed, denied, erring } = comparison;
  expect(differences.length, differences[0]).toBe(0);
  expect(cases).toBeGreaterThanOrEqual(4_000 * FACTOR);
  expect(Math.min(allowed, denied)).toBeGreaterThan(cases / 10);
  expect(erring).toBeGreaterThan(0);
});
