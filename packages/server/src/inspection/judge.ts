import type { AttackClassName } from '@menshen/contract';
import type { Counter, Metrics } from '../gateway/metrics.ts';
import type { Found } from './find-threats.ts';
import { type Inspected, type JudgedThreat, maxFeatures, maxThreats } from './model.ts';
import type { InspectionService } from './service.ts';
import type { CompiledRules } from './snapshot.ts';

export const nothingInspected: Inspected = Object.freeze({
  ...{ verdict: 'pass', code: null, where: null, threats: [], dropped: 0, exhausted: false },
});

export interface JudgeParts {
  readonly inspection: Pick<InspectionService, 'used'>;
  readonly metrics: Metrics;
  readonly clock: () => number;
}

/** Decides on what was found by the rules of the route, counts it, and notes which exceptions were needed. */
export function createJudge({ inspection, metrics, clock }: JudgeParts): (found: Found, rules: CompiledRules) => Inspected {
  const budget = metrics.counter('menshen_inspection_budget_total');
  const blocked = classCounters(metrics, 'menshen_inspection_blocked_total');
  const noted = classCounters(metrics, 'menshen_inspection_would_block_total');
  return (found, rules) => {
    if (found.threats.length === 0 && !found.exhausted) return nothingInspected;
    const { threats: all, blocking, used } = rules.decide(found.threats, clock());
    const [gravest] = blocking;
    const { exhausted } = found;
    // Decided on is everything; recorded are the gravest.
    const threats = all.slice(0, maxThreats).map(kept);
    const dropped = all.length - threats.length;
    if (exhausted) budget.value += 1;
    if (gravest === undefined && !exhausted) {
      for (const id of used) inspection.used(id);
      if (used.length > 0) metrics.add('menshen_inspection_excepted_total');
      return { ...nothingInspected, threats, dropped };
    }
    const enforced = rules.mode !== 'monitor';
    for (const name of new Set(blocking.map((threat) => threat.class))) (enforced ? blocked : noted)(name).value += 1;
    return {
      verdict: enforced ? 'block' : 'note',
      code: gravest === undefined ? 'inspection_budget' : 'request_blocked',
      where: gravest?.place ?? null,
      ...{ threats, dropped, exhausted },
    };
  };
}

/** What is recorded of a threat: of many features those with the most points, which stand first. */
function kept(threat: JudgedThreat): JudgedThreat {
  return threat.features.length <= maxFeatures ? threat : { ...threat, features: threat.features.slice(0, maxFeatures) };
}

function classCounters(metrics: Metrics, name: string): (attack: AttackClassName) => Counter {
  const counters = new Map<AttackClassName, Counter>();
  return (attack) => {
    let counter = counters.get(attack);
    if (counter === undefined) {
      counter = metrics.counter(name, `class="${attack}"`);
      counters.set(attack, counter);
    }
    return counter;
  };
}
