import { createHash } from 'node:crypto';
import { ApiFailure } from '../api-failure.ts';
import { type ApiHandler, readJson, seconds } from '../http/api.ts';
import { chinaDay } from '../state/quotas.ts';
import type { JsErrorEntry } from '../state/wechat-logs.ts';
import type { World } from '../world.ts';
import { type WechatCall, withToken } from './guard.ts';

const keptDays = 7;
const maxLimit = 100;
const maxErrorLimit = 30;

type Filters = Readonly<Record<string, unknown>>;

/** WeChat's own logs of the mini program: real-time logs and JavaScript errors. */
export function logRoutes(world: World): [string, ApiHandler][] {
  return [
    ['/wxaapi/userlog/userlog_search', withToken(world, 'ANY', (call) => searchUserLogs(world, call))],
    ['/wxaapi/log/jserr_list', withToken(world, 'POST', (call) => listJsErrors(world, call))],
    ['/wxaapi/log/jserr_detail', withToken(world, 'POST', (call) => detailJsErrors(world, call))],
  ];
}

function searchUserLogs(world: World, call: WechatCall) {
  // The method is GET, but the newest page tabulates the parameters under the body: both are accepted.
  const given: Filters = { ...(call.text === '' ? {} : readJson(call)), ...Object.fromEntries(call.query) };
  const day = parseDay(textOf(given.date), /^(\d{4})(\d\d)(\d\d)$/);
  const today = chinaDay(world.options.clock());
  if (day === undefined || day > today || day <= today - keptDays) throw new ApiFailure(40097);
  const dayStart = day * 86_400 - 8 * 3600;
  const from = integerOf(given.begintime, dayStart);
  const to = integerOf(given.endtime, dayStart + 86_399);
  if (from < dayStart || to > dayStart + 86_399 || from > to) throw new ApiFailure(40097);
  const start = integerOf(given.start, 0);
  const limit = Math.min(integerOf(given.limit, 20), maxLimit);
  const level = integerOf(given.level, 2);

  const entries = world.wechatLogs
    .userLogs(call.app.appid)
    .list()
    .filter((entry) => entry.timestamp >= from && entry.timestamp <= to && entry.level >= level)
    .filter((entry) => matches(given.traceId, entry.traceId) && matches(given.url, entry.page))
    .filter((entry) => matches(given.id, entry.openid) && matches(given.filterMsg, entry.filterMsg))
    .toReversed();
  const list = entries.slice(start, start + limit).map((entry) => ({
    level: entry.level,
    platform: entry.platform,
    libraryVersion: '3.8.0',
    clientVersion: '8.0.50',
    id: entry.openid,
    timestamp: entry.timestamp,
    url: entry.page,
    traceid: entry.traceId,
    filterMsg: entry.filterMsg,
    msg: [{ time: entry.timestamp, level: entry.level, msg: entry.messages }],
  }));
  return { errcode: 0, errmsg: 'ok', data: { list, total: entries.length } };
}

function listJsErrors(world: World, call: WechatCall) {
  const given = readJson(call);
  const errType = textOf(given.errType) || '0';
  const keyword = textOf(given.keyword);
  const entries = selectErrors(world, call, given).filter(
    (entry) =>
      (errType === '0' || entry.errType === errType) && (entry.message.includes(keyword) || entry.stack.includes(keyword)),
  );
  const allUsers = new Set(entries.map((entry) => entry.openid)).size;
  const groups = Map.groupBy(entries, (entry) => `${md5(entry.message)} ${md5(entry.stack)}`).values();
  const order = given.orderby === 'pv' ? 'pv' : 'uv';
  const sign = textOf(given.desc) === '2' ? 1 : -1;
  const rows = Array.from(groups, (group) => {
    const pv = group.length;
    const uv = new Set(group.map((entry) => entry.openid)).size;
    const { message = '', stack = '' } = group[0] ?? {};
    return {
      errorMsgMd5: md5(message),
      errorMsg: message,
      uv,
      pv,
      errorStackMd5: md5(stack),
      errorStack: stack,
      pvPercent: percent(pv, entries.length),
      uvPercent: percent(uv, allUsers),
    };
  }).sort((a, b) => sign * (a[order] - b[order]));
  const { offset, limit } = pageOf(given);
  return { errcode: 0, errmsg: 'ok', success: true, data: rows.slice(offset, offset + limit), totalCount: rows.length };
}

function detailJsErrors(world: World, call: WechatCall) {
  const given = readJson(call);
  const osName = textOf(given.osName) || '0';
  const entries = selectErrors(world, call, given)
    .filter((entry) => md5(entry.message) === given.errorMsgMd5 && md5(entry.stack) === given.errorStackMd5)
    .filter((entry) => osName === '0' || entry.osName === osName);
  const sorted = textOf(given.desc) === '0' ? entries : entries.toReversed();
  const { offset, limit } = pageOf(given);
  const data = sorted.slice(offset, offset + limit).map((entry) => ({
    Count: '1',
    sdkVersion: '3.8.0',
    ClientVersion: '8.0.50',
    TimeStamp: String(seconds(entry.at)),
    appVersion: entry.appVersion,
    errorMsg: entry.message,
    errorStack: entry.stack,
    Ds: dayText(entry.at),
    OsName: entry.osName,
    openId: entry.openid,
    pluginversion: '',
    appId: call.app.appid,
    DeviceModel: 'emulator',
    source: '',
    route: entry.route,
    nickname: '',
  }));
  return { errcode: 0, errmsg: 'ok', success: true, data, totalCount: entries.length };
}

function selectErrors(world: World, call: WechatCall, given: Filters): readonly JsErrorEntry[] {
  const form = /^(\d{4})-(\d\d)-(\d\d)$/;
  const from = parseDay(textOf(given.startTime), form);
  const to = parseDay(textOf(given.endTime), form);
  if (from === undefined || to === undefined || from > to) throw new ApiFailure(40097);
  const version = textOf(given.appVersion) || '0';
  return world.wechatLogs
    .jsErrors(call.app.appid)
    .list()
    .filter((entry) => chinaDay(entry.at) >= from && chinaDay(entry.at) <= to)
    .filter((entry) => (version === '0' || entry.appVersion === version) && matches(given.openid, entry.openid));
}

function pageOf(given: Filters): { offset: number; limit: number } {
  return { offset: integerOf(given.offset, 0), limit: Math.min(integerOf(given.limit, maxErrorLimit), maxErrorLimit) };
}

/** Number of the calendar day, as chinaDay counts them. */
function parseDay(text: string, form: RegExp): number | undefined {
  const [, year, month, day] = form.exec(text) ?? [];
  const time = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  return Number.isNaN(time) ? undefined : time / 86_400_000;
}

function dayText(at: number): string {
  return new Date(chinaDay(at) * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
}

function integerOf(value: unknown, fallback: number): number {
  if (value === undefined || value === '') return fallback;
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0) throw new ApiFailure(40097);
  return number;
}

function matches(wanted: unknown, actual: string): boolean {
  return wanted === undefined || wanted === '' || wanted === actual;
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '0.00%' : `${((100 * part) / whole).toFixed(2)}%`;
}

function md5(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex');
}
