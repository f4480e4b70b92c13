import type { DatabaseSync } from 'node:sqlite';
import { readGatewayEvent } from '../gateway-event-reader.ts';
import { openInspectedRows } from './inspected.ts';
import { openPostings } from './postings.ts';
import { columnsOf, type IndexedEvent, OUTCOME_IDS, parseEvent } from './row.ts';
import { INDEX_COLUMNS } from './schema.ts';

/** Puts entries of the log into the tables of the index. */
export interface IndexRows {
  /** Log index of the next entry. */
  readonly size: number;
  /** Adds the next entries. Call it within a transaction; after one that failed, open the rows anew. */
  add(entries: readonly Uint8Array[]): void;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const API_ACTIVITY = 6003;

/** Goes on after the first `size` entries. */
export function openIndexRows(database: DatabaseSync, from: number): IndexRows {
  let size = from;
  const insert = database.prepare(
    `INSERT INTO events (log_index, ${INDEX_COLUMNS.join(', ')}) VALUES (?${', ?'.repeat(INDEX_COLUMNS.length)})`,
  );
  const addMinute = database.prepare(
    `INSERT INTO traffic_minute (minute, app, route, outcome, code, stage, count) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET count = count + excluded.count`,
  );
  const addAddress = database.prepare(
    `INSERT INTO address_hour (hour, app, address, count, refused) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET count = count + excluded.count, refused = refused + excluded.refused`,
  );
  const decoder = new TextDecoder();
  const postings = openPostings(database, size);
  const inspected = openInspectedRows(database);

  const add = (entries: readonly Uint8Array[]): void => {
    const minutes = new Map<string, InMinute>();
    const addresses = new Map<string, InHour>();
    // Most requests are counted where the one before was.
    let inMinute: InMinute | null = null;
    let inHour: InHour | null = null;
    for (const entry of entries) {
      const text = decoder.decode(entry);
      const read = readGatewayEvent(text);
      const event = read ?? parseEvent(text);
      // What is read without parsing holds no findings.
      if (read === null) inspected.add(size, text, event);
      insert.run(size, ...columnsOf(event));
      postings.add(size, event);
      size += 1;
      if (event.class_uid !== API_ACTIVITY) continue;
      if (inMinute === null || !sameMinute(inMinute.event, event)) inMinute = minuteOf(minutes, event);
      inMinute.count += 1;
      if (event.address === null) continue;
      if (inHour === null || !sameHour(inHour.event, event)) inHour = hourOf(addresses, event);
      inHour.count += 1;
      if (event.outcome === OUTCOME_IDS.refused) inHour.refused += 1;
    }
    inspected.prune();
    for (const { event, count } of minutes.values()) {
      const { time, app, route, outcome, code, stage } = event;
      addMinute.run(Math.floor(time / MINUTE_MS), app ?? '', route ?? '', outcome, code ?? '', stage ?? '', count);
    }
    for (const { event, count, refused } of addresses.values()) {
      addAddress.run(Math.floor(event.time / HOUR_MS), event.app ?? '', event.address, count, refused);
    }
  };

  return {
    get size() {
      return size;
    },
    add,
  };
}

interface InMinute {
  readonly event: IndexedEvent;
  count: number;
}

interface InHour extends InMinute {
  refused: number;
}

const sameMinute = (a: IndexedEvent, b: IndexedEvent): boolean =>
  Math.floor(a.time / MINUTE_MS) === Math.floor(b.time / MINUTE_MS) &&
  a.outcome === b.outcome &&
  a.code === b.code &&
  a.stage === b.stage &&
  a.app === b.app &&
  a.route === b.route;

const sameHour = (a: IndexedEvent, b: IndexedEvent): boolean =>
  Math.floor(a.time / HOUR_MS) === Math.floor(b.time / HOUR_MS) && a.app === b.app && a.address === b.address;

function minuteOf(minutes: Map<string, InMinute>, event: IndexedEvent): InMinute {
  const { time, app, route, outcome, code, stage } = event;
  const key = `${Math.floor(time / MINUTE_MS)}\n${app}\n${route}\n${outcome}\n${code}\n${stage}`;
  const known = minutes.get(key) ?? { event, count: 0 };
  minutes.set(key, known);
  return known;
}

function hourOf(addresses: Map<string, InHour>, event: IndexedEvent): InHour {
  const key = `${Math.floor(event.time / HOUR_MS)}\n${event.app}\n${event.address}`;
  const known = addresses.get(key) ?? { event, count: 0, refused: 0 };
  addresses.set(key, known);
  return known;
}
