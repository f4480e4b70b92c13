import type { Bilingual } from '@menshen/contract';
import { type ControlId, controls, isControl } from '../risk/controls/catalogue.ts';
import { isSign, type SignId, signs } from './signs/catalogue.ts';

/** What answers a requirement: a control of risk assessment, or a sign of our own. Both are held to the same rule of freshness. */
export type ProofId = ControlId | SignId;

export interface Proof {
  readonly name: Bilingual;
  readonly freshDays: number;
  readonly shownBy: Bilingual;
  /** Kinds of weaknesses that break it. */
  readonly broken: readonly string[];
  /** What brings it about, and on which page. */
  readonly close: Bilingual;
  readonly path: string;
}

type Way = readonly [zh: string, en: string, path: string, ...broken: string[]];

/** The shortest way to each proof. */
const ways = {
  inspection: [
    '在接口上启用攻击检测并设为拦截',
    'Inspect the routes, and block',
    '/inspection',
    'monitor-mode',
    'exception-wide',
  ],
  schema: ['批准接口的字段校验', 'Approve the schemas of the interfaces', '/field-types'],
  authentication: ['为接口要求登录', 'Ask for a session on the routes', '/policies', 'monitor-mode'],
  second_factor: ['为敏感接口要求二次验证', 'Ask for a second factor on sensitive routes', '/policies'],
  authorization: ['编写并发布访问策略', 'Write policies and publish them', '/policies', 'monitor-mode'],
  rate_limit: ['为接口设置频率限制', 'Set limits on the routes', '/limits'],
  bot_defence: ['启用机器流量识别', 'Recognise bots', '/limits'],
  campaign_bounds: ['为活动设置额度与规则', 'Bound the campaigns', '/campaigns'],
  request_signing: ['要求请求签名', 'Require signed requests', '/traffic'],
  encrypted_channel: ['为敏感接口要求加密通道', 'Require the encrypted channel on sensitive routes', '/traffic'],
  gateway_tls: ['为网关配置 TLS 证书', 'Give the gateway a certificate', '/system'],
  backend_tls: ['到后端改用 TLS', 'Speak TLS to the backends', '/system'],
  masking: ['为敏感字段设置脱敏', 'Mask sensitive fields', '/data'],
  leak_guard: ['将网关设为拦截模式', 'Let the gateway enforce', '/switches', 'monitor-mode'],
  rich_text: ['为富文本字段启用净化', 'Clean fields of rich text', '/rich-text'],
  upload_checks: ['为上传接口启用文件检查', 'Check files on upload routes', '/uploads'],
  payment_signature: ['为支付回调启用验签', 'Verify payment notices', '/traffic'],
  step_up: ['设置按风险追加验证的阈值', 'Set the threshold of step-up', '/sessions'],
  field_encryption: ['声明要加密的字段，并由后端加密存储', 'Declare fields to be sealed, and seal them in the backend', '/keys'],
  key_rotation: ['轮换到期的密钥', 'Rotate the keys that are due', '/keys'],
  detection: ['恢复检测线程', 'Get detection to follow the log again', '/alerts'],
  notices: ['配置通知渠道并发送测试', 'Set up a channel and send a test', '/notices'],
  audit_log: ['恢复审计日志写入', 'Get the log to be written again', '/audit'],
  log_witness: ['为日志配置独立见证', 'Give the log a witness', '/audit'],
  backup_drill: ['执行一次恢复演练', 'Run a restore drill', '/recovery'],
  backups: ['查看备份计划，立即备份一次', 'See the schedule of backups and make one now', '/recovery', 'backup-old'],
  second_place: ['配置异地传送，并检查是否落后', 'Ship to a second place, and see that it keeps up', '/recovery', 'copy-behind'],
  release_signing: [
    '登记签名的发布，并核对线上代码',
    'Register signed releases and watch what runs',
    '/releases',
    'release-drift',
  ],
  source_scan: ['扫描源码', 'Scan the sources', '/scans', 'release-findings'],
  admin_second_factor: ['让每位管理员登记二次验证', 'Let every administrator enrol a second factor', '/administrators'],
  separation: ['为三类管理员分设账号', 'Give each power an account of its own', '/administrators'],
  directory_sync: ['恢复通讯录同步', 'Get the directory to synchronise', '/sources'],
  retention: ['执行到期清理', 'Carry out retention', '/privacy/erasure'],
  processors: ['登记所有第三方', 'Enter every third party', '/privacy/processors', 'contract-ended'],
  training: ['安排课程', 'Assign a course', '/training'],
  request_record: ['让网关的请求写入日志', 'Let requests of the gateway be recorded', '/traffic'],
  administrator_record: ['以自己的账号登录一次', 'Sign in with your own account', '/audit'],
  login_limits: ['以自己的账号登录一次', 'Sign in with your own account', '/audit'],
  console_tls: ['以 HTTPS 发布控制台', 'Publish the console over HTTPS', '/system'],
  console_addresses: [
    '限定可访问控制台的地址（console.allowAddresses）',
    'Say which addresses may reach the console (console.allowAddresses)',
    '/system',
  ],
  administrator_accounts: ['停用长期未用的账号', 'Disable dormant accounts', '/administrators', 'dormant-admin'],
  data_classified: ['让数据盘点识别返回的字段', 'Let the inventory look at answers', '/data'],
  capacity: ['扩容或收紧限流', 'Add capacity or tighten the limits', '/limits'],
  redundancy: ['增加一个网关节点', 'Add a second node', '/system'],
  log_shipping: ['配置日志外送', 'Send the log to another place', '/audit'],
  log_retention: ['将日志留存设为不少于 180 天', 'Keep the log for 180 days or more', '/privacy/erasure'],
  vulnerability_care: ['修复逾期的问题并重新扫描', 'Mend what is overdue and scan again', '/findings', 'scan-missing'],
  interface_probe: ['运行 menshen probe', 'Run menshen probe', '/scans'],
  malware_scan: ['配置病毒扫描并在上传接口启用', 'Set up the malware scanner and use it on upload routes', '/uploads'],
  incident_care: ['处理逾期的事件与法定报告', 'Deal with overdue incidents and reports', '/incidents'],
  alerts_judged: ['研判积压的告警', 'Judge the alerts that wait', '/alerts', 'alerts-unjudged'],
  rights_requests: ['答复逾期的请求', 'Answer the requests that are overdue', '/privacy/requests'],
  consent_current: ['登记处理目的，并请用户重新同意', 'Declare purposes, and ask for consent anew', '/privacy/consents'],
  erasure_proved: ['清除残留', 'Remove what is left', '/privacy/erasure'],
  impact_assessed: ['完成缺少的影响评估', 'Make the assessments that are missing', '/privacy/assessments', 'assessment-missing'],
  personal_data_training: ['安排个人信息保护课程', 'Assign the course on personal data', '/training'],
  key_inventory: ['查看密钥清单', 'See the inventory of keys', '/keys'],
  certified_module: [
    '使用经认证的密码产品，并在该项要求下上传其证书',
    'Use a certified product, and attest this requirement with its certificate',
    '',
  ],
} as const satisfies Record<ProofId, Way>;

export function proofOf(id: ProofId): Proof {
  const [zh, en, path, ...broken] = ways[id] as Way;
  const base = isControl(id) ? controls[id] : signs[id];
  const mends = isControl(id) ? controls[id].mends : [];
  return {
    ...{ name: base.name, freshDays: base.freshDays, shownBy: base.shownBy, path, close: { zh, en } },
    broken: [...mends, ...broken],
  };
}

export const proofIds: readonly ProofId[] = Object.keys(ways).filter((id): id is ProofId => isControl(id) || isSign(id));
