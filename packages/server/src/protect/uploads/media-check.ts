import type { AppConfig } from '@menshen/contract';
import type { WechatClient } from '@menshen/wechat';
import { detectionEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import { hasPassed } from '../../coordination/elapsed.ts';
import type { BackendAnswer } from '../../gateway/backend-answer.ts';
import type { RequestContext } from '../../gateway/context.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import type { CompiledApp } from '../../gateway/runtime.ts';
import type { Store } from '../../store/store.ts';
import type { MediaCheckRow } from '../rich-text/tables.ts';

/** What WeChat said of a picture or sound; it answers within half an hour. */
export type MediaState = 'waiting' | 'pass' | 'review' | 'risky' | 'failed';

export interface MediaCheck {
  readonly traceId: string;
  readonly app: string;
  readonly route: string;
  readonly requestId: string;
  readonly uid: string | null;
  readonly kind: 'image' | 'audio';
  readonly state: MediaState;
  /** WeChat's label, such as 20002; null while it is waiting. */
  readonly label: number | null;
  readonly askedAt: number;
  readonly settledAt: number | null;
}

export interface MediaCheckParts {
  readonly store: Store;
  readonly audit: Audit;
  readonly metrics: Metrics;
  readonly clock: () => number;
  readonly wechat: (app: AppConfig) => WechatClient | null;
  /** The openid of a person in an app; null where they have none. */
  readonly openidOf: (context: RequestContext) => Promise<string | null>;
  readonly app: (id: string) => CompiledApp | undefined;
}

export interface MediaChecks {
  /** Asks WeChat about the files that an answer names. Never throws. */
  answered(context: RequestContext): void;
  /** Takes the event `wxa_media_check` that WeChat pushes. */
  heard(app: string, event: Readonly<Record<string, unknown>>): Promise<void>;
  recent(limit: number): Promise<MediaCheck[]>;
  /** Of what WeChat has not answered in time nobody knows anything: it has failed, and the backend hears so. */
  expire(): Promise<void>;
  removeBefore(at: number): Promise<void>;
  /** Resolves when what is under way has ended. */
  settled(): Promise<void>;
}

type FailedCheck = Pick<MediaCheckRow, 'trace_id' | 'app' | 'route' | 'request_id' | 'uid' | 'kind' | 'notify'>;

const maxAddresses = 9;
const notifyTimeoutMs = 5_000;
/** WeChat answers within half an hour. */
const overdueMs = 3_600_000;
const alarmEveryMs = 600_000;
const maxOverdue = 500;
const imageName = /\.(?:jpe?g|png|bmp|gif)$/i;
const soundName = /\.(?:mp3|aac|ac3|wma|flac|ogg|opus|wav)$/i;

/** WeChat's content check of pictures and sound, asked after the backend has stored a file and answered by a push. */
export function createMediaChecks(parts: MediaCheckParts): MediaChecks {
  const { audit, metrics, clock } = parts;
  const { db } = parts.store;
  const underWay = new Set<Promise<void>>();
  let alarmedAt = Number.NEGATIVE_INFINITY;
  const follow = (work: Promise<void>): void => {
    const followed = work.catch(() => metrics.add('menshen_media_check_failures_total')).finally(() => underWay.delete(followed));
    underWay.add(followed);
  };

  const ask = async (
    context: RequestContext,
    addresses: readonly string[],
    scene: number,
    notify: string | undefined,
  ): Promise<void> => {
    const { app, route } = context;
    if (app === null || route === null) return;
    const client = parts.wechat(app.config);
    const openid = await parts.openidOf(context).catch(() => null);
    for (const [index, mediaUrl] of addresses.entries()) {
      const kind = kindOf(mediaUrl);
      if (kind === null) continue;
      const trace =
        client === null || openid === null
          ? null
          : await client.mediaCheckAsync({ openid, scene: scene as 1 | 2 | 3 | 4, mediaUrl, mediaType: kind }).then(
              ({ traceId }) => traceId.slice(0, 128),
              () => null,
            );
      metrics.add(trace === null ? 'menshen_media_check_failures_total' : 'menshen_media_checks_total');
      const now = clock();
      const check = {
        ...{ trace_id: trace ?? `unasked/${context.id}/${index}`, app: app.id, route: route.match, request_id: context.id },
        ...{ uid: context.session?.person.uid ?? null, kind, state: trace === null ? 'failed' : 'waiting', label: null },
        ...{ notify: notify ?? null, asked_at: now, settled_at: trace === null ? now : null },
      };
      await db
        .insertInto('media_checks')
        .values(check)
        .onConflict((conflict) => conflict.column('trace_id').doNothing())
        .execute();
      if (trace === null) await failed(check);
    }
  };

  /** Tells the backend, as a call of the gateway's own: no session, no identity. */
  const tell = async (appId: string, path: string, check: Readonly<Record<string, string | number | null>>): Promise<void> => {
    const app = parts.app(appId);
    if (app === undefined) return;
    const body = Buffer.from(JSON.stringify(check));
    const headers = ['host', 'menshen', 'content-type', 'application/json', 'content-length', String(body.length)];
    let abandon = (): void => undefined;
    const onStart = (giveUp: () => void): void => {
      abandon = giveUp;
    };
    const answer = await app.upstream.exchange({ method: 'POST', path, headers, body, timeoutMs: notifyTimeoutMs, onStart });
    // Nobody reads what it says at length.
    if (answer.pump !== null) abandon();
  };

  /** Says that a file was not checked: to people, once in a while, and to the backend, which may hold it back. */
  const failed = async (check: FailedCheck): Promise<void> => {
    const { trace_id: traceId, app, route, request_id: requestId, uid, kind, notify } = check;
    if (notify !== null) follow(tell(app, notify, { traceId, requestId, uid, state: 'failed', label: null }));
    if (!hasPassed(alarmedAt, alarmEveryMs, clock())) return;
    alarmedAt = clock();
    const title = 'WeChat has not checked an uploaded file';
    const detail = { app, route, request: requestId, kind };
    await audit.record(detectionEvent({ time: clock(), rule: 'upload_content_unchecked', severity: 'medium', title, detail }));
  };

  return {
    answered(context) {
      const rule = context.route?.protection.uploads?.mediaCheck;
      const { answer } = context;
      if (rule === undefined || answer === null || answer.status < 200 || answer.status > 299) return;
      const addresses = addressesIn(answer, rule.url);
      if (addresses.length > 0) follow(ask(context, addresses, rule.scene, rule.notify));
    },
    async heard(app, event) {
      const traceId = String(event.trace_id ?? '').slice(0, 128);
      const row = await db
        .selectFrom('media_checks')
        .selectAll()
        .where('trace_id', '=', traceId)
        .where('app', '=', app)
        .executeTakeFirst();
      if (row === undefined || row.state !== 'waiting') return;
      const { state, label } = resultOf(event);
      const now = clock();
      await db
        .updateTable('media_checks')
        .set({ state, label, settled_at: now })
        .where('trace_id', '=', traceId)
        .where('state', '=', 'waiting')
        .execute();
      metrics.add('menshen_media_check_results_total', `state="${state}"`);
      if (state === 'risky' || state === 'review') {
        const detail = { app, route: row.route, request: row.request_id, kind: row.kind, label: label ?? 0 };
        const title = 'WeChat finds an uploaded file risky';
        await audit.record(
          detectionEvent({
            time: now,
            rule: 'upload_content_risky',
            severity: state === 'risky' ? 'high' : 'medium',
            title,
            detail,
          }),
        );
      }
      if (row.notify !== null) follow(tell(app, row.notify, { traceId, requestId: row.request_id, uid: row.uid, state, label }));
    },
    async recent(limit) {
      const rows = await db.selectFrom('media_checks').selectAll().orderBy('asked_at', 'desc').limit(limit).execute();
      return rows.map((row) => ({
        traceId: row.trace_id,
        app: row.app,
        route: row.route,
        requestId: row.request_id,
        uid: row.uid,
        kind: row.kind === 'audio' ? 'audio' : 'image',
        state: row.state as MediaState,
        label: row.label,
        askedAt: row.asked_at,
        settledAt: row.settled_at,
      }));
    },
    async expire() {
      const now = clock();
      const overdue = await db
        .updateTable('media_checks')
        .set({ state: 'failed', settled_at: now })
        .where('trace_id', 'in', (query) =>
          query
            .selectFrom('media_checks')
            .select('trace_id')
            .where('state', '=', 'waiting')
            .where('asked_at', '<=', now - overdueMs)
            .orderBy('asked_at')
            .limit(maxOverdue),
        )
        .where('state', '=', 'waiting')
        .returningAll()
        .execute();
      for (const check of overdue) {
        metrics.add('menshen_media_check_results_total', 'state="failed"');
        await failed(check);
      }
    },
    async removeBefore(at) {
      await db.deleteFrom('media_checks').where('asked_at', '<', at).execute();
    },
    async settled() {
      await Promise.all([...underWay]);
    },
  };
}

function kindOf(address: string): 'image' | 'audio' | null {
  const path = address.split(/[?#]/)[0] ?? '';
  return imageName.test(path) ? 'image' : soundName.test(path) ? 'audio' : null;
}

/** Public addresses that the answer holds under a path, wherever it stands. */
function addressesIn(answer: BackendAnswer, path: string): readonly string[] {
  if (answer.pump !== null || !/json/i.test(String(answer.headers['content-type'] ?? ''))) return [];
  const wanted = path.split('.').reverse();
  const found: string[] = [];
  const walk = (value: unknown, names: readonly string[], depth: number): void => {
    if (found.length >= maxAddresses || depth > 30) return;
    if (typeof value === 'string') {
      if (wanted.every((step, at) => names[at] === step) && /^https?:\/\/[\x21-\x7e]{1,2000}$/.test(value)) found.push(value);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    for (const [key, member] of Object.entries(value)) walk(member, Array.isArray(value) ? names : [key, ...names], depth + 1);
  };
  try {
    walk(JSON.parse(Buffer.concat(answer.chunks, answer.length).toString()), [], 0);
  } catch {
    return [];
  }
  return found;
}

/** The result of version 2 of the check, or of version 1, or the failure to fetch the file. */
function resultOf(event: Readonly<Record<string, unknown>>): { readonly state: MediaState; readonly label: number | null } {
  const result =
    typeof event.result === 'object' && event.result !== null ? (event.result as Readonly<Record<string, unknown>>) : null;
  const label = Number(result?.label ?? Number.NaN);
  const suggest = result?.suggest;
  if (suggest === 'pass' || suggest === 'review' || suggest === 'risky')
    return { state: suggest, label: Number.isInteger(label) ? label : null };
  if (event.isrisky !== undefined) return { state: Number(event.isrisky) === 1 ? 'risky' : 'pass', label: null };
  return { state: 'failed', label: null };
}
