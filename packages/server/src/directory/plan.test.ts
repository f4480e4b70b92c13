import { describe, expect, it } from 'vitest';
import { atOnce } from '../gently.ts';
import { exceedsGuard } from './guard.ts';
import type { Person, SourceRecord } from './model.ts';
import { type Known, type Plan, type PlanInput, planningChange } from './plan.ts';
import { companyImage, sourcePerson, testRules } from './testing.ts';

/** Applies changes one after the other to an empty directory, in memory. */
function world(rules = testRules) {
  const people = new Map<string, Person>();
  const records = new Map<string, SourceRecord>();
  const departments = new Map<string, Known['departments'] extends ReadonlyMap<string, infer D> ? D : never>();
  const plan = (input: PlanInput): Plan =>
    atOnce(planningChange(input, { people, departments, records: [...records.values()] }, rules));
  return {
    people,
    plan,
    take(input: PlanInput): Plan {
      const made = plan(input);
      for (const person of made.people) people.set(person.uid, person);
      for (const record of made.records) records.set(`${record.source}\n${record.key}`, record);
      if (made.departments !== null) {
        for (const [id, one] of departments) if (one.source === input.source) departments.delete(id);
        for (const one of made.departments) departments.set(one.id, one);
      }
      return made;
    },
  };
}
const full = (source: string, people: ReturnType<typeof sourcePerson>[]): PlanInput => ({
  kind: 'full',
  source,
  image: companyImage(people, source === 'wecom' ? undefined : []),
});
const only = (source: string, people: ReturnType<typeof sourcePerson>[], gone: string[] = []): PlanInput => ({
  kind: 'partial',
  source,
  image: { departments: [], people },
  gone,
});

describe('one source', () => {
  it('adds, changes, and marks who is listed no more as left, keeping name and number for the record', () => {
    const { people, take } = world();
    expect(take(full('wecom', [sourcePerson('a', { phone: '13800000001' }), sourcePerson('b')]))).toMatchObject({
      added: ['a', 'b'],
      left: [],
    });
    expect(take(full('wecom', [sourcePerson('b', { position: '经理' })]))).toMatchObject({ changed: ['b', 'a'], left: ['a'] });
    expect(people.get('a')).toMatchObject({ status: 'left', departments: [], phone: '13800000001', name: 'name of a' });
    expect(people.get('b')).toMatchObject({ status: 'active', position: '经理' });
  });
  it('says nothing new twice', () => {
    const { take, plan } = world();
    const image = full('wecom', [sourcePerson('a')]);
    take(image);
    expect(plan(image)).toMatchObject({ departments: null, people: [], records: [], added: [], changed: [] });
  });
  it('keeps what it may no longer see, and takes an empty text as none', () => {
    const { people, take } = world();
    take(full('wecom', [sourcePerson('a', { phone: '13800000001', name: '甲' })]));
    take(full('wecom', [sourcePerson('a', { phone: null, name: null })]));
    expect(people.get('a')).toMatchObject({ phone: '13800000001', name: '甲' });
    take(full('wecom', [sourcePerson('a', { phone: '' })]));
    expect(people.get('a')?.phone).toBeNull();
  });
  it('keeps the name of a department that it may no longer see, by id', () => {
    const { take } = world();
    take(full('wecom', []));
    const moved = take({
      kind: 'full',
      source: 'wecom',
      image: { departments: [{ id: '2', name: null, parent: '4', order: 0 }], people: [] },
    });
    expect(moved.departments).toEqual([{ id: '2', name: '研发', parent: '4', order: 0, source: 'wecom' }]);
    const unknown = take({
      kind: 'full',
      source: 'wecom',
      image: { departments: [{ id: '9', name: null, parent: '1', order: 0 }], people: [] },
    });
    expect(unknown.departments?.[0]?.name).toBe('9');
    const named = take({
      kind: 'full',
      source: 'wecom',
      image: { departments: [{ id: '9', name: '新部门', parent: '1', order: 0 }], people: [] },
    });
    expect(named.departments?.[0]?.name).toBe('新部门');
  });
  it('a person with an old key and a new one has not left', () => {
    const { people, take } = world();
    take(full('wecom', [sourcePerson('old', { number: 'E1' })]));
    expect(take(full('wecom', [sourcePerson('new', { number: 'E1' })])).left).toEqual([]);
    expect([...people.keys()]).toEqual(['old']);
    expect(people.get('old')?.status).toBe('active');
    expect(take(full('wecom', [])).left).toEqual(['old']);
  });
  it('who comes back is who they were, without their earlier roles of a source', () => {
    const { people, take } = world();
    take(full('wecom', [sourcePerson('a')]));
    take(full('wecom', []));
    take(full('wecom', [sourcePerson('a')]));
    expect(people.get('a')?.status).toBe('active');
  });
});

