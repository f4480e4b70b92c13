import type { MeasureView } from '@menshen/contract';

/** Measures in force of one kind that one actor has taken. */
export interface MeasureGroup {
  readonly kind: MeasureView['kind'];
  readonly by: string;
  readonly measures: readonly MeasureView[];
}

/** Fewer are lifted one by one. */
const fewest = 3;

/** Groups of measures that can be lifted together, largest first. Those that are under way or being reopened in steps have a course of their own. */
export function groupMeasures(measures: readonly MeasureView[]): readonly MeasureGroup[] {
  const groups = Map.groupBy(
    measures.filter(({ state, reopening }) => state === 'active' && reopening === null),
    ({ kind, by }) => `${kind} ${by}`,
  );
  return [...groups.values()]
    .flatMap((members) => {
      const [first] = members;
      return first === undefined || members.length < fewest ? [] : [{ kind: first.kind, by: first.by, measures: members }];
    })
    .sort((one, other) => other.measures.length - one.measures.length);
}
