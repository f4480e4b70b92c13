import { appId, backendId, routeId, tagsOf } from '../assets/from-seen.ts';
import type { Asset, Weakness } from '../model.ts';
import { appName, routePath, type Seen, type SeenApp, type SeenRoute } from '../seen.ts';
import { weakness } from './weakness.ts';

/** What a route lacks for what it does and holds. */
export function routeWeaknesses(app: SeenApp, route: SeenRoute, asset: Asset | null): Weakness[] {
  const { id } = app.config;
  const { match } = route.config;
  const at = { asset: routeId(id, match), path: routePath(id, match) };
  const tags = asset?.tags ?? tagsOf(route);
  const found: Weakness[] = [];
  if (route.auth === 'none' && (tags.includes('write') || tags.includes('personal')) && route.config.payment === undefined)
    found.push(
      weakness({
        ...at,
        ...{ kind: 'auth-missing', ease: 5, impact: tags.includes('personal') ? 4 : 3 },
        title: ['接口不需要登录即可写入或读取个人信息', 'the route writes or shows personal data without a login'],
        fix: ['为接口设置 auth: session', 'set auth: session on the route'],
      }),
    );
  const sensitive = tags.includes('export') || tags.includes('personal') || tags.includes('money');
  // A policy may ask for it, too: whoever was asked here is the proof.
  if (sensitive && (route.auth === 'session' || route.auth === 'none') && route.challenged === null)
    found.push(
      weakness({
        ...at,
        ...{ kind: 'second-factor-missing', ease: 5, impact: 4 },
        title: ['涉及个人信息、导出或资金的接口没有要求二次验证', 'personal data, export or money without a second factor'],
        fix: ['为接口设置 auth: mfa，或在策略中要求更高的认证强度', 'set auth: mfa, or ask for it in the policy'],
      }),
    );
  if (tags.includes('write') && !route.schema && !tags.includes('upload') && route.config.payment === undefined)
    found.push(
      weakness({
        ...at,
        ...{ kind: 'schema-missing', ease: 4, impact: 3 },
        title: ['接口没有字段约定，任何字段都会转给后端', 'no schema: any field reaches the backend'],
        fix: ['声明 schema，或采纳系统学习到的约定', 'declare a schema, or take the learned one'],
        path: `/field-types?app=${encodeURIComponent(id)}`,
      }),
    );
  if (!route.inspecting)
    found.push(
      weakness({
        ...at,
        ...{ kind: 'inspection-off', ease: 4, impact: 4 },
        title: ['接口的攻击检测未启用拦截', 'inspection does not block on the route'],
        fix: ['把检测模式改为 enforce', 'set inspection to enforce'],
        path: '/inspection',
      }),
    );
  if (!route.enforcing)
    found.push(
      weakness({
        ...at,
        ...{ kind: 'monitor-mode', ease: 4, impact: 4 },
        title: ['接口处于观察模式，只记录不拦截', 'the route is in monitor mode'],
        fix: ['确认误报后改回强制模式', 'put it back to enforce'],
        path: '/switches',
      }),
    );
  const limited = route.config.limit !== undefined || app.config.limit !== undefined;
  if (!limited && (route.auth === 'none' || tags.includes('personal') || tags.includes('object')))
    found.push(
      weakness({
        ...at,
        ...{ kind: 'rate-limit-missing', ease: 4, impact: 3 },
        title: ['接口没有频率限制', 'no rate limit on the route'],
        fix: ['按人或按地址设置 limit', 'set a limit per person or address'],
        path: '/limits',
      }),
    );
  if (tags.includes('personal') && (route.config.mask ?? []).length === 0)
    found.push(
      weakness({
        ...at,
        ...{ kind: 'mask-missing', ease: 4, impact: 3 },
        title: ['返回的个人信息没有脱敏', 'personal data in answers is not masked'],
        fix: ['为字段设置 mask，需要时再按权限显示', 'mask the fields, and reveal them by permission'],
        path: `/data?app=${encodeURIComponent(id)}`,
      }),
    );
  return found;
}

/** What an app and its connections lack. */
export function appWeaknesses(app: SeenApp, { config, mode }: Seen): Weakness[] {
  const { id, requestSigning } = app.config;
  const found: Weakness[] = [];
  const name = appName(app.config);
  if (mode !== 'enforce')
    found.push(
      weakness({
        ...{ kind: 'monitor-mode', asset: appId(id), ease: 5, impact: 4, path: '/switches' },
        title: ['网关未在强制模式，攻击不会被拦截', 'the gateway does not enforce: attacks are not stopped'],
        fix: ['在开关页恢复强制模式', 'go back to enforce on the page of switches'],
      }),
    );
  if (requestSigning.mode !== 'required')
    for (const route of app.routes)
      if (route.auth !== 'none')
        found.push(
          weakness({
            ...{
              kind: 'signing-optional',
              asset: routeId(id, route.config.match),
              ease: 3,
              impact: 3,
              path: routePath(id, route.config.match),
            },
            title: ['未强制请求签名，令牌被窃即可直接使用', 'signatures are not demanded: a stolen token is enough'],
            fix: [
              '小程序全部接入 SDK 后把 requestSigning 设为 required',
              'set requestSigning to required once all clients use the SDK',
            ],
          }),
        );
  if (config.gateway.tls === undefined && !isLoopback(config.gateway.listen))
    found.push(
      weakness({
        ...{ kind: 'tls-missing', asset: appId(id), ease: 4, impact: 5, path: '/system' },
        title: ['网关监听地址没有 TLS 证书', 'the gateway listens without TLS'],
        fix: ['配置 gateway.tls，或确认前面的负载均衡终结 TLS', 'configure gateway.tls, or end TLS at the balancer in front'],
      }),
    );
  if (!app.upstream.tls && !isLoopbackHost(app.upstream.origin))
    found.push(
      weakness({
        ...{ kind: 'backend-clear', asset: backendId(id), ease: 3, impact: 4, path: '/system' },
        title: [`到${name.zh}后端的链路没有加密`, `traffic to the backend of ${name.en} is in clear`],
        fix: ['后端启用 HTTPS，并限定签发者', 'use https for the backend and pin its issuer'],
      }),
    );
  if (app.upstream.failing)
    found.push(
      weakness({
        ...{
          kind: 'backend-failing',
          asset: backendId(id),
          source: 'operation',
          ease: 5,
          impact: 4,
          path: '/traffic?outcome=failed',
        },
        title: ['后端最近没有应答', 'the backend has not answered lately'],
        fix: ['检查后端服务与网络', 'look at the backend and its network'],
      }),
    );
  return found;
}

const isLoopbackName = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || host === '::1' || /^127\./.test(host);
const isLoopback = (listen: string): boolean => isLoopbackName(listen.replace(/:\d+$/, ''));
const isLoopbackHost = (origin: string): boolean => isLoopbackName(new URL(origin).hostname);
