import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { caseWithoutSchema, DecisionComparison } from './compare-decisions.ts';

/** Another seed at each run; a failure prints the one that repeats it. */
const SEED = Number(process.env['MENSHEN_POLICY_SEED'] ?? randomInt(2 ** 31));
const FACTOR = Number(process.env['MENSHEN_POLICY_FACTOR'] ?? 1);

test(`decides as the official engine does without a schema, seed ${SEED}`, { timeout: 600_000 }, () => {
  const comparison = new DecisionComparison();
  for (let index = 0; index < 260 * FACTOR; index++) comparison.compare(caseWithoutSchema(SEED + index));
  const { differences, cases, allowed, denied, erring } = comparison;
  expect(differences.length, differences[0]).toBe(0);
  expect(cases).toBeGreaterThanOrEqual(6_000 * FACTOR);
  // The cases are worth something only when all outcomes occur often.
  expect(Math.min(allowed, denied, erring)).toBeGreaterThan(cases / 10);
});
