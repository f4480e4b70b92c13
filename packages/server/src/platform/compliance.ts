import type { EventStream } from '../api/stream.ts';
import type { AuditQueries } from '../audit/queries.ts';
import type { AuditExports } from '../audit/ship/service.ts';
import { type ComplianceService, createComplianceService } from '../compliance/service.ts';
import { createComplianceStore } from '../compliance/store.ts';
import type { DirectoryService } from '../directory/service.ts';
import type { LiveSigner } from '../keys/proofs/live-signer.ts';
import type { KeyRing } from '../keys/ring/service.ts';
import { createReportService, type ReportService } from '../reports/service.ts';
import { createReportStore } from '../reports/store.ts';
import { writeKind } from '../reports/write.ts';
import { incidentEvidence } from '../respond/incidents/evidence.ts';
import type { Incidents } from '../respond/incidents/incidents.ts';
import type { RiskService } from '../risk/service.ts';
import { trainingEvidence } from '../train/evidence.ts';
import type { TrainService } from '../train/service.ts';
import { createTrendService, type TrendService } from '../trend/service.ts';
import { createTrendStore } from '../trend/store.ts';
import type { Current } from './current.ts';
import type { Foundation } from './foundation.ts';

const yearMs = 366 * 86_400_000;

export interface ComplianceRooms {
  readonly risks: RiskService;
  readonly incidents: Incidents;
  readonly train: TrainService;
  readonly directory: DirectoryService;
  readonly exports: Pick<AuditExports, 'status'>;
  readonly ring: KeyRing;
  readonly signer: LiveSigner;
  readonly queries: AuditQueries;
  readonly stream: EventStream;
}

/** Starts compliance and reports: they read what risk assessment has read, and ask a few capabilities more. */
export function startCompliance(
  foundation: Foundation,
  current: Current,
  rooms: ComplianceRooms,
): { readonly compliance: ComplianceService; readonly reports: ReportService; readonly trends: TrendService } {
  const { store, keys, audit, coordination, metrics, clock, random } = foundation;
  const { risks, ring, signer } = rooms;
  const look = async (at: number) => ({
    incidents: await incidentEvidence(rooms.incidents, at - yearMs),
    training: await trainingEvidence(rooms.train, rooms.directory.snapshot(), at),
    exports: rooms.exports.status(),
  });
  const changed = (): void => rooms.stream.send('compliance', {});
  const once = (key: string, ms: number): Promise<boolean> => coordination.useNonce(key, ms);
  const config = () => current.runtime.config;
  const compliance = createComplianceService({
    store: createComplianceStore(store, keys),
    picture: () => risks.current(),
    config: () => config().compliance,
    ...{ look, once, changed, ring, audit, metrics, clock, random },
  });
  const trends = createTrendService({
    store: createTrendStore(store),
    picture: () => risks.current(),
    states: (subject) => compliance.assess(subject),
    subjects: () => compliance.subjects(),
    keepDays: () => config().risk.trendDays,
    changed: () => rooms.stream.send('risk', {}),
    monotonic: () => performance.now(),
    ...{ once, clock },
  });
  const reports = createReportService({
    store: createReportStore(store),
    write: (order) =>
      writeKind(
        {
          ...{ risks, compliance, audit, look, signer, queries: rooms.queries },
          company: () => config().incidents.operator.name,
          trend: (subject, days) => trends.trend(subject, days),
          monotonic: () => performance.now(),
          packRecords: () => config().reports.packRecords,
        },
        order,
      ),
    config: () => config().reports,
    isSubject: async (subject) => (await compliance.subjects()).some(({ id }) => id === subject),
    ...{ ring, signer, audit, once, changed, clock, random },
  });
  return { compliance, reports, trends };
}
