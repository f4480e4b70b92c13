import { describe, expect, it } from 'vitest';
import type { Person } from '../../directory/model.ts';
import { DirectorySnapshot } from '../../directory/snapshot.ts';
import { atOnce } from '../../gently.ts';
import { openLibrary } from '../courses/library.ts';
import { type Assignment, type Duty, type Passing, planningDuties } from './model.ts';
import { proposeCourses, type Trouble } from './proposals.ts';
import { isReminderDue } from './reminders.ts';

const dayMs = 86_400_000;
const now = 1_790_000_000_000;
const person = (uid: string, department: string, change: Partial<Person> = {}): Person => ({
  ...{ uid, name: uid, kind: 'employee', departments: [department], leads: [], position: null, phone: null, email: null },
  ...{ number: null, roles: [], sourceRoles: [], status: 'active', sourceStatus: 'active', blocked: false, source: 'wecom' },
  ...change,
});
const place = (id: string, parent: string | null) => ({ id, name: `部门${id}`, parent, order: 0, source: 'wecom' });
const directory = (people: readonly Person[]): DirectorySnapshot =>
  new DirectorySnapshot([place('1', null), place('2', '1'), place('3', '2'), place('4', '1')], people, 1);
const six = directory([
  ...['a', 'b', 'c', 'd', 'e'].map((uid) => person(uid, '3')),
  person('f', '4', { roles: ['developer'] }),
  person('left', '3', { status: 'left' }),
  person('guest', '3', { kind: 'partner' }),
]);
const assignment = (change: Partial<Assignment> = {}): Assignment => ({
  ...{ id: 'tn_1', course: 'phishing', target: { kind: 'department', department: '2' }, due: null, dueDays: 14, again: false },
  ...{ origin: null, reason: 'r', created: now, createdBy: 's', ended: null },
  ...change,
});
const none = (): Passing | null => null;
const plan = (
  all: readonly Assignment[],
  standing: readonly Duty[] = [],
  passed: (uid: string) => Passing | null = none,
  at = now,
) => atOnce(planningDuties(all, six, standing, passed, at));

describe('duties', () => {
  it('are of employees who are here, in the department and below it', () => {
    const { put, remove } = plan([assignment()]);
    expect(put.map(({ uid, due }) => [uid, due])).toEqual(['a', 'b', 'c', 'd', 'e'].map((uid) => [uid, now + 14 * dayMs]));
    expect(remove).toEqual([]);
    expect(plan([assignment()], put).put).toEqual([]);
  });

  it('are one for a person and course, with the earlier of two days', () => {
    const first = plan([assignment()]).put;
    const sooner = assignment({ id: 'tn_2', target: { kind: 'everyone' }, due: now + 3 * dayMs, created: now + 1 });
    const { put } = plan([assignment(), sooner], first);
    expect(put.length).toBe(6);
    for (const one of put) expect(one.due).toBe(now + 3 * dayMs);
  });

  it('are done by a passing whose certificate holds, unless it is asked for once more', () => {
    const passed = (uid: string): Passing | null => (uid === 'a' ? { at: now - dayMs, until: now + 200 * dayMs } : null);
    const done = (change: Partial<Assignment>) => plan([assignment(change)], [], passed).put.find(({ uid }) => uid === 'a')?.done;
    expect(done({})).toBe(now - dayMs);
    expect(done({ again: true })).toBeNull();
    const lapsed = (): Passing => ({ at: now - 400 * dayMs, until: now - dayMs });
    expect(plan([assignment()], [], lapsed).put.every((one) => one.done === null)).toBe(true);
  });

  it('come back before a certificate ends', () => {
    const standing = plan([assignment()]).put.map((one) => ({ ...one, done: now }));
    const until = now + 365 * dayMs;
    const passed = (): Passing => ({ at: now, until });
    expect(plan([assignment()], standing, passed, now + 300 * dayMs).put).toEqual([]);
    const back = plan([assignment()], standing, passed, until - 20 * dayMs).put;
    expect(back.map(({ due, done }) => [due, done])).toEqual(standing.map(() => [until, null]));
    // The old certificate does not answer for the new duty; a passing since does.
    expect(plan([assignment()], back, passed, until - 19 * dayMs).put).toEqual([]);
    const anew = (): Passing => ({ at: until - 18 * dayMs, until: until + 340 * dayMs });
    const settled = plan([assignment()], back, anew, until - 17 * dayMs).put;
    expect(settled.map(({ done }) => done)).toEqual(back.map(() => until - 18 * dayMs));
    expect(plan([assignment()], settled, anew, until - 16 * dayMs).put).toEqual([]);
  });

  it('end with their assignment and with their person, and what was done stays', () => {
    const standing = plan([assignment()]).put.map((one, at) => ({ ...one, done: at === 0 ? now : null }));
    expect(plan([assignment({ ended: now })], standing).remove.map(({ uid }) => uid)).toEqual(['b', 'c', 'd', 'e']);
    expect(
      atOnce(planningDuties([assignment()], directory([person('b', '3')]), standing, none, now)).remove.map(({ uid }) => uid),
    ).toEqual(['c', 'd', 'e']);
  });
});

