import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { InspectedRow } from '../../../inspection/replay.ts';
import type { InspectedFilter, QueryFilter, QueryRow } from '../../query-protocol.ts';
import { compileFilter } from './filter.ts';
import { INDEX_FILE } from './indexer.ts';
import { INSPECTED_VERDICTS } from './inspected.ts';
import { OUTCOME_IDS, type OutcomeName } from './row.ts';
import { INDEX_VERSION } from './schema.ts';
import { type IndexRow, selectRows } from './select.ts';
import { type Summary, type SummaryFilter, summarise } from './summary.ts';

/** Reads the search index of a log directory, beside the process that writes it. Rows are found, not proved: proofs come from the tiles. */
export interface IndexReader {
  /** Rows that match, newest first or oldest first. Page with `before` or `after`, the last row's index. */
  rows(filter: QueryFilter, limit: number, ascending?: boolean): QueryRow[];
  count(filter: QueryFilter): number;
  /** Requests over time: passed, refused and failed in each bucket, and the most frequent reasons, routes and addresses. */
  timeline(filter: SummaryFilter, buckets: number): Summary;
  /** Sign-ins since a time. */
  logins(from: number): { readonly passed: number; readonly refused: number };
  /** Requests in which inspection found something, newest first. */
  inspected(filter: InspectedFilter): Iterable<InspectedRow>;
  /** Time of the newest such request that was no longer kept; null when all are there. */
  inspectedUntil(): number | null;
  /** Entries in the index. */
  size(): number;
  close(): void;
}

const VERDICT_NAMES = Object.fromEntries(Object.entries(INSPECTED_VERDICTS).map(([name, id]) => [id, name])) as Record<
  number,
  InspectedRow['verdict']
>;

const ROW_COLUMNS = [
  'log_index',
  'time',
  'class_uid',
  'activity_id',
  'severity_id',
  'status_id',
  'outcome',
  'app',
  'action',
  'route',
  'method',
  'path',
  'http_status',
  'code',
  'user',
  'address',
  'request_id',
  'object_type',
  'object',
  'latency_us',
];
const OUTCOME_NAMES = Object.fromEntries(Object.entries(OUTCOME_IDS).map(([name, id]) => [id, name])) as Record<
  number,
  OutcomeName
>;
const AUTHENTICATION_CLASS = 3002;
const LOGON = 1;

/** Opens the index when it is first asked; until the indexer has made one, everything is empty. */
export function openIndex(directory: string): IndexReader {
  const path = join(directory, INDEX_FILE);
  let database: DatabaseSync | null = null;
  let file: number | null = null;

  const open = (): DatabaseSync | null => {
    const present = statSync(path, { throwIfNoEntry: false })?.ino ?? null;
    if (database !== null && present === file) return database;
    // The indexer has made a new one in place of a damaged one.
    database?.close();
    database = null;
    file = present;
    if (present === null) return null;
    const opened = new DatabaseSync(path, { readOnly: true, timeout: 2_000 });
    // Half made or of another version: the indexer will replace it.
    if (opened.prepare('PRAGMA user_version').get()?.user_version === INDEX_VERSION) database = opened;
    else opened.close();
    return database;
  };
  const select = (filter: QueryFilter, columns: readonly string[], ascending: boolean): Iterable<IndexRow> => {
    const opened = open();
    return opened === null ? [] : selectRows(opened, compileFilter(filter), columns, ascending);
  };

  return {
    rows(filter, limit, ascending = false) {
      const found: QueryRow[] = [];
      if (limit < 1) return found;
      for (const row of select(filter, ROW_COLUMNS, ascending)) {
        found.push(toRow(row));
        if (found.length === limit) break;
      }
      return found;
    },
    count(filter) {
      let count = 0;
      for (const _row of select(filter, ['log_index'], true)) count += 1;
      return count;
    },
    timeline(filter, buckets) {
      const requests = { ...filter, requests: true };
      return summarise(open(), requests, buckets, (columns) => select(requests, columns, false));
    },
    logins(from) {
      const counts = { passed: 0, refused: 0 };
      for (const row of select({ classUid: AUTHENTICATION_CLASS, from }, ['activity_id', 'status_id'], false)) {
        if (row.activity_id !== LOGON) continue;
        if (row.status_id === 1) counts.passed += 1;
        else if (row.status_id === 2) counts.refused += 1;
      }
      return counts;
    },
    *inspected({ from, to, app }) {
      const opened = open();
      if (opened === null) return;
      const rows = opened
        .prepare(
          `SELECT time, app, route, request_id, verdict, class, threats, dropped FROM inspected
           WHERE time >= ? AND time <= ?${app === undefined ? '' : ' AND app = ?'} ORDER BY log_index DESC`,
        )
        .iterate(from, to, ...(app === undefined ? [] : [app]));
      for (const row of rows)
        yield {
          requestId: String(row.request_id),
          time: Number(row.time),
          app: String(row.app),
          route: String(row.route),
          verdict: VERDICT_NAMES[Number(row.verdict)] ?? 'passed',
          class: String(row.class),
          threats: String(row.threats),
          dropped: Number(row.dropped),
        };
    },
    inspectedUntil() {
      const until = open()?.prepare("SELECT value FROM meta WHERE key = 'inspected_until'").get()?.value;
      return until === undefined ? null : Number(until);
    },
    size: () => Number(open()?.prepare("SELECT value FROM meta WHERE key = 'size'").get()?.value ?? 0),
    close() {
      database?.close();
      database = null;
    },
  };
}

function toRow(row: IndexRow): QueryRow {
  return {
    index: Number(row.log_index),
    time: Number(row.time),
    classUid: Number(row.class_uid),
    activityId: Number(row.activity_id),
    severityId: Number(row.severity_id),
    statusId: Number(row.status_id),
    outcome: OUTCOME_NAMES[Number(row.outcome)] ?? 'unknown',
    app: text(row.app),
    action: text(row.action),
    route: text(row.route),
    method: text(row.method),
    path: text(row.path),
    status: row.http_status === null ? null : Number(row.http_status),
    code: text(row.code),
    uid: text(row.user),
    address: text(row.address),
    requestId: text(row.request_id),
    objectType: text(row.object_type),
    object: text(row.object),
    latencyMicros: Number(row.latency_us ?? 0),
  };
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
