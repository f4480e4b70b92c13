import { type ControlId, controls } from './controls/catalogue.ts';
import type { Asset, Facts } from './model.ts';
import { assetOf, factsOf, weaknessOf } from './testing.ts';
import type { Threat } from './threats/catalogue.ts';

const kinds = ['sql', 'xss', 'access', 'secret', 'dependency', 'path', 'crypto', 'schema-missing', 'upload', 'ssrf'] as const;
const controlIds = Object.keys(controls) as ControlId[];
const pick = <T>(list: readonly T[], at: number): T => list[at % list.length] as T;

/** Threats that all meet every route: the worst case for the number of pairs. */
export function scaleThreats(count: number): readonly Threat[] {
  return Array.from({ length: count }, (_, at) => ({
    ...{
      id: `threat-${at}`,
      name: { zh: `威胁 ${at}`, en: `threat ${at}` },
      text: { zh: '', en: '' },
      source: 'external' as const,
    },
    ...{
      capability: (at % 5) + 1,
      frequency: (at % 4) + 1,
      on: ['route' as const],
      tags: [],
      harms: ['confidentiality' as const],
    },
    ...{ weaknesses: [pick(kinds, at), pick(kinds, at + 3)], base: { ease: 3, impact: 3 } },
    ...{
      prevents: [pick(controlIds, at), pick(controlIds, at + 5)],
      protects: [pick(controlIds, at + 9)],
      signals: [`signal-${at % 40}`],
    },
  }));
}

/** A company of so many routes over 20 apps, with so many findings. */
export function scaleFacts({ assets, weaknesses }: { readonly assets: number; readonly weaknesses: number }): Facts {
  const systems: Asset[] = Array.from({ length: 20 }, (_, at) => assetOf({ id: `app:${at}`, kind: 'app', app: `${at}` }));
  const routes = Array.from({ length: assets }, (_, at) =>
    assetOf({
      id: `route:${at}`,
      of: `app:${at % 20}`,
      app: `${at % 20}`,
      confidentiality: (at % 5) + 1,
      tags: ['write', 'read'],
    }),
  );
  const seen = { text: { zh: '记录', en: 'record' }, at: 1_800_000_000_000, path: '/traffic' };
  return factsOf({
    assets: [...systems, ...routes],
    businesses: systems.map(({ app }, at) => ({
      ...{ id: `b${at}`, name: { zh: `${at}`, en: `${at}` }, importance: (at % 5) + 1, owner: '', apps: [app ?? ''], tiedTo: [] },
    })),
    weaknesses: Array.from({ length: weaknesses }, (_, at) =>
      weaknessOf({
        id: `w${at}`,
        kind: pick(kinds, at),
        asset: `route:${at % assets}`,
        ease: (at % 5) + 1,
        impact: ((at >> 2) % 5) + 1,
      }),
    ),
    signals: Array.from({ length: 40 }, (_, at) => ({ id: `signal-${at}`, count: at * 7, asset: null, evidence: seen })),
    controls: controlIds.flatMap((control, at) => [
      { control, scope: '*', configured: at % 3 === 0, evidence: [seen] },
      ...routes
        .filter((_, of) => of % 7 === at % 7)
        .map(({ id }) => ({ control, scope: id, configured: true, evidence: [seen] })),
    ]),
  });
}

export { assess } from './method/assess.ts';
export { methods } from './method/functions.ts';
