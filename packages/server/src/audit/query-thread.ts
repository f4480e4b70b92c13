import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { OUTCOME_IDS, type OutcomeName } from './log/index-row.ts';
import { openLogDirectory } from './log-files.ts';
import type { QueryAnswer, QueryCall, QueryFilter, QueryRow } from './query-protocol.ts';

const port = parentPort;
if (port === null) throw new Error('queries run as a worker thread');

const { directory, vkey, indexFile } = workerData as { readonly directory: string; readonly vkey: string; readonly indexFile: string };
const log = openLogDirectory(directory);
const outcomeNames = Object.fromEntries(Object.entries(OUTCOME_IDS).map(([name, id]) => [id, name])) as Record<number, OutcomeName>;
const gatewayClass = 6003;
const topRows = 10;

let database: DatabaseSync | null = null;
function index(): DatabaseSync | null {
  if (database === null && existsSync(indexFile)) database = new DatabaseSync(indexFile, { readOnly: true, timeout: 2_000 });
  return database;
}

type Value = string | number;

/** The WHERE clause of a filter; every value is a parameter. */
function where(filter: QueryFilter): { sql: string; values: Value[] } {
  const parts: string[] = [];
  const values: Value[] = [];
  const add = (sql: string, ...given: Value[]): void => {
    parts.push(sql);
    values.push(...given);
  };
  if (filter.requests === true) add('class_uid = ?', gatewayClass);
  if (filter.requests === false) add('class_uid <> ?', gatewayClass);
  if (filter.from !== undefined) add('time >= ?', filter.from);
  if (filter.to !== undefined) add('time <= ?', filter.to);
  if (filter.app !== undefined) add('app = ?', filter.app);
  if (filter.outcome !== undefined) add('outcome = ?', OUTCOME_IDS[filter.outcome]);
  if (filter.code !== undefined) add('code = ?', filter.code);
  if (filter.uid !== undefined) add('user = ?', filter.uid);
  if (filter.address !== undefined) add('address = ?', filter.address);
  if (filter.route !== undefined) add('route = ?', filter.route);
  if (filter.requestId !== undefined) add('request_id = ?', filter.requestId);
  if (filter.before !== undefined) add('log_index < ?', filter.before);
  if (filter.after !== undefined) add('log_index > ?', filter.after);
  if (filter.q !== undefined) {
    const pattern = `%${filter.q.replace(/[\\%_]/g, '\\$&')}%`;
    add("(path LIKE ? ESCAPE '\\' OR message LIKE ? ESCAPE '\\' OR action LIKE ? ESCAPE '\\')", pattern, pattern, pattern);
  }
  return { sql: parts.length === 0 ? '1 = 1' : parts.join(' AND '), values };
}

type IndexRow = Record<string, string | number | null>;

const toRow = (row: IndexRow): QueryRow => ({
  index: Number(row['log_index']),
  time: Number(row['time']),
  classUid: Number(row['class_uid']),
  activityId: Number(row['activity_id']),
  severityId: Number(row['severity_id']),
  statusId: Number(row['status_id']),
  outcome: outcomeNames[Number(row['outcome'])] ?? 'unknown',
  app: text(row['app']),
  action: text(row['action']),
  route: text(row['route']),
  method: text(row['method']),
  path: text(row['path']),
  status: row['http_status'] === null ? null : Number(row['http_status']),
  code: text(row['code']),
  uid: text(row['user']),
  address: text(row['address']),
  requestId: text(row['request_id']),
  latencyMicros: Number(row['latency_us'] ?? 0),
});

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

const columns = 'log_index, time, class_uid, activity_id, severity_id, status_id, outcome, app, action, route, method, path, http_status, code, user, address, request_id, latency_us';

function rows(filter: QueryFilter, limit: number, ascending: boolean): QueryRow[] {
  const { sql, values } = where(filter);
  const found = index()?.prepare(`SELECT ${columns} FROM events WHERE ${sql} ORDER BY log_index ${ascending ? 'ASC' : 'DESC'} LIMIT ?`).all(...values, limit);
  return ((found ?? []) as IndexRow[]).map(toRow);
}

