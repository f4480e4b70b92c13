import { type ControlId, controls } from '../controls/catalogue.ts';
import type { Asset, Evidence, Facts, Grade } from '../model.ts';

/** What might be changed. */
export type Change =
  | { readonly kind: 'control'; readonly control: ControlId; readonly on: boolean; readonly where: Where }
  | { readonly kind: 'mend'; readonly weakness: string }
  | { readonly kind: 'importance'; readonly business: string; readonly importance: Grade };

/** Assets: one by its id, all with a tag (of one app, where it is named), or everything. */
export type Where =
  | { readonly asset: string }
  | { readonly tag: string; readonly app: string | null }
  | { readonly everywhere: true };

export const matches = (where: Where, asset: Asset): boolean => {
  if ('everywhere' in where) return true;
  if ('asset' in where) return asset.id === where.asset || asset.of === where.asset;
  return asset.tags.includes(where.tag) && (where.app === null || asset.app === where.app);
};

const supposed: Evidence = {
  text: { zh: '假设已启用并生效', en: 'supposed to be on and to work' },
  at: null,
  path: '/risk',
};

/**
 * The facts as they would be. A control that is switched on counts as seen working, and what it mends is gone; one that is switched off counts for nothing. The
 * same `assess` then says what that is worth.
 */
export function applyChanges(facts: Facts, changes: readonly Change[]): Facts {
  return changes.reduce(applyChange, facts);
}

function applyChange(facts: Facts, change: Change): Facts {
  if (change.kind === 'mend') return { ...facts, weaknesses: facts.weaknesses.filter(({ id }) => id !== change.weakness) };
  if (change.kind === 'importance')
    return {
      ...facts,
      businesses: facts.businesses.map((one) => (one.id === change.business ? { ...one, importance: change.importance } : one)),
    };
  const { control, on, where } = change;
  const meant = new Set(facts.assets.filter((asset) => matches(where, asset)).map(({ id }) => id));
  const scopes = 'everywhere' in where ? ['*', ...meant] : [...meant];
  const changed = scopes.map((scope) => ({ control, scope, configured: on, evidence: on ? [supposed] : [] }));
  const scopeSet = new Set(scopes);
  const mended = new Set<string>(on ? controls[control].mends : []);
  return {
    ...facts,
    controls: [...facts.controls.filter((fact) => fact.control !== control || !scopeSet.has(fact.scope)), ...changed],
    weaknesses: facts.weaknesses.filter(({ kind, asset }) => !(mended.has(kind) && meant.has(asset))),
  };
}
