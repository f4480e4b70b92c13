import { describe, expect, it } from 'vitest';
import { company } from '../testing/emulated-company.ts';
import { CompanyFileError, parseCompanyFile } from './parse.ts';

type Draft = {
  corp: { name: string };
  departments: Record<string, unknown>[];
  users: Record<string, unknown>[];
  people: Record<string, unknown>[];
};

function changed(change: (draft: Draft) => void): unknown {
  const draft = structuredClone(company) as unknown as Draft;
  change(draft);
  return draft;
}

function pathOfIssue(value: unknown): string {
  try {
    parseCompanyFile(value);
  } catch (error) {
    if (error instanceof CompanyFileError) return error.path;
    throw error;
  }
  return 'accepted';
}

describe('parseCompanyFile', () => {
  it('accepts the company of the tests', () => {
    expect(parseCompanyFile(company)).toEqual(company);
  });

  it.each<[string, (draft: Draft) => void, string]>([
    ['a field that does not exist', (draft) => Object.assign(draft.users[1] ?? {}, { salary: 1 }), '/users/1'],
    ['a userid with a blank', (draft) => Object.assign(draft.users[0] ?? {}, { userid: 'a b' }), '/users/0/userid'],
    ['a userid in another case', (draft) => Object.assign(draft.users[1] ?? {}, { userid: 'ZHANGSAN' }), '/users/1/userid'],
    ['a mobile twice', (draft) => Object.assign(draft.users[1] ?? {}, { mobile: '13800000001' }), '/users/1/mobile'],
    ['an unknown department', (draft) => Object.assign(draft.users[0] ?? {}, { department: [9] }), '/users/0/department/0'],
    ['ranks of another length', (draft) => Object.assign(draft.users[0] ?? {}, { order: [1, 2] }), '/users/0/order'],
    ['an unknown leader', (draft) => Object.assign(draft.users[0] ?? {}, { direct_leader: ['x'] }), '/users/0/direct_leader/0'],
    ['an unknown head', (draft) => Object.assign(draft.departments[1] ?? {}, { leader: 'x' }), '/departments/1/leader'],
    ['no root', (draft) => draft.departments.shift(), '/departments'],
    ['two roots', (draft) => Object.assign(draft.departments[1] ?? {}, { parentid: 0 }), '/departments/1/parentid'],
    ['a department twice', (draft) => Object.assign(draft.departments[3] ?? {}, { id: 2 }), '/departments/3/id'],
    ['siblings of one name', (draft) => Object.assign(draft.departments[3] ?? {}, { name: '销售部' }), '/departments/3/name'],
    ['a circle', (draft) => Object.assign(draft.departments[1] ?? {}, { parentid: 3 }), '/departments/1/parentid'],
    ['a person of nobody', (draft) => Object.assign(draft.people[1] ?? {}, { userid: 'x' }), '/people/1/userid'],
    ['one member twice', (draft) => Object.assign(draft.people[1] ?? {}, { userid: 'zhangsan' }), '/people/1/userid'],
    ['a risk rank of 5', (draft) => Object.assign(draft.people[1] ?? {}, { riskRank: 5 }), '/people/1/riskRank'],
  ])('points at %s', (_name, change, path) => {
    expect(pathOfIssue(changed(change))).toBe(path);
  });

  it('refuses a tree of sixteen levels', () => {
    const chain = Array.from({ length: 16 }, (_, index) => ({ id: index + 1, name: `L${index}`, parentid: index }));
    const file = (levels: number) => ({ corp: { name: 'a' }, departments: chain.slice(0, levels), users: [] });
    expect(pathOfIssue(file(15))).toBe('accepted');
    expect(pathOfIssue(file(16))).toBe('/departments/15/parentid');
  });

  it('does not echo what it refuses', () => {
    const file = changed((draft) => Object.assign(draft.users[0] ?? {}, { mobile: 'private-value' }));
    expect(() => parseCompanyFile(file)).toThrow(/^(?!.*private-value)/);
  });
});
