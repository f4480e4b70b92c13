import { fieldMatcher } from './field-name.ts';
import type { ActiveException, FoundThreat, InspectionRules, JudgedThreat } from './model.ts';

/** What the rules say of the threats of one request. */
export interface Judgement {
  /** Gravest first. */
  readonly threats: readonly JudgedThreat[];
  /** Those that are an attack each by itself. */
  readonly blocking: readonly JudgedThreat[];
  /** Exceptions that together let the request pass: each that took points of what would have been an attack. */
  readonly used: readonly string[];
}

type Decide = (found: readonly FoundThreat[], now: number) => Judgement;

interface CompiledException {
  readonly exception: ActiveException;
  readonly matches: ReturnType<typeof fieldMatcher>;
}

const none: Judgement = Object.freeze({ threats: [], blocking: [], used: [] });

/**
 * Compiles the rules of a route into the one function that decides, live and in a replay. Points are added for each text and class: a text is an
 * attack when the points of one class reach the threshold. An exception takes away the points of what it names, in its place and until its end.
 */
export function compileRules(rules: Pick<InspectionRules, 'threshold' | 'exceptions' | 'weights'>): Decide {
  const { threshold, weights } = rules;
  const exceptions: CompiledException[] = rules.exceptions.map((exception) => ({
    exception,
    matches: fieldMatcher(exception.where),
  }));
  return (found, now) => {
    if (found.length === 0) return none;
    const used = new Set<string>();
    const threats = found.map((threat): JudgedThreat => {
      const here = exceptions.filter(({ exception, matches }) => exception.expiresAt > now && matches(threat.place, threat.name));
      let whole = 0;
      let left = 0;
      const by = new Set<string>();
      for (const { rule, points } of threat.features) {
        const weight = weights.get(rule) ?? points;
        whole += weight;
        const excepted = here.find(({ exception: { target } }) =>
          'rule' in target ? target.rule === rule : target.class === threat.class,
        );
        if (excepted === undefined) left += weight;
        else by.add(excepted.exception.id);
      }
      if (whole >= threshold && left < threshold) for (const id of by) used.add(id);
      const [first = null] = by;
      return { ...threat, score: round(left), excepted: first };
    });
    threats.sort((a, b) => b.score - a.score);
    return { threats, blocking: threats.filter((threat) => threat.score >= threshold), used: [...used] };
  };
}

/**
 * The points of one class in one text with which a request is refused whatever else it holds, so that it need not be read any further. None where an
 * exception or a weight set by hand may take points away: behind them another attack may stand.
 */
export function enoughPoints({
  threshold,
  exceptions,
  weights,
}: Pick<InspectionRules, 'threshold' | 'exceptions' | 'weights'>): number {
  return exceptions.length > 0 || weights.size > 0 ? Number.POSITIVE_INFINITY : 2 * threshold;
}

const round = (points: number): number => Math.round(points * 100) / 100;
