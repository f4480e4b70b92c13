import { type AppVersions, createAppVersions, versionRevocation } from '../release/app-versions/service.ts';
import { createAppVersionStore } from '../release/app-versions/store.ts';
import type { ReleaseStore } from '../release/store.ts';
import type { Current } from './current.ts';
import type { Foundation } from './foundation.ts';

/** Loads which versions are registered, and follows what other nodes change. Before the feed of revocations starts, so that none is missed. */
export async function startAppVersions(
  { store, audit, revocations, metrics, clock }: Foundation,
  current: Current,
  releases: Pick<ReleaseStore, 'versions'>,
): Promise<AppVersions> {
  const versions = await createAppVersions({
    store: createAppVersionStore(store),
    releases: () => releases.versions(),
    apps: () => current.runtime.config.apps.map(({ id, versions: { accept, mode } }) => ({ id, accept, mode })),
    ...{ audit, revocations, clock },
    failed: () => metrics.add('menshen_maintenance_failures_total'),
  });
  revocations.subscribe((entry, own) => {
    if (entry.kind === versionRevocation && !own) versions.hear();
  });
  return versions;
}
