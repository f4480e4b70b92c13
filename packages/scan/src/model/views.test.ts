import { describe, expect, it } from 'vitest';
import { parseMarkup } from '../parse/markup.ts';
import { boundAttributes } from './attributes.ts';

const bound = (markup: string): readonly string[] =>
  boundAttributes(parseMarkup(markup, 100, new Set(['wxs'])).children).flatMap(({ element, name, values }) =>
    values.map(
      ({ path, prefix }) => `${element.name} ${name} ${path.join('.')}${prefix === '' ? '' : ` after ${JSON.stringify(prefix)}`}`,
    ),
  );

describe('bound attributes', () => {
  it('reads names, members, texts around them and both branches of a choice', () => {
    expect(bound('<a src="{{x.y}}" t="https://h/{{z}}" u="{{ok ? b : \'c\' + d}}" />')).toEqual([
      'a src x.y',
      'a t z after "https://h/"',
      'a u b',
      'a u d after "c"',
    ]);
  });

  it('resolves loop variables to the list they run over', () => {
    expect(bound('<b wx:for="{{list}}" wx:for-item="i"><c src="{{i.url}}" /></b><c src="{{i.url}}" />')).toEqual([
      'b wx:for list',
      'c src list.url',
      'c src i.url',
    ]);
    expect(bound('<b wx:for="{{a.list}}"><c src="{{item}}" /></b>')).toContain('c src a.list');
    expect(bound('<b v-for="(x, i) in rows" :key="i"><c :src="x.u" v-html="x.h" /></b>')).toEqual(
      expect.arrayContaining(['c src rows.u', 'c v-html rows.h']),
    );
  });

  it('survives markup that is none', () => {
    expect(bound('<a b="{{" c={{d}} <e f="{{g}}">{{h < i}}</x></e>')).toContain('e f g');
  });
});
