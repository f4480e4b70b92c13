import { type Bilingual, errorText, isErrorCode } from '@menshen/contract';
import type { QueryRow } from './query-protocol.ts';

/** Names a rule of detection in both languages; null for one that is not known. */
export type RuleTitle = (rule: string) => Bilingual | null;

type Words = readonly [zh: string, en: string];

/** What was done, where noun and verb do not say it. */
const acts: Readonly<Record<string, Words>> = {
  login: ['登录', 'signed in'],
  logout: ['会话结束', 'session ended'],
  'account.create': ['创建了账号', 'created an account'],
  'account.bind': ['绑定了员工身份', 'bound an employee identity'],
  'account.unbind': ['解除了绑定', 'removed a bound identity'],
  'account.company_code': ['签发了员工绑定码', 'issued a company code'],
  'directory.update': ['同步了通讯录', 'synchronised the directory'],
  'roles.update': ['修改了角色', 'changed roles'],
  'approval.create': ['申请批准一个操作', 'asked for approval'],
  'campaign codes.create': ['签发了一批活动二维码', 'issued codes of a campaign'],
  'containment measure.update': ['分步恢复遏制措施', 'reopened a measure of containment in steps'],
  'coupon.create': ['领取了优惠券', 'was granted a coupon'],
  'coupon.delete': ['作废了优惠券', 'made a coupon void'],
  'data_keys.update': ['轮换了数据密钥', 'rotated the data keys'],
  'directory change.delete': ['拒绝了通讯录变更', 'refused a change of the directory'],
  'export.read': ['导出了数据', 'exported data'],
  'identities.update': ['停用或恢复了身份绑定', 'changed bound identities'],
  'person_keys.delete': ['销毁了一个人的密钥', 'destroyed the keys of a person'],
  'playbook run.create': ['启动了剧本的一次运行', 'started a run of a playbook'],
  'playbook run.update': ['推进了剧本的运行', 'went on with a run of a playbook'],
  'report.read': ['下载了报告', 'fetched a report'],
  'test message.create': ['发送了测试消息', 'sent a test message'],
  'test of a security bulletin.create': ['试发了安全提醒', 'sent a security bulletin as a test'],
  'training records of people.read': ['查看了人员的培训记录', 'read the training records of people'],
  'wechat callback.read': ['收到微信回调', 'received a callback of WeChat'],
  'wecom callback.read': ['收到企业微信回调', 'received a callback of WeCom'],
  'inspection exception.create': ['建立了检测例外', 'made an exception of inspection'],
  'inspection exception.update': ['延长了检测例外', 'extended an exception of inspection'],
  'inspection exception.delete': ['撤销了检测例外', 'revoked an exception of inspection'],
  'inspection.update': ['修改了攻击检测设置', 'changed the settings of inspection'],
  'inspection feedback.create': ['反馈了检测结果', 'said whether inspection was right'],
  'consent.create': ['同意了个人信息处理', 'consented to processing'],
  'consent.delete': ['撤回了同意', 'withdrew a consent'],
  'privacy request.create': ['提出了个人信息请求', 'asked for their data'],
  'privacy request.update': ['办理了个人信息请求', 'worked on a privacy request'],
  'personal data.delete': ['删除了一个人的个人信息', "erased a person's data"],
  'personal data export.read': ['取回了个人信息副本', 'fetched a copy of personal data'],
  'erasure certificate.create': ['出具了删除证明', 'certified an erasure'],
  'risk assessment.create': ['保存了风险评估版本', 'stored a version of the risk assessment'],
  'risk treatment.create': ['制定了风险处置计划', 'planned a treatment of a risk'],
  'risk treatment.update': ['修改了风险处置计划', 'changed the treatment of a risk'],
  'risk acceptance.create': ['接受了一项风险', 'accepted a risk'],
  'risk acceptance.delete': ['撤销了风险接受', 'took back the acceptance of a risk'],
  'business.update': ['登记了业务', 'entered a business'],
  'business.delete': ['移除了业务', 'removed a business'],
  'asset owner.update': ['指定了资产负责人', 'named the owner of an asset'],
  'advisories.update': ['导入了漏洞情报', 'brought in advisories'],
  'retention.delete': ['执行了到期清理', 'carried out retention'],
  'retention.read': ['试算了到期清理', 'tried retention'],
  'processor.update': ['登记了受托处理者', 'entered a processor'],
  'impact assessment.update': ['修改了影响评估', 'changed an impact assessment'],
  'alarm.privacy_request_overdue': ['告警：个人信息请求逾期', 'alarm: a privacy request is overdue'],
  'alarm.erasure_log_foreign': ['告警：删除登记中有不属于本平台的行', 'alarm: foreign lines in the file of erasures'],
  'alarm.data_key_old': ['告警：数据密钥该轮换了', 'alarm: a data key should be rotated'],
  'containment measure.create': ['采取了遏制措施', 'took a measure of containment'],
  'containment measure.delete': ['解除了遏制措施', 'ended a measure of containment'],
  'app version.update': ['标明了小程序版本', 'said which release a version is'],
  'app version.delete': ['撤回了小程序版本的标明', 'took back which release a version is'],
  'gateway mode.update': ['切换了网关模式', 'switched the gateway mode'],
  'configuration.update': ['加载了新配置', 'loaded a new configuration'],
  'alarm.outcome_unknown': ['告警：崩溃后有请求结果未知', 'alarm: outcomes unknown after a crash'],
  'alarm.configuration_refused': ['告警：修改后的配置被拒绝', 'alarm: a changed configuration was refused'],
  'alarm.audit_log_rewound': ['告警：审计日志与先前记录不符', 'alarm: the audit log is not what was noted of it'],
  'alarm.audit_log_rolled_back': [
    '告警：见证者见过更多条目，日志被回退',
    'alarm: a witness has seen more of the audit log: it was rolled back',
  ],
  'alarm.audit_log_forked_witness': [
    '告警：见证者见过的内容不在日志中',
    'alarm: what a witness has seen is no part of the audit log',
  ],
  'alarm.audit_witness_silent': ['告警：见证者没有应答', 'alarm: a witness does not answer'],
  'alarm.audit_witness_refused': ['告警：见证者拒绝签署', 'alarm: a witness refuses to sign'],
  'alarm.audit_archive_damaged': ['告警：日志的归档未通过核验', 'alarm: an archived day of the audit log does not verify'],
  'alarm.audit_unwritable': ['告警：审计日志曾无法写入', 'alarm: the audit log could not be written'],
  'alarm.audit_silent': ['告警：审计写入曾无应答', 'alarm: the writer of the audit log did not answer'],
  'alarm.audit_unsigned': ['告警：审计日志未被签名', 'alarm: the audit log is not being signed'],
  'alarm.audit_index_behind': ['告警：检索索引落后于日志', 'alarm: the search index does not follow the log'],
  'alarm.audit_log_silent': ['告警：另一节点的审计日志静默', "alarm: another node's audit log is silent"],
  'audit heartbeat.read': ['审计心跳', 'heartbeat of the recording'],
  'audit log.create': ['开启了延续旧日志的新日志', 'opened a log that continues a restored one'],
  'audit log.delete': ['按保存期限移除了日志条目', 'removed entries of the log as retention says'],
  'audit archive.delete': ['按期限删除了日志归档', 'deleted an archived day of the log'],
  'audit person keys.delete': ['按期限销毁了日志中的人员密钥', "destroyed people's keys of the log"],
  'alarm.audit_log_forked': ['告警：另一进程在写同一份审计日志', 'alarm: another process writes a copy of this audit log'],
  'alarm.gateway_not_enforcing': ['告警：网关未在拦截', 'alarm: the gateway is not enforcing'],
};

