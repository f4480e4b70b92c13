import type { Asset, Facts, Weakness } from './model.ts';

/** Facts for tests: nothing but what is given. */
export const factsOf = (given: Partial<Facts>): Facts => ({
  ...{ at: 1_800_000_000_000, businesses: [], assets: [], signals: [], weaknesses: [], controls: [], advisories: [] },
  ...given,
});

export const assetOf = (given: Partial<Asset> & Pick<Asset, 'id'>): Asset => ({
  ...{ kind: 'route', of: null, app: 'portal', name: { zh: given.id, en: given.id } },
  ...{ confidentiality: 3, integrity: 3, availability: 3, exposure: 'controlled', tags: [], owner: null, path: '/traffic' },
  ...given,
});

export const weaknessOf = (given: Partial<Weakness> & Pick<Weakness, 'id' | 'kind' | 'asset'>): Weakness => ({
  ...{ source: 'scan', title: { zh: given.id, en: given.id }, fix: { zh: '修复', en: 'mend it' }, ease: 4, impact: 4 },
  ...{ cve: null, cvss: null, fixable: true, since: null, evidence: [] },
  ...given,
});
