import type { Bilingual } from '@menshen/contract';
import {
  administratorsId,
  appId,
  backendId,
  dataId,
  keyId,
  platformAsset,
  routeId,
  staffId,
  tagsOf,
  thirdPartyId,
  versionId,
} from '../assets/from-seen.ts';
import type { Asset, Evidence, Weakness } from '../model.ts';
import { appName, days, routePath, type Seen, type SeenApp, type SeenRoute } from '../seen.ts';
import { findingWeaknesses } from './findings.ts';

type Given = Pick<Weakness, 'kind' | 'asset' | 'ease' | 'impact'> &
  Partial<Pick<Weakness, 'source' | 'since' | 'fixable'>> & {
    readonly title: readonly [string, string];
    readonly fix: readonly [string, string];
    readonly path: string;
    readonly seen?: readonly [string, string];
    readonly at?: number | null;
  };

const bilingual = ([zh, en]: readonly [string, string]): Bilingual => ({ zh, en });

/** A weakness of our own checks: its id is its kind and where it is, so that it is the same one until it is mended. */
function weakness({ kind, asset, ease, impact, title, fix, path, seen = title, at = null, ...more }: Given): Weakness {
  const evidence: Evidence = { text: bilingual(seen), at, path };
  return {
    ...{ id: `${kind}@${asset}`, kind, asset, ease, impact, title: bilingual(title), fix: bilingual(fix) },
    ...{
      source: more.source ?? 'configuration',
      cve: null,
      cvss: null,
      fixable: more.fixable ?? true,
      since: more.since ?? null,
    },
    evidence: [evidence],
  };
}

/** Everything that the running configuration, the administrators and the missing proofs say against the platform; and the findings of scans. */
export function weaknessesOf(seen: Seen, assets: readonly Asset[]): readonly Weakness[] {
  const known = new Set(assets.map(({ id }) => id));
  const byId = new Map(assets.map((asset) => [asset.id, asset]));
  return [
    ...seen.apps.flatMap((app) => [
      ...appWeaknesses(app, seen),
      ...app.routes.flatMap((route) => routeWeaknesses(app, route, byId.get(routeId(app.config.id, route.config.match)) ?? null)),
    ]),
    ...dataWeaknesses(seen),
    ...releaseWeaknesses(seen),
    ...administratorWeaknesses(seen),
    ...platformWeaknesses(seen),
    ...findingWeaknesses(seen, known),
  ].filter(({ asset }) => known.has(asset));
}

