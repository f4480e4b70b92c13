import { type StageDecision, stageNames } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { stageSpans } from './stage-spans.ts';

const stages = (micros: readonly number[]): StageDecision[] =>
  micros.map((value, at) => ({ stage: stageNames[at] ?? 'record', verdict: 'pass', code: null, where: null, micros: value }));

describe('stageSpans', () => {
  it('puts each bar where the one before it ends', () => {
    const spans = stageSpans(stages([10, 0, 30, 60]));
    expect(spans.map(({ place, start, share }) => [place, start, share])).toEqual([
      [1, 0, 0.1],
      [2, 0.1, 0],
      [3, 0.1, 0.3],
      [4, 0.4, 0.6],
    ]);
  });

  it('draws nothing when no time was measured', () => {
    expect(stageSpans(stages([0, 0])).every(({ start, share }) => start === 0 && share === 0)).toBe(true);
  });
});
