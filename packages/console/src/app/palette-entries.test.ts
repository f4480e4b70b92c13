import type { Person } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { translatorOf } from '../i18n/translate.ts';
import { pagesApart, verbGroups } from './navigation.ts';
import { paletteEntries } from './palette-entries.ts';

const person: Person = {
  uid: 'li.wei/2',
  name: '李伟',
  kind: 'employee',
  departments: [{ id: '4', name: '门店一组', path: ['公司', '销售部', '门店一组'] }],
  position: null,
  phone: null,
  roles: [],
  status: 'active',
  leader: false,
  sessions: 0,
  lastSeen: null,
};
const sources = { t: translatorOf('zh'), language: 'zh' as const, apps: [], people: [person] };
const paths = (typed: string) =>
  paletteEntries(typed, sources).flatMap((entry) => ('path' in entry.go ? [entry.go.path] : [entry.go.act]));

describe('palette entries', () => {
  it('are the pages and acts before anything is typed', () => {
    const pages = [...verbGroups.flatMap((group) => group.pages.map(({ to }) => to)), ...pagesApart.map(({ to }) => to)];
    expect(pages.length).toBeGreaterThan(15);
    expect(paths('')).toEqual([...pages, 'language', 'theme', 'sign-out']);
  });

  it('open an audit entry by number and a request by id', () => {
    expect(paths('#42')).toContain('/audit/42');
    expect(paths('req_1a2b3c4d')).toContain('/traffic/req_1a2b3c4d');
    expect(paths('traffic')).not.toContain('/traffic/traffic');
  });

  it('encode what a person is called by', () => {
    expect(paths('李')).toContain('/people/li.wei%2F2');
  });
});
