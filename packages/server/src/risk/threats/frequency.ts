import type { Advisory, Asset, Evidence, Grade, Signal, Weakness } from '../model.ts';
import type { Threat } from './catalogue.ts';

export interface Frequency {
  readonly grade: Grade;
  /** What the catalogue says before anything was seen. */
  readonly usual: Grade;
  readonly seen: number;
  readonly evidence: readonly Evidence[];
}

/**
 * `frequency.seen.1`: what was seen within 30 days raises the usual frequency and never lowers it, because a quiet month proves little. One event is a 3, ten are
 * a 4, a hundred a 5.
 */
export function gradeOfCount(count: number): Grade {
  if (count >= 100) return 5;
  if (count >= 10) return 4;
  return count >= 1 ? 3 : 1;
}

/** `frequency.epss.1`: what EPSS forecasts for 30 days, or 5 for what is known to be exploited. */
export function gradeOfAdvisory({ epss, exploited }: Pick<Advisory, 'epss' | 'exploited'>): Grade {
  if (exploited) return 5;
  if (epss === null) return 1;
  if (epss >= 0.5) return 5;
  if (epss >= 0.1) return 4;
  return epss >= 0.01 ? 3 : 2;
}

type Seen = Pick<Frequency, 'seen' | 'evidence'>;

/** Signs by what they are and where they were seen, so that a hundred thousand pairs can ask. */
export function indexSignals(signals: readonly Signal[]): (threat: Threat, asset: Asset) => Seen {
  const byId = new Map<string, Signal[]>();
  for (const one of signals) {
    if (one.count === 0) continue;
    const known = byId.get(one.id);
    if (known === undefined) byId.set(one.id, [one]);
    else known.push(one);
  }
  const ofThreat = new Map<string, { readonly signals: readonly Signal[]; readonly everywhere: Seen | null }>();
  return (threat, asset) => {
    let own = ofThreat.get(threat.id);
    if (own === undefined) {
      const meant = threat.signals.flatMap((id) => byId.get(id) ?? []);
      own = { signals: meant, everywhere: meant.every((one) => one.asset === null) ? sumOf(meant) : null };
      ofThreat.set(threat.id, own);
    }
    return (
      own.everywhere ?? sumOf(own.signals.filter((one) => one.asset === null || one.asset === asset.id || one.asset === asset.of))
    );
  };
}

const sumOf = (signals: readonly Signal[]): Seen => ({
  seen: signals.reduce((sum, { count }) => sum + count, 0),
  evidence: signals.map(({ evidence }) => evidence),
});

/** How often a threat is to be expected at an asset, with the weaknesses that it would use there. */
export function frequencyOf(
  threat: Threat,
  { seen, evidence }: Pick<Frequency, 'seen' | 'evidence'>,
  used: readonly Weakness[],
  advisories: ReadonlyMap<string, Advisory>,
): Frequency {
  let grade = Math.max(threat.frequency, gradeOfCount(seen));
  for (const { cve } of used) {
    const known = cve === null ? undefined : advisories.get(cve);
    if (known !== undefined) grade = Math.max(grade, gradeOfAdvisory(known));
  }
  return { grade, usual: threat.frequency, seen, evidence };
}
