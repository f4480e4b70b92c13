import { describe, expect, test } from 'vitest';
import { EntityRef } from '../entity-ref.ts';
import { loadPolicies } from '../load-policies.ts';
import { describeRoutes, type PolicyApp } from './describe-routes.ts';
import { CONTEXT_ATTRIBUTES, generateSchema } from './generate-schema.ts';
import { createLocalClock, type RequestCircumstances, requestContext } from './request-context.ts';

const body = {
  type: 'object',
  properties: { order: { properties: { amount: { type: 'integer' }, note: { type: 'string' }, extra: {} } } },
};

const APPS: readonly PolicyApp[] = [
  {
    id: 'portal',
    routes: [
      { action: 'portal.me.read' },
      { action: 'portal.employee.read', resource: { type: 'Menshen::User', from: 'directory', attributes: {} } },
      {
        action: 'portal.order.write',
        schema: body,
        resource: {
          type: 'Portal::Order',
          from: 'request',
          attributes: { amount: 'body.order.amount', region: 'path.region', extra: 'body.order.extra' },
        },
      },
      {
        action: 'portal.order.read',
        resource: { type: 'Portal::Order', from: 'request', attributes: { region: 'query.region' } },
      },
      {},
    ],
  },
  {
    id: 'coupon',
    routes: [
      { action: 'coupon.claim', resource: { type: 'Coupon::Campaign', from: 'request', attributes: { kind: '=body.x' } } },
    ],
  },
];

const { description, untyped } = describeRoutes(APPS);
const schema = { name: 'generated.cedarschema', text: generateSchema(description) };

/** Errors, and warnings of a policy that can never match. */
function problemsOf(text: string): string[] {
  const result = loadPolicies({ files: [{ name: 'p.cedar', text }], schema });
  return (result.ok ? result.warnings : result.problems).map((problem) => problem.message);
}

const permit = (action: string, resource: string, condition: string): string =>
  `permit(principal is Menshen::User, action == Menshen::Action::"${action}", resource is ${resource}) when { ${condition} };`;

