import { beforeEach, describe, expect, it } from 'vitest';
import { appid, type Bench, createBench } from '../testing/emulated-company.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

describe('wxaapi/userlog/userlog_search', () => {
  const path = '/wxaapi/userlog/userlog_search';
  const write = (more: Record<string, unknown> = {}) =>
    bench.admin('user-log', { appid, person: 'p-zhang', messages: ['login failed'], page: 'pages/index', ...more });
  const search = async (more: Record<string, string> = {}) =>
    (await bench.get(path, { access_token: await bench.token(), date: '20240520', ...more })).json;

  it('finds entries of a level and above, newest first, with paging', async () => {
    await write({ level: 2 });
    bench.clock.advance(1000);
    await write({ level: 8, filterMsg: 'pay', messages: ['a', 'b'] });
    const { data, errcode } = await search();
    expect(errcode).toBe(0);
    expect(data.total).toBe(2);
    expect(data.list[0]).toMatchObject({ level: 8, filterMsg: 'pay', url: 'pages/index', msg: [{ level: 8, msg: ['a', 'b'] }] });
    expect((await search({ level: '4' })).data.total).toBe(1);
    expect((await search({ filterMsg: 'pay' })).data.total).toBe(1);
    expect((await search({ start: '1', limit: '1' })).data.list).toHaveLength(1);
    expect((await search({ id: 'o-nobody' })).data.total).toBe(0);
  });

  it('accepts the parameters in the body of a POST too', async () => {
    await write();
    const answer = await bench.post(path, { date: '20240520', begintime: '1716170400' }, { access_token: await bench.token() });
    expect(answer.json.data.total).toBe(1);
  });

  it('keeps to days of the last week, and to times within the day', async () => {
    for (const date of ['20240521', '20240513', '2024-05-20', '20241340', ''])
      expect((await search({ date })).errcode).toBe(40097);
    expect((await search({ date: '20240514' })).errcode).toBe(0);
    // 2024-05-19T16:00:00Z is midnight in China.
    expect((await search({ begintime: '1716134400', endtime: '1716220799' })).errcode).toBe(0);
    expect((await search({ begintime: '1716134399' })).errcode).toBe(40097);
    expect((await search({ limit: '-1' })).errcode).toBe(40097);
  });
});

describe('wxaapi/log/jserr_list and jserr_detail', () => {
  const write = (person: string, message: string, more: Record<string, unknown> = {}) =>
    bench.admin('js-error', { appid, person, message, stack: 'at page.js:1', ...more });
  const days = { startTime: '2024-05-20', endTime: '2024-05-20' };
  const call = async (path: string, body: unknown) => (await bench.post(path, body, { access_token: await bench.token() })).json;
  const list = (more: Record<string, unknown> = {}) => call('/wxaapi/log/jserr_list', { ...days, ...more });

  beforeEach(async () => {
    await write('p-zhang', 'TypeError: x');
    await write('p-zhang', 'TypeError: x');
    await write('p-guest', 'TypeError: x', { osName: '2' });
    await write('p-guest', 'RangeError: y', { errType: '2' });
  });

  it('groups errors and counts views and visitors', async () => {
    const { data, totalCount } = await list({ orderby: 'pv', desc: '1' });
    expect(totalCount).toBe(2);
    expect(data[0]).toMatchObject({ errorMsg: 'TypeError: x', pv: 3, uv: 2, pvPercent: '75.00%', uvPercent: '100.00%' });
    expect((await list({ orderby: 'pv', desc: '2' })).data[0].errorMsg).toBe('RangeError: y');
    expect((await list({ errType: '2' })).totalCount).toBe(1);
    expect((await list({ keyword: 'Range' })).totalCount).toBe(1);
    expect((await list({ offset: 1, limit: 1 })).data).toHaveLength(1);
    expect((await list({ startTime: 'yesterday' })).errcode).toBe(40097);
  });

  it('shows each occurrence of one error', async () => {
    const [{ errorMsgMd5, errorStackMd5 }] = (await list({ orderby: 'pv', desc: '1' })).data;
    const detail = (more: Record<string, unknown> = {}) =>
      call('/wxaapi/log/jserr_detail', { ...days, errorMsgMd5, errorStackMd5, appVersion: '0', osName: '0', ...more });
    expect((await detail()).totalCount).toBe(3);
    const { data } = await detail({ osName: '2' });
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({ OsName: '2', errorMsg: 'TypeError: x', appId: appid, Ds: '20240520' });
  });
});
