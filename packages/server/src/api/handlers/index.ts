import type { OperatorMode, SigmaStanding } from '@menshen/contract';
import type { Administrators } from '../../administrators/service.ts';
import type { AuditQueries } from '../../audit/queries.ts';
import type { LogRegistry } from '../../audit/registry/service.ts';
import type { Audit } from '../../audit/service.ts';
import type { AuditExports } from '../../audit/ship/service.ts';
import type { Submitter } from '../../audit/witness/submitter.ts';
import { complianceHandlers } from '../../compliance/routes.ts';
import type { ComplianceService } from '../../compliance/service.ts';
import { detectHandlers } from '../../detect/routes.ts';
import type { DetectService } from '../../detect/service.ts';
import type { DirectoryService } from '../../directory/service.ts';
import type { Runtime } from '../../gateway/runtime.ts';
import type { GuardOverview } from '../../guard/overview.ts';
import type { GuardService } from '../../guard/service.ts';
import type { CertificateAlarms } from '../../identity/certificate-alarms.ts';
import type { FactorService } from '../../identity/factors/service.ts';
import type { IdentityService } from '../../identity/service.ts';
import type { InspectionService } from '../../inspection/service.ts';
import type { ProofKeys } from '../../keys/proofs/service.ts';
import type { KeyAgeAlarms } from '../../keys/ring/age-alarms.ts';
import { notifyHandlers } from '../../notify/routes.ts';
import type { NotifyService } from '../../notify/service.ts';
import type { PolicyService } from '../../policy/service.ts';
import type { PrivacyService } from '../../privacy/service.ts';
import type { ProtectService } from '../../protect/service.ts';
import type { ListService } from '../../rates/lists/service.ts';
import type { RatesService } from '../../rates/service.ts';
import type { Recovery } from '../../recover/recovery.ts';
import { recoveryHandlers } from '../../recover/routes.ts';
import { appVersionHandlers } from '../../release/app-versions/routes.ts';
import type { AppVersions } from '../../release/app-versions/service.ts';
import { releaseHandlers } from '../../release/routes.ts';
import type { ReleaseService } from '../../release/service.ts';
import { reportHandlers } from '../../reports/routes.ts';
import type { ReportService } from '../../reports/service.ts';
import { appSecretHandlers } from '../../respond/app-secrets/routes.ts';
import type { AppSecretService } from '../../respond/app-secrets/service.ts';
import { containmentHandlers } from '../../respond/containment/routes.ts';
import type { ContainmentService } from '../../respond/containment/service.ts';
import type { Incidents } from '../../respond/incidents/incidents.ts';
import { incidentHandlers } from '../../respond/incidents/routes.ts';
import { type PlaybookHandlerParts, playbookHandlers } from '../../respond/playbooks/routes.ts';
import { riskHandlers } from '../../risk/routes.ts';
import type { RiskService } from '../../risk/service.ts';
import type { ScanEvidence } from '../../scans/evidence.ts';
import { scanHandlers } from '../../scans/routes.ts';
import type { ScanRunner } from '../../scans/run/runner.ts';
import type { ScanService } from '../../scans/service.ts';
import type { SwitchService } from '../../switches/service.ts';
import { bulletinHandlers } from '../../train/bulletins/routes.ts';
import { contestHandlers } from '../../train/contests/routes.ts';
import { drillHandlers } from '../../train/drills/routes.ts';
import { labHandlers } from '../../train/labs/routes.ts';
import { trainHandlers } from '../../train/routes.ts';
import type { TrainService } from '../../train/service.ts';
import { trendHandlers } from '../../trend/routes.ts';
import type { TrendService } from '../../trend/service.ts';
import type { Bound } from '../bind.ts';
import { administratorHandlers } from './administrators.ts';
import { approvalHandlers } from './approvals.ts';
import { auditHandlers } from './audit.ts';
import { campaignHandlers } from './campaigns.ts';
import { dataInventoryHandlers } from './data-inventory.ts';
import { directoryHandlers } from './directory.ts';
import { eventHandlers } from './events.ts';
import { factorHandlers } from './factors.ts';
import { guardHandlers } from './guard.ts';
import { inspectionHandlers } from './inspection.ts';
import { ownFactorHandlers } from './own-factors.ts';
import { peopleHandlers } from './people.ts';
import { policyHandlers } from './policies.ts';
import { policyChangeHandlers } from './policy-change.ts';
import { privacyHandlers } from './privacy.ts';
import { protectionHandlers } from './protection.ts';
import { rateHandlers } from './rates.ts';
import { sessionHandlers } from './sessions.ts';
import { signInHandlers } from './sign-in.ts';
import { systemHandlers } from './system.ts';
import { tokenHandlers } from './tokens.ts';
import { trafficHandlers } from './traffic.ts';

