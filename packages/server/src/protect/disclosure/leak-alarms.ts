import { detectionEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import type { Coordination } from '../../coordination/model.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import type { Leak } from './examine-text.ts';

/** Tells of leaks: each kind on each route once in ten minutes, over all nodes; every single one is in its request's record. */
export type LeakAlarms = (app: string, route: string, requestId: string, leaks: readonly Leak[]) => void;

export interface LeakAlarmParts {
  readonly audit: Audit;
  readonly coordination: Coordination;
  readonly metrics: Metrics;
  readonly clock: () => number;
}

const foldMs = 10 * 60_000;
const maxFolded = 10_000;

export function createLeakAlarms({ audit, coordination, metrics, clock }: LeakAlarmParts): LeakAlarms {
  // Told by this node lately: a route that leaks with every answer does not ask the other nodes with every answer.
  const told = new Map<string, number>();

  const tell = async (
    key: string,
    app: string,
    route: string,
    requestId: string,
    { kind, count, action }: Leak,
  ): Promise<void> => {
    if (!(await coordination.useNonce(`leak:${key}`, foldMs))) return;
    await audit.record(
      detectionEvent({
        time: clock(),
        rule: 'answer_leak',
        severity: kind === 'secret' || kind === 'bulk' ? 'high' : 'medium',
        title: 'An answer held what it should not show',
        detail: { app, route, kind, count, action, request_id: requestId },
      }),
    );
  };

  return (app, route, requestId, leaks) => {
    const now = clock();
    for (const leak of leaks) {
      metrics.add('menshen_answer_leaks_total', `kind="${leak.kind}",action="${leak.action}"`);
      const key = `${app}\n${route}\n${leak.kind}`;
      if ((told.get(key) ?? 0) > now) continue;
      if (told.size >= maxFolded) told.clear();
      told.set(key, now + foldMs);
      tell(key, app, route, requestId, leak).catch(() => {
        told.delete(key);
        metrics.add('menshen_maintenance_failures_total');
      });
    }
  };
}
