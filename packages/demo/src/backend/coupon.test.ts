import { expect, it } from 'vitest';
import { couponHandlers } from './coupon.ts';

const start = 1_767_225_600_000;
const claim = (handlers: ReturnType<typeof couponHandlers>, campaignId: string): Record<string, unknown> => {
  const body = { campaignId, amountCents: 1_000, shop: 'HZ001', qr: 'x' };
  const answer = handlers['POST /coupon/api/claims']?.({ params: {}, query: new URLSearchParams(), body, bytes: 99, uid: 'c' });
  return (answer as { body: Record<string, unknown> }).body;
};

it('gives no coupon the id of one that it gave before it was started anew: the ledger would take it for tampering', () => {
  const first = couponHandlers(() => start);
  const ids = Array.from({ length: 500 }, () => claim(first, 'tea-2026')['id']);
  const again = couponHandlers(() => start + 60_000);
  for (let count = 0; count < 500; count += 1) ids.push(claim(again, 'tea-2026')['id']);
  expect(new Set(ids).size).toBe(1_000);
  for (const id of ids) expect(id).toMatch(/^C[0-9]{1,12}$/);
});

it('is worth a hundred times as much where the code was tampered with, and only there', () => {
  const tampering = { on: true };
  const handlers = couponHandlers(() => start, tampering);
  expect(['new-2026', 'try-2026', 'tea-2026'].map((campaign) => claim(handlers, campaign)['amountCents'])).toEqual([
    100_000, 100_000, 1_000,
  ]);
  tampering.on = false;
  expect(claim(handlers, 'new-2026')['amountCents']).toBe(1_000);
});
