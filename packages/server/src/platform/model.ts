import type { Config } from '@menshen/contract';
import type { Api } from '../api/server.ts';
import type { AuditQueries } from '../audit/queries.ts';
import type { LogRegistry } from '../audit/registry/service.ts';
import type { Audit } from '../audit/service.ts';
import type { ComplianceService } from '../compliance/service.ts';
import type { ConfigProblem } from '../config/load.ts';
import type { DirectoryService } from '../directory/service.ts';
import type { Gateway } from '../gateway/server.ts';
import type { GuardService } from '../guard/service.ts';
import type { IdentityService } from '../identity/service.ts';
import type { InspectionService } from '../inspection/service.ts';
import type { PrivacyService } from '../privacy/service.ts';
import type { ListService } from '../rates/lists/service.ts';
import type { RatesService } from '../rates/service.ts';
import type { AppVersions } from '../release/app-versions/service.ts';
import type { ReleaseService } from '../release/service.ts';
import type { AppSecretService } from '../respond/app-secrets/service.ts';
import type { ReopeningService } from '../respond/containment/reopening/service.ts';
import type { ContainmentService } from '../respond/containment/service.ts';
import type { Incidents } from '../respond/incidents/incidents.ts';
import type { RiskService } from '../risk/service.ts';
import type { SwitchService } from '../switches/service.ts';
import type { TrainService } from '../train/service.ts';
import type { TrendService } from '../trend/service.ts';

export interface PlatformOptions {
  readonly config: Config;
  /** Folder that relative paths of the configuration start at. */
  readonly folder: string;
  /** The file that is watched for changes; null when the configuration is made by a program. */
  readonly file: string | null;
  /** Files that the configuration refers to by `file:`; they are watched with it. */
  readonly files?: readonly string[];
  /** Hears of every attempt to take over a changed file: null when it runs, or what is wrong with it. */
  readonly onConfiguration?: (problems: readonly ConfigProblem[] | null) => void;
  readonly version: string;
  readonly demo: boolean;
  readonly consoleFolder: string | null;
  readonly clock?: () => number;
  /** Whether detections follow the audit log, on a thread of their own; true when absent. */
  readonly detection?: boolean;
}

export interface Platform {
  readonly gateway: Gateway;
  readonly api: Api;
  readonly audit: Audit;
  readonly directory: DirectoryService;
  readonly identity: IdentityService;
  readonly queries: AuditQueries;
  readonly logs: LogRegistry;
  readonly switches: SwitchService;
  readonly containment: ContainmentService;
  readonly appSecrets: AppSecretService;
  readonly reopenings: ReopeningService;
  readonly inspection: InspectionService;
  readonly guard: GuardService;
  readonly privacy: PrivacyService;
  readonly risks: RiskService;
  readonly compliance: ComplianceService;
  readonly trends: TrendService;
  readonly releases: ReleaseService;
  readonly versions: AppVersions;
  readonly incidents: Incidents;
  readonly rates: RatesService;
  readonly lists: ListService;
  readonly train: TrainService;
  /** Address of the page for employees; null where none is served. */
  readonly learnUrl: () => string | null;
  /** Port on which returned mail is taken; null where it is not. */
  readonly returnedMailPort: () => number | null;
  /** Path and fragment of the one-time set-up page; null when an administrator exists. */
  readonly setupPath: string | null;
  /** What of the policies in force loads but can hardly be meant. */
  policyWarnings(): readonly ConfigProblem[];
  /** Puts another configuration to work without dropping a request. Throws ConfigError, and then nothing has changed. */
  reload(config: Config, folder: string): Promise<void>;
  close(): Promise<void>;
}
