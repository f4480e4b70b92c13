import { describe, expect, it } from 'vitest';
import type { UnionIdentity } from './links-store.ts';
import { unionOwner } from './union.ts';

const own = new Set(['wx1', 'wx2', 'wx3']);
const identity = (provider: string, uid: string, boundBy: UnionIdentity['boundBy']): UnionIdentity => ({
  provider,
  subject: `o-${provider}-${uid}`,
  uid,
  boundBy,
});

describe('a WeChat user whom another mini program of the company knows', () => {
  it.each(['account', 'company_code', 'administrator'] as const)('is the employee who proved it there by %s', (by) => {
    expect(unionOwner([identity('wx1', 'zhang', by)], own)).toEqual({ uid: 'zhang', boundBy: 'unionid' });
  });
  it.each(['phone', 'unionid', 'wecom'] as const)('is nobody when all it rests on is %s', (by) => {
    expect(unionOwner([identity('wx1', 'zhang', by)], own)).toBeNull();
  });
  it('is nobody when two people are meant, or the app is not the company’s', () => {
    expect(unionOwner([identity('wx1', 'zhang', 'account'), identity('wx2', 'li', 'company_code')], own)).toBeNull();
    expect(unionOwner([identity('wx9', 'zhang', 'account')], own)).toBeNull();
    expect(unionOwner([], own)).toBeNull();
  });
  it('a weak binding beside a strong one of the same person changes nothing; of another person neither', () => {
    expect(unionOwner([identity('wx1', 'zhang', 'phone'), identity('wx2', 'zhang', 'account')], own)?.uid).toBe('zhang');
    expect(unionOwner([identity('wx1', 'c_1', 'self'), identity('wx2', 'zhang', 'account')], own)).toEqual({
      uid: 'zhang',
      boundBy: 'unionid',
    });
  });
  it('a customer is the same customer everywhere, unless two are meant', () => {
    expect(unionOwner([identity('wx1', 'c_1', 'self')], own)).toEqual({ uid: 'c_1', boundBy: 'self' });
    expect(unionOwner([identity('wx1', 'c_1', 'self'), identity('wx2', 'c_2', 'self')], own)).toBeNull();
    expect(unionOwner([identity('wx1', 'c_1', 'self'), identity('wx2', 'li', 'phone')], own)).toBeNull();
  });
});
