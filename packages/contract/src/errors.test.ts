import { describe, expect, it } from 'vitest';
import { type ErrorCode, errorCatalogue, errorStatus, errorText, isErrorCode, languageOf, MenshenError } from './errors.ts';

const codes = Object.keys(errorCatalogue) as ErrorCode[];

describe('the catalogue', () => {
  it.each(codes)('%s has a stable name, a refusing status and a sentence in both languages', (code) => {
    expect(code).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    expect(errorStatus(code)).toBeGreaterThanOrEqual(400);
    expect(errorStatus(code)).toBeLessThan(600);
    expect(errorText(code, 'zh')).toMatch(/^[^\n]*\p{Script=Han}[^\n]*[。！？]$/u);
    expect(errorText(code, 'en')).toMatch(/^[A-Z][\x20-\x7e]+[.!?]$/);
  });
  it('logs faults of ours as errors and refusals as none', () => {
    for (const code of codes)
      if (errorCatalogue[code].level === 'error') expect(errorStatus(code), code).toBeGreaterThanOrEqual(500);
  });
  it('tells codes from other strings, also from what every object has', () => {
    expect(codes.every(isErrorCode)).toBe(true);
    for (const other of ['', 'nonsense', 'toString', '__proto__', 'constructor', 'hasOwnProperty'])
      expect(isErrorCode(other), other).toBe(false);
  });
});

describe('MenshenError', () => {
  it('carries code, status, details and cause', () => {
    const cause = new Error('inner');
    const error = new MenshenError('rate_limited', { retryAfter: 3 }, { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'MenshenError', code: 'rate_limited', status: 429, details: { retryAfter: 3 }, cause });
    expect(error.message).toBe(errorText('rate_limited', 'en'));
    expect(new MenshenError('not_found').details).toEqual({});
  });
});

describe('languageOf', () => {
  it.each([
    [undefined, 'zh'],
    ['', 'zh'],
    ['*', 'zh'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['fr, en', 'zh'],
    ['enm', 'zh'],
    ['en', 'en'],
    ['EN-us', 'en'],
    [' en-GB;q=0.9, zh', 'en'],
  ] as const)('%j is answered in %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });
  it('does not follow a header without end', () => {
    expect(languageOf(`${' '.repeat(1_000_000)}en`)).toBe('zh');
  });
});
