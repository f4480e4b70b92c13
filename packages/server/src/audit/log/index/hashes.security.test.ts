import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayEventFields, gatewayEvent } from '../../events.ts';
import { scratchLog } from '../../testing.ts';
import { endOfSegment, hashOf, openHashReader } from './hashes.ts';
import { type IndexReader, openIndex } from './query.ts';
import { openIndexRows } from './rows.ts';
import { openIndexForWriting, SEGMENT_ROWS } from './schema.ts';

/** Two ids with the same hash, as somebody may choose who names objects. */
const twins = ['76mmiq', '2391dx'] as const;

const fields = (at: number, object: string | null, uid = `u${at % 7}`): GatewayEventFields => ({
  ...{ time: 1_700_000_000_000 + at, requestId: `r${at}`, app: 'portal', route: null, action: null, method: 'GET', path: '/x' },
  ...{ status: 200, outcome: 'passed', code: null, uid, kind: 'employee', session: null, device: null, channel: 'wecom' },
  ...{ assurance: 1, address: '10.0.0.1', userAgent: null, mode: 'enforce', stages: [], policies: [], latencyMicros: 1 },
  ...{ backendMicros: null, bytesIn: 0, bytesOut: 1, object: object === null ? null : { type: 'Order', id: object } },
});

describe('lists that are kept by hash', () => {
  const scratch = scratchLog();
  let reader: IndexReader;
  const objectAt = (at: number): string | null =>
    at % 5 === 3 ? null : at % 1_000 < 2 ? (twins[at % 2] ?? null) : `o${at % 9_000}`;
  beforeAll(() => {
    const database = openIndexForWriting(join(scratch.directory, 'index.db'));
    if (database === null) throw new Error('no index');
    const encoder = new TextEncoder();
    const rows = openIndexRows(database, 0);
    database.exec('BEGIN');
    rows.add(Array.from({ length: SEGMENT_ROWS }, (_, at) => encoder.encode(gatewayEvent(fields(at, objectAt(at))))));
    database.exec('COMMIT');
    const list = openHashReader(database);
    // Both twins stand in one list: a candidate is no answer.
    expect(list(3, twins[0], 0)).toEqual(list(3, twins[1], 0));
    expect(list(3, twins[0], 0).length).toBeGreaterThan(20);
    expect(list(3, 'not there', 0)).toEqual([]);
    const last = database.prepare('SELECT max(bucket) AS last, count(*) AS count FROM hashed_postings').get();
    expect(Number(last?.last)).toBeLessThan(endOfSegment(0));
    // A bounded number of rows, however many values there are.
    expect(Number(last?.count)).toBeLessThanOrEqual(4 * 64);
    database.close();
    reader = openIndex(scratch.directory);
  });
  afterAll(() => {
    reader.close();
    scratch.remove();
  });

  it('give nobody the rows of another value with the same hash', () => {
    expect(hashOf(twins[0])).toBe(hashOf(twins[1]));
    for (const twin of twins) {
      const found = reader.rows({ object: twin }, SEGMENT_ROWS);
      expect(new Set(found.map(({ object }) => object))).toEqual(new Set([twin]));
    }
    const both = reader.rows({ object: [...twins] }, SEGMENT_ROWS).map(({ index }) => index);
    expect(new Set(both).size).toBe(both.length);
    expect(both.length).toBe(twins.reduce((sum, twin) => sum + reader.count({ object: twin }), 0));
  });

  it('hold of a value that nearly every row has as of one that few have', () => {
    expect(reader.count({ address: '10.0.0.1' })).toBe(SEGMENT_ROWS);
    expect(reader.count({ uid: 'u3' })).toBe(Math.ceil((SEGMENT_ROWS - 3) / 7));
    expect(reader.count({ object: 'o8999' })).toBe(1);
  });
});
