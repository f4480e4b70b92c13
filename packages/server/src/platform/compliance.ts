import type { EventStream } from '../api/stream.ts';
import type { AuditExports } from '../audit/ship/service.ts';
import { type ComplianceService, createComplianceService } from '../compliance/service.ts';
import { createComplianceStore } from '../compliance/store.ts';
import type { DirectoryService } from '../directory/service.ts';
import type { KeyRing } from '../keys/ring/service.ts';
import { incidentEvidence } from '../respond/incidents/evidence.ts';
import type { Incidents } from '../respond/incidents/incidents.ts';
import type { RiskService } from '../risk/service.ts';
import { trainingEvidence } from '../train/evidence.ts';
import type { TrainService } from '../train/service.ts';
import type { Current } from './current.ts';
import type { Foundation } from './foundation.ts';

const yearMs = 366 * 86_400_000;

export interface ComplianceRooms {
  readonly risks: Pick<RiskService, 'current'>;
  readonly incidents: Incidents;
  readonly train: TrainService;
  readonly directory: DirectoryService;
  readonly exports: Pick<AuditExports, 'status'>;
  readonly ring: KeyRing;
  readonly stream: EventStream;
}

/** Starts compliance: it reads what risk assessment has read, and asks a few capabilities more. */
export function startCompliance(foundation: Foundation, current: Current, rooms: ComplianceRooms): ComplianceService {
  const { store, keys, audit, coordination, clock, random } = foundation;
  return createComplianceService({
    store: createComplianceStore(store, keys),
    picture: () => rooms.risks.current(),
    look: async (at) => ({
      incidents: await incidentEvidence(rooms.incidents, at - yearMs),
      training: await trainingEvidence(rooms.train, rooms.directory.snapshot(), at),
      exports: rooms.exports.status(),
    }),
    config: () => current.runtime.config.compliance,
    once: (key, ms) => coordination.useNonce(key, ms),
    changed: () => rooms.stream.send('compliance', {}),
    ...{ ring: rooms.ring, audit, clock, random },
  });
}