describe('several sources', () => {
  it('know one person by uid in any case, by number, or by phone in any form', () => {
    const { people, take } = world();
    take(
      full('wecom', [
        sourcePerson('Zhang', { number: 'E7', phone: '+86 138-0000-0001' }),
        sourcePerson('li', { phone: '13800000002' }),
      ]),
    );
    take(full('corp-ldap', [sourcePerson('zhang', { key: 'guid-1', email: 'z@example.com' })]));
    take(
      full('scim', [
        sourcePerson('z.hang', { key: 'scim-1', number: 'E7' }),
        sourcePerson('l', { key: 'scim-2', phone: '0086 13800000002' }),
      ]),
    );
    expect([...people.keys()]).toEqual(['Zhang', 'li']);
    expect(people.get('Zhang')).toMatchObject({ source: 'wecom', email: 'z@example.com', number: 'E7' });
  });
  it('do not guess when a number tells nothing', () => {
    const { people, take } = world();
    take(full('wecom', [sourcePerson('a', { phone: '13800000001' }), sourcePerson('b', { phone: '13800000001' })]));
    expect(take(full('csv', [sourcePerson('c', { phone: '13800000001' })])).conflicts).toEqual([
      { key: 'c', reason: 'match_ambiguous' },
    ]);
    expect(people.has('c')).toBe(false);
  });
  it('two records of one source are never one person', () => {
    const { take } = world();
    take(full('wecom', [sourcePerson('a', { phone: '13800000001' })]));
    const made = take(full('csv', [sourcePerson('x', { phone: '13800000001' }), sourcePerson('y', { phone: '13800000001' })]));
    expect(made.conflicts).toEqual([{ key: 'y', reason: 'matched_twice' }]);
  });
  it('are believed by precedence, field by field where that is said', () => {
    const { people, take } = world({
      ...testRules,
      precedence: { order: ['wecom', 'corp-ldap'], fields: { phone: ['corp-ldap'], departments: ['corp-ldap'] } },
    });
    take(full('wecom', [sourcePerson('a', { name: '甲', phone: '1380', departments: ['1'], leads: ['1'] })]));
    take(full('corp-ldap', [sourcePerson('a', { name: 'A', phone: '1390', departments: ['3'], leads: [] })]));
    expect(people.get('a')).toMatchObject({ name: '甲', phone: '1390', departments: ['3'], leads: [], source: 'wecom' });
  });
  it('the owner alone lets go of a person; a weaker source changes nothing by letting go', () => {
    const { people, take } = world();
    take(full('wecom', [sourcePerson('a')]));
    take(full('csv', [sourcePerson('a', { email: 'a@example.com' })]));
    expect(take(full('csv', [])).left).toEqual([]);
    expect(people.get('a')).toMatchObject({ status: 'active', email: null });
    take(full('csv', [sourcePerson('a')]));
    expect(take(full('wecom', [])).left).toEqual(['a']);
    expect(people.get('a')).toMatchObject({ status: 'left', source: 'wecom' });
    // A file cannot bring back whom WeCom has let go.
    take(full('csv', [sourcePerson('a', { name: 'still here' })]));
    expect(people.get('a')?.status).toBe('left');
  });
  it('any of them can block, only all together admit', () => {
    const { people, take } = world();
    take(full('wecom', [sourcePerson('a')]));
    expect(take(full('corp-ldap', [sourcePerson('a', { status: 'disabled' })])).disabled).toEqual(['a']);
    expect(people.get('a')?.status).toBe('disabled');
    take(full('wecom', [sourcePerson('a', { position: 'x' })]));
    expect(people.get('a')?.status).toBe('disabled');
    take(full('corp-ldap', [sourcePerson('a')]));
    expect(people.get('a')?.status).toBe('active');
  });
  it('a stronger source that comes later takes the person over', () => {
    const { people, take } = world();
    take(full('csv', [sourcePerson('a')]));
    expect(people.get('a')?.source).toBe('csv');
    take(full('wecom', [sourcePerson('a')]));
    expect(people.get('a')?.source).toBe('wecom');
  });
  it('each keeps its own departments', () => {
    const { take } = world();
    take(full('wecom', []));
    const made = take({
      kind: 'full',
      source: 'csv',
      image: {
        departments: [
          { id: '2', name: 'mine', parent: null, order: 0 },
          { id: 'p1', name: '伙伴', parent: '1', order: 0 },
        ],
        people: [],
      },
    });
    expect(made.conflicts).toEqual([{ key: '2', reason: 'department_foreign' }]);
    expect(made.departments?.map((one) => one.id)).toEqual(['p1']);
    expect(made.departmentsRemoved).toEqual([]);
  });
});

