export interface Hour {
  readonly time: number;
  readonly claims: number;
  readonly cents: number;
}

export interface HourPoint extends Hour {
  /** What is left of the budget at the end of the hour, in cents. */
  readonly left: number;
}

const hourMs = 3_600_000;
const maxPoints = 31 * 24;

/** Every hour from the first claim until now, those without a claim too, with what was left of the budget after each. */
export function hourSeries(hours: readonly Hour[], centsBefore: number, budgetCents: number, now: number): HourPoint[] {
  const [first] = hours;
  if (first === undefined) return [];
  const byTime = new Map(hours.map((hour) => [hour.time, hour]));
  const points: HourPoint[] = [];
  let left = budgetCents - centsBefore;
  for (let time = first.time; time <= now && points.length < maxPoints; time += hourMs) {
    const { claims, cents } = byTime.get(time) ?? { claims: 0, cents: 0 };
    left -= cents;
    points.push({ time, claims, cents, left });
  }
  return points;
}
