import type { TrafficRow } from '@menshen/contract';

/** New requests as they arrive: those shown, and while paused those that wait. Newest first. */
export interface LiveRows {
  readonly shown: readonly TrafficRow[];
  readonly waiting: readonly TrafficRow[];
}

export const noLiveRows: LiveRows = { shown: [], waiting: [] };

/** Bounds what a page left open through the night holds. */
export const mostLiveRows = 200;

/** Takes up a new row, above the rows shown or, while paused, aside. */
export function takeRow(live: LiveRows, row: TrafficRow, paused: boolean): LiveRows {
  const known = (rows: readonly TrafficRow[]): boolean => rows.some((other) => other.index === row.index);
  if (known(live.shown) || known(live.waiting)) return live;
  if (paused) return { ...live, waiting: [row, ...live.waiting].slice(0, mostLiveRows) };
  return { ...live, shown: [row, ...live.shown].slice(0, mostLiveRows) };
}

/** Shows what has waited. */
export function resume(live: LiveRows): LiveRows {
  return { shown: [...live.waiting, ...live.shown].slice(0, mostLiveRows), waiting: [] };
}

/** The live rows above the listed ones, no request twice. */
export function mergeRows(live: readonly TrafficRow[], listed: readonly TrafficRow[]): readonly TrafficRow[] {
  const listedIndexes = new Set(listed.map((row) => row.index));
  return [...live.filter((row) => !listedIndexes.has(row.index)), ...listed];
}
