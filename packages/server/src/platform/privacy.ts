import { createAdministratorHolding } from '../administrators/personal-data.ts';
import type { Administrators } from '../administrators/service.ts';
import { createAuditHolding } from '../audit/persons/holding.ts';
import type { AuditQueries } from '../audit/queries.ts';
import { createAlertHolding } from '../detect/personal-data.ts';
import { createGuardHolding } from '../guard/personal-data.ts';
import { agedDevices, createFactorHolding } from '../identity/factors/personal-data.ts';
import { createIdentityHolding, expiredSessions } from '../identity/personal-data.ts';
import { agedFailures, agedSightings, createRiskHolding } from '../identity/risk/personal-data.ts';
import { agedFeedback } from '../inspection/personal-data.ts';
import type { LiveSigner } from '../keys/proofs/live-signer.ts';
import type { KeyRing } from '../keys/ring/service.ts';
import { createNoticeHolding } from '../notify/personal-data.ts';
import { createPrivacyService, type PrivacyService } from '../privacy/service.ts';
import type { InventoryService } from '../protect/inventory/service.ts';
import { agedMediaChecks, agedReaders, createUploadHolding } from '../protect/personal-data.ts';
import { createListHolding } from '../rates/lists/personal-data.ts';
import type { ListService } from '../rates/lists/service.ts';
import { createPhoneHolding } from '../rates/phone/personal-data.ts';
import { createContainmentHolding } from '../respond/containment/personal-data.ts';
import { createIncidentHolding } from '../respond/incidents/personal-data.ts';
import { createPlaybookHolding } from '../respond/playbooks/personal-data.ts';
import { createRiskOwnerHolding } from '../risk/personal-data.ts';
import { createFindingHolding } from '../scans/personal-data.ts';
import { createAgedRows } from '../store/aged-rows.ts';
import { onceScrubbed } from '../store/meta.ts';
import { agedAnswers, createTrainHolding } from '../train/personal-data.ts';
import type { Current } from './current.ts';
import type { Foundation } from './foundation.ts';
import { createAllFreeTexts } from './free-texts.ts';
import type { Outbound } from './outbound.ts';
import type { People } from './people.ts';

export interface PrivacyRooms {
  readonly people: People;
  readonly administrators: Administrators;
  readonly ring: KeyRing;
  readonly signer: LiveSigner;
  readonly inventory: InventoryService;
  readonly queries: () => AuditQueries;
  readonly lists: ListService;
  readonly outbound: Outbound;
}

/** Starts the privacy duties of a node, and does again what a store that was put back does not know to be erased. Before anything is served. */
export async function startPrivacy(
  foundation: Foundation,
  current: Current,
  { people, administrators, ring, signer, inventory, queries, lists, outbound }: PrivacyRooms,
): Promise<PrivacyService> {
  const { store, keys, audit, revocations, coordination, metrics, clock, random } = foundation;
  const ofAdministrators = createAdministratorHolding(
    store,
    () => administrators.settings().providers,
    (userid) => people.directory.ofWecom(userid)?.uid,
  );
  const privacy = await createPrivacyService({
    ...{ store, keys, audit, revocations, coordination, ring, signer, queries, clock, random },
    config: () => current.runtime.config,
    data: current.runtime.config.data,
    identity: people.identity,
    directory: people.directory,
    demandFree: ofAdministrators.demandNoAccount,
    holdings: [
      people.directory.personal,
      ofAdministrators,
      createIdentityHolding(store, keys),
      createFactorHolding(store),
      createRiskHolding(store),
      createGuardHolding(store, random),
      createListHolding({ store, lists, revocations, clock, random }),
      createPhoneHolding(store),
      createContainmentHolding(store),
      createUploadHolding(store),
      createAlertHolding(store),
      createNoticeHolding(store),
      createTrainHolding(store, keys),
      createIncidentHolding(store, keys, random),
      createPlaybookHolding(store),
      createFindingHolding(store),
      createRiskOwnerHolding(store),
      ...(foundation.persons === null ? [] : [createAuditHolding(foundation.persons)]),
    ],
    aged: {
      sessions: expiredSessions(store),
      sightings: agedSightings(store),
      loginAttempts: agedFailures(store),
      devices: agedDevices(store),
      verdictSamples: agedFeedback(store),
      inventories: agedReaders(store),
      mediaChecks: agedMediaChecks(store),
      trainingAnswers: agedAnswers(store),
    },
    exports: createAgedRows(store, 'privacy_exports', 'expires'),
    inventory: () => inventory.list(),
    texts: createAllFreeTexts(store, keys),
    fetch: outbound,
    failed: () => metrics.add('menshen_maintenance_failures_total'),
  });
  // What earlier versions kept in clear was sealed at this start, or before: its bytes leave the free pages once.
  await onceScrubbed(store);
  const replayed = await privacy.replayErasures();
  if (replayed > 0) metrics.add('menshen_erasures_replayed_total');
  return privacy;
}