function summary(filter: QueryFilter & { readonly from: number; readonly to: number }, buckets: number) {
  const { sql, values } = where({ ...filter, requests: true });
  const width = Math.max(1, Math.ceil((filter.to - filter.from) / buckets));
  const all = (query: string, ...more: Value[]): IndexRow[] => (index()?.prepare(query).all(...more) ?? []) as IndexRow[];
  const timeline = Array.from({ length: buckets }, (_, at) => ({ time: filter.from + at * width, passed: 0, refused: 0, failed: 0 }));
  const totals = { passed: 0, refused: 0, failed: 0 };
  for (const row of all(`SELECT (time - ${Math.trunc(filter.from)}) / ${width} AS bucket, outcome, count(*) AS count FROM events WHERE ${sql} GROUP BY bucket, outcome`, ...values)) {
    const name = outcomeNames[Number(row['outcome'])] ?? 'unknown';
    // What a crash left open counts as failed: somebody has to look.
    const key = name === 'unknown' ? 'failed' : name;
    totals[key] += Number(row['count']);
    const bucket = timeline[Math.min(buckets - 1, Number(row['bucket']))];
    if (bucket !== undefined) bucket[key] += Number(row['count']);
  }
  const top = (column: string): IndexRow[] =>
    all(`SELECT ${column} AS name, count(*) AS count, sum(outcome = ${OUTCOME_IDS.refused}) AS refused FROM events WHERE ${sql} AND ${column} IS NOT NULL GROUP BY ${column} ORDER BY count(*) DESC LIMIT ${topRows}`, ...values);
  return {
    from: filter.from,
    to: filter.to,
    totals,
    timeline,
    codes: top('code').map((row) => ({ code: String(row['name']), count: Number(row['count']) })),
    routes: top('route').map((row) => ({ route: String(row['name']), count: Number(row['count']), refused: Number(row['refused']) })),
    addresses: top('address').map((row) => ({ address: String(row['name']), count: Number(row['count']), refused: Number(row['refused']) })),
  };
}

function count(filter: QueryFilter): number {
  const { sql, values } = where(filter);
  return Number((index()?.prepare(`SELECT count(*) AS count FROM events WHERE ${sql}`).get(...values) as IndexRow | undefined)?.['count'] ?? 0);
}

function logins(from: number): { passed: number; refused: number } {
  const found = (index()?.prepare('SELECT status_id, count(*) AS count FROM events WHERE class_uid = 3002 AND activity_id = 1 AND time >= ? GROUP BY status_id').all(from) ?? []) as IndexRow[];
  const of = (status: number): number => Number(found.find((row) => row['status_id'] === status)?.['count'] ?? 0);
  return { passed: of(1), refused: of(2) };
}

function answer(call: QueryCall): unknown {
  switch (call.op) {
    case 'rows':
      return rows(call.filter, call.limit, call.ascending);
    case 'summary':
      return summary(call.filter, call.buckets);
    case 'count':
      return count(call.filter);
    case 'logins':
      return logins(call.from);
    case 'head':
      return Number((index()?.prepare('SELECT max(log_index) AS head FROM events').get() as IndexRow | undefined)?.['head'] ?? -1);
    case 'entry':
      return log.entry(call.index);
    case 'prove':
      return log.prove(call.index);
    case 'verify': {
      const started = performance.now();
      return { ...log.verify(vkey), millis: Math.round(performance.now() - started) };
    }
  }
}

port.on('message', (call: QueryCall) => {
  try {
    port.postMessage({ id: call.id, value: answer(call) } satisfies QueryAnswer);
  } catch (error) {
    port.postMessage({ id: call.id, error: error instanceof Error ? error.message : 'query failed' } satisfies QueryAnswer);
  }
});
