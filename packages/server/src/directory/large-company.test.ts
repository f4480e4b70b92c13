import { describe, expect, it } from 'vitest';
import { atOnce } from '../gently.ts';
import { countHeads } from './head-counts.ts';
import { peopleInOrder } from './in-order.ts';
import type { Department, Person } from './model.ts';
import { DirectorySnapshot } from './snapshot.ts';
import { testPerson } from './testing.ts';

const department = (id: string, parent: string | null): Department => ({ id, name: id, parent, order: 0, source: 'wecom' });
const tree = [department('1', null), department('2', '1'), department('3', '2'), department('4', '1')];
const company = (people: readonly Person[]): DirectorySnapshot => new DirectorySnapshot(tree, people, 1);
const person = (uid: string, departments: readonly string[], more: Partial<Person> = {}): Person =>
  testPerson(uid, { departments, ...more });

describe('heads of departments', () => {
  it('are counted where they are and everywhere above, once each', () => {
    const directory = company([
      person('a', ['3']),
      person('b', ['3', '4']),
      person('c', ['2']),
      person('d', ['3'], { status: 'disabled' }),
      person('e', ['nowhere']),
    ]);
    const counts = atOnce(countHeads(directory, ({ status }) => status === 'active'));
    expect([...counts].map(([id, { direct, total }]) => [id, direct, total])).toEqual([
      ['1', 0, 3],
      ['2', 1, 3],
      ['3', 2, 2],
      ['4', 1, 1],
    ]);
  });
});

describe('everybody in order', () => {
  it('has leaders first and numbers by their value, and is made once for a snapshot', async () => {
    const directory = company([
      person('u10', ['2']),
      person('U2', ['2']),
      person('z', ['2'], { leads: ['2'] }),
      person('u9', ['2']),
    ]);
    const made = await peopleInOrder(directory);
    expect(made.map(({ uid }) => uid)).toEqual(['z', 'U2', 'u9', 'u10']);
    expect(await peopleInOrder(directory)).toBe(made);
    expect(await peopleInOrder(company([...directory.people.values()]))).not.toBe(made);
  });
});
