import { measureKindIds } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { blankDraft, type Draft, fieldsOf, measureOf, optionalFields, scopesOf } from './draft.ts';

const filled: Partial<Draft> = {
  ...{ app: 'portal', person: 'zhang', department: '2', device: 'iPhone 17', persons: 'zhang\nli', addresses: '203.0.113.0/24' },
  ...{ versions: '41', route: 'GET /me', campaign: 'tea', staged: `portal wechat s_${'a'.repeat(16)}` },
};

describe('the draft of a measure', () => {
  it.each(measureKindIds)('of %s is whole when its own fields are filled, and names nothing else', (kind) => {
    for (const scope of scopesOf[kind] ?? ['person' as const]) {
      const whole = measureOf(blankDraft(kind, { ...filled, scope }));
      expect(whole?.kind).toBe(kind);
      const needed = fieldsOf({ kind, scope }).filter((field) => !optionalFields({ kind, scope }).has(field));
      for (const field of needed) {
        if (field === 'scope' || field === 'tokens') continue;
        expect([field, measureOf(blankDraft(kind, { ...filled, scope, [field]: '' }))]).toEqual([field, null]);
      }
    }
  });

  it('reads lists as people write them', () => {
    expect(measureOf(blankDraft('lock_accounts', { persons: ' zhang, li\n\nzhang，wang ' }))?.target).toEqual({
      persons: ['zhang', 'li', 'wang'],
    });
  });

  it('takes a notice in one language for both, and none where none is written', () => {
    expect(measureOf(blankDraft('stop_app', { app: 'portal', noticeZh: '维护中' }))?.target).toEqual({
      app: 'portal',
      notice: { zh: '维护中', en: '维护中' },
    });
    expect(measureOf(blankDraft('stop_app', { app: 'portal' }))?.target).toEqual({ app: 'portal' });
  });

  it('is nothing while an address is none', () => {
    expect(measureOf(blankDraft('block_addresses', { addresses: 'everybody' }))).toBeNull();
  });
});
