import { assetsOf } from './assets/from-seen.ts';
import { controlsOf } from './controls/from-seen.ts';
import type { Advisory, Business, Facts } from './model.ts';
import { appName, type Seen } from './seen.ts';
import { signalsOf } from './threats/from-seen.ts';
import { weaknessesOf } from './vulnerabilities/from-seen.ts';

/** What people say of the company, besides what is seen. */
export interface Told {
  readonly businesses: readonly Business[];
  /** Owner by asset. */
  readonly owners: ReadonlyMap<string, string>;
  readonly advisories: readonly Advisory[];
}

/** The one document that an assessment is computed from. Apps that no business names make one of their own, of average importance, so that nothing is missed. */
export function factsFrom(seen: Seen, { businesses, owners, advisories }: Told): Facts {
  const assets = assetsOf(seen, owners);
  const named = new Set(businesses.flatMap(({ apps }) => apps));
  const own = seen.apps
    .filter(({ config }) => !named.has(config.id))
    .map(
      ({ config }): Business => ({
        ...{ id: `app:${config.id}`, name: appName(config), importance: 3, owner: '', apps: [config.id], tiedTo: [] },
      }),
    );
  const weaknesses = weaknessesOf(seen, assets);
  const used = new Set(weaknesses.flatMap(({ cve }) => cve ?? []));
  return {
    at: seen.at,
    businesses: [...businesses, ...own],
    assets: [...assets],
    signals: [...signalsOf(seen)],
    weaknesses: [...weaknesses],
    controls: [...controlsOf(seen)],
    advisories: advisories.filter(({ cve }) => used.has(cve)),
  };
}
