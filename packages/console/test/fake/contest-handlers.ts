import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import type { World } from './world.ts';

const minute = 60_000;
export const fakeContest = `tk_${'a'.repeat(22)}`;

const contest = (
  id: string,
  title: string,
  state: contract.ContestState,
  more: Partial<contract.ContestView> = {},
): contract.ContestView => ({
  plan: contract.contestPlan.parse({
    ...{ title, courses: ['phishing'], starts: now - 40 * minute, ends: now + 20 * minute },
    teams: { kind: 'department', best: 5 },
  }),
  ...{ id, state, players: 4, answers: 31, created: now - 90 * minute, createdBy: 'security' },
  ...more,
});

const row = (place: number, name: string | null, points: number, team: string): contract.ContestRow => ({
  ...{ place, number: place + 10, name, points, team, bracket: team, bracketPlace: place === 1 ? 1 : 2 },
  ...{ solved: 9 - place, answered: 9, firsts: place === 1 ? 3 : 0 },
});

const signs: readonly contract.ContestSign[] = [
  { kind: 'fast', number: 12, other: null, count: 6, of: 9 },
  { kind: 'follows', number: 14, other: 13, count: 7, of: 8 },
  { kind: 'shared_address', number: 13, other: 14, count: 2, of: 2 },
  { kind: 'same_mistakes', number: 13, other: 14, count: 3, of: 3 },
];

const awards: readonly contract.ContestAward[] = [
  { kind: 'place', place: 1, of: null, number: 11, name: '张三', points: 3_921 },
  { kind: 'bracket', place: 1, of: '研发中心', number: 11, name: '张三', points: 3_921 },
  { kind: 'team', place: 1, of: '研发中心', number: null, name: null, points: 6_795 },
  { kind: 'firsts', place: 1, of: null, number: 12, name: null, points: 3 },
];

/** A contest that runs, with a player whom somebody should look at, and one that was published. */
export function contestHandlers(world: () => World): readonly FakeHandler[] {
  const empty = (): boolean => world().company.people.length === 0;
  const running = contest(fakeContest, '网络安全宣传周竞赛', 'frozen');
  return [
    bind(contract.listContests, () => ({
      ...{ now, learnUrl: empty() ? null : 'https://learn.example.com' },
      contests: empty() ? [] : [running, contest(`tk_${'b'.repeat(22)}`, '新人安全竞赛', 'published')],
    })),
    bind(contract.getContest, () => ({
      ...{ now, contest: running },
      board: {
        ...{ at: now - 2 * minute, frozen: true, players: 4, answers: 31 },
        rows: [
          row(1, '张三', 3_921, '研发中心'),
          row(2, null, 3_100, '门店运营中心'),
          row(3, '李四', 2_874, '研发中心'),
          row(4, '王五<script>alert(1)</script>', 1_200, '门店运营中心'),
        ],
        teams: [
          { place: 1, name: '研发中心', points: 6_795, players: 2 },
          { place: 2, name: '门店运营中心', points: 4_300, players: 2 },
        ],
      },
      disqualified: [{ number: 19, reason: '代答，本人承认', by: 'security', at: now - minute }],
      signs: [...signs],
      awards: [...awards],
    })),
    bind(contract.createContest, () => ({ id: fakeContest })),
    bind(contract.cancelContest, () => ({ ok: true as const })),
    bind(contract.publishContest, () => ({ awards: [] })),
    bind(contract.disqualifyPlayer, () => ({ uid: 'li.si' })),
  ];
}
