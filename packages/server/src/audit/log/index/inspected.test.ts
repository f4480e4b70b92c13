import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gatewayEvent } from '../../gateway-event.ts';
import { KEPT_INSPECTED, openInspectedRows } from './inspected.ts';
import { indexEvent, OUTCOME_IDS, parseEvent } from './row.ts';
import { openIndexForWriting } from './schema.ts';

const threats =
  ',"threats":[{"class":"sqli","evidence":"\' or","features":[{"points":4.5,"rule":"sql.tautology"}],"layers":0,"name":"text","place":"json","score":4.5}]';
const event = (rest: object = {}): string =>
  gatewayEvent({
    ...{ requestId: 'r1', method: 'POST', path: '/x', address: '127.0.0.1', userAgent: null, mode: 'enforce' },
    ...{ app: 'portal', route: 'POST /x', action: 'x', uid: null, kind: null, session: null, device: null, channel: null },
    ...{ assurance: null, time: 1_000, outcome: 'refused', code: 'request_blocked', status: null, stages: [], policies: [] },
    ...{ latencyMicros: 1, backendMicros: null, bytesIn: 1, bytesOut: 0, threats },
    ...rest,
  } as Parameters<typeof gatewayEvent>[0]);

describe('requests with findings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-inspected-'));
  const database = openIndexForWriting(join(folder, 'index.db'));
  if (database === null) throw new Error('no index');
  const rows = openInspectedRows(database);
  const add = (index: number, entry: string): void => rows.add(index, entry, indexEvent(entry));
  const count = (): number => Number(database.prepare('SELECT count(*) AS n FROM inspected').get()?.n);
  beforeAll(() => {
    database.exec('BEGIN');
  });
  afterAll(() => {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are events like all others, in canonical form', () => {
    const entry = event();
    expect(JSON.parse(entry)).toMatchObject({ unmapped: { menshen: { threats: [{ class: 'sqli' }] } } });
    expect(indexEvent(entry)).toEqual(parseEvent(entry));
    expect(indexEvent(entry)).toMatchObject({ outcome: OUTCOME_IDS.refused, code: 'request_blocked', route: 'POST /x' });
  });

  it.each([
    ['blocked', {}, 2],
    [
      'noted',
      {
        outcome: 'passed',
        code: null,
        stages: [{ stage: 'inspect', verdict: 'would_refuse', code: 'request_blocked', where: 'json', micros: 3 }],
      },
      1,
    ],
    ['passed', { outcome: 'passed', code: null }, 0],
    ['refused by another stage', { code: 'not_permitted' }, 0],
    ['excepted', { outcome: 'passed', code: null, threats: threats.replace('"features"', '"excepted":"x_1","features"') }, 3],
  ])('are kept with how they ended: %s', (_how, rest, verdict) => {
    add(verdict, event(rest));
    expect(database.prepare('SELECT * FROM inspected WHERE log_index = ?').get(verdict)).toMatchObject({
      ...{ app: 'portal', route: 'POST /x', request_id: 'r1', verdict, class: 'sqli', dropped: 0 },
    });
  });

  it('are not what only looks like one', () => {
    const before = count();
    add(100, event({ threats: null }));
    add(101, event({ threats: null, path: '/x","threats":[{"class":"sqli"}]' }));
    add(102, '{"time":1,"threats":[]}');
    add(103, 'no json ,"threats":[');
    expect(count()).toBe(before);
  });

  it('are bounded: the oldest go, and it is known until when', () => {
    const entry = event();
    for (let index = 1_000; index < KEPT_INSPECTED + 2_500; index += 1) add(index, entry);
    rows.prune();
    expect(count()).toBe(KEPT_INSPECTED);
    expect(Number(database.prepare('SELECT min(log_index) AS least FROM inspected').get()?.least)).toBe(2_500);
    expect(database.prepare("SELECT value FROM meta WHERE key = 'inspected_until'").get()?.value).toBe(1_000);
  });
});
