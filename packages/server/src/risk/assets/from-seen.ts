import type { Asset, Grade } from '../model.ts';
import { appName, routePath, type Seen, type SeenApp, type SeenField, type SeenRoute } from '../seen.ts';
import { isDependency } from '../vulnerabilities/dependency.ts';

const platformId = 'platform';
export const appId = (app: string): string => `app:${app}`;
export const routeId = (app: string, match: string): string => `route:${app}:${match}`;
export const backendId = (app: string): string => `backend:${app}`;
export const versionId = (app: string, kind: string): string => `version:${app}:${kind}`;
export const dependencyId = (app: string): string => `dependency:${app}`;
export const dataId = (app: string, kind: string): string => `data:${app}:${kind}`;
export const keyId = (app: string): string => `key:${app}`;
export const thirdPartyId = (id: string): string => `third:${id}`;
export const administratorsId = 'people:administrators';
export const staffId = 'people:staff';
const privilegedId = 'people:privileged';
export const platformAsset = platformId;
export const logKeyId = 'key:platform';

/** Which fields stand for what a person would call one thing. */
const dataNames = {
  identity_card: { zh: '身份证号', en: 'identity card numbers' },
  bank_card: { zh: '银行卡号', en: 'bank card numbers' },
  phone: { zh: '手机号', en: 'phone numbers' },
  address: { zh: '住址', en: 'addresses' },
  name: { zh: '姓名', en: 'names' },
  mail: { zh: '邮箱', en: 'mail addresses' },
} as const satisfies Record<SeenField['kind'], { zh: string; en: string }>;

/**
 * Assets as they stand in the configuration and in what was seen: nobody writes a list. Values of confidentiality, integrity and availability follow from what an
 * asset does and holds.
 */
export function assetsOf(seen: Seen, owners: ReadonlyMap<string, string>): readonly Asset[] {
  const assets = [...platformAssets(seen), ...seen.apps.flatMap((app) => appAssets(app, seen))];
  return assets.map((asset) => ({ ...asset, owner: owners.get(asset.id) ?? null }));
}

type Found = Omit<Asset, 'owner'>;

function platformAssets({ administrators, people, nodes, processors, unnamedHosts, log }: Seen): Found[] {
  const inPlatform = { of: platformId, app: null, exposure: 'small' as const, tags: [] as string[] };
  const found: Found[] = [
    {
      ...{ id: platformId, kind: 'platform', of: null, app: null, exposure: 'small', tags: ['system'], path: '/system' },
      ...{ name: { zh: '门神平台（策略、日志、密钥）', en: 'Menshen itself: policies, log, keys' } },
      ...{ confidentiality: 5, integrity: 5, availability: 4 },
    },
    {
      ...{ ...inPlatform, id: administratorsId, kind: 'people', tags: ['administrator'], path: '/administrators' },
      name: { zh: `管理员（${administrators.length} 人）`, en: `administrators (${administrators.length})` },
      ...{ confidentiality: 5, integrity: 5, availability: 4 },
    },
    {
      ...{ ...inPlatform, id: staffId, kind: 'people', exposure: 'controlled', tags: ['staff'], path: '/people' },
      name: {
        zh: `员工（${people.active} 人）`,
        en: `staff (${people.active})`,
      },
      ...{ confidentiality: 3, integrity: 3, availability: 3 },
    },
    {
      ...{ ...inPlatform, id: 'node:gateway', kind: 'node', path: '/system' },
      name: { zh: `网关节点（${nodes} 个）`, en: `gateway nodes (${nodes})` },
      ...{ confidentiality: 4, integrity: 4, availability: 5 },
    },
  ];
  if (people.privileged > 0)
    found.push({
      ...{
        ...inPlatform,
        id: privilegedId,
        kind: 'people',
        exposure: 'controlled',
        tags: ['staff', 'privileged'],
        path: '/people',
      },
      name: { zh: `有特殊角色的员工（${people.privileged} 人）`, en: `staff with special roles (${people.privileged})` },
      ...{ confidentiality: 4, integrity: 4, availability: 3 },
    });
  if (log.checkpointAt !== null || log.writable)
    found.push({
      ...{ ...inPlatform, id: logKeyId, kind: 'key', path: '/keys' },
      name: { zh: '平台主密钥与日志签名密钥', en: 'master key and signing key of the log' },
      ...{ confidentiality: 5, integrity: 5, availability: 4, tags: ['data-key'] },
    });
  for (const { id, name } of processors)
    found.push({
      ...{ ...inPlatform, id: thirdPartyId(id), kind: 'third_party', path: '/privacy/processors' },
      ...{ name: { zh: name, en: name }, confidentiality: 4, integrity: 3, availability: 3 },
    });
  for (const host of unnamedHosts)
    found.push({
      ...{ ...inPlatform, id: thirdPartyId(host), kind: 'third_party', path: '/privacy/processors' },
      ...{
        name: { zh: `未登记的第三方 ${host}`, en: `${host}, in no register` },
        confidentiality: 3,
        integrity: 3,
        availability: 3,
      },
    });
  return found;
}

