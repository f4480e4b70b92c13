import type { GatewayMode } from '@menshen/contract';
import type { Audit } from '../audit/service.ts';
import type { Coordination } from '../coordination/model.ts';
import type { DirectorySnapshot } from '../directory/snapshot.ts';
import type { GuardService } from '../guard/service.ts';
import type { ReplayGuard } from '../identity/binding/replay-guard.ts';
import type { TransferTickets } from '../identity/binding/transfer-tickets.ts';
import type { Approvals } from '../identity/factors/approvals.ts';
import type { Session } from '../identity/model.ts';
import type { RiskService } from '../identity/risk/service.ts';
import type { SessionSnapshot } from '../identity/snapshot.ts';
import type { ThreatDetector } from '../inspection/detector.ts';
import type { InspectionService } from '../inspection/service.ts';
import type { DecisionMemory } from '../policy/decision-memory.ts';
import type { ClientPrivacy } from '../privacy/client.ts';
import type { GatewayProtection } from '../protect/service.ts';
import type { Rates } from '../rates/service.ts';
import type { AppVersions } from '../release/app-versions/service.ts';
import type { ContainmentSnapshot } from '../respond/containment/snapshot.ts';
import type { ClientIncidents } from '../respond/incidents/client.ts';
import type { Store } from '../store/store.ts';
import type { IdentitySigner } from './backend-identity.ts';
import type { Metrics } from './metrics.ts';
import type { PaymentLedger } from './payment-ledger.ts';
import type { Runtime } from './runtime.ts';

/** What the pipeline may ask. Everything but the record is in memory. */
export interface GatewayServices {
  readonly runtime: () => Runtime;
  /** Mode in force: the console's switch where it is set, else the configuration's. */
  readonly mode: () => GatewayMode;
  /** Measures of containment in force. */
  readonly containment: Pick<ContainmentSnapshot, 'holds'>;
  /** Releases of mini programs, and which versions ask. */
  readonly versions: Pick<AppVersions, 'snapshot' | 'census'>;
  readonly sessions: SessionSnapshot;
  /** Looks for a session that another node made or has used since; null where this process is the only node. */
  readonly loadSession: ((sid: string) => Promise<Session | null>) | null;
  /** Whether this node would know of a session ended on another; while it does not, no session is trusted. */
  readonly hearsRevocations: () => boolean;
  readonly replayGuard: ReplayGuard;
  readonly risk: Pick<RiskService, 'moved'>;
  /** Remembers questions to the policies, for "what would change". */
  readonly decisions: Pick<DecisionMemory, 'note'>;
  /** The rules that routes are inspected by, and the engine. */
  readonly inspection: Pick<InspectionService, 'rules' | 'used'>;
  readonly detector: ThreatDetector;
  /** Field types, rich text and files. */
  readonly protection: GatewayProtection;
  readonly guard: GuardService;
  /** What people have consented to, and what they ask for. */
  readonly privacy: ClientPrivacy;
  readonly incidents: ClientIncidents;
  /** For what the guards only look up. */
  readonly guardDb: Store['db'];
  /** Notifications of WeChat Pay that backends have taken. */
  readonly payments: PaymentLedger;
  /** Limits, lists, puzzles and signs of bots. */
  readonly rates: Rates;
  readonly transferTickets: TransferTickets;
  /** Whether this call used up the second factor that was given for exactly this operation of the session. */
  readonly consumeApproval: Approvals['consume'];
  readonly directory: () => DirectorySnapshot;
  readonly signer: IdentitySigner;
  readonly audit: Audit;
  readonly coordination: Coordination;
  readonly metrics: Metrics;
  /** Epoch ms. */
  readonly clock: () => number;
  /** Monotonic ms with fraction. */
  readonly monotonic: () => number;
  readonly random: (size: number) => Uint8Array;
}
