import type { IncidentState } from '@menshen/contract';
import type { Clocks } from './model.ts';

/** The four times that incident response is measured by, and the clocks between which they lie. */
export const measures = {
  /** Mean time to detect. */
  mttd: ['occurred', 'detected'],
  /** Mean time to acknowledge. */
  mtta: ['detected', 'aware'],
  /** Mean time to contain. */
  mttc: ['detected', 'contained'],
  /** Mean time to recover. */
  mttr: ['detected', 'recovered'],
} as const;
export type Measure = keyof typeof measures;

export interface Times {
  /** Milliseconds; null where no incident has both clocks. */
  readonly mean: number | null;
  readonly median: number | null;
  /** Incidents that have both clocks. */
  readonly of: number;
}

export interface MonthFigures extends Readonly<Record<Measure, Times>> {
  /** `2026-11`. */
  readonly month: string;
  readonly incidents: number;
  readonly falseAlarms: number;
}

/** Figures by the month of detection, the newest first. False alarms are counted and have no times; what was merged into another is not counted twice. */
export function monthlyFigures(
  incidents: readonly {
    readonly state: IncidentState;
    readonly clocks: Clocks;
    readonly opened: number;
    readonly mergedInto: string | null;
  }[],
  timeZone: string,
): MonthFigures[] {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit' });
  const own = incidents.filter(({ mergedInto }) => mergedInto === null);
  const months = Map.groupBy(own, ({ clocks, opened }) => format.format(clocks.detected ?? opened).slice(0, 7));
  return [...months]
    .sort(([one], [other]) => (one < other ? 1 : -1))
    .map(([month, all]) => {
      const real = all.filter(({ state }) => state !== 'false_alarm');
      const times = (measure: Measure): Times => {
        const [from, to] = measures[measure];
        return timesOf(
          real.flatMap(({ clocks }) => {
            const [start, end] = [clocks[from], clocks[to]];
            // A clock that was set by hand may stand before the other: such a pair measures nothing.
            return start === undefined || end === undefined || end < start ? [] : [end - start];
          }),
        );
      };
      return {
        ...{ month, incidents: real.length, falseAlarms: all.length - real.length },
        ...{ mttd: times('mttd'), mtta: times('mtta'), mttc: times('mttc'), mttr: times('mttr') },
      };
    });
}

function timesOf(values: readonly number[]): Times {
  if (values.length === 0) return { mean: null, median: null, of: 0 };
  const sorted = [...values].sort((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  const [low = 0, high = 0] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  const sum = values.reduce((total, value) => total + value, 0);
  return { mean: Math.round(sum / values.length), median: Math.round((low + high) / 2), of: values.length };
}
