import type { AppConfig } from '@menshen/contract';
import { configuredSources, directoryRules } from '../directory/configured.ts';
import { createDirectoryService, type DirectoryService } from '../directory/service.ts';
import { type ClientKeys, createClientKeys } from '../identity/binding/client-keys.ts';
import { createReplayGuard, type ReplayGuard } from '../identity/binding/replay-guard.ts';
import { type BindingStore, createBindingStore } from '../identity/binding/store.ts';
import { type CertificateAlarms, createCertificateAlarms } from '../identity/certificate-alarms.ts';
import type { SecretsInUse } from '../identity/client-pool.ts';
import { createChallengeStore } from '../identity/factors/challenge-store.ts';
import { createFactorService } from '../identity/factors/create-service.ts';
import { createSmsProvider } from '../identity/factors/providers/create-provider.ts';
import { randomCode } from '../identity/factors/random-code.ts';
import type { FactorService } from '../identity/factors/service.ts';
import { createFactorStore } from '../identity/factors/store.ts';
import { createLinkStore } from '../identity/links-store.ts';
import { createProviders, type Providers } from '../identity/providers.ts';
import { createRiskService, type RiskService } from '../identity/risk/service.ts';
import { createRiskStore } from '../identity/risk/store.ts';
import { sealClearIdentities } from '../identity/seal-clear-rows.ts';
import { createIdentityService, type IdentityService } from '../identity/service.ts';
import { SessionSnapshot } from '../identity/snapshot.ts';
import { createIdentityStore } from '../identity/store.ts';
import { type ContainmentSnapshot, firstHeld } from '../respond/containment/snapshot.ts';
import type { Closers } from './closers.ts';
import type { Current } from './current.ts';
import type { Foundation } from './foundation.ts';
import { memoized } from './memoized.ts';
import type { Outbound } from './outbound.ts';

/** Who may come in, and how they prove it. */
export interface People {
  readonly app: (id: string) => AppConfig | undefined;
  readonly providers: Providers;
  readonly certificates: CertificateAlarms;
  readonly sessions: SessionSnapshot;
  readonly directory: DirectoryService;
  readonly risk: RiskService;
  readonly identity: IdentityService;
  readonly factors: FactorService;
  readonly bindingStore: BindingStore;
  readonly replayGuard: ReplayGuard;
  readonly clientKeys: () => ClientKeys;
}

/** Starts directory, sessions, risk, second factors and request binding of a node. */
export async function startPeople(
  foundation: Foundation,
  current: Current,
  closers: Closers,
  outbound: Outbound,
  contained: Pick<ContainmentSnapshot, 'holds'>,
  secrets: SecretsInUse,
): Promise<People> {
  const { store, keys, audit, coordination, revocations, metrics, clock, random, shared } = foundation;
  const sessions = new SessionSnapshot();
  const certificates = createCertificateAlarms({ audit, coordination, metrics, clock });
  const providers = createProviders(
    {
      fetch: outbound,
      clock,
      random,
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds).unref()),
    },
    certificates,
    secrets,
  );
  const app = (id: string): AppConfig | undefined => current.runtime.apps.get(id)?.config;
  let identity: IdentityService | null = null;
  const directory = await createDirectoryService({
    ...{ store, keys, audit, coordination, revocations, clock, random },
    configured: () => configuredSources(current.runtime.config, providers, clock),
    rules: () => directoryRules(current.runtime.config),
    endSessionsOf: async (uid, reason, by) => (identity === null ? 0 : await identity.endSessionsOf(uid, reason, by)),
    onError: () => metrics.add('menshen_directory_refresh_failures_total'),
  });
  directory.subscribe(({ people }) => {
    for (const person of people) if (person.status !== 'active') identity?.dropPerson(person.uid);
  });
  const risk = createRiskService({
    store: createRiskStore(store),
    ...{ sessions, audit, metrics, clock },
    places: () => current.runtime.places,
  });
  await sealClearIdentities(store, keys);
  identity = await createIdentityService({
    ...{ risk, sessions, providers, directory, audit, revocations, metrics, app, shared, clock, random },
    locked: (uid) => firstHeld(contained.holds?.locks.get(uid), clock()) !== null,
    store: createIdentityStore(store, keys),
    links: createLinkStore(store, keys),
    ownApps: () => new Set(current.runtime.config.apps.flatMap((one) => one.wechat?.appid ?? [])),
  });
  identity.stepUp.onRaised((session) => {
    risk.trust(session).catch(() => metrics.add('menshen_maintenance_failures_total'));
  });
  const bindingStore = createBindingStore(store);
  const replayGuard = await createReplayGuard({ coordination, store: bindingStore, clock });
  closers.add(() => replayGuard.close());
  const clientKeys = memoized(
    () => current.runtime.config.gateway.clientKeys,
    (settings) => createClientKeys(keys, settings),
  );
  const factors = createFactorService({
    store: createFactorStore(store, keys),
    challenges: createChallengeStore(store, keys),
    ...{ identity, directory, providers, audit, coordination, keys, metrics, app, clock, random },
    apps: () => current.runtime.config.apps,
    sms: () => {
      const { sms } = current.runtime.config;
      return sms === undefined ? null : createSmsProvider(sms, { fetch: outbound, clock, random });
    },
    randomCode,
    failed: (uid) => {
      risk.failed(uid).catch(() => metrics.add('menshen_maintenance_failures_total'));
    },
  });
  closers.add(() => factors.settled());
  return { app, providers, certificates, sessions, directory, risk, identity, factors, bindingStore, replayGuard, clientKeys };
}
