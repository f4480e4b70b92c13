import type { StageDecision } from '@menshen/contract';

/** A stage with its place in line, and its time as shares (0 to 1) of the time of all stages. */
export interface StageSpan extends StageDecision {
  /** From 1. */
  readonly place: number;
  readonly start: number;
  readonly share: number;
}

export function stageSpans(stages: readonly StageDecision[]): readonly StageSpan[] {
  const total = stages.reduce((sum, stage) => sum + stage.micros, 0);
  let before = 0;
  return stages.map((stage, at) => {
    const span = {
      ...stage,
      place: at + 1,
      start: total === 0 ? 0 : before / total,
      share: total === 0 ? 0 : stage.micros / total,
    };
    before += stage.micros;
    return span;
  });
}
