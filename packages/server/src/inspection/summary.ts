import { type AttackClassName, attackClass } from '@menshen/contract/inspection';
import type { InspectedRow } from './replay.ts';
import { readThreats } from './threats-text.ts';

interface Counts {
  blocked: number;
  noted: number;
}

/** Recorded requests with findings, counted for people. */
export interface InspectionSummary {
  readonly totals: Counts & { excepted: number };
  readonly classes: readonly ({ readonly class: AttackClassName } & Counts)[];
  readonly timeline: readonly ({ readonly time: number; readonly classes: Partial<Record<AttackClassName, number>> } & Counts)[];
  readonly targets: readonly ({ readonly app: string; readonly route: string } & Counts)[];
  /** Requests in which a rule gave points to a text that was an attack. */
  readonly hits: ReadonlyMap<string, number>;
}

const maxTargets = 50;

/** Counts by class, time and route; the class of a request is that of its gravest text. */
export function summariseInspected(
  rows: Iterable<InspectedRow>,
  { from, to, buckets }: { readonly from: number; readonly to: number; readonly buckets: number },
): InspectionSummary {
  const width = Math.max(1, (to - from) / buckets);
  const timeline = Array.from({ length: buckets }, (_, at) => ({
    time: Math.round(from + at * width),
    blocked: 0,
    noted: 0,
    classes: {} as Partial<Record<AttackClassName, number>>,
  }));
  const totals = { blocked: 0, noted: 0, excepted: 0 };
  const classes = new Map<AttackClassName, Counts>();
  const targets = new Map<string, { app: string; route: string } & Counts>();
  const hits = new Map<string, number>();
  for (const row of rows) {
    if (row.verdict === 'excepted') totals.excepted += 1;
    if (row.verdict !== 'blocked' && row.verdict !== 'noted') continue;
    totals[row.verdict] += 1;
    const bucket = timeline[Math.min(buckets - 1, Math.max(0, Math.floor((row.time - from) / width)))];
    if (bucket !== undefined) bucket[row.verdict] += 1;
    const known = attackClass.safeParse(row.class);
    if (known.success) {
      const counts = classes.get(known.data) ?? { blocked: 0, noted: 0 };
      counts[row.verdict] += 1;
      classes.set(known.data, counts);
      if (bucket !== undefined) bucket.classes[known.data] = (bucket.classes[known.data] ?? 0) + 1;
    }
    const key = `${row.app} ${row.route}`;
    const target = targets.get(key) ?? { app: row.app, route: row.route, blocked: 0, noted: 0 };
    target[row.verdict] += 1;
    targets.set(key, target);
    const [gravest] = readThreats(JSON.parse(row.threats));
    for (const { rule } of gravest?.features ?? []) hits.set(rule, (hits.get(rule) ?? 0) + 1);
  }
  const all = (counts: Counts): number => counts.blocked + counts.noted;
  return {
    totals,
    classes: [...classes].map(([name, counts]) => ({ class: name, ...counts })).sort((a, b) => all(b) - all(a)),
    timeline,
    targets: [...targets.values()].sort((a, b) => all(b) - all(a)).slice(0, maxTargets),
    hits,
  };
}