const verbs: Readonly<Record<string, Words>> = {
  create: ['新建了', 'made'],
  read: ['读取了', 'read'],
  update: ['更新了', 'changed'],
  delete: ['删除了', 'removed'],
};

const nouns: Readonly<Record<string, Words>> = {
  'access list': ['访问名单条目', 'an entry of the access list'],
  alert: ['告警的判定', 'the verdict of an alert'],
  api_token: ['接口令牌', 'an API token'],
  'app secret': ['应用密钥', 'an app secret'],
  approval: ['批准申请', 'a request for approval'],
  'bounced mailbox': ['退信邮箱', 'a mailbox whose mail came back'],
  campaign: ['活动', 'a campaign'],
  coupon: ['优惠券', 'a coupon'],
  'compliance attestation': ['合规佐证', 'an attestation'],
  'compliance exclusion': ['合规不适用项', 'an exclusion of compliance'],
  'data inventory': ['数据清单', 'the inventory of data'],
  data_key: ['数据密钥', 'a data key'],
  delegation: ['代理授权', 'a delegation'],
  'detection tuning': ['检测调优', 'a tuning of detection'],
  directory: ['通讯录', 'the directory'],
  'directory change': ['通讯录变更', 'a change of the directory'],
  finding: ['扫描发现', 'a finding'],
  incident: ['事件', 'an incident'],
  incidents: ['到期的事件', 'incidents that are old'],
  'learned schema': ['学到的字段类型', 'a learned schema'],
  notice: ['通知', 'a notice'],
  person: ['人员', 'a person'],
  'phishing drill': ['钓鱼演练', 'a phishing drill'],
  playbook: ['剧本设置', 'how a playbook runs'],
  policies: ['策略', 'policies'],
  release: ['发布', 'a release'],
  report: ['报告', 'a report'],
  'report schedule': ['定期报告', 'a schedule of reports'],
  'retention proof': ['到期清理证明', 'a proof of retention'],
  'role assignment': ['角色授予', 'the assignment of a role'],
  scan: ['扫描结果', 'a scan'],
  'scan request': ['扫描任务', 'a request for a scan'],
  'schema proposal': ['字段类型建议', 'a proposal of field types'],
  'scim group': ['目录服务的组', 'a group by SCIM'],
  'scim user': ['目录服务的人员', 'a person by SCIM'],
  'security bulletin': ['安全提醒', 'a security bulletin'],
  'signing key of proofs': ['证明的签名密钥', 'the signing key of proofs'],
  'traffic limit': ['流量限制', 'a traffic limit'],
  'training assignment': ['培训指派', 'a training assignment'],
  'training certificate': ['培训证书', 'a training certificate'],
  'training contest': ['知识竞赛', 'a contest'],
  'training contest player': ['知识竞赛选手', 'a player of a contest'],
  'training course': ['培训课程', 'a training course'],
  'training lab': ['动手实验', 'a lab'],
};

