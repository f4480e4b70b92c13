import type { Assessment, Risk } from '../method/assess.ts';

export interface ChangedRisk {
  readonly id: string;
  /** Null where it is not there before or after. */
  readonly before: Risk | null;
  readonly after: Risk | null;
  readonly difference: number;
}

export interface Comparison {
  /** What fell most first, then what rose. */
  readonly changed: readonly ChangedRisk[];
  readonly lower: number;
  readonly higher: number;
  readonly added: number;
  readonly gone: number;
  /** Sum of all scores, before and after. */
  readonly total: { readonly before: number; readonly after: number };
}

/** Compares two assessments risk by risk: a what-if with what is, or a version with the one before. */
export function compare(before: Pick<Assessment, 'risks'>, after: Pick<Assessment, 'risks'>): Comparison {
  const known = new Map(before.risks.map((risk) => [risk.id, risk]));
  const changed: ChangedRisk[] = [];
  for (const risk of after.risks) {
    const earlier = known.get(risk.id) ?? null;
    known.delete(risk.id);
    const difference = Math.round((risk.score - (earlier?.score ?? 0)) * 10) / 10;
    if (earlier === null || difference !== 0) changed.push({ id: risk.id, before: earlier, after: risk, difference });
  }
  for (const [id, earlier] of known) changed.push({ id, before: earlier, after: null, difference: -earlier.score });
  changed.sort((a, b) => a.difference - b.difference || (a.id < b.id ? -1 : 1));
  const sum = (risks: readonly Risk[]): number => Math.round(risks.reduce((total, { score }) => total + score, 0) * 10) / 10;
  return {
    changed,
    lower: changed.filter(({ before, after, difference }) => before !== null && after !== null && difference < 0).length,
    higher: changed.filter(({ before, after, difference }) => before !== null && after !== null && difference > 0).length,
    added: changed.filter(({ before }) => before === null).length,
    gone: changed.filter(({ after }) => after === null).length,
    total: { before: sum(before.risks), after: sum(after.risks) },
  };
}
