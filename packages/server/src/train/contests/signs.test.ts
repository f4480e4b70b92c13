import { describe, expect, it } from 'vitest';
import type { Player, Shown } from './model.ts';
import { signsOf } from './signs.ts';

const players = [1, 2, 3, 4, 5, 6].map(
  (number): Player => ({
    ...{ uid: `u${number}`, number, named: true, bracket: null, team: null, drawn: [], disqualified: null },
  }),
);
/** An honest player: half a minute for each question, each at another time, an address of their own. */
const answers = (number: number, more: (at: number) => Partial<Shown> = () => ({})): Shown[] =>
  Array.from({ length: 8 }, (_, at): Shown => {
    const answered = 60_000 * at + number * 10_000 + 30_000;
    return {
      ...{ uid: `u${number}`, place: at, question: `c/q${at}`, shown: answered - 25_000, readable: 2_000, answered },
      ...{ chosen: [at % 3 === 0 ? number : 0], right: at % 3 !== 0, address: `a${number}` },
      ...more(at),
    };
  });
const honest = players.flatMap(({ number }) => answers(number));

describe('signs', () => {
  it('say nothing of honest players, also of an office behind one address', () => {
    expect(signsOf(players, honest)).toEqual([]);
    expect(
      signsOf(
        players,
        honest.map((one) => ({ ...one, address: 'office' })),
      ),
    ).toEqual([]);
  });

  it('tell answers that nobody can have read', () => {
    const quick = answers(1, () => ({ right: true })).map((one) => ({ ...one, shown: (one.answered ?? 0) - 900 }));
    expect(signsOf(players, [...quick, ...answers(2)])).toEqual([{ kind: 'fast', number: 1, other: null, count: 8, of: 8 }]);
  });

  it('tell two players behind one address', () => {
    const found = signsOf(
      players,
      honest.map((one) => (one.uid === 'u4' ? { ...one, address: 'a2' } : one)),
    );
    expect(found).toEqual([{ kind: 'shared_address', number: 2, other: 4, count: 2, of: 2 }]);
  });

  it('tell two who make the same mistakes, and only those', () => {
    const twin = answers(5).map((one, at) => ({
      ...one,
      uid: 'u1',
      address: 'a1',
      answered: (one.answered ?? 0) + 20_000,
      chosen: [at % 3 === 0 ? 5 : 0],
    }));
    const wrong = [...answers(5), ...twin].map((one) => ({ ...one, shown: (one.answered ?? 0) - 25_000 }));
    expect(signsOf(players, [...wrong, ...answers(2)])).toEqual([
      { kind: 'same_mistakes', number: 1, other: 5, count: 3, of: 3 },
    ]);
  });

  it('tell who answers after another again and again, and who goes first', () => {
    const leader = answers(3, () => ({ chosen: [0], right: true }));
    const shadow = leader.map((one) => ({ ...one, uid: 'u6', address: 'a6', answered: (one.answered ?? 0) + 2_000 }));
    expect(signsOf(players, [...leader, ...shadow])).toEqual([{ kind: 'follows', number: 6, other: 3, count: 8, of: 8 }]);
  });
});
