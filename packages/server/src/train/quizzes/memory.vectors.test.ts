import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Memory, remember, retrievability } from './memory.ts';

const dayMs = 86_400_000;
const start = Date.UTC(2022, 10, 29, 12, 30);

/** The memory after answers so many days apart. */
function after(answers: readonly (readonly [right: boolean, days: number])[]): Memory {
  let now = start;
  let memory: Memory | null = null;
  for (const [right, days] of answers) {
    now += days * dayMs;
    memory = remember(memory, right, now);
  }
  if (memory === null) throw new Error('no answer');
  return memory;
}

/**
 * Vectors that the authors of FSRS publish for version 6 with its default weights: the tests of fsrs-rs (`inference.rs`, test_memory_state and the doc
 * example of next_states) and of py-fsrs (`test_basic.py`, test_memo_state), both under github.com/open-spaced-repetition.
 */
describe('FSRS-6 against published vectors', () => {
  it('begins a question as they do, known and not known', () => {
    const good = after([[true, 0]]);
    expect(good.stability).toBeCloseTo(2.3065, 4);
    expect(good.difficulty).toBeCloseTo(2.118104, 5);
    const again = after([[false, 0]]);
    expect(again.stability).toBeCloseTo(0.212, 4);
    expect(again.difficulty).toBeCloseTo(6.4133, 4);
  });

  it('ends six reviews where they do, with the step within a day left out as it is here', () => {
    const { stability, difficulty } = after([
      [false, 0],
      [true, 0],
      [true, 1],
      [true, 3],
      [true, 8],
      [true, 21],
    ]);
    expect(stability).toBeCloseTo(53.335106, 3);
    expect(difficulty).toBeCloseTo(6.3574867, 4);
  });

  it('expects nine of ten after as many days as the stability says, which is what stability means', () => {
    for (const stability of [1, 7, 53]) {
      const memory = { ...after([[true, 0]]), stability };
      expect(retrievability(memory, start)).toBe(1);
      expect(retrievability(memory, start + stability * dayMs)).toBeCloseTo(0.9, 7);
      expect(retrievability(memory, start + 3 * stability * dayMs)).toBeCloseTo((1 + 3 * factor) ** decay, 7);
    }
  });
});

/** The formulas of FSRS-6 as its authors write them down (fsrs4anki wiki, "The Algorithm"), worked out here once more by hand. */
const w = [
  ...[0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796, 1.4835, 0.0614, 0.2629, 1.6483],
  ...[0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542],
];
const at = (index: number): number => w[index] ?? Number.NaN;
const decay = -at(20);
const factor = 0.9 ** (1 / decay) - 1;
const grade = (right: boolean): number => (right ? 3 : 1);
const firstDifficulty = (g: number): number => at(4) - Math.exp(at(5) * (g - 1)) + 1;
const bounded = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

interface Known {
  readonly s: number;
  readonly d: number;
}

function byHand(answers: readonly (readonly [right: boolean, days: number])[]): Known {
  let state: Known | null = null;
  for (const [right, days] of answers) {
    const g = grade(right);
    if (state === null) {
      state = { s: at(g - 1), d: bounded(firstDifficulty(g), 1, 10) };
      continue;
    }
    const { s, d }: Known = state;
    const r: number = (1 + (factor * days) / s) ** decay;
    const moved: number = d + (-at(6) * (g - 3) * (10 - d)) / 9;
    const recalled: number = s * (1 + Math.exp(at(8)) * (11 - d) * s ** -at(9) * (Math.exp((1 - r) * at(10)) - 1));
    const forgotten: number = at(11) * d ** -at(12) * ((s + 1) ** at(13) - 1) * Math.exp((1 - r) * at(14));
    state = {
      s: bounded(right ? recalled : Math.min(forgotten, s), 0.001, 36_500),
      d: bounded(at(7) * firstDifficulty(4) + (1 - at(7)) * moved, 1, 10),
    };
  }
  return state ?? { s: 0, d: 0 };
}

it('agrees with the formulas over any history of answers', () => {
  const answer = fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 200 }));
  fc.assert(
    fc.property(fc.array(answer, { minLength: 1, maxLength: 15 }), (answers) => {
      const [ours, theirs] = [after(answers), byHand(answers)];
      expect(Math.abs(ours.stability - theirs.s) / theirs.s).toBeLessThan(0.001);
      expect(Math.abs(ours.difficulty - theirs.d)).toBeLessThan(0.001);
    }),
    { numRuns: 300 },
  );
});
