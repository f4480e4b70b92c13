import type { Bilingual } from '@menshen/contract';

/** Something that the product sees besides the controls of risk assessment, in the same form: it counts while its evidence is fresh. */
export interface Sign {
  readonly name: Bilingual;
  readonly freshDays: number;
  readonly shownBy: Bilingual;
}

const sign = (name: readonly [string, string], freshDays: number, shownBy: readonly [string, string]): Sign => ({
  freshDays,
  name: { zh: name[0], en: name[1] },
  shownBy: { zh: shownBy[0], en: shownBy[1] },
});

export const signs = {
  request_record: sign(['用户操作记录', 'record of what users do'], 7, [
    '近 7 天有请求写入审计日志',
    'requests of the last 7 days are in the log',
  ]),
  administrator_record: sign(['管理操作记录', 'record of what administrators do'], 30, [
    '近 30 天有管理员登录留痕',
    'sign-ins of administrators of the last 30 days are in the log',
  ]),
  login_limits: sign(['登录失败处理', 'limits on failed sign-ins'], 30, [
    '近 30 天的登录都经过失败计数与锁定',
    'sign-ins of the last 30 days passed the limits',
  ]),
  console_tls: sign(['控制台 HTTPS', 'HTTPS of the console'], 30, [
    '近 30 天管理员经 HTTPS 登录',
    'administrators signed in over HTTPS within 30 days',
  ]),
  console_addresses: sign(['控制台来源地址限制', 'addresses that may reach the console'], 30, [
    '已设允许地址，近 30 天有管理员登录',
    'addresses are set, and administrators signed in within 30 days',
  ]),
  administrator_accounts: sign(['管理员账号清理', 'accounts of administrators in order'], 1, [
    '没有长期未用的账号，也没有默认账号',
    'no dormant account, and none by default',
  ]),
  data_classified: sign(['个人信息识别与分级', 'personal data found and classified'], 30, [
    '近 30 天识别过返回的字段',
    'fields of answers were looked at within 30 days',
  ]),
  capacity: sign(['业务高峰处理能力', 'capacity at peak'], 30, [
    '近 30 天没有因过载拒绝请求',
    'no request of the last 30 days was refused for overload',
  ]),
  redundancy: sign(['网关冗余', 'more than one gateway'], 1, ['至少两个节点在运行', 'two nodes or more are running']),
  log_shipping: sign(['日志异地留存', 'log sent to another place'], 1, ['日志外送正常', 'every place takes the log']),
  log_retention: sign(['日志留存不少于六个月', 'log kept for six months or more'], 1, [
    '留存期不少于 180 天且日志正在写入',
    'at least 180 days, and the log is being written',
  ]),
  vulnerability_care: sign(['漏洞及时修补', 'vulnerabilities mended in time'], 30, [
    '30 天内完整扫描过，且没有逾期未修的问题',
    'a whole scan within 30 days, and no finding is overdue',
  ]),
  interface_probe: sign(['接口主动探测', 'interfaces probed'], 30, [
    '30 天内探测过接口',
    'interfaces were probed within 30 days',
  ]),
  malware_scan: sign(['上传文件病毒扫描', 'uploads scanned for malware'], 7, [
    '近 7 天上传接口在扫描下处理过请求',
    'upload routes dealt with requests of the last 7 days under the scanner',
  ]),
  incident_care: sign(['安全事件处置', 'incidents dealt with'], 1, [
    '没有逾期的事件或法定报告',
    'no incident and no legal report is overdue',
  ]),
  alerts_judged: sign(['告警研判', 'alerts judged'], 1, ['没有长期未研判的告警', 'no alert waits for long']),
  rights_requests: sign(['个人权利请求按期处理', 'requests of people answered in time'], 1, [
    '没有逾期的请求',
    'no request is overdue',
  ]),
  consent_current: sign(['同意为现行文本', 'consent to the present text'], 1, [
    '已登记处理目的，且没有停留在旧文本的同意',
    'purposes are declared, and no consent is to an earlier text',
  ]),
  erasure_proved: sign(['删除后无残留', 'erasure leaves nothing'], 1, ['历次删除复查无残留', 'no erasure left a row']),
  impact_assessed: sign(['个人信息保护影响评估', 'impact assessments'], 1, [
    '应评估的情形都有有效评估',
    'whatever must be assessed is',
  ]),
  personal_data_training: sign(['个人信息保护培训', 'training on personal data'], 366, [
    '一年内有人通过相关课程',
    'a course on it was passed within a year',
  ]),
  key_inventory: sign(['密钥清单', 'inventory of keys'], 1, ['密钥清单由系统维护', 'the ring keeps the inventory']),
  certified_module: sign(['经认证的密码模块', 'certified cryptographic module'], 366, [
    '本产品不含经认证的密码模块，须另行提供证书',
    'this product holds none: its certificate comes from you',
  ]),
} as const satisfies Record<string, Sign>;

export type SignId = keyof typeof signs;
export const isSign = (id: string): id is SignId => Object.hasOwn(signs, id);
