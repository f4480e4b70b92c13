import type { TrafficRow } from '@menshen/contract';

export interface TrafficFilter {
  readonly app?: string | undefined;
  readonly outcome?: TrafficRow['outcome'] | undefined;
  readonly code?: string | undefined;
  readonly uid?: string | undefined;
  readonly address?: string | undefined;
  readonly route?: string | undefined;
  readonly q?: string | undefined;
}

/** Whether a request that has just happened belongs to what is being looked at: the same rule that the server applies to its list. */
export function rowMatches(row: TrafficRow, filter: TrafficFilter): boolean {
  const same = (wanted: string | undefined, value: string | null): boolean => wanted === undefined || wanted === value;
  return (
    same(filter.app, row.app) &&
    same(filter.outcome, row.outcome) &&
    same(filter.code, row.code) &&
    same(filter.uid, row.uid) &&
    same(filter.address, row.address) &&
    same(filter.route, row.route) &&
    (filter.q === undefined || row.path.toLowerCase().includes(filter.q.toLowerCase()))
  );
}
