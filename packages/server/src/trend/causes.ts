import type { Bilingual, TrendCause } from '@menshen/contract';
import { controls, isControl } from '../risk/controls/catalogue.ts';
import type { Assessment } from '../risk/method/assess.ts';
import type { Facts, Weakness } from '../risk/model.ts';
import { threats } from '../risk/threats/catalogue.ts';
import type { Basis, Cause } from './model.ts';

/** A cause with the facts as they would be without it; null where nobody can say. */
export interface FoundCause extends Omit<Cause, 'effect'> {
  readonly without: ((facts: Facts) => Facts) | null;
}

/** Weaknesses of a basis: beyond this the causes of a huge company are told by its first ones. */
const mostWeaknesses = 20_000;
/** Causes of one look. */
export const mostCauses = 40;

/** What of a picture the next look is compared with. */
export function basisOf(facts: Facts, assessment: Assessment, method: string): Basis {
  const frequency: Record<string, number> = {};
  for (const { threat, inputs } of assessment.risks) frequency[threat.id] = Math.max(frequency[threat.id] ?? 1, inputs.frequency);
  return {
    ...{ at: facts.at, method, threats: frequency },
    assets: facts.assets.map(({ id, app, name, path }) => ({ id, app, name, path })),
    weaknesses: facts.weaknesses.slice(0, mostWeaknesses).map((one) => ({ ...one, evidence: one.evidence.slice(0, 1) })),
    controls: assessment.controls.map(({ control, scope, state }) => ({ control, scope, state })),
    importance: Object.fromEntries(facts.businesses.map(({ id, importance }) => [id, importance])),
  };
}

/** What changed between two looks, equal things at one place folded into one. Time passing and evidence growing older changes nothing by itself. */
export function causesBetween(before: Basis, after: Basis, facts: Facts): readonly FoundCause[] {
  return [
    ...weaknessCauses(before, after),
    ...controlCauses(before, after, facts),
    ...assetCauses(before, after),
    ...importanceCauses(before, after, facts),
    ...threatCauses(before, after),
    ...methodCauses(before, after),
  ].slice(0, mostCauses);
}

function weaknessCauses(before: Basis, after: Basis): FoundCause[] {
  const apps = new Map([...before.assets, ...after.assets].map(({ id, app }) => [id, app]));
  const standing = new Set(after.assets.map(({ id }) => id));
  const known = new Set(before.assets.map(({ id }) => id));
  const [then, now] = [before, after].map(({ weaknesses }) => new Set(weaknesses.map(({ id }) => id)));
  // What went or came together with its asset is told by the asset.
  const mended = before.weaknesses.filter(({ id, asset }) => now?.has(id) === false && standing.has(asset));
  const found = after.weaknesses.filter(({ id, asset }) => then?.has(id) === false && known.has(asset));
  const grouped = (kind: 'mended' | 'found', all: readonly Weakness[]): FoundCause[] =>
    [...Map.groupBy(all, (one) => `${one.kind}\n${one.title.en}\n${apps.get(one.asset) ?? ''}`).values()].flatMap((own) => {
      const [first] = own;
      if (first === undefined) return [];
      const ids = new Set(own.map(({ id }) => id));
      return [
        {
          ...{
            kind,
            ref: `${first.kind}:${first.title.en}`.slice(0, 200),
            app: apps.get(first.asset) ?? null,
            count: own.length,
          },
          ...{ text: first.title, path: first.evidence[0]?.path ?? '/findings' },
          without:
            kind === 'mended'
              ? (facts: Facts) => ({ ...facts, weaknesses: [...facts.weaknesses, ...own] })
              : (facts: Facts) => ({ ...facts, weaknesses: facts.weaknesses.filter(({ id }) => !ids.has(id)) }),
        },
      ];
    });
  return [...grouped('mended', mended), ...grouped('found', found)];
}

type ControlState = Basis['controls'][number]['state'];
const turned: Readonly<Record<ControlState, TrendCause>> = {
  effective: 'control_on',
  stale: 'control_stale',
  off: 'control_off',
};

