import type { CleaningRow, CleaningWay } from './counts.ts';

/** What was taken out of one field over several days. */
export interface GatheredCleaning {
  readonly app: string;
  readonly route: string;
  readonly field: string;
  readonly way: CleaningWay;
  texts: number;
  harmful: number;
  readonly removed: { what: string; count: number }[];
  requestId: string;
  last: number;
}

/** Puts the rows of days together by field, the last cleaned first. */
export function gatherCleanings(rows: readonly CleaningRow[]): GatheredCleaning[] {
  const gathered = new Map<string, GatheredCleaning>();
  for (const { app, route, field, way, what, count, requestId, at } of rows) {
    const key = JSON.stringify([app, route, field, way]);
    let entry = gathered.get(key);
    if (entry === undefined) {
      entry = { app, route, field, way, texts: 0, harmful: 0, removed: [], requestId, last: at };
      gathered.set(key, entry);
    }
    if (at > entry.last) {
      entry.last = at;
      entry.requestId = requestId;
    }
    if (what === ':texts') entry.texts += count;
    else if (what === ':harmful') entry.harmful += count;
    else {
      const name = what.replace(/^:/, '');
      const known = entry.removed.find((one) => one.what === name);
      if (known === undefined) entry.removed.push({ what: name, count });
      else known.count += count;
    }
  }
  const list = [...gathered.values()].sort((a, b) => b.last - a.last);
  for (const entry of list) entry.removed.sort((a, b) => b.count - a.count);
  return list;
}
