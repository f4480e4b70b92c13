import { expect, it } from 'vitest';
import { gently } from './gently.ts';
import { assess, assessing } from './risk/method/assess.ts';
import { methods } from './risk/method/functions.ts';
import { scaleFacts, scaleThreats } from './risk/testing-scale.ts';

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