function appAssets(app: SeenApp, seen: Seen): Found[] {
  const { id } = app.config;
  const own = seen.fields.filter((field) => field.app === id);
  const worst = own.reduce((most, { level }) => Math.max(most, level), 1);
  const name = appName(app.config);
  const money = app.config.campaigns.length > 0 || app.config.pay !== undefined;
  const open = app.routes.some(({ auth }) => auth === 'none');
  const system: Found = {
    ...{
      id: appId(id),
      kind: 'app',
      of: null,
      app: id,
      name,
      exposure: open ? 'open' : 'controlled',
      tags: ['system'],
      path: '/traffic',
    },
    ...{ confidentiality: Math.min(5, worst + 1), integrity: money ? 5 : 4, availability: 4 },
  };
  const within = { of: appId(id), app: id };
  const found: Found[] = [
    system,
    ...app.routes.map((route) => routeAsset(app, route, own)),
    {
      ...{ ...within, id: backendId(id), kind: 'backend', exposure: 'small', tags: ['backend'], path: '/system' },
      name: { zh: `${name.zh}的后端`, en: `backend of ${name.en}` },
      ...{ confidentiality: Math.min(5, worst + 1), integrity: 4, availability: 4 },
    },
    ...dataAssets(own, id, name),
    ...versionAssets(app, seen, name),
    ...dependencyAssets(app, seen, name),
    ...hostAssets(app, seen),
  ];
  const hasSecrets = app.config.wechat !== undefined || app.config.wecom !== undefined || app.config.sealedFields.length > 0;
  if (hasSecrets)
    found.push({
      ...{ ...within, id: keyId(id), kind: 'key', exposure: 'small', path: '/keys' },
      name: { zh: `${name.zh}的密钥（AppSecret、数据密钥）`, en: `secrets of ${name.en}: AppSecret, data keys` },
      tags: app.config.sealedFields.length > 0 ? ['data-key'] : [],
      ...{ confidentiality: 5, integrity: 4, availability: app.config.sealedFields.length > 0 ? 4 : 2 },
    });
  return found;
}

/** A route is worth what its answers hold, what it changes, and whether business stands still without it. */
function routeAsset(app: SeenApp, route: SeenRoute, fields: readonly SeenField[]): Found {
  const { id } = app.config;
  const { match } = route.config;
  const tags = tagsOf(route);
  const level = fields
    .filter((field) => field.route === match && field.shown > 0)
    .reduce((most, one) => Math.max(most, one.level), 0);
  if (level >= 3) tags.push('personal');
  const money = route.campaign || route.config.payment !== undefined || tags.includes('money');
  const confidentiality: Grade = level > 0 ? Math.min(5, level + 1) : route.auth === 'none' ? 1 : 2;
  return {
    ...{ id: routeId(id, match), kind: 'route', of: appId(id), app: id, tags, path: routePath(id, match) },
    name: { zh: `${appName(app.config).zh} ${match}`, en: `${appName(app.config).en} ${match}` },
    exposure: route.auth === 'none' ? 'open' : 'controlled',
    confidentiality: money ? Math.max(3, confidentiality) : confidentiality,
    integrity: money ? 5 : tags.includes('write') ? 4 : 2,
    availability: money ? 4 : 3,
  };
}

