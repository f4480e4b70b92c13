import { routeId } from '../assets/from-seen.ts';
import type { Asset, Weakness } from '../model.ts';
import type { Seen } from '../seen.ts';
import { dataWeaknesses, releaseWeaknesses } from './code-checks.ts';
import { findingWeaknesses } from './findings.ts';
import { administratorWeaknesses, platformWeaknesses } from './operation-checks.ts';
import { appWeaknesses, routeWeaknesses } from './route-checks.ts';

/** Everything that the running configuration, the administrators and the missing proofs say against the platform; and the findings of scans. */
export function weaknessesOf(seen: Seen, assets: readonly Asset[]): readonly Weakness[] {
  const known = new Set(assets.map(({ id }) => id));
  const byId = new Map(assets.map((asset) => [asset.id, asset]));
  return [
    ...seen.apps.flatMap((app) => [
      ...appWeaknesses(app, seen),
      ...app.routes.flatMap((route) => routeWeaknesses(app, route, byId.get(routeId(app.config.id, route.config.match)) ?? null)),
    ]),
    ...dataWeaknesses(seen),
    ...releaseWeaknesses(seen),
    ...administratorWeaknesses(seen),
    ...platformWeaknesses(seen),
    ...findingWeaknesses(seen, known),
  ].filter(({ asset }) => known.has(asset));
}
