import { describe, expect, it } from 'vitest';
import { tokenUrgency } from './token-urgency.ts';

const day = 86_400_000;

describe('tokenUrgency', () => {
  it.each([
    ['active', 15 * day, 'good'],
    ['active', 14 * day, 'soon'],
    ['active', -1, 'soon'],
    ['expired', -1, 'over'],
    ['revoked', 90 * day, 'over'],
  ] as const)('%s, ending in %i ms: %s', (state, ends, urgency) => {
    expect(tokenUrgency({ state, expires: 1_000 * day + ends }, 1_000 * day)).toBe(urgency);
  });
});
