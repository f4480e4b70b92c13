import type { AppConfig, RouteConfig } from '@menshen/contract';
import { CompileError } from '../config/compile-error.ts';
import { type Campaign, compileCampaign } from './campaign.ts';
import type { CampaignAct } from './model.ts';
import { type CompiledRule, compileRule } from './rules.ts';
import { type AnswerReader, compileAnswerReader, compileRequestReader, type RequestReader } from './source.ts';

export interface KeySource {
  readonly read: RequestReader;
  readonly required: boolean;
}

/** A list of coupons in an answer. */
export interface ShownList {
  readonly campaign: Campaign;
  readonly items: AnswerReader;
  readonly path: readonly string[];
  readonly coupon: string;
  readonly amount: string;
}

/** What stands guard over one route. */
export interface RouteGuard {
  readonly match: string;
  readonly act: CampaignAct | null;
  /** Campaigns by the value that names them; one alone needs no name. */
  readonly campaigns: readonly Campaign[];
  readonly select: RequestReader | null;
  readonly key: KeySource | null;
  readonly shown: readonly ShownList[];
  readonly rules: readonly CompiledRule[];
}

export interface AppGuards {
  readonly campaigns: ReadonlyMap<string, Campaign>;
  readonly routes: ReadonlyMap<string, RouteGuard>;
}

const acts: readonly CampaignAct[] = ['claim', 'redeem', 'refund'];

/** Compiles what an app says of campaigns and guards. Throws {@link CompileError} on what only shows in combination. */
export function compileGuards(app: AppConfig, upstreamTimeoutMs: number): AppGuards {
  const campaigns = new Map<string, Campaign>();
  for (const [at, config] of app.campaigns.entries()) {
    if (campaigns.has(config.id))
      throw new CompileError(`apps.${app.id}.campaigns[${at}].id`, '有两个活动使用此标识。', 'two campaigns have this id');
    campaigns.set(config.id, compileCampaign(app, config));
  }
  const routes = new Map<string, RouteGuard>();
  for (const route of app.routes) {
    const guard = compileRouteGuard(app, route, [...campaigns.values()], upstreamTimeoutMs);
    if (guard !== null) routes.set(route.match, guard);
  }
  for (const campaign of campaigns.values())
    for (const { field, route } of routesOf(campaign))
      if (!routes.has(route))
        throw fault(app, campaign, field, `没有声明接口“${route}”。`, `no route "${route}" is declared in this app`);
  return { campaigns, routes };
}

function routesOf({ config }: Campaign): readonly { readonly field: string; readonly route: string }[] {
  return [
    { field: 'claim.route', route: config.claim.route },
    ...(config.redeem === undefined ? [] : [{ field: 'redeem.route', route: config.redeem.route }]),
    ...(config.refund === undefined ? [] : [{ field: 'refund.route', route: config.refund.route }]),
    ...config.shown.map(({ route }, at) => ({ field: `shown[${at}].route`, route })),
  ];
}

function compileRouteGuard(
  app: AppConfig,
  route: RouteConfig,
  all: readonly Campaign[],
  upstreamTimeoutMs: number,
): RouteGuard | null {
  const rules = (route.guards ?? []).map((rule, at) => compileRule(app.id, `${app.id} ${route.match} ${at}`, rule));
  const guarded = acts.flatMap((act) =>
    all.filter(({ config }) => config[act]?.route === route.match).map((campaign) => ({ act, campaign })),
  );
  const shown = all.flatMap((campaign) =>
    campaign.config.shown
      .filter((list) => list.route === route.match)
      .map(
        (list): ShownList => ({
          campaign,
          items: compileAnswerReader(list.items),
          path: list.items.split('.').slice(1),
          coupon: list.coupon,
          amount: list.amount,
        }),
      ),
  );
  if (rules.length === 0 && guarded.length === 0 && shown.length === 0) return null;
  const [first] = guarded;
  const bare = { match: route.match, act: null, campaigns: [], select: null, key: null, shown, rules } as const;
  if (route.body?.stream === true)
    throw new CompileError(
      `apps.${app.id}`,
      `接口“${route.match}”受规则保护，其请求体不能直接转发（body.stream）。`,
      `route "${route.match}" is guarded, so its body cannot be streamed`,
    );
  if (route.auth === 'none')
    throw new CompileError(
      `apps.${app.id}`,
      `接口“${route.match}”受规则保护，必须登录后才能使用。`,
      `route "${route.match}" is guarded and needs a session`,
    );
  if (first === undefined) return bare;
  const { act } = first;
  const other = guarded.find((one) => one.act !== act);
  if (other !== undefined)
    throw fault(app, other.campaign, `${other.act}.route`, '同一接口不能承担两种操作。', 'a route cannot serve two acts');
  const campaigns = guarded.map(({ campaign }) => campaign);
  for (const campaign of campaigns) {
    const timeout = route.timeoutMs ?? upstreamTimeoutMs;
    if (campaign.reservationMs <= timeout)
      throw fault(
        app,
        campaign,
        'reservationSeconds',
        `须长于接口的超时（${Math.ceil(timeout / 1_000)} 秒）。`,
        `must be longer than the route's timeout of ${Math.ceil(timeout / 1_000)} s`,
      );
    if (['GET', 'HEAD', 'OPTIONS'].some((method) => route.match.startsWith(`${method} `)))
      throw fault(app, campaign, `${act}.route`, '只读接口不能改变优惠券。', 'a safe method cannot change a coupon');
  }
  return { ...bare, act, campaigns, select: selectorOf(app, campaigns, act), key: keyOf(app, campaigns, act) };
}

/** Several campaigns on a claim route must be told apart, and in the same place; coupons tell by themselves which campaign they are of. */
function selectorOf(app: AppConfig, campaigns: readonly Campaign[], act: CampaignAct): RequestReader | null {
  if (act !== 'claim') return null;
  const sources = new Set(campaigns.map(({ config }) => config.claim.campaign));
  const [source] = sources;
  const [, second] = campaigns;
  if (sources.size > 1 || (second !== undefined && source === undefined))
    throw fault(
      app,
      second ?? (campaigns[0] as Campaign),
      'claim.campaign',
      '多个活动共用一个接口时，须在同一位置写明活动标识。',
      'campaigns that share a route must all be named in the same place of the request',
    );
  return source === undefined ? null : compileRequestReader(source);
}

function keyOf(app: AppConfig, campaigns: readonly Campaign[], act: CampaignAct): KeySource | null {
  const keys = campaigns.flatMap(({ config }) => {
    const part = config[act];
    return part === undefined ? [] : [{ source: part.key, required: part.keyRequired }];
  });
  const [first] = keys;
  if (first === undefined) return null;
  if (keys.some(({ source }) => source !== first.source))
    throw fault(
      app,
      campaigns[0] as Campaign,
      `${act}.key`,
      '共用一个接口的活动须从同一位置读取幂等键。',
      'campaigns that share a route must read the idempotency key from the same place',
    );
  return { read: compileRequestReader(first.source), required: keys.some(({ required }) => required) };
}

function fault(app: AppConfig, campaign: Campaign, field: string, zh: string, en: string): CompileError {
  return new CompileError(`apps.${app.id}.campaigns.${campaign.id}.${field}`, zh, en);
}
