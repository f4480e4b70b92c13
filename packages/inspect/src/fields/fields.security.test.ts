import { describe, expect, it } from 'vitest';
import { compileSchema } from '../schema/compile.ts';
import { expandJsonText } from './expand-json-text.ts';
import { compileFieldMap } from './field-map.ts';
import { isHarmlessPattern } from './harmless-pattern.ts';

const attacks = [
  "1' or '1'='1",
  '1 union select password from users',
  '<img src=x onerror=alert(1)>',
  '../../etc/passwd',
  '..',
  'http://169.254.169.254/latest/meta-data/',
  'http://127.0.0.1:6379/',
  'http://localhost/',
  'http://2130706433/',
  'https://a.example.com@evil.cn/',
  'https://intern.corp/',
  "https://a.cn/x'onmouseover=alert(1)",
  'javascript:alert(1)',
  '$(id)',
  '{{7*7}}',
  '${jndi:ldap://a.cn/x}',
  'a\r\nset-cookie: x=1',
  '＜script＞',
  'x\u202e',
  '|id',
  'a;ls',
  '__proto__[x]',
];
const settled = ['id', 'cn-name', 'cn-mobile', 'date', 'date-time', 'uuid', 'ipv4', 'http-url', 'opaque-token', 'cn-id-card'];

describe('JSON within a text', () => {
  const schema = { type: 'object', properties: { detail: { type: 'string', format: 'json-text' }, note: { type: 'string' } } };
  const fields = compileFieldMap(schema);

  it('has one reading, so that nothing hides behind a name that comes twice', () => {
    const check = compileSchema(schema, { name: 'test' });
    expect(check.check({ detail: '{"a":1}' })).toBeNull();
    for (const detail of [
      '{"a":"\' or 1=1--","a":"x"}',
      '{"a":1',
      `${'['.repeat(100)}${']'.repeat(100)}`,
      '{"a":1e999}',
      '{"__proto__":{}}',
    ])
      expect(check.check({ detail }), detail).toMatchObject({ where: '/detail' });
  });

  it('is looked at leaf by leaf', () => {
    const value = { detail: '{"a":["x",{"b":"<script>"}]}', note: '{"c":1}' };
    expect(expandJsonText(value, fields)).toEqual({ detail: { a: ['x', { b: '<script>' }] }, note: '{"c":1}' });
    expect(fields.settles('<script>', ['detail', 'a', 1, 'b'], 'value')).toBe(false);
  });
});

describe('a settled type', () => {
  it.each(settled)('%s takes no attack', (format) => {
    const schema = { type: 'string', format };
    expect(compileFieldMap(schema).settles('x', [], 'value')).toBe(true);
    const check = compileSchema(schema, { name: 'test' });
    for (const attack of attacks) expect(check.check(attack), `${format} takes ${attack}`).not.toBeNull();
  });

  it('takes what honest clients send', () => {
    const takes = (format: string, text: string) => compileSchema({ type: 'string', format }, { name: 't' }).check(text) === null;
    expect(takes('cn-name', '欧阳娜娜')).toBe(true);
    expect(takes('cn-name', '买买提·艾合买提')).toBe(true);
    expect(takes('cn-name', 'Ada Lovelace')).toBe(true);
    expect(takes('http-url', 'https://img.shop.cn/a/b_1.png?x=1&y=%E8%8C%B6#top')).toBe(true);
    expect(takes('opaque-token', 'eyJhbGciOi.eyJzdWIi.AbC_-9')).toBe(true);
    expect(takes('id', 'WX_2026-11')).toBe(true);
    expect(takes('short-text', '明天请假（家里有事）')).toBe(true);
    expect(takes('text', '第一行\n第二行\t完')).toBe(true);
    expect(takes('text', 'a\u0000b')).toBe(false);
    expect(takes('json-text', '{"a":1}')).toBe(true);
    expect(takes('json-text', '{a:1}')).toBe(false);
  });

  it.each([
    ['^[A-Za-z0-9_-]{1,64}$', true],
    ['^(?:SH|GZ)[0-9]{3}$', true],
    ['^a$|^b$', true],
    ['^\\p{Script=Han}+$', true],
    ['[a-z]+', false],
    ['^[a-z]+', false],
    ['^a$|b', false],
    ['^.{1,20}$', false],
    ['^[^<>]*$', false],
    ['^[a-z ]+$', false],
    ["^[a-z']+$", false],
    ['^\\S+$', false],
    ['^\\w+(?:/\\w+)*$', false],
    ['^[\\u{ff00}-\\u{ff5e}]+$', false],
  ])('%s is harmless: %s', (pattern, harmless) => {
    expect(isHarmlessPattern(pattern)).toBe(harmless);
  });

  it('leaves to the engine what a choice leaves open', () => {
    const map = compileFieldMap({ anyOf: [{ type: 'string', format: 'id' }, { type: 'string' }] });
    expect(map.settles("' or 1=1", [], 'value')).toBe(false);
  });

  it('does not grow with what a client sends', () => {
    const map = compileFieldMap({ additionalProperties: { type: 'string', format: 'id' }, patternProperties: { '^x': true } });
    for (let at = 0; at < 20_000; at += 1) expect(map.kindAt([`k${at}`])).toBe('id');
  });
});
