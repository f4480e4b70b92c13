import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Person } from '../directory/model.ts';
import { DirectorySnapshot } from '../directory/snapshot.ts';
import type { Duty } from './assignments/model.ts';
import { figuresOf, groupsOf } from './coverage.ts';

const person = (uid: string, department: string): Person => ({
  ...{ uid, name: uid, kind: 'employee', departments: [department], leads: [], position: null, phone: null, email: null },
  ...{ number: null, roles: [], sourceRoles: [], status: 'active', sourceStatus: 'active', blocked: false, source: 'wecom' },
});
const company = (sizes: readonly number[]): DirectorySnapshot => {
  const root = { id: '1', name: 'root', parent: null, order: 0, source: 'wecom' };
  const departments = sizes.map((_, at) => ({ ...root, id: `d${at}`, name: `D${at}`, parent: '1' }));
  const people = sizes.flatMap((size, at) => Array.from({ length: size }, (_, one) => person(`p${at}-${one}`, `d${at}`)));
  return new DirectorySnapshot([root, ...departments], people, 1);
};
const duty = (uid: string, done: number | null): Duty => ({
  ...{ uid, course: 'c', assignment: 'a', assigned: 0, due: 1, done, reminded: null, reminders: 0, problem: null },
});
const rows = (duties: readonly Duty[]) => ({ duties, progress: [], memory: [] });

describe('figures of groups', () => {
  it('are of no group that is smaller than may be shown, and of everybody once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 8 }), fc.integer({ min: 3, max: 8 }), (sizes, least) => {
        const directory = company(sizes);
        const groups = groupsOf(directory, least);
        const all = groups.flatMap(({ uids }) => [...uids]);
        expect(all.length).toBe(directory.people.size);
        expect(new Set(all).size).toBe(all.length);
        // Taking the shown departments from the total leaves nobody alone: what is left is a group large enough, or nothing.
        const rest = groups.find(({ department }) => department === null)?.uids.size ?? 0;
        if (directory.people.size >= least) for (const { uids } of groups) expect(uids.size).toBeGreaterThanOrEqual(least);
        else expect(rest).toBe(directory.people.size);
      }),
    );
  });

  it('put a small department to the next smallest, so that no subtraction shows it', () => {
    const groups = groupsOf(company([20, 9, 2]), 5);
    expect(groups.map(({ department, uids }) => [department, uids.size])).toEqual([
      ['d0', 20],
      [null, 11],
    ]);
  });

  it('are withheld below the least, whoever asks', () => {
    const four = new Set(['a', 'b', 'c', 'd']);
    expect(figuresOf(four, rows([duty('a', 1)]), () => 80, 5, 2)).toBeNull();
    expect(figuresOf(new Set([...four, 'e']), rows([duty('a', 1)]), () => 80, 5, 2)).toMatchObject({ assigned: 1, done: 1 });
  });

  it('give no rate that rests on fewer people than a group has, in however large a group', () => {
    const people = new Set(Array.from({ length: 50 }, (_, at) => `p${at}`));
    const progress = (count: number) =>
      Array.from({ length: count }, (_, at) => ({
        ...{ uid: `p${at}`, course: 'c', cards: 0, attempts: 1, first: 100, best: 100, passed: 1, last: 1 },
      }));
    const of = (count: number) => figuresOf(people, { duties: [], progress: progress(count), memory: [] }, () => 80, 5, 2);
    expect(of(4)?.firstTry).toBeNull();
    expect(of(5)?.firstTry).toBe(100);
  });
});
