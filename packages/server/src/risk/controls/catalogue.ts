import type { Bilingual } from '@menshen/contract';

/** A measure of the platform, and what it is worth when it works. */
export interface Control {
  readonly name: Bilingual;
  /** Grades that it takes off: of ease where it stands in an attacker's way, of impact where it limits what is lost. */
  readonly strength: 1 | 2 | 3;
  /** Evidence counts for so many days. */
  readonly freshDays: number;
  /** Weaknesses that are gone where it is switched on. */
  readonly mends: readonly string[];
  /** What its evidence is, in words. */
  readonly shownBy: Bilingual;
}

const control = (
  name: readonly [string, string],
  strength: Control['strength'],
  freshDays: number,
  shownBy: readonly [string, string],
  mends: readonly string[] = [],
): Control => ({
  ...{ strength, freshDays, mends },
  name: { zh: name[0], en: name[1] },
  shownBy: { zh: shownBy[0], en: shownBy[1] },
});

const enforced = ['近 7 天在强制模式下处理过请求', 'requests of the last 7 days passed it, enforcing'] as const;

/**
 * Controls by id. Strength is our judgement, one grade for what an attacker has to work around, two for what stops the usual attack, three for what stops it
 * whatever the backend does; it is data, so that it can be argued about.
 */
export const controls = {
  inspection: control(['请求攻击检测', 'inspection of requests'], 2, 7, enforced, ['inspection-off']),
  schema: control(['接口字段校验', 'schema of the interface'], 1, 7, enforced, ['schema-missing']),
  authentication: control(['登录认证', 'signing in'], 2, 7, enforced, ['auth-missing']),
  second_factor: control(['二次验证', 'second factor'], 3, 7, enforced, ['second-factor-missing']),
  authorization: control(['访问策略（默认拒绝）', 'access policies, deny by default'], 2, 7, enforced),
  rate_limit: control(['频率限制', 'rate limits'], 2, 7, enforced, ['rate-limit-missing']),
  bot_defence: control(['机器流量识别', 'bot detection'], 1, 7, enforced),
  campaign_bounds: control(['活动额度与规则约束', 'bounds of the campaign'], 3, 7, enforced),
  request_signing: control(['请求签名与防重放', 'signed requests without replay'], 2, 7, enforced, ['signing-optional']),
  encrypted_channel: control(['请求加密通道', 'encrypted channel'], 2, 7, enforced),
  gateway_tls: control(
    ['网关 TLS', 'TLS at the gateway'],
    3,
    7,
    ['近 7 天有请求经 TLS 到达', 'requests of the last 7 days came over TLS'],
    ['tls-missing'],
  ),
  backend_tls: control(
    ['到后端的 TLS', 'TLS to the backend'],
    3,
    7,
    ['近 7 天有请求经 TLS 转发', 'requests of the last 7 days went on over TLS'],
    ['backend-clear'],
  ),
  masking: control(['字段脱敏', 'masking of fields'], 2, 7, enforced, ['mask-missing']),
  leak_guard: control(['响应泄露拦截', 'leak detection in answers'], 1, 7, enforced),
  rich_text: control(['富文本净化', 'cleaning of rich text'], 2, 7, enforced),
  upload_checks: control(['上传文件检查', 'checks of uploads'], 2, 7, enforced),
  payment_signature: control(['支付回调验签', 'signatures of payment notices'], 3, 7, enforced),
  step_up: control(['按风险追加验证', 'step-up by risk'], 1, 7, enforced),
  field_encryption: control(
    ['字段加密', 'encryption of fields'],
    3,
    30,
    ['近 30 天用密钥加密过数据', 'data was sealed within 30 days'],
    ['field-unsealed'],
  ),
  key_rotation: control(
    ['密钥轮换', 'rotation of keys'],
    1,
    365,
    ['密钥未超过规定年限', 'keys are younger than the rule says'],
    ['key-old'],
  ),
  detection: control(
    ['行为检测与告警', 'detection and alerts'],
    1,
    1,
    ['检测线程正在读取日志', 'detection is following the log'],
    ['detection-off'],
  ),
  notices: control(
    ['告警送达责任人', 'alerts that reach people'],
    1,
    30,
    ['近 30 天有通知送达', 'a notice was delivered within 30 days'],
    ['notices-undelivered'],
  ),
  audit_log: control(['防篡改审计日志', 'tamper-evident log'], 2, 1, [
    '一天内有新的签名检查点',
    'a signed checkpoint is younger than a day',
  ]),
  log_witness: control(
    ['日志独立见证', 'a witness of the log'],
    1,
    1,
    ['见证者正在签署', 'the witnesses sign'],
    ['log-unwitnessed'],
  ),
  backup_drill: control(
    ['备份与恢复演练', 'backups with restore drills'],
    3,
    90,
    ['90 天内演练成功', 'a drill succeeded within 90 days'],
    ['backup-undrilled'],
  ),
  backups: control(
    ['定期备份', 'regular backups'],
    2,
    2,
    ['两天内做过备份', 'a backup is younger than two days'],
    ['backup-old'],
  ),
  second_place: control(
    ['实时传送到异地', 'shipping to a second place'],
    2,
    1,
    ['异地副本没有落后', 'the second place is not behind'],
    ['copy-behind'],
  ),
  release_signing: control(
    ['发布签名与线上核对', 'signed releases, compared with what runs'],
    2,
    2,
    ['两天内核对过线上代码', 'deployed code was compared within two days'],
    ['release-unsigned'],
  ),
  source_scan: control(
    ['源码扫描', 'source scanning'],
    1,
    30,
    ['30 天内的发布带扫描结果', 'a release of the last 30 days carries a scan'],
    ['scan-missing'],
  ),
  admin_second_factor: control(
    ['管理员二次验证', 'second factor of administrators'],
    3,
    30,
    ['启用的管理员全部登记了二次验证', 'every active administrator has one'],
    ['admin-factor-missing'],
  ),
  separation: control(
    ['三权分立与双人复核', 'separated powers and four eyes'],
    2,
    30,
    ['没有账号同时持有多种权限', 'no account holds two powers'],
    ['single-operator'],
  ),
  directory_sync: control(
    ['通讯录同步（离职即失权）', 'synchronised directory'],
    2,
    2,
    ['两天内同步成功', 'it was synchronised within two days'],
    ['directory-stale'],
  ),
  retention: control(
    ['到期清理', 'retention carried out'],
    1,
    8,
    ['8 天内执行过清理', 'it ran within 8 days'],
    ['retention-due'],
  ),
  processors: control(
    ['第三方登记', 'register of third parties'],
    1,
    30,
    ['所有外联主机都有登记', 'every host that is called is named'],
    ['processor-unnamed'],
  ),
  training: control(['安全培训', 'security training'], 1, 180, [
    '近半年有人完成课程',
    'courses were completed within half a year',
  ]),
} as const satisfies Record<string, Control>;

export type ControlId = keyof typeof controls;
export const isControl = (id: string): id is ControlId => Object.hasOwn(controls, id);
