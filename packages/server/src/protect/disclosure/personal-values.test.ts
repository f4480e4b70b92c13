import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findInnerWords } from './inner-words.ts';
import { findPersonalValues } from './personal-values.ts';

const kinds = (text: string): string[] =>
  findPersonalValues(text).map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);

describe('personal values', () => {
  it.each([
    ['{"mobile":"13800138000"}', ['phone 13800138000']],
    ['{"mobile":13800138000}', ['phone 13800138000']],
    ['+8613800138000', ['phone 8613800138000']],
    ['身份证11010519491231002X，请核对', ['identity_card 11010519491231002X']],
    ['11010519491231002x', ['identity_card 11010519491231002x']],
    ['卡号 6222021234567890128', ['bank_card 6222021234567890128']],
    ['4111111111111111', ['bank_card 4111111111111111']],
    ['a 13800138000, b 13900139000.', ['phone 13800138000', 'phone 13900139000']],
  ])('are found in %s', (text, found) => expect(kinds(text)).toEqual(found));

  it.each([
    ['a wrong check character', '110105194912310021'],
    ['a date that there is not', '11010519490231002X'],
    ['a region that there is not', '99010519491231002X'],
    ['a wrong check digit', '6222021234567890123'],
    ['an order number', '202611261234567890'],
    ['a longer number', '1380013800012345678901'],
    ['a part of a word', 'order_13800138000'],
    ['a time in milliseconds', '1790000000000'],
    ['an amount', '13800138000.25'],
    ['a fraction', '0.13800138000'],
    ['a hash', '3945208f7b2144b13f36e38ac6d39f958893936928'],
    ['a service number', '12345678901'],
  ])('are not taken from %s', (_name, text) => expect(kinds(text)).toEqual([]));

  it('are counted up to a bound, in linear time', () => {
    const text = '13800138000,'.repeat(20_000);
    expect(findPersonalValues(text, 100)).toHaveLength(100);
    fc.assert(fc.property(fc.string({ maxLength: 2_000 }), (any) => void findPersonalValues(any)));
  });
});

describe('what shows the inside of a backend', () => {
  it.each([
    ['stack_trace', '{"error":"TypeError: x\\n    at Object.run (/srv/app.js:3:1)"}'],
    ['stack_trace', 'Traceback (most recent call last):\n  File "app.py"'],
    ['stack_trace', '{"trace":"java.lang.NullPointerException\\n\\tat com.example.Main.run(Main.java:3)"}'],
    ['sql_error', "You have an error in your SQL syntax; check the manual near ''1''"],
    ['sql_error', '{"message":"SQLSTATE[42S02]: Base table or view not found"}'],
    ['secret', '{"openid":"o1","session_key":"tiihtNczf5v6AKRyjwEUhQ=="}'],
    ['secret', '-----BEGIN RSA PRIVATE KEY-----\nMIIE'],
  ])('%s is found', (kind, text) => expect([...findInnerWords(text)]).toEqual([kind]));
  it.each([
    '{"name":"张三","note":"我们在 SQL 课上学习 select"}',
    '{"text":"meet at noon"}',
    '{"token":"eyJhbGciOiJIUzI1NiJ9.e30.x"}',
    '<p>BEGIN</p>',
  ])('honest answers are left alone: %s', (text) => expect(findInnerWords(text).size).toBe(0));
});