describe('the generated schema', () => {
  test.each([
    [
      'people, departments, roles',
      permit('portal.employee.read', 'Menshen::User', 'resource in principal.leads && principal in Menshen::Role::"hr"'),
    ],
    ['attributes that every route gives', permit('portal.order.read', 'Portal::Order', 'resource.region == "east"')],
    ['others behind has', permit('portal.order.write', 'Portal::Order', 'resource has amount && resource.amount < 100')],
    ['constants, even odd ones', permit('coupon.claim', 'Coupon::Campaign', 'resource.kind == "body.x"')],
    ['the app where there is no resource', permit('portal.me.read', 'Menshen::App', 'resource == Menshen::App::"portal"')],
    ['all actions of an app', 'forbid(principal, action in Menshen::Action::"app/portal", resource) when { context.risk >= 3 };'],
    [
      'the context',
      permit(
        'portal.me.read',
        'Menshen::App',
        'context has mfaAge && context.mfaAge < 300 && context has ip && context.ip.isInRange(ip("10.0.0.0/8")) && context.weekday <= 5 && context.minuteOfDay >= 540 && context.hour < 18 && context.deviceKnown && !context.riskReasons.contains("new_city") && context.channel == "wecom" && context.assurance >= 2',
      ),
    ],
  ])('knows %s', (_, text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  test.each([
    ['an action that no route has', permit('portal.order.delete', 'Portal::Order', 'true')],
    ['an attribute that nothing gives', permit('portal.order.read', 'Portal::Order', 'resource.regoin == "east"')],
    ['an attribute that some routes do not give', permit('portal.order.write', 'Portal::Order', 'resource.amount < 100')],
    [
      'an attribute whose type is not known',
      permit('portal.order.write', 'Portal::Order', 'resource has extra && resource.extra == 1'),
    ],
    ['a second factor that may never have been given', permit('portal.me.read', 'Menshen::App', 'context.mfaAge < 300')],
    ['an action on another type', permit('coupon.claim', 'Portal::Order', 'resource.region == "east"')],
  ])('finds %s', (_, text) => {
    expect(problemsOf(text)).not.toEqual([]);
  });

  test('names what it leaves out', () => {
    expect(untyped).toEqual([
      { app: 'portal', action: 'portal.order.write', type: 'Portal::Order', attribute: 'extra', reason: 'unknown_type' },
    ]);
    const twice = describeRoutes([
      {
        id: 'a',
        routes: [{ action: 'x', schema: body, resource: { type: 'T', from: 'request', attributes: { v: 'body.order.amount' } } }],
      },
      { id: 'b', routes: [{ action: 'y', resource: { type: 'T', from: 'request', attributes: { v: 'path.v' } } }] },
    ]);
    expect(twice.untyped.map(({ app, reason }) => [app, reason])).toEqual([
      ['a', 'different_types'],
      ['b', 'different_types'],
    ]);
    expect(generateSchema(twice.description)).toContain('entity T = {};');
  });

  test('is the same whatever the order of apps', () => {
    expect(generateSchema(describeRoutes(APPS.toReversed()).description)).toBe(schema.text);
  });

  test('gives people further attributes, and does not let their own be redefined', () => {
    const text = generateSchema({
      actions: [{ id: 'x', app: 'a', resources: ['Menshen::App'] }],
      types: { 'Menshen::User': { attributes: { level: { type: 'Long', optional: true }, uid: { type: 'Long' } } } },
    });
    const loaded = loadPolicies({
      files: [
        {
          name: 'p.cedar',
          text: 'permit(principal is Menshen::User, action, resource) when { principal has level && principal.uid == "a" };',
        },
      ],
      schema: { name: 's.cedarschema', text },
    });
    expect(loaded).toMatchObject({ ok: true });
  });

  test.each(['order', 'A::b', 'X; entity Y', 'Action', 'Menshen::Action', '__cedar::X', ''])('declares no type %j', (type) => {
    expect(() => generateSchema({ actions: [{ id: 'x', app: 'a', resources: [type] }], types: {} })).toThrow(TypeError);
  });

  test('keeps hostile ids of actions in their quotes', () => {
    const text = generateSchema({
      actions: [{ id: 'x"; entity Y; action "z', app: 'a"b', resources: ['Menshen::App'] }],
      types: {},
    });
    expect(loadPolicies({ files: [], schema: { name: 's.cedarschema', text } })).toMatchObject({ ok: true });
    expect(text).not.toContain('\n  entity Y');
  });
});

const circumstances: RequestCircumstances = {
  app: 'portal',
  channel: 'wecom',
  assurance: 2,
  mfaAgeSeconds: 12.2,
  address: '::ffff:10.0.0.7',
  method: 'GET',
  arrived: Date.UTC(2026, 0, 4, 16, 30, 1),
  local: createLocalClock('Asia/Shanghai')(Date.UTC(2026, 0, 4, 16, 30, 1)),
  risk: 1,
  riskReasons: ['new_city'],
  deviceKnown: true,
};

describe('the context of a request', () => {
  test('has what the schema declares, local time included', () => {
    const context = requestContext(circumstances);
    expect(context).toMatchObject({
      mfaAge: 13,
      time: 1_767_544_201,
      hour: 0,
      minuteOfDay: 30,
      weekday: 1,
      risk: 1,
      deviceKnown: true,
    });
    expect(new Set(Object.keys(context))).toEqual(new Set(Object.keys(CONTEXT_ATTRIBUTES)));
    const without = requestContext({ ...circumstances, mfaAgeSeconds: null, address: 'unix:' });
    const optional = Object.entries(CONTEXT_ATTRIBUTES).flatMap(([name, { optional: is }]) => (is === true ? [name] : []));
    expect(Object.keys(CONTEXT_ATTRIBUTES).filter((name) => !Object.hasOwn(without, name))).toEqual(optional);
  });

  test('decides with the generated schema', () => {
    const text = permit(
      'portal.me.read',
      'Menshen::App',
      'context has ip && context.ip.isInRange(ip("10.0.0.0/8")) && context.weekday == 1',
    );
    const loaded = loadPolicies({ files: [{ name: 'p.cedar', text }], schema });
    if (!loaded.ok) throw new Error('not loaded');
    const request = {
      principal: new EntityRef('Menshen::User', 'a'),
      action: { type: 'Menshen::Action', id: 'portal.me.read' },
      resource: new EntityRef('Menshen::App', 'portal'),
      context: requestContext(circumstances),
    };
    expect(loaded.policies.decideStrict(request, { get: () => undefined }).allow).toBe(true);
  });
});

describe('local time', () => {
  test.each([
    ['Asia/Shanghai', Date.UTC(2026, 5, 7, 15, 59), { hour: 23, minuteOfDay: 1_439, weekday: 7 }],
    ['Asia/Kathmandu', Date.UTC(2026, 5, 7, 18, 15), { hour: 0, minuteOfDay: 0, weekday: 1 }],
    ['America/New_York', Date.UTC(2026, 2, 8, 6, 59), { hour: 1, minuteOfDay: 119, weekday: 7 }],
    ['America/New_York', Date.UTC(2026, 2, 8, 7, 0), { hour: 3, minuteOfDay: 180, weekday: 7 }],
    ['UTC', Date.UTC(1969, 11, 31, 23, 59, 59), { hour: 23, minuteOfDay: 1_439, weekday: 3 }],
  ])('in %s', (zone, time, expected) => {
    const clock = createLocalClock(zone);
    clock(time - 86_400_000);
    expect(clock(time)).toEqual(expected);
  });

  test('knows no zone that does not exist', () => {
    expect(() => createLocalClock('Asia/Atlantis')).toThrow(RangeError);
  });
});