const exporting = /export|download|\.csv|\.xlsx|report/i;
const moneyWords = /pay|bank|card|refund|order|coupon|claim|redeem|redemption|salary/i;

/** What a route does, from its pattern and settings. */
export function tagsOf({ config, auth, campaign }: SeenRoute): string[] {
  const [method = '', path = ''] = config.match.split(' ');
  const writes = method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
  const tags = [writes ? 'write' : 'read', auth === 'none' ? 'public' : 'signed-in'];
  if (path.includes(':')) tags.push('object');
  if (exporting.test(path)) tags.push('export');
  if (writes && moneyWords.test(path)) tags.push('money');
  if (campaign) tags.push('campaign');
  if (config.payment !== undefined) tags.push('payment');
  if (config.uploads !== undefined || config.body?.types?.includes('multipart') === true) tags.push('upload');
  if (config.richText !== undefined) tags.push('rich-text');
  if (config.socket !== undefined) tags.push('socket');
  return tags;
}

/** One data resource for each kind of personal data in an app. */
function dataAssets(fields: readonly SeenField[], app: string, name: { zh: string; en: string }): Found[] {
  const byKind = new Map<SeenField['kind'], number>();
  for (const { kind, level } of fields) if (level > 1) byKind.set(kind, Math.max(level, byKind.get(kind) ?? 0));
  return [...byKind].map(([kind, level]) => ({
    ...{ id: dataId(app, kind), kind: 'data' as const, of: appId(app), app, exposure: 'small' as const, path: '/data' },
    name: { zh: `${name.zh}：${dataNames[kind].zh}`, en: `${name.en}: ${dataNames[kind].en}` },
    tags: level >= 4 ? ['personal', 'sensitive'] : ['personal'],
    ...{ confidentiality: Math.min(5, level + 1), integrity: 3, availability: 2 },
  }));
}

/** The version of each kind of code that was registered last, or that code itself where nothing was. */
function versionAssets({ config }: SeenApp, { releases }: Seen, name: { zh: string; en: string }): Found[] {
  const kinds = ['miniprogram', 'backend'] as const;
  const words = {
    miniprogram: { zh: '小程序代码', en: 'mini program' },
    backend: { zh: '后端代码', en: 'backend code' },
  } as const;
  return kinds.map((kind) => {
    const [newest] = releases.filter((one) => one.app === config.id && one.kind === kind);
    const version = newest === undefined ? '' : ` ${newest.version}`;
    return {
      ...{ id: versionId(config.id, kind), kind: 'version' as const, of: appId(config.id), app: config.id, path: '/releases' },
      name: { zh: `${name.zh}${words[kind].zh}${version}`, en: `${name.en}, ${words[kind].en}${version}` },
      ...{ exposure: kind === 'miniprogram' ? ('open' as const) : ('small' as const), tags: [kind] },
      ...{ confidentiality: 3, integrity: 5, availability: 3 },
    };
  });
}

/** Hosts on which somebody watches the deployed code. */
function hostAssets({ config }: SeenApp, { deployments }: Seen): Found[] {
  const hosts = new Set(deployments.filter(({ app }) => app === config.id).map(({ host }) => host));
  return [...hosts].map((host) => ({
    ...{ id: `host:${config.id}:${host}`, kind: 'node', of: appId(config.id), app: config.id, exposure: 'small', tags: [] },
    name: { zh: `主机 ${host}`, en: `host ${host}` },
    ...{ confidentiality: 4, integrity: 4, availability: 4, path: '/releases' },
  }));
}

/** Components of others, once a scan has found something in them: a list of all would say nothing more. */
function dependencyAssets({ config }: SeenApp, { findings }: Seen, name: { zh: string; en: string }): Found[] {
  if (!findings.some((one) => one.app === config.id && isDependency(one))) return [];
  return [
    {
      ...{
        id: dependencyId(config.id),
        kind: 'dependency',
        of: appId(config.id),
        app: config.id,
        exposure: 'controlled',
        tags: [],
      },
      name: { zh: `${name.zh}的第三方组件`, en: `components of others in ${name.en}` },
      ...{ confidentiality: 3, integrity: 4, availability: 3, path: '/findings?rule=MP-DEP-001' },
    },
  ];
}
