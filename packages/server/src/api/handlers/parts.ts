import type { OperatorMode, SigmaStanding } from '@menshen/contract';
import type { Administrators } from '../../administrators/service.ts';
import type { AuditQueries } from '../../audit/queries.ts';
import type { LogRegistry } from '../../audit/registry/service.ts';
import type { Audit } from '../../audit/service.ts';
import type { AuditExports } from '../../audit/ship/service.ts';
import type { Submitter } from '../../audit/witness/submitter.ts';
import type { ComplianceService } from '../../compliance/service.ts';
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
import type { Nodes } from '../../nodes/service.ts';
import type { NotifyService } from '../../notify/service.ts';
import type { PolicyService } from '../../policy/service.ts';
import type { PrivacyService } from '../../privacy/service.ts';
import type { ProtectService } from '../../protect/service.ts';
import type { ListService } from '../../rates/lists/service.ts';
import type { RatesService } from '../../rates/service.ts';
import type { Recovery } from '../../recover/recovery.ts';
import type { AppVersions } from '../../release/app-versions/service.ts';
import type { ReleaseService } from '../../release/service.ts';
import type { ReportService } from '../../reports/service.ts';
import type { AppSecretService } from '../../respond/app-secrets/service.ts';
import type { ContainmentService } from '../../respond/containment/service.ts';
import type { Incidents } from '../../respond/incidents/incidents.ts';
import type { PlaybookHandlerParts } from '../../respond/playbooks/routes.ts';
import type { RiskService } from '../../risk/service.ts';
import type { ScanEvidence } from '../../scans/evidence.ts';
import type { ScanRunner } from '../../scans/run/runner.ts';
import type { ScanService } from '../../scans/service.ts';
import type { SwitchService } from '../../switches/service.ts';
import type { TrainService } from '../../train/service.ts';
import type { TrendService } from '../../trend/service.ts';

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
  /** How nodes beside the store agree with this one; null for a store that no other can share. */
  readonly nodes: Pick<Nodes, 'state' | 'differing'> | null;
  readonly configuration: () => { readonly file: string | null; readonly loadedAt: number; readonly error: string | null };
  readonly version: string;
  readonly demo: boolean;
  readonly startedAt: number;
  readonly clock: () => number;
}
