import type { RiskComparison, RiskControlStanding, RiskRow, RiskVersionView } from '@menshen/contract';
import { controls } from './controls/catalogue.ts';
import type { ControlStanding } from './controls/effect.ts';
import type { Risk } from './method/assess.ts';
import { cellOf } from './method/functions.ts';
import type { Asset } from './model.ts';
import type { Treatment, Version } from './store.ts';
import type { StoredRisk } from './version.ts';

/** What people have decided of risks, by their id. */
export interface Decided {
  readonly treatment: ReadonlyMap<string, Treatment['state']>;
  readonly accepted: ReadonlySet<string>;
}

export function riskRow(risk: Risk, { treatment, accepted }: Decided): RiskRow {
  const { id, score, level, values, asset, threat, weakness, businesses } = risk;
  return {
    ...{ id, score, level, ...cellOf(values) },
    asset: { id: asset.id, name: asset.name, kind: asset.kind, app: asset.app, owner: asset.owner },
    threat: { id: threat.id, name: threat.name },
    ...{ weakness: weakness?.title ?? null, businesses: [...businesses] },
    ...{ treatment: treatment.get(id) ?? null, accepted: accepted.has(id) },
  };
}

export function standingView(standing: ControlStanding, assets: ReadonlyMap<string, Asset>): RiskControlStanding {
  const { control, scope, state, evidence, until } = standing;
  const asset = assets.get(scope);
  const { name, strength, shownBy } = controls[control];
  return {
    ...{ control, name, state, strength, until, shownBy, evidence: [...evidence] },
    asset: asset === undefined ? null : { id: asset.id, name: asset.name },
  };
}

export const versionView = ({ levels, ...rest }: Version): RiskVersionView => ({ ...rest, levels: [...levels] });

/** What a comparison needs of a risk, whether it is computed now or was stored. */
export interface Comparable {
  readonly id: string;
  readonly score: number;
  readonly asset: StoredRisk['asset'];
  readonly threat: StoredRisk['threat'];
}

export const comparable = ({ id, score, asset, threat }: Risk): Comparable => ({
  id,
  score,
  asset: asset.name,
  threat: threat.name,
});

const shown = 200;

/** Compares two sets of risks, whether computed or stored. */
export function comparisonView(before: readonly Comparable[], after: readonly Comparable[]): RiskComparison {
  const known = new Map(before.map((risk) => [risk.id, risk]));
  const pairs = after.map((risk) => ({ before: known.get(risk.id) ?? null, after: risk as Comparable | null }));
  const left = new Set(after.map(({ id }) => id));
  const all = [
    ...pairs,
    ...before.filter(({ id }) => !left.has(id)).map((risk) => ({ before: risk as Comparable | null, after: null })),
  ];
  const changed = all
    .filter(({ before: was, after: is }) => was?.score !== is?.score)
    .map(({ before: was, after: is }) => ({ was, is, difference: (is?.score ?? 0) - (was?.score ?? 0) }))
    .sort((a, b) => a.difference - b.difference);
  const both = changed.filter(({ was, is }) => was !== null && is !== null);
  const sum = (risks: readonly Comparable[]): number =>
    Math.round(risks.reduce((total, { score }) => total + score, 0) * 10) / 10;
  return {
    lower: both.filter(({ difference }) => difference < 0).length,
    higher: both.filter(({ difference }) => difference > 0).length,
    added: changed.filter(({ was }) => was === null).length,
    gone: changed.filter(({ is }) => is === null).length,
    total: { before: sum(before), after: sum(after) },
    changed: changed.slice(0, shown).flatMap(({ was, is }) => {
      const one = is ?? was;
      return one === null
        ? []
        : [{ id: one.id, asset: one.asset, threat: one.threat, before: was?.score ?? null, after: is?.score ?? null }];
    }),
  };
}
