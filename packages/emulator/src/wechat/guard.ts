import { ApiFailure } from '../api-failure.ts';
import type { WechatPerson } from '../company/model.ts';
import { type ApiBody, type ApiCall, type ApiHandler, queryText, readJson } from '../http/api.ts';
import type { WechatAppOptions } from '../options.ts';
import { equalSecrets } from '../secret.ts';
import type { QuotaLimit } from '../state/quotas.ts';
import type { World } from '../world.ts';

export interface WechatCall extends ApiCall {
  /** The app that the access token belongs to. */
  readonly app: WechatAppOptions;
}

export type WechatHandler = (call: WechatCall) => ApiBody | Promise<ApiBody>;

/** The limits that WeChat documents; content checks report the minute's end with their own code. */
const documentedLimits: Readonly<Record<string, QuotaLimit & { readonly minuteErrcode?: number }>> = {
  '/cgi-bin/stable_token': { perMinute: 10_000, perDay: 500_000 },
  '/sns/jscode2session': { perMinute: 100 },
  '/wxa/resetusersessionkey': { perMinute: 60_000 },
  '/wxa/msg_sec_check': { perMinute: 4000, perDay: 2_000_000, minuteErrcode: 44991 },
  '/wxa/media_check_async': { perMinute: 2000, perDay: 200_000, minuteErrcode: 44991 },
};

/** The limit of a path: the configured one, else WeChat's. */
export function wechatLimit(world: World, path: string): QuotaLimit {
  return world.options.quotas?.[path] ?? documentedLimits[path] ?? {};
}

/** Counts a call. `scope` is an appid; `person` narrows the count to one person. Throws ApiFailure 45009, 45011 or 44991. */
export function takeWechatQuota(world: World, scope: string, path: string, person?: string): void {
  const counted = person === undefined ? path : `${path} ${person}`;
  const taken = world.quotas.take(scope, counted, wechatLimit(world, path));
  if (taken === 'day') throw new ApiFailure(45009);
  if (taken === 'minute') throw new ApiFailure(documentedLimits[path]?.minuteErrcode ?? 45011);
}

/** Throws ApiFailure 43001 or 43002 when the call uses the other method. */
export function requireMethod(call: ApiCall, method: 'GET' | 'POST'): void {
  if (call.method !== method) throw new ApiFailure(method === 'POST' ? 43002 : 43001);
}

/** The app of appid and secret. Throws ApiFailure 41002, 40013, 41004, 40125, and 40164 for an address that is not allowed. */
export function authenticateApp(world: World, appid: string, secret: string, ip: string): WechatAppOptions {
  if (appid === '') throw new ApiFailure(41002);
  const app = world.options.wechatApps.find((candidate) => candidate.appid === appid);
  if (!app) throw new ApiFailure(40013);
  if (secret === '') throw new ApiFailure(41004);
  if (!equalSecrets(secret, world.secrets.get(app.appid) ?? app.secret)) throw new ApiFailure(40125);
  checkAddress(app, ip);
  return app;
}

function checkAddress(app: WechatAppOptions, ip: string): void {
  if (!app.ipAllowlist || app.ipAllowlist.includes(ip)) return;
  throw new ApiFailure(40164, `invalid ip ${ip} ipv6 ::ffff:${ip}, not in whitelist`);
}

/**
 * An endpoint that needs an access token in its query. Throws ApiFailure 41001 (47001 when the token is in the body instead),
 * 40014, 40001 (not the latest), 42001, and the quota's codes.
 */
export function withToken(world: World, method: 'GET' | 'POST' | 'ANY', handler: WechatHandler): ApiHandler {
  return (call) => {
    if (method !== 'ANY') requireMethod(call, method);
    const app = appOfToken(world, call);
    checkAddress(app, call.ip);
    takeWechatQuota(world, app.appid, call.path);
    return handler({ ...call, app });
  };
}

function appOfToken(world: World, call: ApiCall): WechatAppOptions {
  const token = queryText(call, 'access_token');
  if (token === '') throw new ApiFailure(hasTokenInBody(call) ? 47001 : 41001);
  const check = world.wechatTokens.check(token);
  if (!check.ok) throw new ApiFailure({ malformed: 40014, unknown: 40001, expired: 42001 }[check.reason]);
  const app = world.options.wechatApps.find((candidate) => candidate.appid === check.owner);
  if (!app) throw new ApiFailure(40001);
  return app;
}

function hasTokenInBody(call: ApiCall): boolean {
  try {
    return 'access_token' in readJson(call);
  } catch {
    return false;
  }
}

/** The person behind an openid of the app. Throws ApiFailure 40003, and `foreign` for an openid of another app. */
export function personOf(world: World, app: WechatAppOptions, openid: unknown, foreign = 40003): WechatPerson {
  const owner = world.people.ownerOf(app.appid, openid);
  if (owner.kind === 'person') return owner.person;
  throw new ApiFailure(owner.kind === 'other-app' ? foreign : 40003);
}
