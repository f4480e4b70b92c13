import type { TrafficRow } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { mergeRows, mostLiveRows, noLiveRows, resume, takeRow } from './live-rows.ts';
import { rowMatches } from './row-matches.ts';

const row = (index: number, change: Partial<TrafficRow> = {}): TrafficRow => ({
  index,
  requestId: `request-${index}`,
  time: index,
  app: 'portal',
  route: 'GET /api/me',
  method: 'GET',
  path: '/api/Me',
  status: 200,
  outcome: 'passed',
  code: null,
  uid: 'zhangsan',
  name: '张三',
  address: '192.0.2.7',
  latencyMicros: 900,
  ...change,
});
const indexes = (rows: readonly TrafficRow[]) => rows.map(({ index }) => index);

describe('live rows', () => {
  it('stand newest first, each once', () => {
    const live = [1, 2, 2].reduce((rows, index) => takeRow(rows, row(index), false), noLiveRows);
    expect(indexes(live.shown)).toEqual([2, 1]);
  });

  it('wait while paused and are shown after', () => {
    const first = takeRow(noLiveRows, row(1), false);
    const paused = takeRow(takeRow(first, row(2), true), row(3), true);
    expect([indexes(paused.shown), indexes(paused.waiting)]).toEqual([[1], [3, 2]]);
    expect(indexes(resume(paused).shown)).toEqual([3, 2, 1]);
  });

  it('are bounded', () => {
    let live = noLiveRows;
    for (let index = 0; index < mostLiveRows + 20; index += 1) live = takeRow(live, row(index), false);
    expect([live.shown.length, live.shown[0]?.index]).toEqual([mostLiveRows, mostLiveRows + 19]);
  });

  it('do not repeat what the list already has', () => {
    expect(indexes(mergeRows([row(3), row(2)], [row(2), row(1)]))).toEqual([3, 2, 1]);
  });
});

describe('rowMatches', () => {
  it.each([
    [{}, true],
    [{ app: 'portal', uid: 'zhangsan', address: '192.0.2.7', route: 'GET /api/me', outcome: 'passed' as const }, true],
    [{ q: 'api/me' }, true],
    [{ q: 'orders' }, false],
    [{ app: 'coupons' }, false],
    [{ outcome: 'refused' as const }, false],
    [{ code: 'route_undeclared' }, false],
    [{ uid: 'lisi' }, false],
  ])('%j: %j', (filter, expected) => {
    expect(rowMatches(row(1), filter)).toBe(expected);
  });
});
