import { expect, it } from 'vitest';
import { scaleFacts, scaleThreats } from '../testing-scale.ts';
import { assess, assessing } from './assess.ts';
import { methods } from './functions.ts';
import { gently } from './gently.ts';

it('assesses in slices, with the same result', async () => {
  const facts = scaleFacts({ assets: 40, weaknesses: 80 });
  const threats = scaleThreats(10);
  let now = 0;
  let pauses = 0;
  // Each look at the clock is 3 ms later: a slice ends at the third asset.
  const clock = (): number => {
    now += 3;
    return now;
  };
  const made = await gently(assessing(facts, threats, methods.matrix), clock, async () => {
    pauses += 1;
  });
  expect(pauses).toBeGreaterThan(15);
  expect(JSON.stringify(made)).toBe(JSON.stringify(assess(facts, threats, methods.matrix)));
});
