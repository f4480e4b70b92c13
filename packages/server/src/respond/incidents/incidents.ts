import type { AlertView, IncidentFigures, IncidentsConfig, listDuties } from '@menshen/contract';
import type * as z from 'zod';
import type { Audit } from '../../audit/service.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import type { Keys } from '../../keys/master.ts';
import type { KeyRing } from '../../keys/ring/service.ts';
import type { NotifyService } from '../../notify/service.ts';
import type { Store } from '../../store/store.ts';
import { dutyRules, ruleView } from '../duties/rules.ts';
import { createDutyService, type DutyService } from '../duties/service.ts';
import { createDutyStore } from '../duties/store.ts';
import { levelThresholds } from '../duties/thresholds.ts';
import { createPaperService, type PaperService } from '../papers/service.ts';
import { createPaperStore } from '../papers/store.ts';
import { createRecoveryChecklists, type RecoveryChecklists } from '../recovery/checklist.ts';
import type { RecoverySources } from '../recovery/evidence.ts';
import { createRecoveryChecklistStore } from '../recovery/store.ts';
import { createReportService, type ReportService } from '../reports/service.ts';
import { createEvidenceFiles, type EvidenceFiles } from './evidence-files.ts';
import { createEvidenceStore } from './evidence-store.ts';
import { monthlyFigures } from './figures.ts';
import { createIntake, type IncidentIntake } from './intake.ts';
import { clocksOf } from './model.ts';
import { createIncidentRoom, type IncidentRoom } from './room.ts';
import { createIncidentService, type IncidentService } from './service.ts';
import { createIncidentStore } from './store.ts';

export interface IncidentsParts {
  readonly store: Store;
  readonly keys: Keys;
  readonly ring: Pick<KeyRing, 'current' | 'find' | 'used'>;
  readonly config: () => IncidentsConfig;
  readonly audit: Pick<Audit, 'intent' | 'record' | 'act'>;
  /** Origin of the log that this node writes. */
  readonly origin: string;
  readonly notify: Pick<NotifyService, 'send'>;
  readonly metrics: Pick<Metrics, 'add'>;
  readonly changed: (news: { readonly id: string }) => void;
  /** An alert by its id; rejects with `not_found`. */
  readonly alert: (id: string) => Promise<AlertView>;
  readonly openAlerts: () => Promise<readonly AlertView[]>;
  /** The event at an index of the audit log; null while no checkpoint covers it, or where another node keeps the log. */
  readonly logged: (index: number) => Promise<unknown>;
  /** What proves that an incident is over. */
  readonly recovery: RecoverySources;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** Everything that has to do with incidents on a node. Other capabilities need `service` alone, as an `IncidentPort`. */
export interface Incidents {
  readonly service: IncidentService;
  readonly intake: IncidentIntake;
  readonly room: IncidentRoom;
  readonly evidence: EvidenceFiles;
  readonly duties: DutyService;
  readonly papers: PaperService;
  readonly reports: ReportService;
  readonly recovery: RecoveryChecklists;
  readonly config: () => IncidentsConfig;
  readonly clock: () => number;
  /** Times by month of what was opened since a moment. */
  figures(since: number): Promise<IncidentFigures['months']>;
  /** The rules, and what the configuration leaves out that reports need. */
  dutyBook(): z.input<typeof listDuties.response>;
  maintain(): Promise<void>;
}

export function createIncidents(parts: IncidentsParts): Incidents {
  const { keys, config, audit, clock, random } = parts;
  const store = createIncidentStore(parts.store, keys, random);
  const checklistStore = createRecoveryChecklistStore(parts.store, keys);
  const service = createIncidentService({ ...parts, store, recovery: () => recovery, except: checklistStore.add });
  const recovery = createRecoveryChecklists({
    ...{ incidents: service, store: checklistStore, clocks: store, sources: parts.recovery, clock, random },
  });
  const shared = { incidents: service, clock, random };
  const evidence = createEvidenceFiles({
    ...{ ...shared, ring: parts.ring, audit },
    store: createEvidenceStore(parts.store, keys),
    config: () => config().evidence,
  });
  const duties = createDutyService({ ...shared, store: createDutyStore(parts.store, keys), config });
  const papers = createPaperService({ ...shared, store: createPaperStore(parts.store, keys) });
  const room = createIncidentRoom({
    incidents: service,
    store,
    evidence,
    duties,
    papers,
    config,
    origin: parts.origin,
    logged: parts.logged,
    clock,
  });
  const intake = createIntake({ ...shared, config, alert: parts.alert, openAlerts: parts.openAlerts });
  return {
    ...{ service, intake, room, evidence, duties, papers, recovery, config, clock },
    reports: createReportService(service, (id) => room.reportInput(id)),
    async figures(since) {
      const incidents = await store.openedSince(since);
      const rows = Map.groupBy(await store.clocks(incidents.map(({ id }) => id)), ({ incident }) => incident);
      const measured = incidents.map(({ id, state, opened, mergedInto }) => ({
        ...{ state, opened, mergedInto, clocks: clocksOf(rows.get(id) ?? []) },
      }));
      return monthlyFigures(measured, config().timeZone);
    },
    dutyBook() {
      const { operator, dutiesFrom } = config();
      const needed = { name: operator.name, 'contact.name': operator.contact.name, 'contact.phone': operator.contact.phone };
      return {
        rules: dutyRules.map(ruleView),
        thresholds: [...levelThresholds],
        operator: { kinds: [...operator.kinds], name: operator.name, from: dutiesFrom },
        missing: Object.entries(needed).flatMap(([field, value]) => (value === '' ? [`incidents.operator.${field}`] : [])),
      };
    },
    async maintain() {
      await service.maintain();
      await intake.catchUp();
    },
  };
}
