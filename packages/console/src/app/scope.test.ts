import { describe, expect, it } from 'vitest';
import { isLive, scopeSearch, spanOf } from './scope.ts';
import { parseSearch, stringifySearch } from './url-search.ts';

const now = Date.UTC(2026, 10, 24, 4, 0);

describe('scope', () => {
  it('is the last 24 hours when nothing was chosen', () => {
    expect(spanOf({}, now)).toEqual({ from: now - 86_400_000 });
  });

  it('reads from and to on the wall clock of Asia/Shanghai', () => {
    const scope = scopeSearch.parse({ from: '2026-11-24T08:00', to: '2026-11-24T10:00' });
    expect(spanOf(scope, now)).toEqual({ from: Date.UTC(2026, 10, 24), to: Date.UTC(2026, 10, 24, 2) });
    expect(isLive(scope)).toBe(false);
  });

  it('runs on when the end is missing or before the start', () => {
    expect(spanOf({ from: '2026-11-24T08:00' }, now)).toEqual({ from: Date.UTC(2026, 10, 24) });
    expect(spanOf({ from: '2026-11-24T08:00', to: '2026-11-24T07:00' }, now)).toEqual({ from: Date.UTC(2026, 10, 24) });
    expect(isLive({ from: '2026-11-24T08:00' })).toBe(true);
  });

  it('drops what it cannot read', () => {
    expect(scopeSearch.parse({ range: '3y', from: 'yesterday', app: 'x'.repeat(50), to: 5 })).toEqual({});
  });
});

describe('search parameters', () => {
  it('stay strings', () => {
    expect(parseSearch('?uid=007&q=%E5%8D%A1+x')).toEqual({ uid: '007', q: '卡 x' });
    expect(stringifySearch({ uid: '007', q: '', code: undefined })).toBe('?uid=007');
    expect(stringifySearch({})).toBe('');
  });
});
