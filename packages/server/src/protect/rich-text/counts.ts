import type { CleanedField } from '@menshen/inspect';

/** Where rich text was cleaned: on the way in or out, or only noted by monitor mode. */
export type CleaningWay = 'in' | 'out' | 'in_noted';

export interface CleaningPlace {
  readonly app: string;
  readonly route: string;
  readonly way: CleaningWay;
  readonly requestId: string;
}

/** What was taken out of one field of one route, in a day. */
export interface CleaningRow {
  /** Epoch ms, the beginning of the day in UTC. */
  readonly day: number;
  readonly app: string;
  readonly route: string;
  readonly field: string;
  readonly way: CleaningWay;
  /** An element's name, or `:handlers`, `:addresses`, `:styles`, `:attributes`; `:texts` counts cleaned texts, `:harmful` those with a script or handler. */
  readonly what: string;
  readonly count: number;
  /** The last request it was seen in. */
  readonly requestId: string;
  readonly at: number;
}

/** Counts cleanings in memory until they are flushed; hears of harmful ones at once. */
export interface CleaningCounts {
  add(place: CleaningPlace, fields: readonly CleanedField[]): void;
  take(): readonly CleaningRow[];
}

const dayMs = 86_400_000;
const maxRows = 2_000;

export function createCleaningCounts(parts: {
  readonly clock: () => number;
  readonly harmful: (place: CleaningPlace, fields: readonly CleanedField[]) => void;
}): CleaningCounts {
  const { clock } = parts;
  const rows = new Map<string, { -readonly [Key in keyof CleaningRow]: CleaningRow[Key] }>();
  return {
    add(place, fields) {
      const at = clock();
      const day = Math.floor(at / dayMs) * dayMs;
      for (const { field, removed, harmful } of fields) {
        const { elements, ...counts } = removed;
        const tallies: [string, number][] = [
          [':texts', 1],
          [':harmful', harmful ? 1 : 0],
          ...Object.entries(elements),
          ...Object.entries(counts).map(([name, count]): [string, number] => [`:${name}`, count]),
        ];
        for (const [what, count] of tallies) {
          if (count === 0) continue;
          const { app, route, way, requestId } = place;
          const key = JSON.stringify([day, app, route, field, way, what]);
          const row = rows.get(key);
          if (row !== undefined) {
            row.count += count;
            row.requestId = requestId;
            row.at = at;
          } else if (rows.size < maxRows) rows.set(key, { day, app, route, field, way, what, count, requestId, at });
        }
      }
      if (fields.some(({ harmful }) => harmful)) parts.harmful(place, fields);
    },
    take() {
      const taken = [...rows.values()];
      rows.clear();
      return taken;
    },
  };
}