describe('reminders', () => {
  const duty: Duty = {
    ...{ uid: 'a', course: 'c', assignment: 'x', assigned: now, due: now + 14 * dayMs, done: null, reminded: null },
    ...{ reminders: 0, problem: null },
  };
  /** Days after the assignment on which a person is reminded, when somebody looks each hour. */
  const days = (from: Duty): number[] => {
    const found: number[] = [];
    let standing = from;
    for (let at = now; at < now + 40 * dayMs; at += 3_600_000)
      if (isReminderDue(standing, [7, 1], at)) {
        found.push(Math.round((at - now) / dayMs));
        standing = { ...standing, reminded: at };
      }
    return found;
  };
  it('come a week and a day before, the day after, and then each week', () => {
    expect(days(duty)).toEqual([7, 13, 15, 22, 29, 36]);
  });
  it('come once after a time in which nothing could be sent, and never when it is done', () => {
    expect(isReminderDue({ ...duty, reminded: null }, [7, 1], now + 14 * dayMs)).toBe(true);
    expect(isReminderDue({ ...duty, reminded: now + 14 * dayMs }, [7, 1], now + 14 * dayMs + 1)).toBe(false);
    expect(days({ ...duty, done: now })).toEqual([]);
  });
});

describe('what last week calls for', () => {
  const courses = [...openLibrary().courses.values()];
  const alert = (uid: string | null, rule = 'brute_force', role: string | null = null): Trouble => ({
    ...{ kind: 'alert', at: now - dayMs, uid, role },
    names: [{ tag: 'alert', value: rule, label: { zh: '猜密码', en: 'guessing' } }],
  });
  const propose = (troubles: readonly Trouble[], assignments: readonly Assignment[] = [], least = 3) =>
    proposeCourses(troubles, courses, six, assignments, least);

  it('is proposed to the department where it happened, counted, and without names', () => {
    const [first, ...more] = propose([alert('a'), alert('b'), alert('a')]);
    expect(more).toEqual([]);
    expect(first).toMatchObject({
      course: 'account-theft',
      target: { kind: 'department', department: '3' },
      whom: '部门1 / 部门2 / 部门3',
    });
    expect(first?.origin).toMatchObject({ events: 3, people: 2, names: ['brute_force'] });
    expect(JSON.stringify([first?.origin.because, first?.whom])).not.toMatch(/"a"|"b"/);
  });

  it('goes up to a department that is large enough, so that it points at nobody', () => {
    expect(propose([alert('f')])[0]?.target).toEqual({ kind: 'department', department: '1' });
    expect(propose([alert('f')], [], 50)).toEqual([]);
  });

  it('goes to a role where nobody in particular is meant, and says nothing of what no course answers', () => {
    const finding: Trouble = {
      ...{ kind: 'finding', at: now, uid: null, role: 'developer' },
      names: [{ tag: 'cwe', value: '89', label: { zh: 'SQL 注入', en: 'SQL injection' } }],
    };
    expect(propose([finding])[0]).toMatchObject({ course: 'injection', target: { kind: 'role', role: 'developer' } });
    expect(propose([alert('a', 'no_such_rule'), alert('stranger'), alert(null)])).toEqual([]);
  });

  it('is not proposed while the same runs, and again when it happens after that', () => {
    const same = assignment({ course: 'account-theft', target: { kind: 'department', department: '3' } });
    expect(propose([alert('a')], [same])).toEqual([]);
    expect(propose([alert('a')], [{ ...same, ended: now }])).toEqual([]);
    expect(propose([alert('a')], [{ ...same, created: now - 3 * dayMs, ended: now - 2 * dayMs }]).length).toBe(1);
  });
});
