import type { DatabaseSync } from 'node:sqlite';
import type { QueryFilter } from '../../query-protocol.ts';
import { OUTCOME_IDS } from './row.ts';
import type { IndexRow } from './select.ts';

export type SummaryFilter = QueryFilter & { readonly from: number; readonly to: number };

interface Counts {
  passed: number;
  refused: number;
  failed: number;
}

/** Requests in a range of time. What a crash left open counts as failed: somebody has to look. */
export interface Summary {
  readonly from: number;
  readonly to: number;
  readonly totals: Counts;
  readonly timeline: ({ readonly time: number } & Counts)[];
  readonly codes: { readonly code: string; readonly count: number }[];
  readonly routes: { readonly route: string; readonly count: number; readonly refused: number }[];
  readonly addresses: { readonly address: string; readonly count: number; readonly refused: number }[];
  /** Refusals by stage. */
  readonly stages: { readonly stage: string; readonly count: number }[];
  /** True when some counts stand on the newest requests of the range only: 200,000, or 50,000 for the addresses. */
  readonly sampled: boolean;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const TOP = 10;
const MAX_ROWS = 200_000;
const MAX_ADDRESS_ROWS = 50_000;
const ROLLED_UP: ReadonlySet<string> = new Set(['from', 'to', 'app', 'outcome', 'code', 'route', 'requests']);
const COLUMNS = ['time', 'outcome', 'code', 'stage', 'route', 'address'];

/**
 * Counts requests. Where the filter allows it, by the minute counts that the indexer keeps, so that a month costs no
 * more than its minutes; the range then begins and ends on whole minutes, and addresses on whole hours. Else row by row.
 */
export function summarise(
  database: DatabaseSync | null,
  filter: SummaryFilter,
  buckets: number,
  rows: (columns: readonly string[]) => Iterable<IndexRow>,
): Summary {
  const plain = Object.entries(filter).every(([name, value]) => value === undefined || ROLLED_UP.has(name));
  const span = filter.to - filter.from;
  if (database === null || !plain || span / buckets < MINUTE_MS) {
    const count = createCounter(filter.from, filter.to, buckets);
    let seen = 0;
    for (const row of rows(COLUMNS)) {
      seen += 1;
      if (seen > MAX_ROWS) break;
      count.add(row, 1, Number(row.time));
      count.address(row.address, 1, row.outcome === OUTCOME_IDS.refused ? 1 : 0);
    }
    return { ...count.result(), sampled: seen > MAX_ROWS };
  }
  const from = Math.floor(filter.from / MINUTE_MS);
  const to = Math.floor(filter.to / MINUTE_MS);
  const count = createCounter(from * MINUTE_MS, (to + 1) * MINUTE_MS - 1, buckets);
  const { sql, values } = conditions(filter, ['app', 'route', 'code', 'outcome']);
  const minutes = database.prepare(`SELECT * FROM traffic_minute WHERE minute BETWEEN ? AND ?${sql}`);
  for (const row of minutes.iterate(from, to, ...values) as Iterable<IndexRow>) {
    count.add(row, Number(row.count), Number(row.minute) * MINUTE_MS);
  }
  // The hours know the app of a request, not its route or how it ended.
  if (filter.route === undefined && filter.code === undefined && filter.outcome === undefined && span >= 6 * HOUR_MS) {
    const byApp = conditions(filter, ['app']);
    const hours = database.prepare(
      `SELECT address, sum(count) AS count, sum(refused) AS refused FROM address_hour WHERE hour BETWEEN ? AND ?${byApp.sql} GROUP BY address`,
    );
    const range = [Math.floor(filter.from / HOUR_MS), Math.floor(filter.to / HOUR_MS)] as const;
    for (const row of hours.iterate(...range, ...byApp.values) as Iterable<IndexRow>) {
      count.address(row.address, Number(row.count), Number(row.refused));
    }
    return { ...count.result(), sampled: false };
  }
  let seen = 0;
  for (const row of rows(['address', 'outcome'])) {
    seen += 1;
    if (seen > MAX_ADDRESS_ROWS) break;
    count.address(row.address, 1, row.outcome === OUTCOME_IDS.refused ? 1 : 0);
  }
  return { ...count.result(), sampled: seen > MAX_ADDRESS_ROWS };
}

function conditions(filter: SummaryFilter, names: readonly ('app' | 'route' | 'code' | 'outcome')[]) {
  const values: (string | number)[] = [];
  let sql = '';
  for (const name of names) {
    const value = name === 'outcome' && filter.outcome !== undefined ? OUTCOME_IDS[filter.outcome] : filter[name];
    if (value === undefined) continue;
    sql += ` AND ${name} = ?`;
    values.push(value);
  }
  return { sql, values };
}

function createCounter(from: number, to: number, buckets: number) {
  const width = Math.max(1, Math.ceil((to - from) / buckets));
  const totals: Counts = { passed: 0, refused: 0, failed: 0 };
  const timeline = Array.from({ length: buckets }, (_, at) => ({ time: from + at * width, passed: 0, refused: 0, failed: 0 }));
  const codes = new Map<string, number[]>();
  const stages = new Map<string, number[]>();
  const routes = new Map<string, number[]>();
  const addresses = new Map<string, number[]>();
  const grow = (map: Map<string, number[]>, key: unknown, count: number, refused: number): void => {
    if (typeof key !== 'string' || key === '') return;
    const [all = 0, no = 0] = map.get(key) ?? [];
    map.set(key, [all + count, no + refused]);
  };
  const top = <T>(map: Map<string, number[]>, view: (name: string, count: number, refused: number) => T): T[] =>
    [...map]
      .sort(([a, [m = 0]], [b, [n = 0]]) => n - m || (a < b ? -1 : 1))
      .slice(0, TOP)
      .map(([name, [count = 0, refused = 0]]) => view(name, count, refused));

  return {
    add(row: IndexRow, count: number, time: number): void {
      const kind = row.outcome === OUTCOME_IDS.passed ? 'passed' : row.outcome === OUTCOME_IDS.refused ? 'refused' : 'failed';
      totals[kind] += count;
      const bucket = timeline[Math.min(buckets - 1, Math.max(0, Math.floor((time - from) / width)))];
      if (bucket !== undefined) bucket[kind] += count;
      grow(codes, row.code, count, 0);
      grow(stages, row.stage, count, 0);
      grow(routes, row.route, count, kind === 'refused' ? count : 0);
    },
    address: (address: unknown, count: number, refused: number) => grow(addresses, address, count, refused),
    result: () => ({
      from,
      to,
      totals,
      timeline,
      codes: top(codes, (code, count) => ({ code, count })),
      stages: top(stages, (stage, count) => ({ stage, count })),
      routes: top(routes, (route, count, refused) => ({ route, count, refused })),
      addresses: top(addresses, (address, count, refused) => ({ address, count, refused })),
    }),
  };
}