function controlCauses(before: Basis, after: Basis, { assets }: Facts): FoundCause[] {
  const keyOf = ({ control, scope }: Basis['controls'][number]): string => `${control}\n${scope}`;
  const then = new Map(before.controls.map((one) => [keyOf(one), one.state]));
  const now = new Map(after.controls.map((one) => [keyOf(one), one.state]));
  const apps = new Map(assets.map(({ id, app }) => [id, app]));
  const known = new Set(before.assets.map(({ id }) => id));
  const changed = [...new Set([...then.keys(), ...now.keys()])].flatMap((key) => {
    const [control = '', scope = ''] = key.split('\n');
    const [was, is] = [then.get(key) ?? 'off', now.get(key) ?? 'off'];
    // A control of an asset that came or went is told by the asset.
    const there = scope === '*' || (known.has(scope) && apps.has(scope));
    // What is on and was not seen yet tells nothing: it is no fall.
    const told = was !== is && there && !(was === 'off' && is === 'stale') && !(was === 'stale' && is === 'off');
    return told && isControl(control) ? [{ control, scope, is, app: apps.get(scope) ?? null }] : [];
  });
  return [...Map.groupBy(changed, ({ control, is, app }) => `${control} ${is} ${app ?? ''}`).values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const { control, is, app } = first;
    const scopes = new Set(own.map(({ scope }) => scope));
    const otherwise = own.map(({ scope }) => ({
      ...{ control, scope, configured: is !== 'effective' },
      evidence: is === 'effective' ? [] : [{ text: controls[control].name, at: null, path: '/risk' }],
    }));
    return [
      {
        ...{ kind: turned[is], ref: control, app, count: own.length, text: controls[control].name, path: '/risk?tab=controls' },
        without: (facts: Facts) => ({
          ...facts,
          controls: [...facts.controls.filter((fact) => fact.control !== control || !scopes.has(fact.scope)), ...otherwise],
        }),
      },
    ];
  });
}

function assetCauses(before: Basis, after: Basis): FoundCause[] {
  const [then, now] = [before, after].map(({ assets }) => new Set(assets.map(({ id }) => id)));
  const grouped = (kind: 'asset_new' | 'asset_gone', all: Basis['assets']): FoundCause[] =>
    [...Map.groupBy(all, ({ app }) => app ?? '').values()].flatMap((own) => {
      const [first] = own;
      if (first === undefined) return [];
      const ids = new Set(own.map(({ id }) => id));
      const more = own.length - 1;
      const text: Bilingual =
        more === 0 ? first.name : { zh: `${first.name.zh}等 ${own.length} 项`, en: `${first.name.en} and ${more} more` };
      return [
        {
          ...{ kind, ref: 'assets', app: first.app, count: own.length, text, path: '/risk?tab=assets' },
          without:
            kind === 'asset_new' ? (facts: Facts) => ({ ...facts, assets: facts.assets.filter(({ id }) => !ids.has(id)) }) : null,
        },
      ];
    });
  return [
    ...grouped(
      'asset_new',
      after.assets.filter(({ id }) => then?.has(id) === false),
    ),
    ...grouped(
      'asset_gone',
      before.assets.filter(({ id }) => now?.has(id) === false),
    ),
  ];
}

function importanceCauses(before: Basis, after: Basis, { businesses }: Facts): FoundCause[] {
  return businesses.flatMap(({ id, name, apps }) => {
    const [then, now] = [before.importance[id], after.importance[id]];
    if (then === undefined || now === undefined || then === now) return [];
    return [
      {
        ...{ kind: 'importance' as const, ref: id, app: apps.length === 1 ? (apps[0] ?? null) : null, count: 1 },
        text: { zh: `${name.zh}：${then} → ${now}`, en: `${name.en}: ${then} → ${now}` },
        path: '/risk?tab=businesses',
        without: (facts: Facts) => ({
          ...facts,
          businesses: facts.businesses.map((one) => (one.id === id ? { ...one, importance: then } : one)),
        }),
      },
    ];
  });
}

const threatNames = new Map(threats.map(({ id, name }) => [id, name]));

function threatCauses(before: Basis, after: Basis): FoundCause[] {
  return Object.entries(after.threats).flatMap(([id, now]) => {
    const then = before.threats[id];
    const name = threatNames.get(id);
    if (then === undefined || name === undefined || then === now) return [];
    return [
      {
        ...{ kind: now > then ? ('threat_up' as const) : ('threat_down' as const), ref: id, app: null, count: 1 },
        text: { zh: `${name.zh}：频率 ${then} → ${now}`, en: `${name.en}: frequency ${then} → ${now}` },
        ...{ path: `/risk?threat=${id}`, without: null },
      },
    ];
  });
}

function methodCauses(before: Basis, after: Basis): FoundCause[] {
  if (before.method === after.method) return [];
  const text = { zh: `${before.method} → ${after.method}`, en: `${before.method} → ${after.method}` };
  return [{ kind: 'method', ref: 'method', app: null, count: 1, text, path: '/risk?tab=versions', without: null }];
}