describe('names that no source may take', () => {
  it.each([
    ['c_AAAAAAAAAAAAAAAA', 'uid_reserved'],
    ['../etc', 'uid_invalid'],
    ['a b', 'uid_invalid'],
    ['', 'uid_invalid'],
    ['__proto__', 'uid_invalid'],
    [`a${'x'.repeat(64)}`, 'uid_invalid'],
  ])('%s', (uid, reason) => {
    const { people, take } = world();
    expect(take(full('scim', [sourcePerson(uid, { key: 'k' })])).conflicts).toEqual([{ key: 'k', reason }]);
    expect(people.size).toBe(0);
  });
  it('one that differs from another only by case, where uids are not matched', () => {
    const { take } = world({ ...testRules, match: ['number'] });
    take(full('wecom', [sourcePerson('boss')]));
    expect(take(full('csv', [sourcePerson('BOSS', { key: 'k' })])).conflicts).toEqual([{ key: 'k', reason: 'uid_taken' }]);
    expect(take(full('csv', [sourcePerson('boss', { key: 'k' })])).conflicts).toEqual([{ key: 'k', reason: 'uid_taken' }]);
  });
});

describe('the guard', () => {
  const guard = { share: 0.1, minimum: 5 };
  const crowd = (count: number) => Array.from({ length: count }, (_, at) => sourcePerson(`u${at}`));
  const after = (before: number, now: number): boolean => {
    const { take, plan } = world();
    take(full('wecom', crowd(before)));
    return exceedsGuard(plan(full('wecom', crowd(now))), 4, guard);
  };
  it.each([
    [100, 90, false],
    [100, 89, true],
    [20, 15, false],
    [20, 14, true],
    [3, 1, false],
    [3, 0, true],
    [1, 0, true],
    [0, 0, false],
  ])('of %d people, %d remain: held %s', (before, now, held) => {
    expect(after(before, now)).toBe(held);
  });
  it('minds departments too', () => {
    const { take, plan } = world();
    take(full('wecom', crowd(2)));
    expect(exceedsGuard(plan({ kind: 'full', source: 'wecom', image: companyImage(crowd(2), []) }), 4, guard)).toBe(true);
  });
  it('believes who is named as disabled', () => {
    const { take, plan } = world();
    take(full('wecom', crowd(20)));
    const made = plan(
      full(
        'wecom',
        crowd(20).map((person) => ({ ...person, status: 'disabled' as const })),
      ),
    );
    expect(made.disabled).toHaveLength(20);
    expect(exceedsGuard(made, 4, guard)).toBe(false);
  });
});

it('plans 30,000 newcomers in time that grows with their number', () => {
  const time = (count: number): number => {
    const image = full(
      'wecom',
      Array.from({ length: count }, (_, at) => sourcePerson(`u${at}`, { phone: `1380${at}` })),
    );
    const started = process.cpuUsage();
    world().plan(image);
    return process.cpuUsage(started).user;
  };
  const best = (count: number): number => Math.min(...[1, 2, 3].map(() => time(count)));
  expect(best(30_000)).toBeLessThan(40 * Math.max(best(3_000), 10_000));
});

it('explicit departures of a partial change', () => {
  const { people, take } = world();
  take(full('wecom', [sourcePerson('a'), sourcePerson('b')]));
  expect(take(only('wecom', [sourcePerson('b', { position: 'x' })], ['a', 'unknown']))).toMatchObject({
    left: ['a'],
    departments: null,
  });
  expect(people.get('b')).toMatchObject({ position: 'x', status: 'active' });
});
