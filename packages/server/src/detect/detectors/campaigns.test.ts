import { describe, expect, it } from 'vitest';
import { createDetectEngine } from '../engine.ts';
import { type Alert, type CampaignBounds, type Directory, emptyDirectory } from '../model.ts';
import { createActivityReader } from '../read-activity.ts';

const start = Date.UTC(2026, 10, 9, 2);
const minute = 60_000;
const bounds = (id: string, personDay: number | null): CampaignBounds => ({
  ...{ id, personDay, minCents: 100, maxCents: 5_000, fixedCents: null },
});
const shop: Directory = {
  ...emptyDirectory,
  campaigns: new Map([
    ['tea', bounds('tea', 20)],
    ['cake', bounds('cake', null)],
  ]),
  claimRoutes: new Map([
    ['POST /tea/claims', ['tea']],
    ['POST /cake/claims', ['cake']],
  ]),
};

/** Alerts about farming among claims that come a minute apart, when nothing is learned any more. */
function farming(claims: readonly Record<string, unknown>[], directory: Directory = shop): Alert[] {
  const alerts: Alert[] = [];
  const engine = createDetectEngine({
    ...{ directory, learnUntil: start - 1, locate: () => null },
    alerted: (alert, opened) => void (opened && alert.rule === 'coupon_farming' && alerts.push(alert)),
  });
  const read = createActivityReader();
  claims.forEach((claim, at) => {
    const activity = read({ id: `e${at}`, ts: start + at * minute, action: 'coupon.claim', method: 'POST', ...claim }, '');
    if (activity !== null) engine.take(activity);
  });
  return alerts;
}
const times = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const customer = (at: number) => ({ user: `c${at}`, ip: '203.0.113.80', device: `phone-${at}` });

describe('claims through the gateway, which do not name their campaign', () => {
  const claim = (endpoint: string, path: string) => ({ user: 'zhang', device: 'd1', ip: '203.0.113.9', endpoint, path });

  it('are no farming while they are what the campaign gives a person', () => {
    expect(farming(times(15, () => claim('POST /tea/claims', '/tea/claims')))).toEqual([]);
    expect(farming(times(21, () => claim('POST /tea/claims', '/tea/claims'))).map(({ user }) => user)).toEqual(['zhang']);
  });

  it('are farming where the campaign says nothing and one person takes it again and again', () => {
    expect(farming(times(6, () => claim('POST /cake/claims', '/cake/claims')))).toHaveLength(1);
  });

  it('are no farming where each is of another coupon', () => {
    const others = times(9, (at) => ({ ...claim('POST /coupons/:id/claim', `/coupons/${at}/claim`), object: `/coupons/${at}` }));
    expect(farming(others)).toEqual([]);
    const same = times(9, () => ({ ...claim('POST /coupons/:id/claim', '/coupons/1/claim'), object: '/coupons/1' }));
    expect(farming(same)).toHaveLength(1);
  });
});

describe('many claims behind one address', () => {
  it('are those of a shop, where everybody has a phone of their own', () => {
    expect(farming(times(40, (at) => ({ ...customer(at), campaign: 'tea', amount_cents: 500 })))).toEqual([]);
  });

  it('are those of a shop, too, where a phone is only known by its model', () => {
    const kinds = times(30, (at) => ({ ...customer(at), device: `model-${at % 5}`, device_is_kind: true, campaign: 'tea' }));
    expect(farming(kinds)).toEqual([]);
    const one = times(30, (at) => ({ ...customer(at), device: 'model-1', device_is_kind: true, campaign: 'tea' }));
    expect(farming(one)).not.toEqual([]);
  });

  it('are farming where many accounts share a few phones, or show none', () => {
    const few = times(9, (at) => ({ ...customer(at), device: `phone-${at % 4}`, campaign: 'tea', amount_cents: 500 }));
    expect(farming(few).map(({ entity }) => entity)).toContain('ip 203.0.113.80');
    const none = times(9, (at) => ({ ...customer(at), device: null, campaign: 'tea', amount_cents: 500 }));
    expect(farming(none).map(({ entity }) => entity)).toContain('ip 203.0.113.80');
  });
});
