import { MenshenError } from '@menshen/contract';
import type { EventStream } from '../api/stream.ts';
import type { AuditQueries } from '../audit/queries.ts';
import type { DetectService } from '../detect/service.ts';
import type { KeyRing } from '../keys/ring/service.ts';
import type { NotifyService } from '../notify/service.ts';
import type { RecoveryService } from '../recover/service.ts';
import { isHeldBack, type ReleaseService } from '../release/service.ts';
import type { ContainmentService } from '../respond/containment/service.ts';
import { createIncidents, type Incidents } from '../respond/incidents/incidents.ts';
import type { RecoverySources } from '../respond/recovery/evidence.ts';
import type { ScanService } from '../scans/service.ts';
import type { Current } from './current.ts';
import type { Foundation } from './foundation.ts';

/** The services that know it. */
export interface RecoveryProofs {
  readonly scans: Pick<ScanService, 'list' | 'finding'>;
  readonly releases: Pick<ReleaseService, 'list'>;
  readonly recovery: Pick<RecoveryService, 'drills' | 'restores'>;
  readonly containment: Pick<ContainmentService, 'list'>;
}

/** Incidents of a node. `detect` is asked only when somebody calls: detection itself opens incidents and starts after them. */
export function startIncidents(
  { store, keys, audit, origin, metrics, clock, random }: Foundation,
  current: Current,
  parts: {
    readonly ring: KeyRing;
    readonly notify: NotifyService;
    readonly stream: EventStream;
    readonly queries: Pick<AuditQueries, 'entry' | 'list'>;
    readonly detect: () => Pick<DetectService, 'alert' | 'list'>;
    /** What proves that an incident is over; asked only when somebody looks. */
    readonly proofs: () => RecoveryProofs;
  },
): Incidents {
  const looked = 200;
  return createIncidents({
    ...{ store, keys, audit, origin, metrics, clock, random, ring: parts.ring, notify: parts.notify },
    config: () => current.runtime.config.incidents,
    changed: (news) => parts.stream.send('incident', news),
    recovery: recoverySources(parts, current),
    logged: async (index) => (await parts.queries.entry(index))?.event ?? null,
    alert: (id) => parts.detect().alert(id),
    openAlerts: async () => (await parts.detect().list({ show: 'open' }, looked, null)).alerts,
  });
}

const listedFindings = 20;
const listedMeasures = 200;
const listedChanges = 20;

function recoverySources(
  { proofs, queries }: { readonly proofs: () => RecoveryProofs; readonly queries: Pick<AuditQueries, 'entry' | 'list'> },
  current: Current,
): RecoverySources {
  const orNull = (error: unknown): null => {
    if (error instanceof MenshenError && error.code === 'not_found') return null;
    throw error;
  };
  return {
    finding: (id) => proofs().scans.finding(id).catch(orNull),
    async fixedFindings(app) {
      const filter = { show: 'fixed', ...(app === null ? {} : { app }) } as const;
      return (await proofs().scans.list(filter, listedFindings, null)).findings;
    },
    releases: async () => (await proofs().releases.list()).releases,
    isClean({ app, scan }) {
      const config = current.runtime.apps.get(app)?.config.release;
      return !isHeldBack(scan, config?.gate ?? 'high');
    },
    drills: () => proofs().recovery.drills(),
    restores: () => proofs().recovery.restores(),
    measures: (incident) => proofs().containment.list({ show: 'all', incident, limit: listedMeasures }),
    logged: async (index) => (await queries.entry(index))?.row ?? null,
    async changes(actions, from) {
      const found = await Promise.all(
        actions.map((action) => queries.list({ kind: 'security', from, q: action }, listedChanges, null)),
      );
      const rows = found.flatMap(({ rows: own }) => own).filter(({ action }) => action !== null && actions.includes(action));
      return [...new Map(rows.map((row) => [row.index, row])).values()].sort((one, other) => other.index - one.index);
    },
  };
}