/** Alarms of the platform that no rule of detection tells. */
const alarms: Readonly<Record<string, Words>> = {
  administrator_factors_reset: ['管理员的二次验证被重置', "an administrator's second factors were reset"],
  answer_leak: ['后端答复泄露了内部信息', 'an answer of the backend leaked what is inside'],
  approval_card_refused: ['批准卡片上的操作被拒绝', 'a button of an approval was refused'],
  audit_export_failing: ['审计日志未能发往其他系统', 'the audit log could not be sent to another system'],
  break_glass: ['有人未经批准强制执行', 'somebody forced an act without approval'],
  bulk_read: ['读取的个人信息远多于平时', 'far more personal data read than usual'],
  configuration_differs: ['各节点的配置不同', 'nodes run with different configurations'],
  coordination_unshared: ['各节点未共用协调服务', 'nodes do not share their coordination'],
  data_key_unreadable: ['数据密钥无法读取', 'a data key cannot be read'],
  directory_change_held: ['通讯录的大量变更等待确认', 'a large change of the directory waits'],
  evidence_altered: ['证据文件被改动', 'evidence was altered'],
  guard_campaign_stopped: ['活动因违规自动停止', 'a campaign stopped itself'],
  guard_violation: ['请求或答复违反活动规则', 'a request or an answer broke the rules of a campaign'],
  learned_schema_unusable: ['学到的字段类型无法使用', 'a learned schema cannot be used'],
  outbound_refused: ['平台向外的连接被拒绝', 'a connection of the platform to the outside was refused'],
  passkey_counter: ['通行密钥的计数倒退，可能被复制', 'the counter of a passkey went back: it may have been copied'],
  release_drift: ['线上代码与签名的发布不符', 'deployed code is not the signed release'],
  release_drift_ended: ['线上代码已与签名的发布相符', 'deployed code is the signed release again'],
  release_revoked_runs: ['运行着已撤销的版本', 'a revoked release runs'],
  release_rolled_back: ['线上被退回到旧版本', 'an older release was deployed over a newer one'],
  release_unregistered: ['运行着未登记的构建', 'a build runs that nobody registered'],
  rich_text_script: ['富文本中的脚本被清除', 'a script was cleaned out of rich text'],
  scan_new_findings: ['扫描有新发现', 'a scan found something new'],
  session_risk: ['会话的风险上升', 'the risk of a session rose'],
  upload_content_risky: ['上传的图片或声音有风险', 'an upload has risky content'],
  upload_content_unchecked: ['上传的图片或声音未经微信检查', 'an upload was not checked by WeChat'],
  wechat_certificate_outdated: ['微信支付证书过期', 'a certificate of WeChat Pay is out of date'],
  store_began_anew: [
    '数据库是新建的，旁边的审计日志却不是：券码、预算与封禁记录可能已丢失',
    'the database is new beside an older audit log: spent codes, budgets and blocks of before may be lost',
  ],
};

