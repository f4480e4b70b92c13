import { createSwitchService, type SwitchService } from '../switches/service.ts';
import { createSwitchStore } from '../switches/store.ts';
import type { Current } from './current.ts';
import type { Foundation } from './foundation.ts';

export interface SwitchRooms {
  readonly switches: SwitchService;
  /** Takes over what another node switched. */
  readonly refresh: () => void;
}

/** Starts the switches of a node, which follow those of the others. */
export async function startSwitches(foundation: Foundation, current: Current): Promise<SwitchRooms> {
  const { store, audit, revocations, metrics, clock } = foundation;
  const switches = await createSwitchService({
    store: createSwitchStore(store),
    ...{ audit, clock },
    configured: () => current.runtime.mode,
    announce: () => revocations.publish({ kind: 'mode', subject: 'gateway', detail: null }),
  });
  const refresh = (): void => void switches.refresh().catch(() => metrics.add('menshen_maintenance_failures_total'));
  revocations.subscribe((entry, own) => {
    if (entry.kind === 'mode' && !own) refresh();
  });
  return { switches, refresh };
}
