import { describe, expect, it } from 'vitest';
import { type Observer, observe } from './observe.ts';
import { emptyProfile, type RouteProfile } from './profile.ts';
import { proposeSchema } from './propose.ts';

const digest = (text: string): number => [...text].reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) >>> 0, 7);
const person = (tag: number): Observer => ({ tag, digest });
const send = (profile: RouteProfile, body: unknown, tag: number) =>
  observe(profile, { body, query: {}, path: {} }, person(tag), 0);

function honest(): RouteProfile {
  const profile = emptyProfile(0);
  for (let at = 0; at < 200; at += 1) send(profile, { id: `A_${at % 50}`, kind: at % 2 === 0 ? 'x' : 'y', n: at % 10 }, at % 20);
  return profile;
}

describe('a profile under attack', () => {
  const clean = proposeSchema(honest())?.body;

  it('is not widened by one person, however often they send', () => {
    const profile = honest();
    for (let at = 0; at < 5_000; at += 1)
      send(profile, { id: "1' or '1'='1", kind: `z${at}`, n: 1e12, isAdmin: true, extra: { $where: 'x' } }, 999);
    expect(proposeSchema(profile)?.body).toEqual(clean);
  });

  it('is not narrowed or widened by four people together', () => {
    const profile = honest();
    for (let at = 0; at < 400; at += 1) send(profile, { id: ['<script>'], n: 'x'.repeat(300) }, 900 + (at % 4));
    expect(proposeSchema(profile)?.body).toEqual(clean);
  });

  it('keeps no value: neither texts, nor numbers, nor names that are data', () => {
    const profile = emptyProfile(0);
    for (let at = 0; at < 300; at += 1)
      send(
        profile,
        {
          phone: `1390013${String(at).padStart(4, '0')}`,
          name: `王${String.fromCharCode(0x4e00 + at)}`,
          salary: 8_765_43 + at,
          city: at < 3 ? '拉萨' : '上海',
          shared: { [`uid${10_000 + at}`]: 1 },
        },
        at % 30,
      );
    const stored = JSON.stringify(profile);
    for (const secret of ['1390013', '王', '876', 'uid1', '拉萨']) expect(stored).not.toContain(secret);
    // What thirty people have sent alike is nobody's own.
    expect(stored).toContain('上海');
  });

  it('stays bounded', () => {
    const profile = emptyProfile(0);
    let deep: unknown = 1;
    for (let at = 0; at < 200; at += 1) deep = { a: deep, [`b${at % 9}`]: [deep] };
    send(profile, deep, 1);
    for (let at = 0; at < 3_000; at += 1) {
      const body: Record<string, unknown> = {};
      for (let key = 0; key < 60; key += 1) body[`k${(at * 60 + key).toString(36).replace(/\d/g, 'z')}`] = 'v'.repeat(key);
      send(profile, body, at % 50);
    }
    expect(JSON.stringify(profile).length).toBeLessThan(512_000);
  });

  it('takes names of the prototype for data', () => {
    const profile = honest();
    for (let at = 0; at < 50; at += 1) send(profile, JSON.parse('{"__proto__":{"x":1},"constructor":1,"id":"A_1"}'), at);
    const schema = JSON.stringify(proposeSchema(profile)?.body);
    expect(schema).not.toContain('constructor');
    expect(schema).not.toContain('__proto__');
    expect(Object.prototype).not.toHaveProperty('x');
  });
});
