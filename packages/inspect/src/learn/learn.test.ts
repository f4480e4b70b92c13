import { describe, expect, it } from 'vitest';
import { compileSchema } from '../schema/compile.ts';
import { type Observer, observe } from './observe.ts';
import { emptyProfile, mergeProfiles, type RouteProfile } from './profile.ts';
import { proposeSchema } from './propose.ts';

const digestOf = (text: string): number => [...text].reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) >>> 0, 7);
const person = (tag: number): Observer => ({ tag, digest: digestOf });
const order = (at: number) => ({
  sku: `TEA-${at % 40}`,
  count: (at % 9) + 1,
  state: at % 2 === 0 ? 'new' : 'paid',
  phone: `138${String(10_000_000 + at * 7_919).slice(0, 8)}`,
  day: `2026-11-${String((at % 28) + 1).padStart(2, '0')}`,
  buyer: ['王芳', '李小龙', '欧阳娜娜', '张伟'][at % 4],
  note: at % 3 === 0 ? `请放门口，谢谢！第${at}单\n电话联系` : '无',
  items: Array.from({ length: (at % 4) + 1 }, (_, item) => ({ id: item, price: 9.5 })),
  ...(at % 2 === 0 ? { coupon: `C${at}` } : {}),
});

function learn(count: number, persons: number, from = 0): RouteProfile {
  const profile = emptyProfile(0);
  for (let at = from; at < from + count; at += 1)
    observe(
      profile,
      { body: order(at), query: { page: String(at % 7) }, path: { id: `o_${at}` } },
      person(1 + (at % persons)),
      at,
    );
  return profile;
}

describe('learning', () => {
  const proposal = proposeSchema(learn(400, 20));

  it('proposes the types of what was seen', () => {
    const field = Object.fromEntries((proposal?.fields ?? []).map((one) => [one.path, one]));
    const kinds = Object.fromEntries(Object.entries(field).map(([path, { kind }]) => [path, kind]));
    expect(kinds).toMatchObject({
      'body.sku': 'id',
      'body.count': 'none',
      'body.state': 'enum',
      'body.phone': 'mobile',
      'body.day': 'date',
      'body.note': 'text',
      'body.items': 'none',
      'body.items[].id': 'none',
      'query.page': 'none',
      'path.id': 'id',
    });
    expect(field['body.coupon']?.required).toBe(false);
    expect(field['body.sku']).toMatchObject({ required: true, seen: 400, departs: 3 / 400 });
  });

  it('takes what it has learned from, and refuses what is new', () => {
    const check = compileSchema(proposal?.body, { name: 'learned' });
    for (let at = 0; at < 400; at += 1) expect(check.check(order(at))).toBeNull();
    expect(check.check({ ...order(1), isAdmin: true })).toEqual({ where: '/#8', keyword: 'additionalProperties' });
    expect(check.check({ ...order(1), sku: { $ne: '' } })).toMatchObject({ where: '/sku' });
    expect(check.check({ ...order(1), sku: "TEA' or 1=1" })).toMatchObject({ where: '/sku', keyword: 'format' });
    expect(check.check({ ...order(1), count: 1e9 })).toMatchObject({ where: '/count', keyword: 'maximum' });
    expect(check.check({ ...order(1), state: 'refunded' })).toMatchObject({ where: '/state', keyword: 'enum' });
    const query = compileSchema(proposal?.query, { name: 'learned', source: 'text' });
    expect(query.check({ page: '3' })).toBeNull();
    expect(query.check({ page: '3 or 1=1' })).toMatchObject({ where: '/page' });
    expect(query.check({ page: '3', debug: '1' })).not.toBeNull();
  });

  it('is the same over two nodes and after storing', () => {
    const merged = mergeProfiles(learn(200, 20), JSON.parse(JSON.stringify(learn(200, 20, 200))));
    const both = proposeSchema(merged);
    expect(both?.body).toEqual(proposal?.body);
    expect(both?.query).toEqual(proposal?.query);
  });

  it('proposes nothing from too little', () => {
    expect(proposeSchema(learn(20, 20))).toBeNull();
    expect(proposeSchema(learn(400, 4))).toBeNull();
  });

  it('notices a member that comes later as optional', () => {
    const profile = learn(100, 10);
    for (let at = 0; at < 100; at += 1)
      observe(profile, { body: { ...order(at), gift: true }, query: {}, path: {} }, person(1 + (at % 10)), at);
    const field = proposeSchema(profile)?.fields.find(({ path }) => path === 'body.gift');
    expect(field).toMatchObject({ required: false, type: 'boolean' });
  });

  it('puts null beside the other type, and rich text before plain', () => {
    const profile = emptyProfile(0);
    for (let at = 0; at < 60; at += 1)
      observe(
        profile,
        { body: { a: at % 2 === 0 ? null : at, html: `<p>第${at}段</p>` }, query: {}, path: {} },
        person(at % 10),
        at,
      );
    expect(proposeSchema(profile)?.body).toMatchObject({
      properties: { a: { type: ['integer', 'null'] }, html: { type: 'string', format: 'rich-text' } },
    });
  });
});
