import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { examineFields } from './examine-fields.ts';
import { keptName, kindsOf } from './kinds.ts';
import { isMaskedBy, maskPathOf } from './masked-path.ts';

const found = (value: unknown): Record<string, Record<string, number>> =>
  Object.fromEntries(examineFields(value).map(({ field, counts }) => [field, Object.fromEntries(counts)]));

describe('kinds of a value', () => {
  it.each([
    ['mobile', '13800138000', 'phone'],
    ['x', 13800138000, 'phone'],
    ['x', '11010519491231002X', 'identity_card'],
    ['x', '6222021234567890128', 'bank_card'],
    ['x', 'zhangsan@example.com', 'mail'],
    ['real_name', '张三', 'name'],
    ['xingMing', '欧阳娜娜', 'name'],
    ['姓名', '李四', 'name'],
    ['contactName', 'Zhang San', 'name'],
    ['dizhi', '广东省深圳市南山区', 'address'],
    ['x', '广东省深圳市南山区科技园路1号3栋502', 'address'],
  ] as const)('%s: %s is %s', (name, value, kind) => expect([...kindsOf(name, value).keys()]).toEqual([kind]));
  it.each([
    ['title', '张三'],
    ['name', '产品使用说明书第三版'],
    ['address', '127.0.0.1'],
    ['address', 'https://example.com/a'],
    ['name', 'tea-12'],
    ['note', '我们在南山区开会'],
    ['count', 13],
    ['order', '202611261234567890'],
    ['x', '请发邮件到 a@example.com'],
  ] as const)('%s: %s is none', (name, value) => expect([...kindsOf(name, value).keys()]).toEqual([]));
  it('takes time in proportion to the text, whatever is in it', () => {
    for (const unit of ['省路', '路', '市', '1号', 'a@', 'Aa ', '中·']) void kindsOf('address', unit.repeat(100_000));
    fc.assert(fc.property(fc.string({ maxLength: 1_000, unit: 'grapheme' }), (text) => void kindsOf('name', text)));
  });
});

describe('fields of an answer', () => {
  it('fold lists and count values', () => {
    expect(found({ data: { items: [{ mobile: '13800138000' }, { mobile: '13900139000' }], total: 2 } })).toEqual({
      'data.items[].mobile': { phone: 2 },
    });
    expect(found([{ name: '张三' }])).toEqual({ '[].name': { name: 1 } });
    expect(found({ phones: ['13800138000'] })).toEqual({ 'phones[]': { phone: 1 } });
  });
  it.each([
    ['a phone number', { '13800138000': { mail: 'a@example.com' } }],
    ['a person', { 张三: 'a@example.com' }],
    ['a uid', { people: { zhangsan: { mail: 'a@example.com' }, lisi: { mail: 'b@example.com' } } }],
    ['a mail address', { 'zhang@example.com': '13800138000' }],
    ['an id', { u_8f3a9c21: { mobile: '13800138000' } }],
    [
      'a long list of logins',
      Object.fromEntries(
        Array.from({ length: 80 }, (_, at) => [`zhang${String.fromCharCode(97 + (at % 26))}${at}`, 'a@example.com']),
      ),
    ],
  ])('do not name %s that stands as the name of a member', (_name, value) => {
    const paths = Object.keys(found(value));
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) expect(path).toMatch(/^(?:people\.)?\*(?:\.(?:mail|mobile))?$/);
  });
  it('hold nothing of a value', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('13800138000', '11010519491231002X', '6222021234567890128', '张三丰', 'zhang@example.com'),
        fc.jsonValue(),
        (secret, rest) => {
          const text = JSON.stringify(
            examineFields({ name: secret, [secret]: [secret, rest], deep: { [`${secret}1`]: secret } }).map(({ field }) => field),
          );
          expect(text).not.toContain(secret);
        },
      ),
    );
  });
  it('are bounded in depth, number and work', () => {
    let deep: unknown = '13800138000';
    for (let at = 0; at < 5_000; at += 1) deep = [deep];
    expect(examineFields(deep)).toEqual([]);
    const wide = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [
        `a${'bcdefghijk'[at % 10]}${'x'.repeat(Math.floor(at / 10))}`,
        Object.fromEntries(Array.from({ length: 26 }, (_none, n) => [String.fromCharCode(97 + n), '13800138000'])),
      ]),
    );
    expect(examineFields({ x: 1, ...wide }).length).toBeLessThanOrEqual(200);
    expect(
      examineFields({ list: Array.from({ length: 100_000 }, () => '13800138000') })[0]?.counts.get('phone'),
    ).toBeLessThanOrEqual(20_000);
  });
  it('keep the names a program writes', () => {
    for (const name of ['mobile', 'user_name', 'phone2', 'idCardNo', '手机号', 'x-y']) expect(keptName(name)).toBe(name);
    for (const name of ['', '1', 'a1234', '王小明', 'a b', 'a.b', '__proto__1234', 'ab'.repeat(50)])
      expect(keptName(name)).toBe('*');
  });
});

describe('masks of a field', () => {
  it.each([
    ['data.items[].mobile', 'mobile', true],
    ['data.items[].mobile', 'items.mobile', true],
    ['data.items[].mobile', 'data.mobile', false],
    ['data.bank.card.no', 'bank.card', true],
    ['mobile2', 'mobile', false],
  ])('%s by %s: %s', (field, mask, masked) => expect(isMaskedBy(field, mask)).toBe(masked));
  it.each([
    ['data.items[].mobile', 'data.items.mobile'],
    ['people.*.mobile', 'mobile'],
    ['phones[]', null],
    ['people.*', null],
    ['手机', null],
  ])('%s is proposed as %s', (field, path) => expect(maskPathOf(field)).toBe(path));
});
