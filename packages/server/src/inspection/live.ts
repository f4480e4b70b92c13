import type { DetectionRequest, SettledFields } from '@menshen/inspect';
import type { Metrics } from '../gateway/metrics.ts';
import type { ThreatDetector } from './detector.ts';
import { createJudge, nothingInspected } from './judge.ts';
import type { Inspected } from './model.ts';
import type { InspectionService } from './service.ts';
import type { InspectedRoute } from './snapshot.ts';

/** Texts with fewer points are neither told nor recorded: no threshold can be as low. */
export const recordFloor = 1;

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
  const judge = createJudge({ inspection, metrics, clock });

  return ({ app, route, request, characters, settled }) => {
    const rules = inspection.rules(app, route);
    if (rules.mode === 'off') return nothingInspected;
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
