import { maskFormats } from '@menshen/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskValue } from './formats.ts';

describe('masked values', () => {
  it.each([
    ['name', '张三', '*三'],
    ['name', '欧阳娜娜', '欧**娜'],
    ['name', '王', '*'],
    ['name', 'Zhang San', 'Z*******n'],
    ['phone', '13800138000', '138******00'],
    ['phone', '+86 13800138000', '+86 138******00'],
    ['phone', '65529988', '65****88'],
    ['phone', '123', '***'],
    ['identity_card', '11010519491231002X', '1****************X'],
    ['bank_card', '6222021234567890123', '***************0123'],
    ['bank_card', '1234', '****'],
    ['address', '广东省深圳市南山区科技园路1号3栋502', '广东省深圳市南山区******'],
    ['address', '江苏省苏州市昆山市花桥镇兆丰路18号', '江苏省苏州市昆山市******'],
    ['address', '花桥镇兆丰路', '花桥镇***'],
    ['mail', 'zhangsan@example.com', 'z******@example.com'],
    ['mail', 'z@example.com', '*@example.com'],
    ['mail', 'no address', 'n********s'],
    ['text', '一二三四五六七八九', '一二三****八九'],
    ['text', 'short', '****'],
  ] as const)('%s: %s', (format, value, masked) => expect(maskValue(value, format)).toBe(masked));

  it('hide something of every value, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 300, unit: 'grapheme' }),
        fc.constantFrom(...maskFormats),
        (value, format) => {
          const masked = maskValue(value, format);
          expect(masked).toContain('*');
          if (!value.includes('*')) expect(masked).not.toBe(value);
        },
      ),
    );
  });
});
