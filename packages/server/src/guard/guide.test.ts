import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configSchema } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compileGuards } from './compile.ts';
import { campaignApp, campaignInput } from './testing.ts';

const guide = readFileSync(join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'guides', 'campaigns.md'), 'utf8');

describe('the guide to campaigns', () => {
  const examples = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');

  it('shows configurations that compile', () => {
    expect(examples).toHaveLength(2);
    const [coupon, shop] = examples.map((text) => {
      const [app] = configSchema.parse(parse(text)).apps;
      if (app === undefined) throw new Error('no app');
      return compileGuards(app, 5_000);
    });
    expect([...(coupon?.routes.values() ?? [])].map(({ act }) => act)).toEqual(['claim', 'redeem', 'refund', null]);
    expect(coupon?.campaigns.get('tea-2026')).toMatchObject({ mostCents: 2_000, generations: [1] });
    const kinds = [...(shop?.routes.values() ?? [])].flatMap(({ rules }) => rules.map(({ kind }) => kind));
    expect(new Set(kinds)).toEqual(new Set(['discloses', 'owns', 'belongs', 'forward', 'range', 'listSize', 'total']));
  });
});

describe('a declaration that cannot work', () => {
  const claim = campaignInput().claim;
  it.each<[string, () => unknown, RegExp]>([
    [
      'names a route that is not there',
      () => compile([{ claim: { ...claim, route: 'POST /nowhere' } }], false),
      /no route "POST \/nowhere"/,
    ],
    ['shares an id', () => compile([{}, {}]), /two campaigns have this id/],
    ['cannot be told apart', () => compile([{ id: 'a' }, { id: 'b' }]), /must all be named in the same place/],
    [
      'reads keys from two places',
      () =>
        compile([
          { id: 'a', claim: { ...claim, campaign: 'body.c', key: 'body.k' } },
          { id: 'b', claim: { ...claim, campaign: 'body.c' } },
        ]),
      /idempotency key/,
    ],
    [
      'holds shorter than the backend may work',
      () => compile([{ reservationSeconds: 5 }]),
      /longer than the route's timeout of 15 s/,
    ],
    [
      'does two things at one route',
      () => compile([{ redeem: { route: 'POST /claims', coupon: 'body.coupon' } }]),
      /a route cannot serve two acts/,
    ],
    ['changes coupons by a safe method', () => compile([{ claim: { ...claim, route: 'GET /claims' } }]), /safe method/],
    ['wants a code and names none', () => compile([{ codes: {} }]), /code/],
    ['names a code and has none', () => compile([{ claim: { ...claim, code: 'body.code' } }]), /codes/],
    [
      'ends before it begins',
      () => compile([{ window: { start: '2026-02-01T00:00:00Z', end: '2026-01-01T00:00:00Z' } }]),
      /later than start/,
    ],
    [
      'has a fixed amount outside its bounds',
      () => compile([{ amount: { minCents: 1, maxCents: 5, fixedCents: [6] } }]),
      /between/,
    ],
    ['reads from nowhere', () => compile([{ claim: { ...claim, amount: 'cookie.amount' } }]), /a place in the request/],
  ])('%s', (_what, make, message) => {
    expect(make).toThrow(message);
  });

  function compile(changes: readonly Parameters<typeof campaignInput>[0][], withRoutes = true): unknown {
    const campaigns = changes.map((change) => campaignInput(change));
    const app = campaignApp(withRoutes ? campaigns : [campaignInput()]);
    const whole = withRoutes ? app : { ...app, campaigns: campaignApp(campaigns).campaigns };
    return compileGuards(whole, 15_000);
  }
});
