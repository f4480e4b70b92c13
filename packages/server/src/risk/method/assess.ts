import { hash } from 'node:crypto';
import { atOnce } from '../../gently.ts';
import { type ControlStanding, indexControls, isHole, mostReduction, reductionOf } from '../controls/effect.ts';
import type { Advisory, Asset, Business, Facts, Grade, Weakness } from '../model.ts';
import type { Threat } from '../threats/catalogue.ts';
import { type Frequency, frequencyOf, indexSignals } from '../threats/frequency.ts';
import { effectiveImportance } from './business.ts';
import { computeRisk, type Method, type RiskInputs, type RiskValues, rollUp } from './functions.ts';

/** One threat to one component, by its worst weakness. */
export interface Risk {
  /** The same for the same asset and threat in every assessment. */
  readonly id: string;
  readonly asset: Asset;
  readonly threat: Threat;
  readonly inputs: RiskInputs;
  readonly values: RiskValues;
  /** 1 to 25. */
  readonly score: number;
  readonly level: Grade;
  readonly frequency: Frequency;
  /** The weakness that decides the number; null where it is the threat's own base. */
  readonly weakness: Weakness | null;
  /** All that the threat could use here, the decisive one first. */
  readonly weaknesses: readonly Weakness[];
  /** Ease and impact before controls. */
  readonly bare: { readonly ease: Grade; readonly impact: Grade };
  readonly prevented: readonly ControlStanding[];
  readonly protected: readonly ControlStanding[];
  readonly businesses: readonly string[];
}

export interface Rolled {
  readonly id: string;
  readonly score: number;
  readonly level: Grade | 0;
  readonly risks: number;
  readonly worst: string | null;
}

export interface BusinessRisk extends Rolled {
  readonly business: Business;
  /** After what more important businesses it is tied to. */
  readonly importance: Grade;
  readonly systems: readonly string[];
}

export interface Assessment {
  readonly at: number;
  readonly method: Method;
  /** The highest first. */
  readonly risks: readonly Risk[];
  readonly systems: readonly (Rolled & { readonly asset: Asset })[];
  readonly businesses: readonly BusinessRisk[];
  readonly controls: readonly ControlStanding[];
}

/** Assesses. Pure: the same facts, threats and method give the same assessment, whenever and wherever. */
export function assess(facts: Facts, threats: readonly Threat[], method: Method): Assessment {
  return atOnce(assessing(facts, threats, method));
}

/** As {@link assess}, asset by asset: a process that serves requests meanwhile takes it in slices, see {@link gently}. */
export function* assessing(facts: Facts, threats: readonly Threat[], method: Method): Generator<void, Assessment> {
  const context = prepare(facts, threats);
  const risks: Risk[] = [];
  for (const asset of facts.assets) {
    const standing = context.controls.of(asset);
    const importance = context.importance.of(asset);
    const found = context.weaknesses.get(asset.id) ?? none;
    const prefix = riskPrefix(asset.id);
    for (const threat of context.threatsOn(asset)) {
      const used = found.length === 0 ? none : usedBy(threat, found);
      const frequency = frequencyOf(threat, context.seen(threat, asset), used, context.advisories);
      const prevented = reductionOf(threat.prevents, standing);
      const protecting = reductionOf(threat.protects, standing);
      let harmed = 1;
      for (const harm of threat.harms) harmed = Math.max(harmed, asset[harm]);
      const inputsFor = (bare: Bare, most: Bare): RiskInputs => ({
        ...{ capability: threat.capability, frequency: frequency.grade, harmed, importance: importance.grade },
        ease: Math.max(1, bare.ease - Math.min(most.ease, prevented.grades)),
        impact: Math.max(1, bare.impact - Math.min(most.impact, protecting.grades)),
      });
      let weakness: Weakness | null = null;
      let inputs = inputsFor(threat.base, mostReduction.usual);
      let values = computeRisk(inputs, method);
      for (const other of used) {
        const otherInputs = inputsFor(other, isHole(other) ? mostReduction.hole : mostReduction.usual);
        const otherValues = computeRisk(otherInputs, method);
        // Of equals the concrete one says more than the threat's own base, and of two concrete ones the first by id is as good as the other.
        const wins =
          otherValues.score > values.score ||
          (otherValues.score === values.score && (weakness === null || other.id < weakness.id));
        if (wins) [weakness, inputs, values] = [other, otherInputs, otherValues];
      }
      const { ease, impact } = weakness ?? threat.base;
      risks.push({
        id: prefix + threat.id,
        asset,
        threat,
        inputs,
        values,
        score: values.score,
        level: values.level,
        frequency,
        weakness,
        weaknesses: weakness === null || used.length < 2 ? used : [weakness, ...used.filter((one) => one !== weakness)],
        bare: { ease, impact },
        prevented: prevented.by,
        protected: protecting.by,
        businesses: importance.businesses,
      });
    }
    yield;
  }
  risks.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  const systems = rollSystems(facts.assets, risks);
  return {
    ...{ at: facts.at, method, risks, systems, controls: context.controls.all },
    businesses: rollBusinesses(facts.businesses, risks, context.importance.grades, systems),
  };
}

