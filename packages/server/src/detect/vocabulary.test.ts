import { expect, it } from 'vitest';
import { createClassifier } from './vocabulary.ts';

it('takes looking at one’s coupons for no claim: a page that is opened again is no farming', () => {
  const classify = createClassifier();
  const claims = (action: string, method: string, path: string): boolean => classify(action, method, path).claim;
  expect(claims('coupon.claim.create', 'POST', '/api/claims')).toBe(true);
  expect(claims('coupon.claim.redeem', 'POST', '/api/redemptions')).toBe(true);
  expect(claims('coupon.grab', 'GET', '/api/grab')).toBe(true);
  expect(claims('POST /api/coupons', 'POST', '/api/coupons')).toBe(true);
  for (const action of ['coupon.claim.list', 'listClaimHistory', 'claim.query', 'GET /api/coupons'])
    expect(claims(action, 'GET', '/api/claims')).toBe(false);
});
