import { describe, expect, it } from 'vitest';
import type { Person } from '../../directory/model.ts';
import { DirectorySnapshot } from '../../directory/snapshot.ts';
import { openLibrary } from '../courses/library.ts';
import { proposeCourses, type Trouble } from './proposals.ts';
import { alertTroubles, incidentTroubles } from './trouble-sources.ts';

const now = Date.UTC(2026, 10, 26);
const day = 86_400_000;
const person = (uid: string, department: string): Person => ({
  ...{ uid, name: uid, kind: 'employee', departments: [department], leads: [], position: null, phone: null, email: null },
  ...{ number: null, roles: [], sourceRoles: [], status: 'active', sourceStatus: 'active', blocked: false, source: 'test' },
});
const department = (id: string, parent: string | null) => ({ id, name: id, parent, order: 0, source: 'test' });
const directory = new DirectorySnapshot(
  [department('root', null), department('shop', 'root')],
  [...['a', 'b', 'c', 'd', 'e'].map((uid) => person(uid, 'shop')), person('x', 'root')],
  1,
);
const alert = (rule: string, uid: string | null) => ({
  ...{ id: rule, rule, uid, last: now - day, verdict: null, title: { zh: `规则 ${rule}`, en: `rule ${rule}` } },
});
const incident = (state: string, subjects: readonly (readonly [string, string])[], opened = now - day) => ({
  ...{ id: `i-${opened}`, state, opened, updated: now, mergedInto: null },
  title: { zh: '张三的账号被盗', en: 'The account of Zhang San' },
  subjects: subjects.map(([kind, value]) => ({ kind, value })),
});
const alerts = [alert('account_takeover', 'a'), alert('amount_tampering', null), alert('menshen_attack_by_member', null)];
const detect = { list: async () => ({ alerts }) as never };
const proposals = async (incidents: readonly object[]) => {
  const sources = [
    alertTroubles(detect),
    incidentTroubles({ list: async () => ({ incidents, open: 0, all: 0 }) as never }, detect, () => 'developer'),
  ];
  const troubles: Trouble[] = (await Promise.all(sources.map((source) => source(now - 7 * day)))).flat();
  return proposeCourses(troubles, openLibrary().courses.values(), directory, [], 5);
};

describe('incidents of the last week', () => {
  it('propose courses to the department that they touched, in place of their alerts, and never by their titles', async () => {
    const found = await proposals([
      incident('contained', [
        ['user', 'a'],
        ['rule', 'account_takeover'],
      ]),
    ]);
    expect(found.filter(({ course }) => course === 'account-theft')).toEqual([
      expect.objectContaining({
        target: { kind: 'department', department: 'shop' },
        origin: expect.objectContaining({ kind: 'incident', names: ['account_takeover'], events: 1, people: 1 }),
      }),
    ]);
    expect(JSON.stringify(found)).not.toContain('张三');
  });

  it.each([
    ['amount_tampering', 'coupon-fraud'],
    ['menshen_attack_by_member', 'injection'],
  ])('of %s that concern nobody in particular propose %s to those who write code', async (rule, course) => {
    const found = await proposals([
      incident('closed', [
        ['rule', rule],
        ['app', 'portal'],
      ]),
    ]);
    expect(found).toContainEqual(expect.objectContaining({ course, target: { kind: 'role', role: 'developer' } }));
  });

  it('propose nothing when they were false, merged, older, or found by nothing', async () => {
    const theft = [
      ['user', 'a'],
      ['rule', 'account_takeover'],
    ] as const;
    const quiet = [
      incident('false_alarm', theft),
      { ...incident('closed', theft), mergedInto: 'i-2' },
      { ...incident('closed', theft), updated: now - 8 * day },
      incident('closed', [['user', 'a']]),
    ];
    for (const one of quiet) expect((await proposals([one])).some(({ origin }) => origin.kind === 'incident')).toBe(false);
  });
});
