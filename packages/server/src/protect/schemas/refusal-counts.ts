import { checkedKeyword, type Refused, type RouteRef } from './store.ts';

const hourMs = 3_600_000;
const maxRows = 2_000;

/** The number under which a version is counted while it is only proposed: what it would have refused is told apart from what it refused. */
export const shadowOf = (version: number): number => -version;

/** Counts what versions refuse, in memory until it is flushed. */
export interface RefusalCounts {
  /** One request was held to a version. */
  checked(of: RouteRef, version: number): void;
  refused(of: RouteRef, version: number, place: string, keyword: string): void;
  take(): readonly Refused[];
}

export function createRefusalCounts(clock: () => number): RefusalCounts {
  const rows = new Map<string, { -readonly [Key in keyof Refused]: Refused[Key] }>();
  const add = ({ app, route }: RouteRef, version: number, place: string, keyword: string): void => {
    const hour = Math.floor(clock() / hourMs) * hourMs;
    const key = `${app} ${route} ${version} ${hour} ${keyword} ${place}`;
    const row = rows.get(key);
    if (row !== undefined) row.count += 1;
    else if (rows.size < maxRows) rows.set(key, { app, route, version, hour, place, keyword, count: 1 });
  };
  return {
    checked: (of, version) => add(of, version, '', checkedKeyword),
    refused: add,
    take() {
      const taken = [...rows.values()];
      rows.clear();
      return taken;
    },
  };
}
