import { describe, expect, it } from 'vitest';
import { tokenUrgency } from './token-urgency.ts';

const day = 86_400_000;

describe('tokenUrgency', () => {
  it.each([
    ['active', 15 * day, 'good', true],
    ['active', 15 * day, 'issuerGone', false],
    ['expired', -1, 'over', false],
    ['active', 14 * day, 'soon', true],
    ['active', -1, 'soon', true],
    ['expired', -1, 'over', true],
    ['revoked', 90 * day, 'over', true],
  ] as const)('%s, ending in %i ms: %s', (state, ends, urgency, issuerActive) => {
    expect(tokenUrgency({ state, issuerActive, expires: 1_000 * day + ends }, 1_000 * day)).toBe(urgency);
  });
});
