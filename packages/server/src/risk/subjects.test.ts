import { describe, expect, it } from 'vitest';
import { factsFrom } from './facts.ts';
import { assess } from './method/assess.ts';
import { methods } from './method/functions.ts';
import { narrowFacts } from './narrow.ts';
import { membershipOf, type Subject, subjectsOf } from './subjects.ts';
import { seenOf } from './testing-seen.ts';
import { threats } from './threats/catalogue.ts';

const app = (id: string, paths: readonly string[]) => ({
  ...{ id, basePath: `/${id}`, audience: ['customer' as const], upstream: 'http://10.0.0.8:8080' },
  routes: paths.map((match) => ({ match, action: 'o.read' })),
});
const shop = app('shop', ['GET /api/orders', 'POST /api/orders/:id/pay', 'GET /api/ordersheet', 'GET /me', 'GET /:page']);
const desk = app('desk', ['GET /api/people']);
const told = {
  businesses: [{ id: 'sales', name: { zh: '销售', en: 'sales' }, importance: 5, owner: '', apps: ['shop'], tiedTo: [] }],
  ...{ owners: new Map(), advisories: [] },
};
const facts = factsFrom(seenOf([shop, desk]), told);
const whole = assess(facts, threats, methods['root-product']);

describe('subjects', () => {
  it('are everything, Menshen, apps, businesses, and groups of at least two routes', () => {
    const ids = subjectsOf(facts.assets, told.businesses).map(({ id }) => id);
    expect(ids).toEqual(['all', 'platform', 'app:shop', 'app:desk', 'business:sales', 'routes:shop:/api/orders']);
  });

  it('hold a route by whole parts of its path, and never one of another app', () => {
    const { owns, counts } = membershipOf('routes:shop:/api/orders', []);
    const route = (id: string, owner = 'shop') => ({ id: `route:${owner}:${id}`, kind: 'route' as const, app: owner });
    expect(owns(route('POST /api/orders/:id/pay'))).toBe(true);
    expect(owns(route('GET /api/ordersheet'))).toBe(false);
    expect(owns(route('GET /api/orders', 'desk'))).toBe(false);
    // What stands before the app stands before its routes too.
    expect(counts({ id: 'app:shop', kind: 'app', app: 'shop' })).toBe(true);
    expect(counts(route('GET /me'))).toBe(false);
    expect(counts(null)).toBe(true);
  });

  it.each<Subject>(['platform', 'app:shop', 'app:desk', 'business:sales', 'routes:shop:/api/orders'])(
    'leave every number as it is in the whole: %s',
    (subject) => {
      const { owns } = membershipOf(subject, facts.businesses);
      const expected = whole.risks.filter(({ asset }) => owns(asset)).map(({ id, score, inputs }) => ({ id, score, inputs }));
      const own = assess(narrowFacts(facts, subject), threats, methods['root-product']);
      expect(expected.length).toBeGreaterThan(0);
      expect(own.risks.map(({ id, score, inputs }) => ({ id, score, inputs }))).toEqual(expected);
    },
  );
});