type Bare = { readonly ease: Grade; readonly impact: Grade };
/** Shared by the many pairs that have none. */
const none: readonly Weakness[] = [];

function usedBy(threat: Threat, found: readonly Weakness[]): readonly Weakness[] {
  const used = found.filter(({ kind }) => threat.weaknesses.includes(kind));
  return used.length === 0 ? none : used;
}

/** Id of a risk: short, without the words of the asset, and the same for ever. */
export const riskId = (asset: string, threat: string): string => riskPrefix(asset) + threat;
const riskPrefix = (asset: string): string => `rk_${hash('sha256', asset, 'base64url').slice(0, 16)}.`;

function prepare(facts: Facts, threats: readonly Threat[]) {
  const weaknesses = new Map<string, Weakness[]>();
  for (const one of facts.weaknesses) {
    const known = weaknesses.get(one.asset);
    if (known === undefined) weaknesses.set(one.asset, [one]);
    else known.push(one);
  }
  const byKind = new Map<string, Threat[]>();
  for (const threat of threats)
    for (const kind of threat.on) {
      const known = byKind.get(kind);
      if (known === undefined) byKind.set(kind, [threat]);
      else known.push(threat);
    }
  const advisories = new Map<string, Advisory>(facts.advisories.map((one) => [one.cve, one]));
  return {
    weaknesses,
    advisories,
    controls: indexControls(facts.controls, facts.at),
    importance: importanceOf(facts.businesses),
    seen: indexSignals(facts.signals),
    threatsOn: (asset: Asset): readonly Threat[] =>
      (byKind.get(asset.kind) ?? []).filter(({ tags }) => tags.length === 0 || tags.some((tag) => asset.tags.includes(tag))),
  };
}

/** Importance of the business behind an asset: what belongs to no app serves all of them. An app that no business names counts as average. */
function importanceOf(businesses: readonly Business[]) {
  const grades = effectiveImportance(businesses);
  const byApp = new Map<string, Business[]>();
  for (const one of businesses)
    for (const app of one.apps) {
      const known = byApp.get(app);
      if (known === undefined) byApp.set(app, [one]);
      else known.push(one);
    }
  const unknown = 3;
  return {
    grades,
    of: ({ app }: Asset): { grade: Grade; businesses: readonly string[] } => {
      const carried = app === null ? businesses : (byApp.get(app) ?? []);
      if (carried.length === 0) return { grade: unknown, businesses: [] };
      return {
        grade: carried.reduce((most, { id }) => Math.max(most, grades.get(id) ?? unknown), 1),
        businesses: carried.map(({ id }) => id),
      };
    },
  };
}

function rolled(id: string, risks: readonly Risk[]): Rolled {
  const score = rollUp(risks.map((risk) => risk.score));
  const level = score === 0 ? 0 : Math.min(5, Math.ceil(score / 5));
  return { id, score, level, risks: risks.length, worst: risks[0]?.id ?? null };
}

function rollSystems(assets: readonly Asset[], risks: readonly Risk[]): Assessment['systems'] {
  const bySystem = new Map<string, Risk[]>(assets.filter(({ of }) => of === null).map(({ id }) => [id, []]));
  for (const risk of risks) bySystem.get(risk.asset.of ?? risk.asset.id)?.push(risk);
  return assets
    .filter(({ of }) => of === null)
    .map((asset) => ({ asset, ...rolled(asset.id, bySystem.get(asset.id) ?? []) }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}

function rollBusinesses(
  businesses: readonly Business[],
  risks: readonly Risk[],
  grades: ReadonlyMap<string, Grade>,
  systems: Assessment['systems'],
): readonly BusinessRisk[] {
  const byBusiness = new Map<string, Risk[]>(businesses.map(({ id }) => [id, []]));
  for (const risk of risks) for (const id of risk.businesses) byBusiness.get(id)?.push(risk);
  return businesses
    .map((business) => ({
      ...{
        business,
        importance: grades.get(business.id) ?? business.importance,
        ...rolled(business.id, byBusiness.get(business.id) ?? []),
      },
      systems: systems.flatMap(({ asset }) => (asset.app === null || business.apps.includes(asset.app) ? [asset.id] : [])),
    }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}
