import { describe, expect, it } from 'vitest';
import { keepTarget, providerAddress, takeTarget } from './external-target.ts';

const store = () => {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
};

describe('the way back from an identity provider', () => {
  it('is given once', () => {
    const tab = store();
    keepTarget(tab, '/people?q=li');
    expect(takeTarget(tab)).toBe('/people?q=li');
    expect(takeTarget(tab)).toBe('/');
  });

  it.each(['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])(
    'never leads to %s',
    (target) => {
      const tab = store();
      keepTarget(tab, target);
      expect(takeTarget(tab)).toBe('/');
    },
  );

  it('forgets an older one when there is none', () => {
    const tab = store();
    keepTarget(tab, '/people');
    keepTarget(tab, undefined);
    expect(takeTarget(tab)).toBe('/');
  });
});

describe('the address of a provider', () => {
  it('is a web page', () => {
    expect(providerAddress('https://login.work.weixin.qq.com/wwlogin/sso/login?state=x')).toContain('work.weixin');
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'blob:https://x/y', '/relative', ''])('is not %s', (url) => {
    expect(() => providerAddress(url)).toThrow(RangeError);
  });
});
