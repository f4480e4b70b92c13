import { ApiFailure } from '../api-failure.ts';
import { type ApiHandler, queryText, readJson } from '../http/api.ts';
import type { World } from '../world.ts';
import { authenticateApp, requireMethod, takeWechatQuota, wechatLimit, withToken } from './guard.ts';

const clearsPerMonth = 10;
const monthMs = 30 * 86_400_000;

/** `cgi-bin/token`, `cgi-bin/stable_token`, `cgi-bin/clear_quota` and `cgi-bin/openapi/quota/get`. */
export function tokenRoutes(world: World): [string, ApiHandler][] {
  const clears = new Map<string, number[]>();
  const { clock } = world.options;
  return [
    [
      '/cgi-bin/token',
      (call) => {
        requireMethod(call, 'GET');
        if (queryText(call, 'grant_type') !== 'client_credential') throw new ApiFailure(40002);
        const app = authenticateApp(world, queryText(call, 'appid'), queryText(call, 'secret'), call.ip);
        takeWechatQuota(world, app.appid, call.path);
        return { ...world.wechatTokens.issueClassic(app.appid) };
      },
    ],
    [
      '/cgi-bin/stable_token',
      (call) => {
        requireMethod(call, 'POST');
        const { grant_type, appid, secret, force_refresh } = readJson(call);
        if (grant_type !== 'client_credential') throw new ApiFailure(40002);
        const app = authenticateApp(world, textOf(appid), textOf(secret), call.ip);
        takeWechatQuota(world, app.appid, call.path);
        return { ...world.wechatTokens.issueStable(app.appid, force_refresh === true) };
      },
    ],
    [
      '/cgi-bin/clear_quota',
      withToken(world, 'POST', (call) => {
        const { appid } = call.app;
        if (readJson(call).appid !== appid) throw new ApiFailure(40013);
        const recent = (clears.get(appid) ?? []).filter((at) => clock() - at < monthMs);
        if (recent.length >= clearsPerMonth) throw new ApiFailure(48006);
        clears.set(appid, [...recent, clock()]);
        world.quotas.clear(appid);
        return { errcode: 0, errmsg: 'ok' };
      }),
    ],
    [
      '/cgi-bin/openapi/quota/get',
      withToken(world, 'POST', (call) => {
        const path = readJson(call).cgi_path;
        if (typeof path !== 'string') throw new ApiFailure(76021);
        const limit = wechatLimit(world, path).perDay;
        if (limit === undefined) throw new ApiFailure(76021);
        const used = world.quotas.usedToday(call.app.appid, path);
        return { errcode: 0, errmsg: 'ok', quota: { daily_limit: limit, used, remain: limit - used } };
      }),
    ],
  ];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
