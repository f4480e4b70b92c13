import type { AnswerReader } from './lib/answer.ts';
import type { ApiCaller } from './lib/api-caller.ts';

/** Which real-time logs are asked for: those of one calendar day in China, the newest first. */
export interface RealtimeLogQuery {
  /** Seconds since the epoch; both within one day of UTC+8, of the last seven. */
  readonly from: number;
  readonly to: number;
  /** Least level: 2 info, 4 warn, 8 error. */
  readonly level: 2 | 4 | 8;
  readonly start: number;
  /** 20 is WeChat's own. */
  readonly limit: number;
}

/** What a mini program wrote with `wx.getRealtimeLogManager()`. Its texts come from users' devices: trust nothing in them. */
export interface RealtimeLog {
  readonly level: number;
  /** 1 Android, 2 iOS. */
  readonly platform: number | null;
  readonly clientVersion: string | null;
  readonly openid: string | null;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly page: string | null;
  readonly traceId: string | null;
  readonly filterMsg: string | null;
  readonly messages: readonly string[];
}

export interface ScriptErrorQuery {
  /** Days, `YYYY-MM-DD`. */
  readonly from: string;
  readonly to: string;
  readonly offset: number;
  /** At most 30. */
  readonly limit: number;
}

/** A script error, counted over all users. */
export interface ScriptError {
  readonly message: string;
  readonly stack: string;
  /** MD5 of both, hexadecimal: WeChat's names of them. */
  readonly messageId: string;
  readonly stackId: string;
  /** Users and occurrences. */
  readonly users: number;
  readonly count: number;
}

export interface Listed<T> {
  readonly rows: readonly T[];
  readonly total: number;
}

const chinaOffsetMs = 8 * 3_600_000;

/** `GET /wxaapi/userlog/userlog_search`. The date of the query is the one of `from` in UTC+8. */
export async function searchRealtimeLogs(call: ApiCaller, query: RealtimeLogQuery): Promise<Listed<RealtimeLog>> {
  const api = '/wxaapi/userlog/userlog_search';
  const date = new Date(query.from * 1_000 + chinaOffsetMs).toISOString().slice(0, 10).replaceAll('-', '');
  const answer = await call({
    ...{ api, method: 'GET', repeatable: true },
    query: {
      date,
      begintime: String(query.from),
      endtime: String(query.to),
      start: String(query.start),
      limit: String(query.limit),
      level: String(query.level),
    },
  });
  const data = answer.record('data');
  return { rows: data.has('list') ? data.records('list').map(readRealtimeLog) : [], total: data.optionalInteger('total') ?? 0 };
}

function readRealtimeLog(entry: AnswerReader): RealtimeLog {
  const messages = entry.has('msg') ? entry.records('msg').flatMap((part) => (part.has('msg') ? part.texts('msg') : [])) : [];
  return {
    level: entry.integer('level'),
    platform: entry.optionalInteger('platform') ?? null,
    clientVersion: entry.optionalText('clientVersion') ?? null,
    openid: entry.optionalText('id') ?? null,
    timestamp: entry.integer('timestamp'),
    page: entry.optionalText('url') ?? null,
    traceId: entry.optionalText('traceid') ?? null,
    filterMsg: entry.optionalText('filterMsg') ?? null,
    messages,
  };
}

/** `POST /wxaapi/log/jserr_list`: all versions and kinds, the most frequent first. */
export async function listScriptErrors(call: ApiCaller, query: ScriptErrorQuery): Promise<Listed<ScriptError>> {
  const api = '/wxaapi/log/jserr_list';
  const body = {
    ...{ appVersion: '0', errType: '0', keyword: '', openid: '', orderby: 'pv', desc: '1' },
    ...{ startTime: query.from, endTime: query.to, offset: query.offset, limit: query.limit },
  };
  const answer = await call({ api, method: 'POST', body, repeatable: true });
  return {
    rows: answer.has('data') ? answer.records('data').map(readScriptError) : [],
    total: answer.optionalInteger('totalCount') ?? 0,
  };
}

function readScriptError(entry: AnswerReader): ScriptError {
  return {
    message: entry.optionalText('errorMsg') ?? '',
    stack: entry.optionalText('errorStack') ?? '',
    messageId: entry.text('errorMsgMd5'),
    stackId: entry.text('errorStackMd5'),
    users: entry.integer('uv'),
    count: entry.integer('pv'),
  };
}
