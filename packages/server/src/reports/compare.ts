import type { compareReport } from '@menshen/contract';
import type * as z from 'zod';
import type { ReportSummary } from './model.ts';

type Comparison = Omit<z.output<(typeof compareReport)['response']>, 'previous'>;
const shown = 200;

/** What stands otherwise than in the report before: figures side by side, and every state that has changed, come or gone. */
export function compareSummaries(before: ReportSummary | null, after: ReportSummary): Comparison {
  const figures = new Map((before?.figures ?? []).map(({ key, value }) => [key, value]));
  const known = new Map((before?.states ?? []).map((one) => [one.key, one]));
  const left = new Map(known);
  const changes: Comparison['changes'][number][] = [];
  for (const { key, name, state } of after.states) {
    left.delete(key);
    const then = known.get(key)?.state ?? null;
    if (then !== state && before !== null) changes.push({ key, name, before: then, after: state });
  }
  for (const { key, name, state } of left.values()) changes.push({ key, name, before: state, after: null });
  return {
    figures: after.figures.map(({ key, name, value }) => ({ key, name, before: figures.get(key) ?? null, after: value })),
    changes: changes.slice(0, shown),
    changed: changes.length,
  };
}
