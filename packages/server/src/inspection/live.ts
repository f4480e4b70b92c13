import type { AttackClassName } from '@menshen/contract';
import type { DetectionRequest, SettledFields } from '@menshen/inspect';
import type { Counter, Metrics } from '../gateway/metrics.ts';
import type { ThreatDetector } from './detector.ts';
import type { Found } from './find-threats.ts';
import { type Inspected, type JudgedThreat, maxFeatures, maxThreats } from './model.ts';
import type { InspectionService } from './service.ts';
import type { CompiledRules, InspectedRoute } from './snapshot.ts';

/** Texts with fewer points are neither told nor recorded: no threshold can be as low. */
export const recordFloor = 1;

const clean: Inspected = Object.freeze({ verdict: 'pass', code: null, where: null, threats: [], dropped: 0, exhausted: false });

export interface LiveParts {
  readonly inspection: Pick<InspectionService, 'rules' | 'used'>;
  readonly detector: ThreatDetector;
  readonly metrics: Metrics;
  readonly clock: () => number;
  readonly monotonic: () => number;
}

/** One request to inspect. */
export interface LiveRequest {
  readonly app: string;
  readonly route: InspectedRoute;
  readonly request: DetectionRequest;
  readonly characters: number;
  readonly settled: SettledFields | undefined;
}

export type Inspect = (live: LiveRequest) => Inspected | Promise<Inspected>;

/** Finds and decides, counts what it does, and notes which exceptions were needed. */
export function createLiveInspection({ inspection, detector, metrics, clock, monotonic }: LiveParts): Inspect {
  metrics.gauge('menshen_inspection_cache_hits', 'Header values and keys that were known as clean, since the start.', () =>
    detector.cacheHits(),
  );
  const inspected = metrics.counter('menshen_inspection_requests_total');
  const micros = metrics.counter('menshen_inspection_microseconds_total');
  const budget = metrics.counter('menshen_inspection_budget_total');
  const blocked = classCounters(metrics, 'menshen_inspection_blocked_total');
  const noted = classCounters(metrics, 'menshen_inspection_would_block_total');

  const judge = (found: Found, rules: CompiledRules): Inspected => {
    if (found.threats.length === 0 && !found.exhausted) return clean;
    const { threats: all, blocking, used } = rules.decide(found.threats, clock());
    const [gravest] = blocking;
    const { exhausted } = found;
    // Decided on is everything; recorded are the gravest.
    const threats = all.slice(0, maxThreats).map(kept);
    const dropped = all.length - threats.length;
    if (exhausted) budget.value += 1;
    if (gravest === undefined && !exhausted) {
      for (const id of used) {
        inspection.used(id);
        metrics.add('menshen_inspection_excepted_total');
      }
      return { ...clean, threats, dropped };
    }
    const enforced = rules.mode === 'enforce';
    for (const name of new Set(blocking.map((threat) => threat.class))) (enforced ? blocked : noted)(name).value += 1;
    return {
      verdict: enforced ? 'block' : 'note',
      code: gravest === undefined ? 'inspection_budget' : 'request_blocked',
      where: gravest?.place ?? null,
      ...{ threats, dropped, exhausted },
    };
  };

  return ({ app, route, request, characters, settled }) => {
    const rules = inspection.rules(app, route);
    if (rules.mode === 'off') return clean;
    inspected.value += 1;
    const started = monotonic();
    // Points that were set by hand may make much of what usually is little.
    const floor = rules.weights.size === 0 ? recordFloor : 0;
    const found = detector.find({ request, characters, floor, steps: rules.steps, enough: rules.enough, settled });
    if (found instanceof Promise)
      return found.then((settledFound) => {
        micros.value += Math.round((monotonic() - started) * 1_000);
        return judge(settledFound, rules);
      });
    micros.value += Math.round((monotonic() - started) * 1_000);
    return judge(found, rules);
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
