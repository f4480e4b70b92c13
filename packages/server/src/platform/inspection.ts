import { createInspectionService, type InspectionService } from '../inspection/service.ts';
import { createInspectionStore } from '../inspection/store.ts';
import type { Current } from './current.ts';
import type { Foundation } from './foundation.ts';

/** Starts the rules that routes are inspected by; they follow changes on other nodes. */
export async function startInspection(foundation: Foundation, current: Current): Promise<InspectionService> {
  const { store, audit, revocations, metrics, clock, random } = foundation;
  const inspection = await createInspectionService({
    store: createInspectionStore(store),
    runtime: () => current.runtime,
    announce: () => revocations.publish({ kind: 'inspection', subject: 'rules', detail: null }),
    ...{ audit, clock, random },
  });
  revocations.subscribe((entry, own) => {
    if (entry.kind === 'inspection' && !own)
      void inspection.refresh().catch(() => metrics.add('menshen_maintenance_failures_total'));
  });
  return inspection;
}
