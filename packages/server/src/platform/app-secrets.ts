import type { AppConfig } from '@menshen/contract';
import type { EventStream } from '../api/stream.ts';
import type { SecretsInUse } from '../identity/client-pool.ts';
import { type LiveSecrets, openLiveSecrets } from '../respond/app-secrets/live.ts';
import {
  type AppSecretParts,
  type AppSecretService,
  appSecretRevocation,
  createAppSecretService,
} from '../respond/app-secrets/service.ts';
import { type AppSecretStore, createAppSecretStore } from '../respond/app-secrets/store.ts';
import type { Closers } from './closers.ts';
import type { Foundation } from './foundation.ts';

const retryMs = 500;

export interface AppSecretRooms {
  readonly store: AppSecretStore;
  readonly live: LiveSecrets;
  /** What clients of the platforms ask. */
  readonly inUse: SecretsInUse;
  /** Lets the service hear which of two overlapping secrets was taken. */
  hearUse(used: AppSecretService['used']): void;
}

/** Loads the secrets in use and follows what other nodes change. Before anybody calls a platform. */
export async function openAppSecrets(foundation: Foundation, closers: Closers): Promise<AppSecretRooms> {
  const { revocations, metrics, keys, clock } = foundation;
  const store = createAppSecretStore(foundation.store, keys);
  const failed = (): void => metrics.add('menshen_maintenance_failures_total');
  const live = await openLiveSecrets({ store, key: keys.derive('marks of app secrets'), clock, failed });
  revocations.subscribe((entry, own) => {
    if (entry.kind === appSecretRevocation && !own) live.hear();
  });
  const timer = setInterval(() => live.retry(), retryMs);
  timer.unref();
  closers.add(() => clearInterval(timer));
  let used: AppSecretService['used'] = () => undefined;
  return {
    ...{ store, live },
    inUse: { effective: live.effective, used: (replacement, which) => used(replacement, which) },
    hearUse: (hear) => {
      used = hear;
    },
  };
}

/** Starts replacing secrets on this node. */
export function startAppSecrets(
  foundation: Foundation,
  { store, live, hearUse }: AppSecretRooms,
  services: {
    readonly apps: () => readonly AppConfig[];
    readonly tokenBy: AppSecretParts['tokenBy'];
    readonly stream: Pick<EventStream, 'send'>;
  },
): AppSecretService {
  const { audit, metrics, revocations, clock, random } = foundation;
  const service = createAppSecretService({
    ...{ store, live, audit, metrics, revocations, clock, random, apps: services.apps, tokenBy: services.tokenBy },
    changed: () => services.stream.send('containment', {}),
  });
  hearUse(service.used);
  return service;
}
