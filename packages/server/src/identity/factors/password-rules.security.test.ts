import { describe, expect, it } from 'vitest';
import { commonPasswords } from './common-passwords.ts';
import { passwordMinLength } from './model.ts';
import { isWeakFactorPassword } from './password-rules.ts';

const context = ['鼎泰云商', 'Dingtai Portal', '张三丰', 'zhangsan.feng'];
const weak = (password: string): boolean => isWeakFactorPassword(password, context);

describe('row 10: length and form of a password', () => {
  it('counts code points of the NFC form, from 12 to 128', () => {
    expect(weak('t5k-Vq9.Lm2')).toBe(true);
    expect(weak('t5k-Vq9.Lm2x')).toBe(false);
    const long = (length: number): string => Array.from({ length }, (_, at) => String.fromCodePoint(0x4e00 + at * 7)).join('');
    expect(weak(long(11))).toBe(true);
    expect(weak(long(12))).toBe(false);
    expect(weak(long(128))).toBe(false);
    expect(weak(long(129))).toBe(true);
    // Twelve UTF-16 units, but six characters; twelve units in NFD, but fewer in NFC.
    expect(weak('🐉🐅🐇🐍🐎🐏')).toBe(true);
    expect(weak('é̂ǘñç'.normalize('NFD').padEnd(12, 'x'))).toBe(true);
  });

  it('asks for no mixture of kinds of characters, and takes blanks and any script', () => {
    for (const good of [
      'vjqplwkdnrtb',
      '83 20 57 19 46 02',
      '明月几时有把酒问青天不知',
      'fjord waltz glyph quiz',
      'naïve façade crème',
    ]) {
      expect(weak(good), good).toBe(false);
    }
  });

  it('refuses half a surrogate and what is too long to look at', () => {
    expect(weak(`${'t5k-Vq9.Lm2x'}\ud800`)).toBe(true);
    expect(weak('x9'.repeat(100_000))).toBe(true);
  });
});

describe('row 11: guessable passwords', () => {
  it('bundles more than the first three thousand that the length lets through', () => {
    const bundled = commonPasswords();
    expect(bundled.size).toBeGreaterThan(3_000);
    expect([...bundled].filter((password) => [...password].length < passwordMinLength)).toEqual([]);
  });

  it.each([
    'password1234',
    'passwordpassword',
    '123456789012',
    'qwertyuiop12',
    'qwertyuiopasdfghjkl',
    '1qaz2wsx3edc4rfv',
    'woaini5201314',
    'iloveyou2024',
    'administrator1',
    'P@ssw0rd1234',
    'Adm1n1str@tor!!',
    'Welcome@2026',
    'Summer2025Summer2025',
    'zhongguo888888',
    'beijing2008beijing',
    'Football123456!',
    'letmein letmein',
    'dragonmonkey2020',
    'aaaaaaaaaaaaaaaa',
    'abababababab',
    'ABCDEFGHIJKLMNOP',
    '１２３４５６７８９０１２',
  ])('refuses %s', (password) => {
    expect(weak(password)).toBe(true);
  });

  it('refuses the names of company, app and person, with the usual ornaments', () => {
    for (const password of [
      'dingtai20262026',
      'Zhangsan.Feng!1',
      'portal-dingtai-1',
      '张三丰2026鼎泰云商!!',
      'zhangsan88888888',
    ]) {
      expect(weak(password), password).toBe(true);
      expect(isWeakFactorPassword('kq7 vw2 zt9 xb4', []), 'a good one without context').toBe(false);
    }
  });
});
