import { type ContestPlan, contestPlan, MenshenError } from '@menshen/contract';
import { expect, it } from 'vitest';
import type { Person } from '../../directory/model.ts';
import { DirectorySnapshot } from '../../directory/snapshot.ts';
import { metaMigrations } from '../../store/meta-tables.ts';
import { describeEachStore, type OpenTestStore } from '../../store/testing.ts';
import { openLibrary } from '../courses/library.ts';
import { trainMigrations } from '../tables.ts';
import type { ContestService } from './service.ts';
import { createContestService } from './service.ts';
import { createContestStore } from './store.ts';
import { boardView } from './views.ts';

const start = Date.UTC(2026, 2, 2, 1);
const minute = 60_000;
const department = (id: string, parent: string | null) => ({ id, name: id, parent, order: 0, source: 'test' });
const person = (uid: string, main: string, status: Person['status'] = 'active'): Person =>
  ({
    ...{ uid, name: `${uid}的名字`, kind: 'employee', departments: [main], leads: [], position: null, phone: null, email: null },
    ...{ number: null, roles: [], sourceRoles: [], status, sourceStatus: status, blocked: false },
    ...{ source: 'test', sourceKey: uid, wecomUserid: null, createdAt: start, updatedAt: start },
  }) as never as Person;

async function contest(open: OpenTestStore, change: Partial<ContestPlan> = {}, people = ['a', 'b', 'c']) {
  const store = await open({ migrations: [...metaMigrations, ...trainMigrations] });
  const clock = { now: start };
  const acts: string[] = [];
  const library = openLibrary();
  const directory = new DirectorySnapshot(
    [department('root', null), department('rd', 'root'), department('hr', 'root')],
    [...people.map((uid, at) => person(uid, at % 2 === 0 ? 'rd' : 'hr')), person('gone', 'rd', 'left' as never)],
    1,
  );
  const service = createContestService({
    store: createContestStore(store),
    courses: { all: async () => library.courses },
    directory: () => directory,
    secret: new Uint8Array(32).fill(9),
    audit: {
      async act(by, { activity, entity }, perform) {
        acts.push(`${by} ${activity} ${entity}`);
        return await perform();
      },
    },
    changed: () => undefined,
    clock: () => clock.now,
    random: (size) => crypto.getRandomValues(new Uint8Array(size)),
  });
  const plan = contestPlan.parse({
    ...{ title: '安全月竞赛', courses: [...library.courses.keys()].slice(0, 5), questions: 5, seconds: 30, freeze: 10 },
    ...{ starts: start, ends: start + 60 * minute },
    ...change,
  });
  const id = await service.create(plan, 'boss');
  return { store, clock, service, id, directory, acts, plan, questions: createContestStore(store) };
}

const rightOf = async (service: ContestService, id: string, uid: string, place: number): Promise<number[]> => [
  ...((await service.player(id, uid))?.drawn[place]?.right ?? []),
];
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'none',
    (error: unknown) => (error instanceof MenshenError ? error.code : String(error)),
  );
const wrongFor = (right: readonly number[]): number[] => (right.includes(0) && right.length === 1 ? [1] : [0]);

