import type { Asset, ControlFact, Evidence, Weakness } from '../model.ts';
import { type ControlId, controls, isControl } from './catalogue.ts';

const dayMs = 86_400_000;

/** `stale`: switched on, but nothing fresh shows that it works. `off`: not there. */
export type ControlState = 'effective' | 'stale' | 'off';

export interface ControlStanding {
  readonly control: ControlId;
  readonly scope: string;
  readonly state: ControlState;
  /** Newest first. */
  readonly evidence: readonly Evidence[];
  /** When it turns stale unless something new is seen; null where it is not effective, or its evidence does not age. */
  readonly until: number | null;
}

/**
 * What something that is shown by evidence is worth now: what nobody has seen working for too long counts for nothing. Compliance holds its own signs to the same rule.
 */
export function freshnessOf(
  { configured, evidence }: Pick<ControlFact, 'configured' | 'evidence'>,
  freshDays: number,
  now: number,
): Pick<ControlStanding, 'state' | 'evidence' | 'until'> {
  const sorted = [...evidence].sort((a, b) => (b.at ?? now) - (a.at ?? now));
  if (!configured) return { state: 'off', evidence: sorted, until: null };
  const freshMs = freshDays * dayMs;
  // A time in the future is a clock that is wrong: it must not keep a control fresh.
  const fresh = sorted.find(({ at }) => at === null || (at <= now && now - at <= freshMs));
  if (fresh === undefined) return { state: 'stale', evidence: sorted, until: null };
  return { state: 'effective', evidence: sorted, until: fresh.at === null ? null : fresh.at + freshMs };
}

/** What a control is worth now, from its evidence alone. */
export function standingOf(fact: ControlFact, now: number): ControlStanding | null {
  const { control, scope } = fact;
  return isControl(control) ? { control, scope, ...freshnessOf(fact, controls[control].freshDays, now) } : null;
}

export type ControlsOf = (asset: Asset) => ReadonlyMap<ControlId, ControlStanding>;

/** Which controls stand before an asset: its own first, then those of its system asset, then those of everything. */
export function indexControls(facts: readonly ControlFact[], now: number): { all: readonly ControlStanding[]; of: ControlsOf } {
  const byScope = new Map<string, Map<ControlId, ControlStanding>>();
  const all: ControlStanding[] = [];
  for (const fact of facts) {
    const standing = standingOf(fact, now);
    if (standing === null) continue;
    all.push(standing);
    const inScope = byScope.get(fact.scope);
    if (inScope === undefined) byScope.set(fact.scope, new Map([[standing.control, standing]]));
    else inScope.set(standing.control, standing);
  }
  return {
    all,
    of: ({ id, of }) => {
      const found = new Map(byScope.get('*') ?? []);
      if (of !== null) for (const [control, standing] of byScope.get(of) ?? []) found.set(control, standing);
      for (const [control, standing] of byScope.get(id) ?? []) found.set(control, standing);
      return found;
    },
  };
}

export interface Reduction {
  /** Grades that are taken off. */
  readonly grades: number;
  readonly by: readonly ControlStanding[];
}

/**
 * `reduction.strongest-and-one.1`: the strongest effective control takes off its strength, a second one grade more (defence in depth), all together three at most;
 * of a hole that was found no more than {@link mostReduction} says.
 */
export function reductionOf(ids: readonly ControlId[], standing: ReadonlyMap<ControlId, ControlStanding>): Reduction {
  let by: ControlStanding[] | null = null;
  let strongest = 0;
  for (const id of ids) {
    const one = standing.get(id);
    if (one?.state !== 'effective') continue;
    if (by === null) by = [one];
    else by.push(one);
    strongest = Math.max(strongest, controls[id].strength);
  }
  return by === null ? nothing : { grades: Math.min(3, strongest + (by.length > 1 ? 1 : 0)), by };
}

const nothing: Reduction = { grades: 0, by: [] };

/** Grades that controls can take off at most. A hole in code stays a hole behind a filter: what stands before it buys time, and no more. */
export const mostReduction = { usual: { ease: 3, impact: 3 }, hole: { ease: 2, impact: 1 } } as const;

/** Whether a weakness is a hole that somebody has found, and no setting that a control takes the place of. */
export const isHole = ({ source }: Pick<Weakness, 'source'>): boolean =>
  source === 'scan' || source === 'probe' || source === 'advisory';