export interface HandlerParts {
  readonly administrators: Administrators;
  /** What set-up makes unless it is told otherwise. */
  readonly suggestedMode: () => OperatorMode;
  readonly directory: DirectoryService;
  readonly identity: IdentityService;
  readonly factors: FactorService;
  readonly policies: PolicyService;
  readonly protect: ProtectService;
  readonly privacy: PrivacyService;
  readonly switches: SwitchService;
  readonly containment: ContainmentService;
  readonly secrets: AppSecretService;
  readonly versions: AppVersions;
  readonly guard: GuardService;
  readonly guardOverview: GuardOverview;
  readonly rates: RatesService;
  readonly lists: ListService;
  readonly certificates: Pick<CertificateAlarms, 'since'>;
  readonly proofKeys: ProofKeys;
  readonly keyAges: Pick<KeyAgeAlarms, 'old'>;
  readonly inspection: InspectionService;
  readonly detect: DetectService;
  /** Whether this node follows the audit log for detection. */
  readonly watching: () => boolean;
  readonly sigma: () => SigmaStanding | null;
  readonly incidents: Incidents;
  readonly playbooks: PlaybookHandlerParts;
  readonly notify: NotifyService;
  readonly recovery: Recovery;
  readonly releases: ReleaseService;
  readonly train: TrainService;
  /** Address of the page for employees; null where none is served. */
  readonly learnUrl: () => string | null;
  readonly risks: RiskService;
  readonly compliance: ComplianceService;
  readonly reports: ReportService;
  readonly trends: TrendService;
  readonly scans: { readonly service: ScanService; readonly runner: ScanRunner; readonly evidence: ScanEvidence };
  readonly queries: AuditQueries;
  readonly logs: LogRegistry;
  readonly audit: Audit;
  readonly exports: Pick<AuditExports, 'status'>;
  readonly witnesses: Submitter | null;
  readonly runtime: () => Runtime;
  readonly dependencies: () => Promise<
    readonly { readonly name: string; readonly state: 'ok' | 'degraded' | 'down'; readonly detail: string | null }[]
  >;
  readonly configuration: () => { readonly file: string | null; readonly loadedAt: number; readonly error: string | null };
  readonly version: string;
  readonly demo: boolean;
  readonly startedAt: number;
  readonly clock: () => number;
}

/** A handler for every operation of the contract. */
export function createHandlers(parts: HandlerParts): readonly Bound[] {
  return [
    ...signInHandlers(parts.administrators, parts.suggestedMode),
    ...ownFactorHandlers(parts.administrators),
    ...administratorHandlers(parts.administrators),
    ...approvalHandlers(parts.administrators),
    ...tokenHandlers(parts.administrators),
    ...systemHandlers(parts),
    ...trafficHandlers(parts),
    ...rateHandlers(parts),
    ...inspectionHandlers(parts),
    ...detectHandlers(parts),
    ...peopleHandlers(parts.directory, parts.identity),
    ...policyHandlers({
      ...parts,
      recordPublication: (by, reason, publish) =>
        parts.audit.act(by, { activity: 'update', entity: 'policies', detail: { reason } }, publish),
    }),
    ...policyChangeHandlers(parts.administrators, parts.policies),
    ...protectionHandlers(parts),
    ...dataInventoryHandlers(parts),
    ...sessionHandlers(parts.identity),
    ...campaignHandlers(parts),
    ...guardHandlers(parts),
    ...privacyHandlers(parts),
    ...directoryHandlers({ ...parts, dormantDays: () => parts.runtime().config.directory.dormantDays }),
    ...factorHandlers(parts.directory, parts.factors),
    ...auditHandlers(parts),
    ...notifyHandlers(parts.notify),
    ...incidentHandlers(parts.incidents),
    ...playbookHandlers(parts.playbooks),
    ...releaseHandlers(parts.releases, parts.runtime),
    ...recoveryHandlers(parts.recovery),
    ...trainHandlers({ ...parts, directory: () => parts.directory.snapshot() }),
    ...drillHandlers(parts.train),
    ...bulletinHandlers({
      ...parts.train,
      bulletins: parts.train.bulletins,
      directory: () => parts.directory.snapshot(),
      clock: parts.clock,
    }),
    ...labHandlers({ ...parts.train, directory: () => parts.directory.snapshot() }),
    ...contestHandlers({ ...parts, contests: parts.train.contests, directory: () => parts.directory.snapshot() }),
    ...containmentHandlers(parts),
    ...appSecretHandlers(parts),
    ...appVersionHandlers(parts.versions),
    ...riskHandlers({
      ...{ risks: parts.risks, clock: parts.clock, subjects: () => parts.compliance.subjects() },
      company: () => parts.runtime().config.incidents.operator.name,
      trend: (subject, days) => parts.trends.trend(subject, days),
    }),
    ...reportHandlers({ ...parts, keepDays: () => parts.runtime().config.reports.keepDays }),
    ...complianceHandlers(parts),
    ...trendHandlers({ ...parts, keepDays: () => parts.runtime().config.risk.trendDays }),
    ...scanHandlers({
      ...{ scans: parts.scans.service, runner: parts.scans.runner, clock: parts.clock },
      apps: () => [...parts.runtime().apps.keys()],
    }),
    ...eventHandlers(parts),
  ];
}
