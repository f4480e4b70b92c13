import { describe, expect, test } from 'vitest';
import { numberFormats, stringFormats } from './formats.ts';

const samples: Readonly<Record<string, { yes: readonly string[]; no: readonly string[] }>> = {
  date: {
    yes: ['2026-04-12', '2024-02-29', '2000-02-29', '0001-01-01'],
    no: [
      '2026-02-29',
      '1900-02-29',
      '2026-13-01',
      '2026-00-10',
      '2026-04-31',
      '2026-4-12',
      '20260412',
      '2026-04-12 ',
      '２０２６-04-12',
      '',
    ],
  },
  time: {
    yes: ['00:00:00Z', '23:59:59.123456789z', '12:00:00+08:00', '23:59:60Z', '07:59:60+08:00', '15:59:60-08:00'],
    no: [
      '24:00:00Z',
      '12:60:00Z',
      '12:00:61Z',
      '12:00:60Z',
      '12:00:00',
      '12:00Z',
      '12:00:00+8:00',
      '12:00:00+24:00',
      '12:00:00.Z',
    ],
  },
  'date-time': {
    yes: ['2026-04-12T08:30:00+08:00', '2026-04-12t08:30:00.5Z'],
    no: ['2026-04-12 08:30:00Z', '2026-04-12T08:30:00', '2026-02-30T00:00:00Z', '2026-04-12', ''],
  },
  duration: {
    yes: ['P1D', 'P1Y2M3DT4H5M6S', 'PT1S', 'P2W', 'PT0S'],
    no: ['P', 'PT', 'P1', '1D', 'P1W1D', 'P1DT', 'PT1D', 'P-1D', 'P1H', ''],
  },
  email: {
    yes: ['a@b.cn', 'wang.xiaoming+shop@mail.corp.example.com'],
    no: [
      'a',
      'a@',
      '@b.cn',
      'a@b',
      'a..b@c.cn',
      '.a@b.cn',
      'a@b..cn',
      'a b@c.cn',
      '"a"@b.cn',
      'a@[10.0.0.1]',
      'a@-b.cn',
      '王@b.cn',
      `${'a'.repeat(65)}@b.cn`,
      'a@b.cn\n',
    ],
  },
  hostname: {
    yes: ['a', 'example.com', 'a-1.b'],
    no: ['', '.', 'a.', '-a', 'a-', 'a_b', 'a..b', 'a'.repeat(64), `${'a.'.repeat(127)}aa`],
  },
  ipv4: {
    yes: ['0.0.0.0', '255.255.255.255', '10.1.2.3'],
    no: ['256.1.1.1', '1.2.3', '1.2.3.4.5', '01.2.3.4', '0x1.2.3.4', '1.2.3.4 ', '127.1', '2130706433', ''],
  },
  ipv6: {
    yes: ['::', '::1', '1::', '2001:db8::1', '1:2:3:4:5:6:7:8', '::ffff:10.0.0.1', '1:2:3:4:5:6:10.0.0.1', '1:2:3:4:5:6:7::'],
    no: [
      '',
      ':',
      ':::',
      '1',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1::2::3',
      '12345::',
      'g::',
      'fe80::1%eth0',
      '::10.0.0.256',
      '10.0.0.1::',
      '1:2:3:4:5:6:7:8::',
      '::1:2:3:4:5:6:7:8',
      ':1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:',
    ],
  },
  uri: {
    yes: ['https://example.com/a?b=c#d', 'urn:isbn:1', 'weixin://x', 'http://[::1]:80/'],
    no: [
      '',
      'example.com',
      '//a/b',
      '/a',
      'http:',
      'http://a b',
      'http://a/%zz',
      'http://a/%4',
      'http://例',
      'http://a#b#c',
      'http://a\\b',
      '1a:b',
    ],
  },
  'uri-reference': { yes: ['', '/a/b', '?x', '#y', 'a', 'https://a'], no: ['a b', '%', '"', '中'] },
  uuid: {
    yes: ['123e4567-e89b-12d3-a456-426614174000', 'ABCDEF00-0000-0000-0000-000000000000'],
    no: [
      '123e4567e89b12d3a456426614174000',
      'urn:uuid:123e4567-e89b-12d3-a456-426614174000',
      '{123e4567-e89b-12d3-a456-426614174000}',
      '',
    ],
  },
  'json-pointer': { yes: ['', '/', '/a/~0/~1'], no: ['a', '/~', '/~2'] },
  byte: {
    yes: ['', 'AA==', 'AAA=', 'AAAA', '+/9='.replace('9=', '8=')],
    no: ['A', 'AA', 'AAA', 'AB==', 'AAB=', 'A===', '====', 'AA=A', 'AA-_', 'AAAA\n'],
  },
  // The identity numbers that pass are the examples printed in GB 11643-1999.
  'cn-mobile': {
    yes: ['13800138000', '19912345678'],
    no: ['12345678901', '1380013800', '138001380000', '+8613800138000', '138 0013 8000', '１３８00138000'],
  },
  'cn-id-card': {
    yes: ['11010519491231002X', '11010519491231002x', '440524188001010014'],
    no: [
      '110105194912310021',
      '11010519490229002X',
      '99010519491231002X',
      '1101051949123100',
      '11010519491231002',
      'X1010519491231002X',
      '110105194913310020',
      '',
    ],
  },
  'local-date-time': {
    yes: ['2026-11-26 08:30:00', '2026-11-26 08:30', '2024-02-29 23:59:59'],
    no: ['2026-11-26T08:30:00', '2026-02-30 08:30:00', '2026-11-26 24:00:00', '2026-11-26 8:30', '2026-11-26  08:30:00', ''],
  },
  id: { yes: ['a', 'WX_2026-11'], no: ['', 'a b', 'a.b', '编号', 'a'.repeat(65), '../a'] },
  'cn-name': {
    yes: ['王芳', '买买提·艾合买提', 'Ada Lovelace'],
    no: ['', '王 芳', '王芳1', '王芳<b>', "O'Neil", '王'.repeat(81)],
  },
  'http-url': {
    yes: ['https://img.shop.cn/a.png?x=1', 'http://shop.cn:8080', 'https://a.b.com.cn/%E8%8C%B6#top'],
    no: [
      '//shop.cn',
      'ftp://shop.cn',
      'http://10.0.0.1/',
      'http://[::1]/',
      'http://shop/',
      'https://a@shop.cn/',
      'https://a.local/',
      'https://shop.cn:99999/',
      'https://shop.cn/a b',
    ],
  },
  'opaque-token': { yes: ['eyJh.eyJz.AbC_-9', 'AbC+/=='], no: ['', '../x', '/etc/passwd', 'a b', 'a//b', 'a;b'] },
  'short-text': { yes: ['', '明天请假（家里有事）'], no: ['a\nb', 'a\u202eb', '长'.repeat(201)] },
  text: { yes: ['', '一\n二\t三'], no: ['a\u0000', 'a\u001b[0m', 'a\u2066b'] },
  'json-text': { yes: ['{"a":1}', '1', '[]'], no: ['', '{a:1}', '{"a":1} x'] },
};

describe.each(Object.entries(samples))('%s', (name, { yes, no }) => {
  const check = stringFormats[name];
  const holds = (text: string): boolean => typeof check === 'function' && check(text);
  test.each(yes.map((text) => [text]))('%j', (text) => expect(holds(text)).toBe(true));
  test.each(no.map((text) => [text]))('not %j', (text) => expect(holds(text)).toBe(false));
});

test('every format that restricts is tested', () => {
  const checked = Object.keys(stringFormats).filter((name) => stringFormats[name] !== true);
  expect(checked.sort()).toStrictEqual(Object.keys(samples).sort());
});

test.each([
  ['int32', [0, -2_147_483_648, 2_147_483_647], [0.5, 2_147_483_648, -2_147_483_649]],
  ['int64', [0, 9_007_199_254_740_991], [1.5, 1e19]],
  ['float', [1.5], [Number.POSITIVE_INFINITY]],
  ['double', [1.5], [Number.NaN]],
  ['amount-cents', [0, 1_999], [-1, 0.5, 9_007_199_254_740_992]],
])('%s', (name, yes, no) => {
  const check = numberFormats[name];
  expect([...yes, ...no].map((value) => check?.(value))).toStrictEqual([...yes.map(() => true), ...no.map(() => false)]);
});