/** Who acts where no person does. */
const machines: Readonly<Record<string, Words>> = {
  'wecom callback': ['企业微信回调', 'a callback of WeCom'],
  clock: ['到期', 'the clock'],
  demo: ['演示', 'the demonstration'],
  file: ['配置文件', 'the configuration file'],
  menshen: ['门神', 'Menshen'],
  schedule: ['定时任务', 'the schedule'],
  start: ['启动时', 'the start'],
};

const outcomes = {
  passed: ['通过', 'passed'],
  refused: ['被拒绝', 'refused'],
  failed: ['失败', 'failed'],
  unknown: ['结果未知', 'outcome unknown'],
} as const satisfies Record<string, Words>;

/** What was done, in words; the action itself where there are none for it. */
export function wordsOf(action: string, titleOf: RuleTitle): Words {
  const known = acts[action];
  if (known !== undefined) return known;
  if (action.startsWith('alarm.')) {
    const rule = action.slice('alarm.'.length);
    const alarm = alarms[rule];
    const title = alarm === undefined ? titleOf(rule) : { zh: alarm[0], en: alarm[1] };
    return title === null ? [`告警：${rule}`, `alarm: ${rule}`] : [`告警：${title.zh}`, `alarm: ${title.en}`];
  }
  const dot = action.lastIndexOf('.');
  const [noun, verb] = [nouns[action.slice(0, dot)], verbs[action.slice(dot + 1)]];
  return noun === undefined || verb === undefined ? [action, action] : [`${verb[0]}${noun[0]}`, `${verb[1]} ${noun[1]}`];
}

function actorOf(uid: string): Words {
  if (uid.startsWith('playbook:')) return [`剧本 ${uid.slice(9)}`, `playbook ${uid.slice(9)}`];
  const [, platform, app] = /^(wechat|wecom):(.+)$/.exec(uid) ?? [];
  if (app !== undefined)
    return platform === 'wecom' ? [`企业微信（${app}）`, `WeCom (${app})`] : [`微信（${app}）`, `WeChat (${app})`];
  return machines[uid] ?? [uid, uid];
}

const failedZh = (action: string | null): string => (action === 'login' ? '失败' : '（失败）');

/** One line of the log as a sentence. */
export function summaryOf(row: QueryRow, titleOf: RuleTitle): Bilingual {
  const known = row.code !== null && isErrorCode(row.code) ? row.code : null;
  const reason = known === null ? { zh: '', en: '' } : { zh: `：${errorText(known, 'zh')}`, en: `: ${errorText(known, 'en')}` };
  if (row.classUid === 6003) {
    const [zh, en] = outcomes[row.outcome];
    const request = `${row.method ?? ''} ${row.path ?? ''}`;
    return { zh: `${request} ${zh}${reason.zh}`, en: `${request} ${en}${reason.en}` };
  }
  const [whoZh, whoEn] = actorOf(row.uid ?? '');
  const [zh, en] =
    row.action === null ? ([`事件 ${row.classUid}`, `event ${row.classUid}`] as const) : wordsOf(row.action, titleOf);
  const failed = row.statusId === 2;
  return {
    zh: `${whoZh} ${zh}${failed ? failedZh(row.action) : ''}${reason.zh}`.trim(),
    en: `${whoEn} ${en}${failed ? ' (failed)' : ''}${reason.en}`.trim(),
  };
}
