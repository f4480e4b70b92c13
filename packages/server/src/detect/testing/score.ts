import type { Alert } from '../model.ts';
import type { Attack } from './attacks.ts';

export interface Score {
  readonly recall: number;
  readonly hardRecall: number;
  readonly falseAlerts: readonly Alert[];
  readonly falseADay: number;
  readonly missed: readonly Attack[];
  /** Login and rate attacks that were found later than a minute after they began. */
  readonly late: readonly { readonly attack: Attack; readonly seconds: number }[];
}

/** Holds alerts against the attacks that were put in. An alert is right when it names an event of an attack. */
export function scoreAlerts(alerts: readonly Alert[], attacks: readonly Attack[], days: number): Score {
  const owner = new Map<string, Attack>();
  for (const attack of attacks) for (const { id } of attack.events) owner.set(id, attack);
  const found = new Map<Attack, number>();
  const falseAlerts: Alert[] = [];
  for (const alert of alerts) {
    const hit = new Set(alert.events.map((id) => owner.get(id)).filter((attack) => attack !== undefined));
    if (hit.size === 0) falseAlerts.push(alert);
    for (const attack of hit) found.set(attack, Math.min(found.get(attack) ?? Number.POSITIVE_INFINITY, alert.ts));
  }
  const missed = attacks.filter((attack) => !found.has(attack));
  const share = (list: readonly Attack[]): number => list.filter((attack) => found.has(attack)).length / Math.max(1, list.length);
  const late = attacks
    .filter(({ urgent }) => urgent)
    .map((attack) => ({ attack, seconds: ((found.get(attack) ?? Number.POSITIVE_INFINITY) - attack.start) / 1_000 }))
    .filter(({ seconds }) => seconds > 60);
  return {
    recall: share(attacks),
    hardRecall: share(attacks.filter(({ hard }) => hard)),
    falseAlerts,
    falseADay: falseAlerts.length / days,
    missed,
    late,
  };
}
