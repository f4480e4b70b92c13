import type { Config } from '@menshen/contract';
import type { Administrators } from '../administrators/service.ts';
import { createCallbackService } from '../directory/wecom/callback.ts';
import { createContactHints } from '../directory/wecom/hints.ts';
import { createIdentitySigner } from '../gateway/backend-identity.ts';
import { createPaymentLedger } from '../gateway/payment-ledger.ts';
import { type Gateway, startGateway } from '../gateway/server.ts';
import type { GuardService } from '../guard/service.ts';
import { createTransferTickets } from '../identity/binding/transfer-tickets.ts';
import { createThreatDetector } from '../inspection/detector.ts';
import type { InspectionService } from '../inspection/service.ts';
import type { DecisionMemory } from '../policy/decision-memory.ts';
import type { PrivacyService } from '../privacy/service.ts';
import type { ProtectService } from '../protect/service.ts';
import type { RatesService } from '../rates/service.ts';
import type { AppVersions } from '../release/app-versions/service.ts';
import type { ContainmentSnapshot } from '../respond/containment/snapshot.ts';
import { createClientIncidents } from '../respond/incidents/client.ts';
import type { Incidents } from '../respond/incidents/incidents.ts';
import type { SwitchService } from '../switches/service.ts';
import type { Closers } from './closers.ts';
import type { Current } from './current.ts';
import type { Foundation } from './foundation.ts';
import type { People } from './people.ts';
import { splitListen } from './split-listen.ts';
import type { Training } from './training.ts';

/** Callbacks come in bursts; a leaver is to be out within a second of theirs. */
const callbackSettleMs = 200;
const closeGraceMs = 10_000;

/** What the gateway asks, and whom it tells. */
export interface GatewayRooms {
  readonly people: People;
  readonly administrators: Administrators;
  readonly switches: SwitchService;
  readonly containment: ContainmentSnapshot;
  readonly versions: AppVersions;
  readonly decisions: DecisionMemory;
  readonly inspection: InspectionService;
  readonly rates: RatesService;
  readonly protect: ProtectService;
  readonly guard: GuardService;
  readonly privacy: PrivacyService;
  readonly incidents: Incidents;
  readonly training: Training;
}

/** Opens the door: requests of mini programs, log-ins, and the callbacks of WeChat and WeCom. */
export async function openGateway(
  foundation: Foundation,
  current: Current,
  config: Config,
  closers: Closers,
  rooms: GatewayRooms,
): Promise<Gateway> {
  const { keys, audit, store, logs, shared, coordination, revocations, metrics, clock, random } = foundation;
  const { people, administrators, switches, protect, guard, privacy, incidents, training } = rooms;
  const { directory, identity, factors } = people;
  const { containment, versions, decisions, inspection, rates } = rooms;
  const detector = createThreatDetector();
  closers.add(() => detector.close());
  const hints = createContactHints({
    settleMs: callbackSettleMs,
    readAll: () => directory.sync('wecom callback', 'wecom'),
    readOne: (userid) => directory.hint('wecom', userid, 'wecom callback'),
    onError: () => metrics.add('menshen_directory_sync_failures_total'),
  });
  closers.add(() => hints.stop());
  const callbacks = createCallbackService({
    app: people.app,
    ...{ coordination, audit, clock, random },
    contactsChanged: hints.take,
    mediaChecked: protect.media.heard,
    authorizationEnded: privacy.heard,
    cardPressed: (id, fields) => administrators.cards.pressed(id, fields),
  });
  const gateway = await startGateway(
    { ...splitListen(config.gateway.listen), tls: config.gateway.tls ?? null },
    {
      services: {
        runtime: () => current.runtime,
        mode: () => switches.mode(),
        sessions: people.sessions,
        loadSession: shared ? identity.loadSession : null,
        hearsRevocations: () => !shared || !revocations.health().stale,
        replayGuard: people.replayGuard,
        risk: people.risk,
        ...{ containment, versions, decisions, inspection, detector, rates, guard },
        protection: protect.gateway,
        privacy: privacy.client,
        incidents: createClientIncidents({ incidents: incidents.service, coordination, clock, random }),
        guardDb: store.db,
        payments: createPaymentLedger({ transactions: guard.transactions, keys }),
        transferTickets: createTransferTickets({ store: people.bindingStore, clock, random }),
        consumeApproval: factors.consumeApproval,
        directory: () => directory.snapshot(),
        signer: createIdentitySigner(keys.derive('backend identity signing key'), 'menshen'),
        ...{ audit, coordination, metrics, clock, random },
        monotonic: () => performance.now(),
      },
      ...{ identity, factors, callbacks },
      clientKeys: people.clientKeys,
      learnTicket: training.ticket,
      ready: () => audit.state() === 'ok' && logs.state() === 'ok',
    },
  );
  closers.add(() => gateway.close(closeGraceMs));
  return gateway;
}
