import { createHmac } from 'node:crypto';
import type { AppConfig } from '@menshen/contract';
import type { RealtimeLog, ScriptError, WechatClient } from '@menshen/wechat';
import type { Coordination } from '../../coordination/model.ts';
import type { Audit } from '../service.ts';
import type { Cursor } from '../ship/cursor.ts';
import { realtimeLogEvent, scriptErrorEvent } from './events.ts';
import { hideValues } from './hide-values.ts';

export interface WechatLogParts {
  readonly apps: () => readonly AppConfig[];
  readonly client: (app: AppConfig) => WechatClient | null;
  readonly uidOf: (appid: string, openid: string) => Promise<string | null>;
  readonly cursor: (app: string) => Cursor;
  readonly coordination: Pick<Coordination, 'useNonce' | 'lock'>;
  readonly audit: Pick<Audit, 'record'>;
  /** Key of the digests that stand for WeChat users. */
  readonly visitorKey: Uint8Array;
  readonly clock: () => number;
}

const levels = { info: 2, warn: 4, error: 8 } as const;
const minuteMs = 60_000;
const daySeconds = 86_400;
const chinaSeconds = 8 * 3_600;
/** WeChat keeps seven days; a line may come some minutes late. */
const keptSeconds = 6 * daySeconds;
const lateSeconds = 300;
const pageSize = 100;
/** Of one look; more waits for the next. */
const maxLines = 1_000;
const maxErrors = 90;
const rememberMs = 2 * daySeconds * 1_000;

/**
 * Takes over what WeChat logged of each mini program that asks for it (`wechat.logs`): real-time log lines, each once, and script errors when they are new
 * and each time their count has doubled. One node does it at a time.
 */
export function createWechatLogPuller(parts: WechatLogParts): () => Promise<void> {
  const { coordination, audit, clock } = parts;
  let last = Number.NEGATIVE_INFINITY;

  const isNew = (...words: readonly (string | number)[]): Promise<boolean> =>
    coordination.useNonce(`wechat-log:${digest(parts.visitorKey, JSON.stringify(words))}`, rememberMs);

  const takeLine = async (app: AppConfig, appid: string, line: RealtimeLog): Promise<void> => {
    if (!(await isNew(app.id, line.timestamp, line.traceId ?? '', line.openid ?? '', ...line.messages))) return;
    const { openid } = line;
    await audit.record(
      realtimeLogEvent({
        ...{ time: line.timestamp * 1_000, app: app.id, severity: line.level >= 8 ? 3 : line.level >= 4 ? 2 : 1 },
        uid: openid === null ? null : await parts.uidOf(appid, openid),
        visitor: openid === null ? null : digest(parts.visitorKey, `${appid} ${openid}`).slice(0, 16),
        text: hideValues(line.messages.join(' ')),
        detail: {
          ...{ page: line.page?.slice(0, 200) ?? null, client: line.clientVersion?.slice(0, 40) ?? null },
          ...{ trace: line.traceId?.slice(0, 64) ?? null, filter: line.filterMsg === null ? null : hideValues(line.filterMsg) },
          platform: line.platform,
        },
      }),
    );
  };

  const pullLines = async (app: AppConfig, client: WechatClient, level: 2 | 4 | 8): Promise<void> => {
    const now = Math.floor(clock() / 1_000);
    const cursor = parts.cursor(app.id);
    let from = Math.max(cursor.read() - lateSeconds, now - keptSeconds);
    let taken = 0;
    while (from <= now && taken < maxLines) {
      // A query lies within one day of UTC+8.
      const to = Math.min(now, (Math.floor((from + chinaSeconds) / daySeconds) + 1) * daySeconds - chinaSeconds - 1);
      const lines: RealtimeLog[] = [];
      for (let start = 0, total = 1; start < total && lines.length < maxLines; start += pageSize) {
        const listed = await client.searchRealtimeLogs({ from, to, level, start, limit: pageSize });
        total = listed.rows.length === 0 ? 0 : listed.total;
        lines.push(...listed.rows);
      }
      // The newest come first; the log reads in the order of time.
      for (const line of lines.reverse()) await takeLine(app, app.wechat?.appid ?? '', line);
      taken += lines.length;
      cursor.write(to);
      from = to + 1;
    }
  };

  const pullErrors = async (app: AppConfig, client: WechatClient): Promise<void> => {
    const day = new Date(clock() + chinaSeconds * 1_000).toISOString().slice(0, 10);
    for (let offset = 0; offset < maxErrors; offset += 30) {
      const { rows } = await client.listScriptErrors({ from: day, to: day, offset, limit: 30 });
      for (const row of rows) await takeError(app, day, row);
      if (rows.length < 30) return;
    }
  };
  const takeError = async (app: AppConfig, day: string, row: ScriptError): Promise<void> => {
    const doublings = Math.floor(Math.log2(Math.max(1, row.count)));
    if (!(await isNew(app.id, day, row.messageId, row.stackId, doublings))) return;
    await audit.record(
      scriptErrorEvent({
        ...{ time: clock(), app: app.id, severity: 2, uid: null, visitor: null, text: hideValues(row.message) },
        detail: { stack: hideValues(row.stack).slice(0, 500), error: row.messageId, people: row.users, count: row.count, day },
      }),
    );
  };

  return async () => {
    const now = clock();
    if (now - last < minuteMs) return;
    last = now;
    for (const app of parts.apps()) {
      const wanted = app.wechat?.logs;
      const client = wanted === undefined ? null : parts.client(app);
      if (wanted === undefined || client === null) continue;
      const lease = await coordination.lock.acquire(`wechat-logs:${app.id}`, 5 * minuteMs);
      if (lease === null) continue;
      try {
        if (wanted.level !== 'off') await pullLines(app, client, levels[wanted.level]);
        if (wanted.scriptErrors) await pullErrors(app, client);
      } finally {
        await lease.release();
      }
    }
  };
}

const digest = (key: Uint8Array, text: string): string => createHmac('sha256', key).update(text).digest('hex');
