import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTemplateValue } from './template-values.ts';

describe('isTemplateValue', () => {
  it.each([
    ['thing1', '二十个字以内都可以，包括标点 and ab', false],
    ['thing1', '二十个字以内都可以', true],
    ['thing1', '😀'.repeat(20), true],
    ['number2', '12345678901234567890123456789012', true],
    ['number2', '123456789012345678901234567890123', false],
    ['number2', '3.14', true],
    ['number2', '3,14', false],
    ['letter3', 'a'.repeat(32), true],
    ['letter3', 'a1', false],
    ['symbol4', '#####', true],
    ['symbol4', '######', false],
    ['character_string5', 'SF-123_456', true],
    ['character_string5', '中文', false],
    ['time6', '15:01', true],
    ['time6', '2019年10月1日 15:01', true],
    ['time6', '15:01~16:01', true],
    ['date7', '2019-10-01', true],
    ['date7', 'tomorrow', false],
    ['amount8', '￥100.50', true],
    ['amount8', '¥100元', true],
    ['amount8', '12345678901', false],
    ['phone_number9', '+86-0766-66888866', true],
    ['phone_number9', '+86-0766-668888660', false],
    ['car_number10', '粤A8Z888挂', true],
    ['car_number10', '粤A8Z8888挂', false],
    ['name11', '张三', true],
    ['name11', 'Ann-Marie O', true],
    ['name11', '一二三四五六七八九十一', false],
    ['phrase12', '配送中', true],
    ['phrase12', '正在配送途中', false],
    ['unknown13', 'x', false],
    ['thing', 'x', false],
    ['thing1', '', false],
  ])('%s: %s is %s', (key, value, expected) => {
    expect(isTemplateValue(key, value)).toBe(expected);
  });

  it('answers for any name and value, and never accepts a value over 60 characters', () => {
    const kinds = fc.constantFrom('thing1', 'number1', 'time1', 'date1', 'amount1', 'name1', 'character_string1', 'x');
    fc.assert(
      fc.property(fc.oneof(kinds, fc.string()), fc.string({ unit: 'grapheme', maxLength: 200 }), (key, value) => {
        const accepted = isTemplateValue(key, value);
        return !accepted || [...value].length <= 60;
      }),
    );
  });
});
