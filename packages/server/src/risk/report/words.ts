import type { Bilingual } from '@menshen/contract';
import type { AssetKind, Weakness } from '../model.ts';
import type { ThreatSource } from '../threats/catalogue.ts';

export const levelNames: readonly Bilingual[] = [
  { zh: '无', en: 'none' },
  { zh: '很低', en: 'very low' },
  { zh: '低', en: 'low' },
  { zh: '中', en: 'medium' },
  { zh: '高', en: 'high' },
  { zh: '很高', en: 'very high' },
];
export const kindNames: Readonly<Record<AssetKind, Bilingual>> = {
  app: { zh: '应用', en: 'app' },
  platform: { zh: '安全平台', en: 'platform' },
  version: { zh: '代码版本', en: 'code' },
  route: { zh: '接口', en: 'route' },
  backend: { zh: '后端', en: 'backend' },
  data: { zh: '数据资源', en: 'data' },
  people: { zh: '人员', en: 'people' },
  key: { zh: '密钥', en: 'keys' },
  node: { zh: '主机节点', en: 'nodes' },
  dependency: { zh: '第三方组件', en: 'dependency' },
  third_party: { zh: '第三方', en: 'third party' },
};
export const sourceNames: Readonly<Record<ThreatSource, Bilingual>> = {
  external: { zh: '外部人员', en: 'outsiders' },
  internal: { zh: '内部人员', en: 'insiders' },
  supplier: { zh: '供应链', en: 'suppliers' },
  environment: { zh: '环境与故障', en: 'environment and failure' },
};
export const weaknessSourceNames: Readonly<Record<Weakness['source'], Bilingual>> = {
  scan: { zh: '源码扫描', en: 'source scan' },
  probe: { zh: '接口探测', en: 'probe' },
  configuration: { zh: '配置核查', en: 'configuration' },
  policy: { zh: '制度缺口', en: 'policy' },
  advisory: { zh: '漏洞情报', en: 'advisory' },
  operation: { zh: '运行情况', en: 'operation' },
};
export const optionNames = {
  reduce: { zh: '降低', en: 'reduce' },
  avoid: { zh: '规避', en: 'avoid' },
  transfer: { zh: '转移', en: 'transfer' },
  retain: { zh: '保留', en: 'retain' },
} as const satisfies Record<string, Bilingual>;
/** Heads of a table of treatments, in its order. */
export const treatmentColumns: readonly Bilingual[] = [
  { zh: '风险', en: 'risk' },
  { zh: '方式', en: 'option' },
  { zh: '计划', en: 'plan' },
  { zh: '负责人', en: 'owner' },
  { zh: '费用（元）', en: 'cost, yuan' },
  { zh: '期限', en: 'due' },
  { zh: '残余目标', en: 'residual' },
  { zh: '状态', en: 'state' },
];
export const treatmentNames = {
  planned: { zh: '已计划', en: 'planned' },
  under_way: { zh: '进行中', en: 'under way' },
  done: { zh: '已完成', en: 'done' },
  dropped: { zh: '已放弃', en: 'dropped' },
} as const satisfies Record<string, Bilingual>;
export const acceptanceNames = {
  valid: { zh: '有效', en: 'valid' },
  expired: { zh: '已到期', en: 'ended' },
  exceeded: { zh: '已超出接受时的数值', en: 'exceeded' },
  revoked: { zh: '已撤销', en: 'taken back' },
} as const satisfies Record<string, Bilingual>;
export const stateNames = {
  effective: { zh: '有效', en: 'effective' },
  stale: { zh: '缺少新证据', en: 'no fresh proof' },
  off: { zh: '未启用', en: 'off' },
} as const satisfies Record<string, Bilingual>;
