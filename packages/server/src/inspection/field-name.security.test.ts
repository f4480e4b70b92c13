import { fieldPattern, type InspectedPlace } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { fieldMatcher, fieldName, pathName } from './field-name.ts';

const matches = (pattern: string, name: string, place: InspectedPlace = 'json'): boolean =>
  fieldMatcher({ place: 'json', name: pattern })(place, name);

describe('the name of a field', () => {
  it.each<[(string | number)[], string]>([
    [[], ''],
    [['remark'], 'remark'],
    [['items', 3, 'remark'], 'items[].remark'],
    [[0, 1, '备注'], '[][].备注'],
    [['a b', 'c-d_e'], 'a b.c-d_e'],
  ])('%j is %s', (path, name) => {
    expect(pathName(path)).toBe(name);
  });

  it.each<[string, (string | number)[]]>([
    ['a dot, which would make one key look like two', ['order.remark']],
    ['brackets, which would look like an index', ['items[]']],
    ['a star, which would look like a pattern', ['*']],
    ['a line break, which has no business in a log', ['remark\n']],
    ['an invisible character', ['re\u200bmark']],
    ['a direction mark', ['\u202eremark']],
    ['a lone surrogate', ['\ud800']],
    ['markup', ['<b>']],
    ['more than fits', ['x'.repeat(61)]],
    ['a path longer than fits', Array.from({ length: 50 }, () => 'remark')],
  ])('with %s is one that no exception can name', (_what, path) => {
    const name = pathName(path);
    expect(name).toContain('?');
    expect(name.length).toBeLessThanOrEqual(200);
    expect(fieldPattern.safeParse(name).success).toBe(false);
  });

  it('with nothing of that can be named', () => {
    for (const name of ['items[].remark', '备注', 'a b', 'x-y', '*.note', 'user_名'])
      expect(fieldPattern.safeParse(name).success, name).toBe(true);
    expect(fieldName('avatar')).toBe('avatar');
  });
});

describe('a pattern', () => {
  it.each([
    ['remark', 'remark', true],
    ['remark', 'Remark', false],
    ['remark', 'remark2', false],
    ['remark', 'a.remark', false],
    ['items[].remark', 'items[].remark', true],
    ['items[].remark', 'items.remark', false],
    ['items[].*', 'items[].remark', true],
    ['items[].*', 'items[].a.b', true],
    ['items[].*', 'items[]', false],
    ['*.remark', 'order.remark', true],
    ['*.remark', 'order.x.remark', false],
    ['*.remark', 'remark', false],
    ['*', 'anything.at[].all', true],
    ['*', '', false],
    ['', '', true],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected);
  });
  it('is for one place, and names headers in any case', () => {
    expect(matches('remark', 'remark', 'query')).toBe(false);
    expect(fieldMatcher({ place: 'header', name: 'X-Note' })('header', 'x-note')).toBe(true);
    expect(fieldMatcher({ place: 'header', name: 'X-*' })('header', 'x-note')).toBe(false);
  });
});