describeEachStore((open) => {
  it('keeps the clock of a question: asking again, or answering late, wins no time', async () => {
    const { service, id, clock } = await contest(open);
    await service.join(id, 'a', true);
    const first = await service.next(id, 'a', 'zh');
    clock.now += 20_000;
    const again = await service.next(id, 'a', 'en');
    expect(again?.deadline).toBe(first?.deadline);
    expect(again?.question.id).toBe(first?.question.id);
    clock.now += 12_000;
    const late = await service.answer(id, 'a', 0, await rightOf(service, id, 'a', 0), '10.0.0.1');
    expect(late).toMatchObject({ right: false, late: true });
    expect((await service.next(id, 'a', 'zh'))?.place).toBe(1);
  });

  it('takes the first answer alone, also where two come at once or the line broke', async () => {
    const { service, id } = await contest(open);
    await service.join(id, 'a', true);
    await service.next(id, 'a', 'zh');
    const right = await rightOf(service, id, 'a', 0);
    expect((await service.answer(id, 'a', 0, wrongFor(right), 'x')).right).toBe(false);
    // The attack: try each option until one is right.
    for (const chosen of [right, [0], [1], [2]]) expect((await service.answer(id, 'a', 0, chosen, 'x')).right).toBe(false);
    await service.next(id, 'a', 'zh');
    const second = await rightOf(service, id, 'a', 1);
    const both = await Promise.all([wrongFor(second), second].map((chosen) => service.answer(id, 'a', 1, chosen, 'x')));
    expect(new Set(both.map((one) => one.right)).size).toBe(1);
  });

  it('shows no question before it begins, none after, none ahead, and none to strangers', async () => {
    const { service, id, clock } = await contest(open, { starts: start + minute, department: 'rd' });
    await service.join(id, 'a', true);
    expect(await codeOf(service.next(id, 'a', 'zh'))).toBe('contest_closed');
    for (const uid of ['b', 'gone', 'nobody']) expect(await codeOf(service.join(id, uid, true))).toBe('not_found');
    clock.now = start + minute;
    expect(await codeOf(service.next(id, 'c', 'zh'))).toBe('not_found');
    await service.next(id, 'a', 'zh');
    // Answering a question that was never shown would have no clock.
    expect(await codeOf(service.answer(id, 'a', 3, [0], 'x'))).toBe('not_found');
    expect(await codeOf(service.answer(id, 'a', 0, [7], 'x'))).toBe('validation_failed');
    clock.now = start + 60 * minute + 2_000;
    expect(await codeOf(service.answer(id, 'a', 0, [0], 'x'))).toBe('contest_closed');
    expect(await codeOf(service.join(id, 'c', true))).toBe('contest_closed');
    expect(await service.review(id, 'a', 'zh')).toEqual([]);
  });

  it('stands still from the freeze until the result is published, and lets go of addresses then', async () => {
    const { service, id, clock, questions, directory, plan, acts } = await contest(open);
    await service.join(id, 'a', true);
    await service.join(id, 'b', false);
    await service.next(id, 'a', 'zh');
    await service.answer(id, 'a', 0, await rightOf(service, id, 'a', 0), '10.1.2.3');
    expect(JSON.stringify(await questions.shown(id))).not.toContain('10.1.2.3');
    clock.now = start + 51 * minute;
    await service.next(id, 'b', 'zh');
    await service.answer(id, 'b', 0, await rightOf(service, id, 'b', 0), '10.1.2.4');
    clock.now += 5_000;
    for (const now of [clock.now, start + 60 * minute, start + 61 * minute]) {
      clock.now = now;
      const { frozen, standings } = await service.board(id);
      expect(frozen).toBe(true);
      expect(standings.rows.find(({ number }) => number === 2)?.points).toBe(0);
    }
    clock.now = start + 60 * minute;
    expect(await codeOf(service.publish(id, 'boss'))).toBe('conflict');
    clock.now = start + 61 * minute;
    await service.publish(id, 'boss');
    const board = await service.board(id);
    expect(board.standings.rows.map(({ points }) => points > 0)).toEqual([true, true]);
    expect((await questions.shown(id)).every(({ address }) => address === null)).toBe(true);
    // Who wishes to be a number is one, also for the administrator's projector.
    const view = JSON.stringify(boardView(board, plan, directory, 10, null));
    expect(view).toContain('a的名字');
    expect(view).not.toContain('b的名字');
    expect((await service.review(id, 'a', 'zh'))[0]?.answer.right).toBe(true);
    for (const again of [
      () => service.publish(id, 'boss'),
      () => service.cancel(id, 'reason', 'boss'),
      () => service.disqualify(id, 1, 'late', 'boss'),
    ])
      expect(await codeOf(again())).toBe('conflict');
    expect(acts).toEqual(['boss create training contest', 'boss update training contest']);
  });

  it('disqualifies with a record, and stops the player', async () => {
    const { service, id, acts } = await contest(open);
    await service.join(id, 'a', true);
    await service.next(id, 'a', 'zh');
    expect(await service.disqualify(id, 1, 'two phones', 'boss')).toBe('a');
    expect(await codeOf(service.answer(id, 'a', 0, [0], 'x'))).toBe('contest_closed');
    expect((await service.board(id)).standings.rows).toEqual([]);
    expect(acts.at(-1)).toBe('boss update training contest player');
  });

  it('refuses plans that do not work out', async () => {
    const { service, plan } = await contest(open);
    const attempt = async (change: Partial<ContestPlan>): Promise<string> =>
      await codeOf(service.create({ ...plan, ...change }, 'boss'));
    expect(await attempt({ courses: ['none'] })).toBe('not_found');
    expect(await attempt({ brackets: ['none'] })).toBe('not_found');
    expect(await attempt({ courses: plan.courses.slice(0, 1), questions: 50 })).toBe('validation_failed');
    expect(await attempt({ ends: plan.starts })).toBe('validation_failed');
    expect(await attempt({ freeze: 60 })).toBe('validation_failed');
    const twice = {
      kind: 'named',
      best: 1,
      teams: [
        { name: 'x', uids: ['a'] },
        { name: 'y', uids: ['a'] },
      ],
    } as const;
    expect(await attempt({ teams: twice as never })).toBe('validation_failed');
  });

  // On the embedded store, which is one node's; a server of its own is the same test with another's speed.
  const onSqlite: typeof it | null = open.kind === 'sqlite' ? it : null;
  onSqlite?.(
    'takes the answers of 500 players at once without losing one, and its board is right',
    async () => {
      const uids = Array.from({ length: 500 }, (_, at) => `p${at}`);
      const { service, id, clock, questions, plan } = await contest(
        open,
        { teams: { kind: 'department', best: 10 }, brackets: ['rd', 'hr'] },
        uids,
      );
      await Promise.all(uids.map((uid) => service.join(id, uid, true)));
      const said = new Map<string, { points: number; right: boolean[] }>();
      for (let place = 0; place < plan.questions; place += 1) {
        await Promise.all(uids.map((uid) => service.next(id, uid, 'zh')));
        clock.now += 10_000;
        await Promise.all(
          uids.map(async (uid, at) => {
            const right = await rightOf(service, id, uid, place);
            // Player n answers rightly but for every (n mod 5 + 2)th question; the line of each third broke, so they send it twice.
            const chosen = (place + at) % ((at % 5) + 2) === 0 ? wrongFor(right) : right;
            const answer = await service.answer(id, uid, place, chosen, `10.0.0.${at % 200}`);
            if (at % 3 === 0) expect(await service.answer(id, uid, place, right, 'again')).toEqual(answer);
            const mine = said.get(uid) ?? { points: 0, right: [] };
            mine.right.push(answer.right);
            said.set(uid, mine);
          }),
        );
      }
      const kept = await questions.shown(id);
      expect(kept.filter(({ answered }) => answered !== null).length).toBe(2_500);
      for (const { uid, place, right } of kept) expect(right).toBe(said.get(uid)?.right[place]);
      clock.now += 2_000;
      const { standings } = await service.board(id);
      expect(standings).toMatchObject({ answers: 2_500 });
      // The board once more, the slow and plain way.
      const solvers = Map.groupBy(
        kept.filter(({ right }) => right),
        ({ question }) => question,
      );
      const numbers = new Map((await questions.players(id)).map(({ uid, number }) => [uid, number]));
      const expected = new Map<number, number>();
      for (const of of solvers.values()) {
        const order = of.toSorted(
          (x, y) =>
            Number(x.answered) - Number(y.answered) ||
            x.shown - y.shown ||
            Number(numbers.get(x.uid)) - Number(numbers.get(y.uid)),
        );
        const each = Math.floor(500 * (0.4 + 0.6 * Math.exp((1 - of.length) / 20)));
        for (const [at, { uid }] of order.entries()) {
          const number = Number(numbers.get(uid));
          expected.set(number, (expected.get(number) ?? 0) + each + ([25, 15, 5][at] ?? 0));
        }
      }
      for (const { number, points } of standings.rows) expect(points).toBe(expected.get(number) ?? 0);
      expect(standings.rows.map(({ points }) => points)).toEqual(
        standings.rows.map(({ points }) => points).toSorted((a, b) => b - a),
      );
      expect(standings.teams.map(({ players }) => players)).toEqual([250, 250]);
    },
    60_000,
  );
});
