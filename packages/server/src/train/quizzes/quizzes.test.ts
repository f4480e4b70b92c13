import { describe, expect, it } from 'vitest';
import { drawQuestions, isRight, orderOf } from './draw.ts';
import { remember, retrievability } from './memory.ts';

const bank = Array.from({ length: 12 }, (_, at) => ({ id: `q${at}`, right: [true, false, false, false] }));
const seed = (first: number): Uint8Array => new Uint8Array(32).fill(first);
const dayMs = 86_400_000;

describe('a draw', () => {
  it('follows from its seed, and differs from others', () => {
    const one = drawQuestions({ bank, draw: 6 }, seed(1), new Set());
    expect(drawQuestions({ bank, draw: 6 }, seed(1), new Set())).toEqual(one);
    expect(drawQuestions({ bank, draw: 6 }, seed(2), new Set())).not.toEqual(one);
    expect(new Set(one.map(({ id }) => id)).size).toBe(6);
  });

  it('takes what was just asked only when nothing else is left', () => {
    const before = new Set(bank.slice(0, 6).map(({ id }) => id));
    for (let at = 0; at < 20; at += 1)
      expect(drawQuestions({ bank, draw: 6 }, seed(at), before).filter(({ id }) => before.has(id))).toEqual([]);
    expect(drawQuestions({ bank, draw: 8 }, seed(1), before).filter(({ id }) => before.has(id)).length).toBe(2);
  });

  it('puts the right option everywhere about as often', () => {
    const places = [0, 0, 0, 0];
    for (let at = 0; at < 200; at += 1)
      for (const { right } of drawQuestions({ bank, draw: 6 }, seed(at), new Set())) {
        const [place = 0] = right;
        places[place] = (places[place] ?? 0) + 1;
      }
    // 1,200 draws over four places: 300 each; 60 is four standard deviations.
    for (const count of places) expect(Math.abs(count - 300)).toBeLessThan(60);
  });

  it('orders a single question by person and round, and cannot be worked out without the secret', () => {
    const question = { id: 'q', right: [true, false, false, false, false, false] };
    const one = orderOf(seed(1), 'zhang', 'course', question, 0);
    expect(orderOf(seed(1), 'zhang', 'course', question, 0)).toEqual(one);
    const others = [
      orderOf(seed(2), 'zhang', 'course', question, 0),
      orderOf(seed(1), 'li', 'course', question, 0),
      orderOf(seed(1), 'zhang', 'course', question, 1),
    ];
    for (const other of others) expect(other.order).not.toEqual(one.order);
  });

  it('takes all right places and no other for right', () => {
    const drawn = { id: 'q', order: [0, 1, 2], right: [0, 2] };
    expect([[0, 2], [2, 0], [0], [0, 1, 2], [], [0, 0]].map((chosen) => isRight(drawn, chosen))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('the memory of a question', () => {
  it('waits longer after each right answer, and begins anew after a wrong one, always the same', () => {
    const start = 1_767_225_600_000;
    const days: number[] = [];
    let memory = remember(null, true, start);
    let now = start;
    for (const right of [true, true, false, true]) {
      days.push((memory.due - now) / dayMs);
      now = memory.due;
      memory = remember(memory, right, now);
    }
    days.push((memory.due - now) / dayMs);
    expect(days).toEqual([3, 14, 57, 3, 8]);
    expect(memory.lapses).toBe(1);
  });

  it('expects nine of ten on the day a refresher is due, and less later', () => {
    const memory = remember(null, true, 0);
    expect(retrievability(memory, 0)).toBeCloseTo(1);
    expect(retrievability(memory, memory.due)).toBeGreaterThan(0.85);
    expect(retrievability(memory, memory.due)).toBeLessThan(0.93);
    expect(retrievability(memory, memory.due + 365 * dayMs)).toBeLessThan(0.7);
  });
});
