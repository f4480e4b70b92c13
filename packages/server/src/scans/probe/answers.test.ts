import { describe, expect, it } from 'vitest';
import { holdsData, identifiersIn, isAlike, isMostlySame, isSame, jsonOf } from './answers.ts';
import { madeUpLike } from './checks/access.ts';
import type { ProbeAnswer } from './model.ts';
import { mergeRoutes, routesOfGateway, routesOfOpenApi, routesOfTraffic } from './routes.ts';
import { errorSignOf, sqlErrorOf } from './signs.ts';

const answer = (body: unknown, status = 200): ProbeAnswer => ({
  ...{ status, headers: { 'content-type': 'application/json' } },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

describe('an answer', () => {
  it.each([
    ['a refusal with 200', { code: 401, msg: '未登录', data: null }],
    ['a refusal in words', { success: false, data: [1] }],
    ['an envelope around nothing', { code: 0, msg: 'ok', data: [] }],
    ['an empty object', {}],
    ['an empty list', []],
    ['an error of WeChat', { errcode: 40001, errmsg: 'invalid credential' }],
    ['a login page', '<html><title>请登录</title></html>'],
  ])('holds no data: %s', (_name, body) => expect(holdsData(answer(body))).toBe(false));

  it.each([
    ['an envelope', { code: 0, msg: 'ok', data: { id: 1 } }],
    ['an envelope of text', { code: '00000', message: '', data: [1] }],
    ['a plain object', { id: 1, status: 'paid' }],
    ['a list', [{ id: 1 }]],
  ])('holds data: %s', (_name, body) => expect(holdsData(answer(body))).toBe(true));

  it('is no data by its status', () => expect(holdsData(answer({ id: 1 }, 403))).toBe(false));

  it('is the same whatever its time, and alike whatever its values', () => {
    const one = answer({ data: { id: 1, name: 'a' }, timestamp: 1, requestId: 'x' });
    expect(isSame(one, answer({ requestId: 'y', timestamp: 2, data: { name: 'a', id: 1 } }))).toBe(true);
    const other = answer({ data: { id: 2, name: 'b' }, timestamp: 1, requestId: 'x' });
    expect([isSame(one, other), isAlike(one, other)]).toEqual([false, true]);
    expect(isAlike(one, answer({ code: 1, message: 'no' }))).toBe(false);
    expect(jsonOf(answer('{broken'))).toBeUndefined();
  });

  it('is mostly the same where only what is about the reader differs', () => {
    const order = { id: 1001, amount: 300, phone: '138', items: [{ sku: 'a' }] };
    const [own, other] = [answer({ data: { ...order, mine: true } }), answer({ data: { ...order, mine: false } })];
    expect([isSame(own, other), isMostlySame(own, other)]).toEqual([false, true]);
    expect(isMostlySame(own, answer({ data: { id: 2, amount: 5, phone: '139', items: [{ sku: 'b' }], mine: false } }))).toBe(
      false,
    );
  });

  it('names what it identifies', () => {
    expect(identifiersIn({ data: [{ _id: 'a', orderNo: 7, note: 'n' }] })).toEqual(
      new Map([
        ['_id', new Set(['a'])],
        ['orderNo', new Set(['7'])],
      ]),
    );
  });
});

describe('made-up identifiers', () => {
  it.each(['1001', '64f0c2a1b5e4d90012345678', '3f2504e0-4f89-11d3-9a0c-0305e82c3301', 'ORD-20261126-AB'])(
    'have the form of %s',
    (id) => {
      const made = madeUpLike(id, '3f9ac01b77de');
      expect(made).not.toBe(id);
      const form = (text: string): string => text.replace(/\d/g, '9').replace(/[a-f]/g, 'a').replace(/[A-Z]/g, 'A');
      if (!/^\d+$/.test(id)) expect(made.length).toBe(id.length);
      else expect(made).toMatch(/^\d{9,}$/);
      expect(form(made).replaceAll(/[9aA]/g, '')).toBe(form(id).replaceAll(/[9aA]/g, ''));
    },
  );
});

describe('signs of errors', () => {
  it.each([
    ["You have an error in your SQL syntax; check the manual near ''' at line 1", true],
    ['SQLSTATE[42000]: Syntax error', true],
    ['ORA-00933: SQL command not properly ended', true],
    ['{"error":"unterminated quoted string at or near \\"\'\\""}', true],
    ['Learn SQL syntax in our course', false],
    ['near "you": a shop', false],
  ])('of a database: %s', (text, is) => expect(sqlErrorOf(text) !== null).toBe(is));

  it.each([
    ['TypeError: x\n    at getOrder (/srv/app/orders.js:12:7)', true],
    ['{"stack":"Error: x\\n    at Object.<anonymous> (/srv/a.js:1:2)"}', true],
    ['Traceback (most recent call last):\n  File "a.py"', true],
    ['java.lang.NullPointerException: null\n\tat com.shop.Order.get(Order.java:17)', true],
    ['#0 /var/www/html/index.php(12): run()', true],
    ['We meet at the station (platform 9:30:00)', false],
    ['{"code":500,"msg":"内部错误"}', false],
  ])('of code: %s', (text, is) => expect(errorSignOf(text) !== null).toBe(is));

  it('are looked for in bounded time: quadratic work would not end here', () => {
    for (const text of [' at '.repeat(50_000), '\n    at a'.repeat(20_000), 'java.lang.'.repeat(20_000), '#1 /'.repeat(40_000)])
      errorSignOf(text);
  });
});

describe('lists of interfaces', () => {
  it('come from OpenAPI with what it says of credentials, bodies and values', () => {
    const routes = routesOfOpenApi({
      openapi: '3.0.3',
      security: [{ bearer: [] }],
      components: {
        schemas: { Me: { properties: { nickname: {} } } },
        parameters: { q: { name: 'q', in: 'query', schema: { default: 'tea' } } },
      },
      paths: {
        '/shops/{shop}/orders': { get: { parameters: [{ $ref: '#/components/parameters/q' }] } },
        '/me': { put: { requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Me' } } } } } },
        '/login': { post: { security: [] } },
        '/manage/list': { get: { tags: ['x'] } },
      },
    });
    expect(routes.map(({ method, path, isPublic, isAdmin }) => `${method} ${path} ${isPublic} ${isAdmin}`)).toEqual([
      'GET /shops/{shop}/orders false false',
      'PUT /me false false',
      'POST /login true false',
      'GET /manage/list false true',
    ]);
    expect(routes[0]?.parameters).toEqual([
      { name: 'q', in: 'query', example: 'tea', required: false },
      { name: 'shop', in: 'path', example: null, required: true },
    ]);
    expect(routes[1]?.bodyFields).toEqual(['nickname']);
    for (const broken of [null, {}, { openapi: '2.0', paths: {} }, { openapi: '3.0.0' }])
      expect(() => routesOfOpenApi(broken)).toThrow();
  });

  it('come from the gateway and from traffic, and are one list', () => {
    const gateway = routesOfGateway([
      { match: 'GET /api/orders/:id', auth: 'session' },
      { match: 'GET /static/*', auth: 'none' },
    ] as never);
    const traffic = routesOfTraffic([
      '{"method":"get","path":"/api/orders/12?x=1"}',
      '{"method":"GET","endpoint":"/api/shops/:shop"}',
      '[]',
      'x',
    ]);
    expect(mergeRoutes([gateway, traffic]).map(({ method, path, isPublic }) => `${method} ${path} ${isPublic}`)).toEqual([
      'GET /api/orders/{id} false',
      'GET /api/shops/{shop} null',
    ]);
  });
});
