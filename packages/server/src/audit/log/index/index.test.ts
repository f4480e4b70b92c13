import { existsSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { authenticationEvent, detectionEvent, type GatewayEventFields, gatewayEvent } from '../../events.ts';
import type { QueryFilter } from '../../query-protocol.ts';
import { openTestWriter, scratchLog, testRoomOptions } from '../../testing.ts';
import { encodeRecord, RECORD } from '../record.ts';
import type { AuditRoomStatus } from '../room.ts';
import { seededRandom } from '../testing-disk.ts';
import { discardIndex, openIndexer } from './indexer.ts';
import { type IndexReader, openIndex } from './query.ts';
import { indexEvent } from './row.ts';
import { isDamage, SEGMENT_ROWS } from './schema.ts';

const START = 1_700_000_000_000;
const random = seededRandom(42);
const pick = <T>(...from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

function requestFields(at: number): GatewayEventFields {
  const outcome = pick('passed', 'passed', 'passed', 'refused', 'failed', 'unknown' as const);
  const code = outcome === 'refused' ? pick('not_permitted', 'rate_limited') : outcome === 'failed' ? 'backend_timeout' : null;
  return {
    time: START + at * 1_000,
    requestId: `request-${at}`,
    app: pick('portal', 'coupon'),
    route: pick('GET /orders/:id', 'POST /orders', null),
    action: pick('order.read', 'order.create', null),
    method: pick('GET', 'POST'),
    path: `/orders/${at % 977}`,
    status: outcome === 'passed' ? 200 : null,
    outcome,
    code,
    uid: pick(`u${at % 300}`, null),
    kind: 'employee',
    session: `s${at % 500}`,
    device: null,
    channel: 'wecom',
    assurance: 1,
    address: `10.0.0.${at % 200}`,
    userAgent: null,
    mode: 'enforce',
    stages:
      outcome === 'refused'
        ? [
            { stage: 'admit', verdict: 'pass', code: null, where: null, micros: 3 },
            { stage: 'authorize', verdict: 'refuse', code, where: null, micros: 4 },
          ]
        : [],
    policies: [],
    latencyMicros: at,
    backendMicros: null,
    bytesIn: 0,
    bytesOut: 10,
    object: pick(null, { type: 'Portal::Order', id: String(at % 977) }, { type: 'Menshen::User', id: `u${at % 300}` }),
  };
}

function eventAt(at: number): string {
  if (at % 97 === 0) {
    const uid = `u${at % 300}`;
    const code = at % 2 === 0 ? null : 'code_used';
    return authenticationEvent({
      time: START + at * 1_000,
      activity: 'logon',
      app: 'portal',
      channel: 'wecom',
      uid,
      address: '10.0.0.1',
      userAgent: null,
      session: null,
      code,
      requestId: null,
    });
  }
  if (at % 1_013 === 0)
    return detectionEvent({ time: START + at * 1_000, rule: 'test', severity: 'high', title: 'a test alarm', detail: {} });
  return gatewayEvent(requestFields(at));
}

async function writeLog(directory: string, events: readonly string[]): Promise<void> {
  const { room } = openTestWriter(testRoomOptions(directory));
  for (let at = 0; at < events.length; at += 1_000) {
    const records = events.slice(at, at + 1_000).map((event) => encodeRecord(RECORD.entry, 0, Buffer.from(event)));
    await room.handle('append', { bytes: Buffer.concat(records) });
  }
  await room.handle('flush', null);
  await room.close();
}

function indexAll(directory: string, size: number): void {
  const indexer = openIndexer(directory);
  while (indexer.step(size));
  expect(indexer.size).toBe(size);
  indexer.close();
}

describe('the search index of two segments and a rest', () => {
  const SIZE = 2 * SEGMENT_ROWS + 1_500;
  const scratch = scratchLog();
  const events = Array.from({ length: SIZE }, (_, at) => eventAt(at));
  const rows = events.map((event, index) => ({ index, ...indexEvent(event) }));
  let reader: IndexReader;
  beforeAll(async () => {
    await writeLog(scratch.directory, events);
    // In two sittings, so that the second finds a segment half done.
    const indexer = openIndexer(scratch.directory);
    while (indexer.size < SEGMENT_ROWS / 2) indexer.step(SIZE);
    indexer.close();
    indexAll(scratch.directory, SIZE);
    reader = openIndex(scratch.directory);
  });
  afterAll(() => {
    reader.close();
    scratch.remove();
  });

  const outcomes = ['unknown', 'passed', 'refused', 'failed'];
  /** The same question put to a plain array. */
  const expected = (filter: QueryFilter) =>
    rows.filter(
      (row) =>
        (filter.requests === undefined || (row.class_uid === 6003) === filter.requests) &&
        (filter.classUid === undefined || row.class_uid === filter.classUid) &&
        row.time >= (filter.from ?? 0) &&
        row.time <= (filter.to ?? Number.MAX_SAFE_INTEGER) &&
        (filter.app === undefined || row.app === filter.app) &&
        (filter.outcome === undefined || outcomes[row.outcome] === filter.outcome) &&
        (filter.code === undefined || row.code === filter.code) &&
        (filter.uid === undefined || row.user === filter.uid) &&
        (filter.address === undefined || row.address === filter.address) &&
        (filter.route === undefined || row.route === filter.route) &&
        (filter.session === undefined || row.session === filter.session) &&
        (filter.objectType === undefined || row.object_type === filter.objectType) &&
        (filter.object === undefined || [filter.object].flat().includes(row.object ?? '')) &&
        (filter.method === undefined || row.method === filter.method) &&
        (filter.requestId === undefined || row.request_id === filter.requestId) &&
        (filter.q === undefined ||
          [row.path, row.message, row.action].some(
            (text) => text?.toLowerCase().includes((filter.q ?? '').toLowerCase()) === true,
          )) &&
        row.index < (filter.before ?? Number.MAX_SAFE_INTEGER) &&
        row.index > (filter.after ?? -1),
    );

  const someFilter = (): QueryFilter => {
    const from = START + Math.floor(random() * SIZE) * 1_000;
    const parts: readonly (() => QueryFilter)[] = [
      () => ({ requests: pick(true, false) }),
      () => ({ classUid: pick(3002, 2004, 6003) }),
      () => ({ from, to: from + Math.floor(random() * SIZE) * 1_000 }),
      () => ({ app: pick('portal', 'coupon', 'none') }),
      () => ({ outcome: pick('passed', 'refused', 'failed', 'unknown' as const) }),
      () => ({ code: pick('not_permitted', 'rate_limited', 'code_used') }),
      () => ({ uid: `u${Math.floor(random() * 310)}` }),
      () => ({ address: `10.0.0.${Math.floor(random() * 210)}` }),
      () => ({ route: pick('GET /orders/:id', 'POST /orders') }),
      () => ({ session: `s${Math.floor(random() * 510)}` }),
      () => ({ method: 'POST' }),
      () => ({ q: pick('orders/1', 'ORDERS/97', 'orders/976', 'alarm', '%', '_', 'login', 'r.C', 'nothing of it') }),
      () => ({ objectType: pick('Portal::Order', 'Menshen::User', 'Portal::None') }),
      () => ({ object: `u${Math.floor(random() * 310)}` }),
      () => ({ object: [`u${Math.floor(random() * 310)}`, String(Math.floor(random() * 990))] }),
      () => ({ requestId: `request-${Math.floor(random() * SIZE)}` }),
      () => ({ before: Math.floor(random() * SIZE) }),
      () => ({ after: Math.floor(random() * SIZE) }),
    ];
    return Object.assign({}, ...Array.from({ length: Math.floor(random() * 4) }, () => pick(...parts)())) as QueryFilter;
  };

  it('finds what a look at every event finds, in the same order', () => {
    for (let round = 0; round < 80; round += 1) {
      const filter = someFilter();
      const wanted = expected(filter);
      const newest = wanted
        .toReversed()
        .slice(0, 40)
        .map(({ index }) => index);
      expect([filter, reader.rows(filter, 40).map(({ index }) => index)]).toEqual([filter, newest]);
      if (round % 5 === 0) {
        expect(reader.rows(filter, 40, true).map(({ index }) => index)).toEqual(wanted.slice(0, 40).map(({ index }) => index));
        expect(reader.count(filter)).toBe(wanted.length);
      }
    }
  });

  it('pages through everything, each row once', () => {
    const filter: QueryFilter = { uid: 'u42' };
    const seen: number[] = [];
    for (let before: number | undefined; ; ) {
      const page = reader.rows({ ...filter, before }, 7);
      seen.push(...page.map(({ index }) => index));
      before = page.at(-1)?.index;
      if (page.length < 7) break;
    }
    expect(seen).toEqual(
      expected(filter)
        .map(({ index }) => index)
        .toReversed(),
    );
  });

  it('shows a row as its event says it', () => {
    const [row] = reader.rows({ requestId: 'request-5' }, 1);
    expect(row).toMatchObject({
      index: 5,
      time: START + 5_000,
      classUid: 6003,
      requestId: 'request-5',
      path: '/orders/5',
      address: '10.0.0.5',
    });
  });

  it('counts requests over time alike by the minute and one by one', () => {
    const from = Math.ceil(START / 3_600_000) * 3_600_000;
    const to = from + 7 * 3_600_000 - 1;
    for (const filter of [
      { from, to },
      { from, to, app: 'portal' },
      { from, to, outcome: 'refused' as const },
      { from, to, code: 'rate_limited' },
    ]) {
      const wanted = expected({ ...filter, requests: true });
      const fast = reader.timeline(filter, 7);
      const slow = reader.timeline({ ...filter, q: '' }, 7);
      expect(fast.totals).toEqual(slow.totals);
      expect(fast.codes).toEqual(slow.codes);
      expect(fast.stages).toEqual(slow.stages);
      expect(fast.routes).toEqual(slow.routes);
      expect(fast.addresses).toEqual(slow.addresses);
      expect(fast.timeline.map(({ time: _, ...counts }) => counts)).toEqual(
        slow.timeline.map(({ time: _, ...counts }) => counts),
      );
      const { passed, refused, failed } = fast.totals;
      expect(passed + refused + failed).toBe(wanted.length);
      expect(refused).toBe(wanted.filter((row) => row.outcome === 2).length);
      expect(fast.sampled || slow.sampled).toBe(false);
    }
    expect(reader.timeline({ from, to, outcome: 'refused' }, 1).stages).toEqual([
      { stage: 'authorize', count: expect.any(Number) },
    ]);
  });

  it('counts sign-ins', () => {
    const wanted = expected({ classUid: 3002 });
    expect(reader.logins(0)).toEqual({
      passed: wanted.filter((row) => row.status_id === 1).length,
      refused: wanted.filter((row) => row.status_id === 2).length,
    });
  });

  it('takes no filter for SQL', () => {
    const evil = "' OR 1=1 --";
    expect(reader.rows({ uid: evil, code: evil, q: evil, requestId: evil }, 5)).toEqual([]);
  });
});

describe('an index that is lost, damaged or of another log', () => {
  let scratch: ReturnType<typeof scratchLog>;
  beforeEach(async () => {
    scratch = scratchLog();
    await writeLog(
      scratch.directory,
      Array.from({ length: 600 }, (_, at) => eventAt(at)),
    );
    indexAll(scratch.directory, 600);
  });
  afterEach(() => scratch.remove());
  const path = () => join(scratch.directory, 'index.db');
  const count = () => {
    const reader = openIndex(scratch.directory);
    const found = reader.count({});
    reader.close();
    return found;
  };

  it.each([
    ['gone', () => rmSync(path())],
    ['not a database', () => writeFileSync(path(), 'x'.repeat(10_000))],
    ['cut', () => truncateSync(path(), 8_192)],
  ])('is made anew when it is %s', (_, damage) => {
    damage();
    indexAll(scratch.directory, 600);
    expect(count()).toBe(600);
  });

  it('is made anew when the log has another past or is shorter', async () => {
    for (const name of ['tile', 'wal', 'checkpoint']) rmSync(join(scratch.directory, name), { recursive: true });
    await writeLog(
      scratch.directory,
      Array.from({ length: 300 }, (_, at) => eventAt(at + 5)),
    );
    indexAll(scratch.directory, 300);
    expect(count()).toBe(300);
  });

  it('takes a row in the place of an entry that it does not have yet for damage', async () => {
    const { room } = openTestWriter(testRoomOptions(scratch.directory));
    await room.handle('append', { bytes: encodeRecord(RECORD.entry, 0, Buffer.from(eventAt(1))) });
    await room.close();
    const database = new DatabaseSync(path());
    database.exec(
      'INSERT INTO events (log_index, time, class_uid, activity_id, severity_id, status_id, outcome) VALUES (600, 1, 1, 1, 1, 1, 1)',
    );
    database.close();
    let error: unknown = null;
    try {
      indexAll(scratch.directory, 601);
    } catch (thrown) {
      error = thrown;
    }
    expect(isDamage(error)).toBe(true);
  });

  it('has a row even for an entry that is no event', async () => {
    const { room } = openTestWriter(testRoomOptions(scratch.directory));
    const records = ['', 'null', '[]', '{"time":"x"}', '\u0000'].map((event) =>
      encodeRecord(RECORD.entry, 0, Buffer.from(event)),
    );
    await room.handle('append', { bytes: Buffer.concat(records) });
    await room.close();
    indexAll(scratch.directory, 605);
    expect(count()).toBe(605);
  });

  it('is empty, not an error, before there is one', () => {
    rmSync(path());
    const reader = openIndex(scratch.directory);
    expect([reader.rows({}, 5), reader.count({}), reader.size()]).toEqual([[], 0, 0]);
    expect(reader.timeline({ from: 0, to: 1 }, 1).totals).toEqual({ passed: 0, refused: 0, failed: 0 });
    reader.close();
  });

  it('is read anew by a reader that was open when it was replaced', () => {
    const reader = openIndex(scratch.directory);
    expect(reader.count({})).toBe(600);
    discardIndex(scratch.directory);
    indexAll(scratch.directory, 256);
    expect(reader.count({})).toBe(256);
    reader.close();
  });

  it('is kept by a thread of the room, which catches up at start', async () => {
    rmSync(path());
    const { room, notices } = openTestWriter(testRoomOptions(scratch.directory), { index: true });
    const indexed = async () => ((await room.handle('status', null)) as AuditRoomStatus).indexed;
    await vi.waitFor(async () => expect(await indexed()).toBe(600), { timeout: 10_000, interval: 20 });
    await room.handle('append', { bytes: encodeRecord(RECORD.entry, 0, Buffer.from(eventAt(1))) });
    await room.handle('flush', null);
    await vi.waitFor(() => expect(notices).toContainEqual({ notice: 'indexed', payload: { size: 601 } }), {
      timeout: 10_000,
      interval: 20,
    });
    await room.close();
    expect(existsSync(path())).toBe(true);
    expect(count()).toBe(601);
  });
});
