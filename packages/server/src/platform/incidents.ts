import type { EventStream } from '../api/stream.ts';
import type { AuditQueries } from '../audit/queries.ts';
import type { DetectService } from '../detect/service.ts';
import type { KeyRing } from '../keys/ring/service.ts';
import type { NotifyService } from '../notify/service.ts';
import { createIncidents, type Incidents } from '../respond/incidents/incidents.ts';
import type { Current } from './current.ts';
import type { Foundation } from './foundation.ts';

/** Incidents of a node. `detect` is asked only when somebody calls: detection itself opens incidents and starts after them. */
export function startIncidents(
  { store, keys, audit, metrics, clock, random }: Foundation,
  current: Current,
  parts: {
    readonly ring: KeyRing;
    readonly notify: NotifyService;
    readonly stream: EventStream;
    readonly queries: Pick<AuditQueries, 'entry'>;
    readonly detect: () => Pick<DetectService, 'alert' | 'list'>;
  },
): Incidents {
  const looked = 200;
  return createIncidents({
    ...{ store, keys, audit, metrics, clock, random, ring: parts.ring, notify: parts.notify },
    config: () => current.runtime.config.incidents,
    changed: (news) => parts.stream.send('incident', news),
    logged: async (index) => (await parts.queries.entry(index))?.event ?? null,
    alert: (id) => parts.detect().alert(id),
    openAlerts: async () => (await parts.detect().list({ show: 'open' }, looked, null)).alerts,
  });
}
