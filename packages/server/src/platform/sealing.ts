import type { Bound } from '../api/bind.ts';
import { proofKeyHandlers } from '../keys/proofs/routes.ts';
import { openProofKeys, type ProofKeys } from '../keys/proofs/service.ts';
import { createKeyAgeAlarms, type KeyAgeAlarms } from '../keys/ring/age-alarms.ts';
import { type KeyRing, openKeyRing } from '../keys/ring/service.ts';
import { createKeyRingStore } from '../keys/ring/store.ts';
import { openWrappingKeys } from '../keys/ring/wrapping-keys.ts';
import { prepareFields, type SealedFields } from '../protect/sealing/fields.ts';
import { sealHandlers } from '../protect/sealing/handlers.ts';
import { createRewrapping } from '../protect/sealing/rewrapping.ts';
import { createSealingService, type SealingService } from '../protect/sealing/service.ts';
import { evidenceKeyOwner } from '../respond/incidents/evidence-files.ts';
import type { Closers } from './closers.ts';
import type { Current } from './current.ts';
import type { Foundation } from './foundation.ts';
import { memoized } from './memoized.ts';

export interface Sealing {
  readonly service: SealingService;
  readonly ring: KeyRing;
  /** Keys that reports, certificates and privacy proofs are signed with. */
  readonly proofs: ProofKeys;
  readonly handlers: readonly Bound[];
  /** Data keys that should have been rotated. */
  readonly ages: KeyAgeAlarms;
  /** Brings counts of uses to the store. */
  maintain(): Promise<void>;
}

/** Opens the key ring and what is sealed with it. Throws ConfigError where a wrapping key is missing or another than before. */
export async function startSealing(foundation: Foundation, current: Current, closers: Closers): Promise<Sealing> {
  const { keys, audit, store, coordination, revocations, metrics, clock, random } = foundation;
  const { config } = current.runtime;
  const ring = await openKeyRing({
    store: createKeyRingStore(store),
    keys,
    wrapping: openWrappingKeys(config.keys, keys, current.folder, random),
    currentWrapping: config.keys.currentWrapping,
    audit,
    announce: (kid) => revocations.publish({ kind: 'data_key', subject: kid === null ? '*' : String(kid), detail: null }),
    ...{ clock, random },
  });
  revocations.subscribe((entry, own) => {
    if (entry.kind === 'data_key' && !own) ring.forget(entry.subject === '*' ? null : Number(entry.subject));
  });
  closers.add(() => ring.flush());
  const indexRoot = keys.derive('root of blind indexes');
  const fields = memoized(
    () => current.runtime.config.apps,
    (apps): SealedFields => prepareFields(apps, indexRoot),
  );
  const service = createSealingService({ ring, fields, audit, coordination, metrics, clock, random });
  const handlers = sealHandlers({
    sealing: service,
    ring,
    rewrapping: createRewrapping(ring, () => metrics.add('menshen_maintenance_failures_total')),
    fields,
    // Evidence of incidents has keys of its own, which rotate like an app's.
    apps: () => [...current.runtime.config.apps.map(({ id }) => id), evidenceKeyOwner],
    rotation: config.keys.rotation,
    clock,
  });
  const ages = createKeyAgeAlarms({
    ...{ ring, audit, metrics, clock },
    rotation: () => current.runtime.config.keys.rotation,
    once: (key, milliseconds) => coordination.useNonce(key, milliseconds),
  });
  const maxAgeDays = () => current.runtime.config.keys.rotation.maxAgeDays;
  const proofs = await openProofKeys({ store, keys, audit, metrics, clock, random, maxAgeDays });
  return {
    ...{ service, ring, proofs, ages, handlers: [...handlers, ...proofKeyHandlers(proofs, maxAgeDays)] },
    async maintain() {
      await ring.flush();
      await ages.maintain();
      await proofs.refresh();
    },
  };
}