function routeWeaknesses(app: SeenApp, route: SeenRoute, asset: Asset | null): Weakness[] {
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

function appWeaknesses(app: SeenApp, { config, mode }: Seen): Weakness[] {
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

function dataWeaknesses({ apps, fields, privacy }: Seen): Weakness[] {
  const sealed = new Set(apps.flatMap(({ config }) => (config.sealedFields.length > 0 ? [config.id] : [])));
  const found = new Map<string, Weakness>();
  for (const { app, kind, level, field, last } of fields) {
    const asset = dataId(app, kind);
    if (level >= 3 && !sealed.has(app) && !found.has(`seal ${asset}`))
      found.set(
        `seal ${asset}`,
        weakness({
          ...{ kind: 'field-unsealed', asset, ease: 3, impact: level >= 4 ? 5 : 4, path: `/data?app=${encodeURIComponent(app)}` },
          title: ['敏感字段在后端数据库中未加密', 'sensitive fields are not sealed in the backend database'],
          fix: ['用字段加密接口加密该字段并声明 sealedFields', 'seal the column by the seal interface and declare it'],
          ...{ seen: [`在字段 ${field} 中看到明文`, `seen in clear in ${field}`], at: last },
        }),
      );
    if (level >= 4 && privacy.unassessed.length > 0 && !found.has(`pia ${asset}`))
      found.set(
        `pia ${asset}`,
        weakness({
          ...{ kind: 'assessment-missing', asset, source: 'policy', ease: 3, impact: 3, path: '/privacy/assessments' },
          title: ['处理敏感个人信息前未做影响评估', 'sensitive data is processed without an impact assessment'],
          fix: ['完成个人信息保护影响评估并签署', 'write and sign the assessment'],
        }),
      );
    if (level >= 2 && privacy.rowsDue > 0 && !found.has(`due ${asset}`))
      found.set(
        `due ${asset}`,
        weakness({
          ...{ kind: 'retention-due', asset, source: 'policy', ease: 3, impact: 2, path: '/privacy/erasure' },
          title: [`有 ${privacy.rowsDue} 行数据已到期未删`, `rows that are kept beyond their time: ${privacy.rowsDue}`],
          fix: ['执行到期清理', 'carry out retention'],
        }),
      );
  }
  return [...found.values()];
}

function releaseWeaknesses({ apps, releases, deployments, scans, at }: Seen): Weakness[] {
  return apps.flatMap(({ config }) => {
    const found: Weakness[] = [];
    for (const kind of ['miniprogram', 'backend'] as const) {
      const asset = versionId(config.id, kind);
      const [newest] = releases.filter((one) => one.app === config.id && one.kind === kind);
      const scanned = scans.some((one) => one.app === config.id && one.ageMs < days(30));
      if (config.release === undefined || newest === undefined)
        found.push(
          weakness({
            ...{ kind: 'release-unsigned', asset, ease: 4, impact: 5, path: '/releases' },
            title: ['上线的版本没有签名清单', 'what runs has no signed manifest'],
            fix: ['在流水线中用 menshen release sign 签名并登记', 'sign and register releases in the pipeline'],
          }),
        );
      if (newest?.scanned !== true && !scanned)
        found.push(
          weakness({
            ...{ kind: 'scan-missing', asset, source: 'operation', ease: 3, impact: 3, path: '/releases' },
            title: ['近 30 天没有源码扫描结果', 'no source scan within 30 days'],
            fix: ['在流水线中运行 menshen scan', 'run menshen scan in the pipeline'],
          }),
        );
      if (newest !== undefined && newest.heavy > 0)
        found.push(
          weakness({
            ...{ kind: 'release-findings', asset, source: 'scan', ease: 4, impact: 4, path: '/releases', at: newest.registered },
            title: [
              `发布带着 ${newest.heavy} 个高危以上的发现`,
              `findings of high severity or above in the release: ${newest.heavy}`,
            ],
            fix: ['修复后重新发布', 'mend them and release again'],
          }),
        );
    }
    const drifted = deployments.filter((one) => one.app === config.id && !one.ok);
    for (const { host, total, heard } of drifted.slice(0, 1))
      found.push(
        weakness({
          ...{
            kind: 'release-drift',
            asset: versionId(config.id, 'backend'),
            source: 'operation',
            ease: 5,
            impact: 5,
            path: '/releases',
            at: heard,
          },
          title: [`${host} 上有 ${total} 个文件与签名清单不符`, `${total} files on ${host} are not what was signed`],
          fix: ['停用该主机，用签名的版本重新部署，查明原因', 'take the host out, deploy the signed version, find out why'],
        }),
      );
    const oldest = scans.filter((one) => one.app === config.id && one.ageMs >= days(30));
    for (const { last } of oldest.slice(0, 1))
      found.push(
        weakness({
          ...{
            kind: 'scan-missing',
            asset: versionId(config.id, 'miniprogram'),
            source: 'operation',
            ease: 3,
            impact: 3,
            path: '/findings',
            at: last,
          },
          title: [
            `上次扫描在 ${Math.floor((at - last) / days(1))} 天前`,
            `the last scan is ${Math.floor((at - last) / days(1))} days old`,
          ],
          fix: ['重新扫描', 'scan again'],
        }),
      );
    return dedupe(found);
  });
}

function administratorWeaknesses({ administrators, tokens, directory, config, at }: Seen): Weakness[] {
  const found: Weakness[] = [];
  const asset = administratorsId;
  const active = administrators.filter((one) => one.active);
  const bare = active.filter(({ factor }) => !factor).length;
  if (bare > 0)
    found.push(
      weakness({
        ...{ kind: 'admin-factor-missing', asset, ease: 5, impact: 5, path: '/administrators' },
        title: [`${bare} 名管理员没有二次验证`, `administrators without a second factor: ${bare}`],
        fix: ['要求登记验证器或通行密钥', 'have an authenticator or passkey enrolled'],
      }),
    );
  const dormant = active.filter(({ lastLogin, created }) => at - (lastLogin ?? created) > days(90)).length;
  if (dormant > 0)
    found.push(
      weakness({
        ...{ kind: 'dormant-admin', asset, source: 'operation', ease: 4, impact: 4, path: '/administrators' },
        title: [`${dormant} 个管理员账号 90 天未登录仍启用`, `administrator accounts that nobody used for 90 days: ${dormant}`],
        fix: ['停用不再使用的账号', 'disable what is not used'],
      }),
    );
  if (active.some(({ powers }) => powers > 1))
    found.push(
      weakness({
        ...{ kind: 'single-operator', asset, ease: 4, impact: 5, path: '/administrators' },
        title: ['一个账号同时持有系统、安全、审计权限', 'one account holds all three powers'],
        fix: ['改为三个分离的账号', 'separate the powers'],
      }),
    );
  const broad = tokens.filter(({ writes, anywhere, expires }) => writes && anywhere && expires > at).length;
  if (broad > 0)
    found.push(
      weakness({
        ...{ kind: 'token-broad', asset, ease: 4, impact: 4, path: '/tokens' },
        title: [`${broad} 个可写令牌不限来源地址`, `tokens that write and may be used from anywhere: ${broad}`],
        fix: ['为令牌限定来源网段', 'bind tokens to addresses'],
      }),
    );
  const stale = directory.sources > 0 && (directory.failing || directory.syncedAt === null || at - directory.syncedAt > days(2));
  if (stale)
    found.push(
      weakness({
        ...{
          kind: 'directory-stale',
          asset: staffId,
          source: 'operation',
          ease: 4,
          impact: 3,
          path: '/people',
          at: directory.syncedAt,
        },
        title: ['通讯录两天没有成功同步，离职者可能仍可登录', 'the directory was not synchronised for two days'],
        fix: ['检查来源的凭据与网络后重新同步', 'look at the source, then synchronise'],
      }),
    );
  if (config.console.secondFactor === 'optional' && bare === 0)
    found.push(
      weakness({
        ...{ kind: 'admin-factor-missing', asset, ease: 3, impact: 5, path: '/administrators' },
        title: ['配置允许管理员不用二次验证登录', 'the configuration lets administrators in without a second factor'],
        fix: ['把 console.secondFactor 设为 required', 'set console.secondFactor to required'],
      }),
    );
  return found;
}

function platformWeaknesses(seen: Seen): Weakness[] {
  const { drills, watching, channels, witnesses, dataKeys, nodes, openAlerts, exceptions, processors, unnamedHosts, at } = seen;
  const asset = platformAsset;
  const found: Weakness[] = [];
  const drill = drills.find(({ ok }) => ok);
  if (drill === undefined || at - drill.at > days(90))
    found.push(
      weakness({
        ...{ kind: 'backup-undrilled', asset, source: 'operation', ease: 4, impact: 5, path: '/system', at: drill?.at ?? null },
        title: ['90 天内没有成功的恢复演练', 'no restore drill succeeded within 90 days'],
        fix: ['运行 menshen backup drill 并保存记录', 'run menshen backup drill'],
      }),
    );
  if (!watching)
    found.push(
      weakness({
        ...{ kind: 'detection-off', asset, source: 'operation', ease: 4, impact: 4, path: '/alerts' },
        title: ['行为检测没有在运行', 'detection is not running'],
        fix: ['检查检测线程与规则', 'look at the detection thread'],
      }),
    );
  if (openAlerts > 20)
    found.push(
      weakness({
        ...{ kind: 'alerts-unjudged', asset, source: 'operation', ease: 4, impact: 3, path: '/alerts' },
        title: [`${openAlerts} 条告警无人判定`, `alerts that wait for a judgement: ${openAlerts}`],
        fix: ['先判定最严重的，再调整误报多的规则', 'judge the heaviest, then tune the noisy rules'],
      }),
    );
  if (!channels.some(({ lastSent }) => lastSent !== null && at - lastSent <= days(30)))
    found.push(
      weakness({
        ...{ kind: 'notices-undelivered', asset, source: 'operation', ease: 4, impact: 3, path: '/notices' },
        title: ['近 30 天没有一条通知送达', 'no notice was delivered within 30 days'],
        fix: ['配置通知渠道并发送测试消息', 'configure a channel and send a test'],
      }),
    );
  if (witnesses === null)
    found.push(
      weakness({
        ...{ kind: 'log-unwitnessed', asset, ease: 3, impact: 3, path: '/audit' },
        title: ['审计日志没有独立见证者', 'the audit log has no witness'],
        fix: ['在另一台主机运行 menshen witness', 'run menshen witness on another host'],
      }),
    );
  for (const app of new Set(dataKeys.filter(({ old }) => old).map((one) => one.app)))
    found.push(
      weakness({
        ...{ kind: 'key-old', asset: keyId(app), source: 'operation', ease: 3, impact: 4, path: '/keys' },
        title: ['数据密钥超过规定的使用期限', 'a data key is older than the rule allows'],
        fix: ['轮换数据密钥', 'rotate the data key'],
      }),
    );
  if (nodes < 2)
    found.push(
      weakness({
        ...{ kind: 'single-node', asset: 'node:gateway', ease: 4, impact: 4, path: '/system' },
        title: ['只有一个网关节点', 'there is one gateway node'],
        fix: ['重要业务部署两个以上节点', 'run two nodes or more where business depends on it'],
      }),
    );
  for (const { id, app, expiresAt, uses } of exceptions.filter(({ expiresAt }) => expiresAt - at > days(90)).slice(0, 20))
    found.push({
      ...weakness({
        ...{ kind: 'exception-wide', asset: app === null ? asset : appId(app), ease: 3, impact: 3, path: '/inspection' },
        title: [
          `检测例外还有 ${Math.floor((expiresAt - at) / days(1))} 天才到期（用过 ${uses} 次）`,
          `an exception of inspection holds for ${Math.floor((expiresAt - at) / days(1))} more days (used ${uses} times)`,
        ],
        fix: ['缩短例外的期限或范围', 'shorten or narrow it'],
      }),
      id: `exception-wide@${id}`,
    });
  for (const { id } of processors.filter(({ contractEnded }) => contractEnded))
    found.push(
      weakness({
        ...{ kind: 'contract-ended', asset: thirdPartyId(id), source: 'policy', ease: 3, impact: 3, path: '/privacy/processors' },
        title: ['与受托处理者的合同已到期', 'the contract with the third party has ended'],
        fix: ['续签合同，或停止提供数据', 'renew it or stop giving data'],
      }),
    );
  for (const host of unnamedHosts)
    found.push(
      weakness({
        ...{
          kind: 'processor-unnamed',
          asset: thirdPartyId(host),
          source: 'policy',
          ease: 3,
          impact: 3,
          path: '/privacy/processors',
        },
        title: ['向没有登记的第三方发送数据', 'data goes to a third party that no register names'],
        fix: ['登记处理者及其目的、合同', 'enter it with purpose and contract'],
      }),
    );
  return found;
}

const dedupe = (list: readonly Weakness[]): Weakness[] => [...new Map(list.map((one) => [one.id, one])).values()];
const isLoopbackName = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || host === '::1' || /^127\./.test(host);
const isLoopback = (listen: string): boolean => isLoopbackName(listen.replace(/:\d+$/, ''));
const isLoopbackHost = (origin: string): boolean => isLoopbackName(new URL(origin).hostname);
