import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Player, readableMs, type Shown } from './model.ts';
import { awardsOf, standings, worth } from './scoring.ts';

const scoring = { value: 500, floor: 0.4, decay: 20 };
const none = { kind: 'none' } as const;
const player = (number: number, more: Partial<Player> = {}): Player => ({
  ...{ uid: `u${number}`, number, named: true, bracket: null, team: null, drawn: [], disqualified: null },
  ...more,
});
const solved = (number: number, question: string, answered: number, more: Partial<Shown> = {}): Shown => ({
  ...{ uid: `u${number}`, place: 0, question, shown: answered - 5_000, readable: 1_000, answered, chosen: [0], right: true },
  address: null,
  ...more,
});
const players = [1, 2, 3, 4, 5].map((number) => player(number));

describe('the worth of a question', () => {
  it('is S for one, falls with each who solves it, and never under its floor', () => {
    expect(worth(scoring, 1)).toBe(500);
    // ⌊500·(0.4 + 0.6·e^(−1/20))⌋ and ⌊500·(0.4 + 0.6·e^(−1))⌋, worked out by hand.
    expect(worth(scoring, 2)).toBe(485);
    expect(worth(scoring, 21)).toBe(310);
    expect(worth(scoring, 100_000)).toBe(200);
    expect(worth({ ...scoring, floor: 1 }, 50)).toBe(500);
  });

  it('never rises', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.double({ min: 0, max: 1, noNaN: true }), (x, floor) => {
        expect(worth({ ...scoring, floor }, x + 1)).toBeLessThanOrEqual(worth({ ...scoring, floor }, x));
      }),
    );
  });
});

describe('a board', () => {
  it('gives all who solved a question the same worth, and the first three 5, 3 and 1 % of S more', () => {
    const answers = [4, 2, 3, 1].map((number, at) => solved(number, 'c/q', 1_000 + at));
    const { rows } = standings(players, answers, { scoring, teams: none }, 9_000);
    const value = worth(scoring, 4);
    expect(rows.map(({ number, points, firsts }) => [number, points, firsts])).toEqual([
      [4, value + 25, 1],
      [2, value + 15, 0],
      [3, value + 5, 0],
      [1, value, 0],
      [5, 0, 0],
    ]);
  });

  it('is the same in whatever order the answers are read', () => {
    const answer = fc.record({
      number: fc.integer({ min: 1, max: 5 }),
      question: fc.constantFrom('a', 'b', 'c'),
      at: fc.nat(50),
      right: fc.boolean(),
    });
    const answers = fc.uniqueArray(answer, { selector: ({ number, question }) => `${number} ${question}`, maxLength: 15 });
    fc.assert(
      fc.property(
        answers.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, mixed]) => {
          const board = (of: typeof all) =>
            standings(
              players,
              of.map(({ number, question, at, right }) => solved(number, question, at, { right })),
              { scoring, teams: none },
              99,
            );
          expect(board(mixed)).toEqual(board(all));
        },
      ),
    );
  });

  it('stands at a moment: what came later moves nothing', () => {
    const answers = [solved(1, 'q', 100), solved(2, 'q', 200), solved(2, 'r', 201)];
    const plan = { scoring, teams: none };
    expect(standings(players, answers, plan, 150)).toEqual(standings(players, answers.slice(0, 1), plan, 150));
    expect(standings(players, answers, plan, 201).rows[0]?.number).toBe(2);
  });

  it('takes a disqualified player out of worth, bonus and places', () => {
    const answers = [solved(1, 'q', 100), solved(2, 'q', 200)];
    const out = [player(1, { disqualified: { at: 1, by: 'a', reason: 'r' } }), player(2)];
    const { rows } = standings(out, answers, { scoring, teams: none }, 999);
    expect(rows.map(({ number, points }) => [number, points])).toEqual([[2, 525]]);
  });

  it('counts the best of a team, so that size does not win, and ranks brackets apart', () => {
    const teamed = [1, 2, 3]
      .map((number) => player(number, { team: 'big', bracket: 'd1' }))
      .concat(player(4, { team: 'small', bracket: 'd2' }));
    const answers = [solved(1, 'a', 10), solved(2, 'b', 10), solved(3, 'c', 10), solved(4, 'd', 10), solved(4, 'e', 11)];
    const { rows, teams } = standings(teamed, answers, { scoring, teams: { kind: 'department', best: 1 } }, 99);
    expect(teams.map(({ team, place, points, players: count }) => [team, place, points, count])).toEqual([
      ['small', 1, 1_050, 1],
      ['big', 2, 525, 3],
    ]);
    expect(rows.find(({ number }) => number === 1)?.bracketPlace).toBe(1);
    expect(rows.find(({ number }) => number === 4)?.bracketPlace).toBe(1);
  });

  it('shares a place only where points and time are the same', () => {
    const answers = [solved(1, 'a', 10), solved(2, 'b', 10), solved(3, 'c', 11)];
    const { rows } = standings(players, answers, { scoring, teams: none }, 99);
    expect(rows.map(({ place }) => place)).toEqual([1, 1, 3, 4, 4]);
  });

  it('gives nobody an award for nothing', () => {
    expect(awardsOf(standings(players, [], { scoring, teams: none }, 99))).toEqual([]);
    const awards = awardsOf(
      standings([player(1, { bracket: 'd' }), player(2)], [solved(1, 'a', 10)], { scoring, teams: none }, 99),
    );
    expect(awards.map(({ kind, number }) => [kind, number])).toEqual([
      ['place', 1],
      ['bracket', 1],
      ['firsts', 1],
    ]);
  });
});

it('takes nobody for a machine who reads twice as fast as others', () => {
  // 40 Chinese characters: 2 s at 20 a second; a fast reader takes 4.
  expect(readableMs('一'.repeat(40))).toBe(2_000);
  expect(readableMs('a')).toBe(700);
});
