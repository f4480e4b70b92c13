import { guardFactText } from '@menshen/contract';
import type { Alert, Fact } from './model.ts';

interface Text {
  readonly zh: string;
  readonly en: string;
}

/** What each rule means, in a sentence for people who read no rules. */
export const ruleTexts: Readonly<Record<string, Text>> = {
  account_takeover: { zh: '账号可能被他人使用', en: 'Somebody else may be using the account' },
  amount_tampering: { zh: '优惠金额不在活动允许的范围内', en: 'A coupon amount that the campaign does not give' },
  brute_force: { zh: '短时间内多次登录失败', en: 'Many failed logins within a short time' },
  brute_force_slow: { zh: '长时间缓慢地猜测登录凭据', en: 'Login is being guessed slowly over a long time' },
  coupon_farming: { zh: '同一设备或地址用多个账号领券', en: 'Many accounts take coupons from one device or address' },
  credential_stuffing: { zh: '用许多账号批量尝试登录', en: 'Logins are being tried with many accounts' },
  dormant_account: { zh: '长期未用的账号突然活动', en: 'An account that was idle for long is active again' },
  export_without_permission: { zh: '无导出权限的人导出了数据', en: 'Somebody without the right to export has exported data' },
  id_enumeration: { zh: '按编号逐个读取对象', en: 'Objects are being read one number after another' },
  impossible_travel: { zh: '两地之间的移动快得不可能', en: 'Two places in less time than anybody travels' },
  mass_export: { zh: '导出的记录远多于平时', en: 'Far more records exported than usual' },
  mass_read: { zh: '读取的记录远多于平时', en: 'Far more records read than usual' },
  new_device_new_city: { zh: '新设备同时出现在新城市', en: 'A new device in a new city' },
  off_hours: { zh: '在从不工作的时间处理数据', en: 'Work on data at hours at which the person never works' },
  ownership_probing: { zh: '试探其他部门的对象', en: 'Objects of other departments are being tried' },
  password_spray: { zh: '对许多账号各试少数几次密码', en: 'A few passwords are being tried on many accounts' },
  privilege_escalation: { zh: '使用了超出角色的权限', en: 'An act above the role of the person' },
  rate_spike: { zh: '请求频率骤增', en: 'Requests come far faster than usual' },
  replay: { zh: '同一请求被再次发送', en: 'A request was sent again' },
  scanner: { zh: '有人在扫描接口漏洞', en: 'Somebody is scanning for holes' },
  service_account_anomaly: { zh: '服务账号行为异常', en: 'A service account does what it never did' },
  session_hijack: { zh: '会话可能被盗用', en: 'A session may be in other hands' },
  shared_account: { zh: '一个账号在多台设备上使用', en: 'One account is used on many devices' },
  signature_forgery: { zh: '请求签名是伪造的', en: 'Signatures of requests are forged' },
  slow_exfiltration: { zh: '数据在数日内被逐步取走', en: 'Data is being taken little by little over days' },
};

const factNames: Readonly<Record<string, Text>> = {
  accepted: { zh: '被接受', en: 'accepted' },
  accounts: { zh: '账号数', en: 'accounts' },
  action: { zh: '操作', en: 'action' },
  acts: { zh: '操作次数', en: 'acts' },
  addresses: { zh: '地址数', en: 'addresses' },
  amount_cents: { zh: '金额（分）', en: 'amount in cents' },
  app: { zh: '应用', en: 'app' },
  campaign: { zh: '活动', en: 'campaign' },
  channel: { zh: '方式', en: 'way' },
  city: { zh: '城市', en: 'city' },
  claims: { zh: '领取次数', en: 'claims' },
  client_behind_seconds: { zh: '客户端时间落后（秒）', en: 'client behind, seconds' },
  days: { zh: '天数', en: 'days' },
  days_known: { zh: '已了解天数', en: 'days known' },
  department: { zh: '部门', en: 'department' },
  devices: { zh: '设备数', en: 'devices' },
  endpoint: { zh: '接口', en: 'route' },
  events_elsewhere: { zh: '其他节点日志中的事件', en: "events in other nodes' logs" },
  expected: { zh: '平时预期', en: 'usually expected' },
  exports: { zh: '导出次数', en: 'exports' },
  failures: { zh: '失败次数', en: 'failures' },
  failures_before: { zh: '此前失败', en: 'failures before' },
  failures_in_days: { zh: '数日内失败', en: 'failures within days' },
  far_away: { zh: '相距很远', en: 'far away' },
  fixed_cents: { zh: '固定金额（分）', en: 'fixed amount in cents' },
  from: { zh: '从', en: 'from' },
  from_unknown_places: { zh: '来自陌生位置', en: 'from unknown places' },
  granted: { zh: '已获准', en: 'granted' },
  granted_of_other_departments: { zh: '读到的外部门对象', en: 'objects of other departments read' },
  guard_expected: { zh: '应为', en: 'expected' },
  guard_seen: { zh: '实为', en: 'seen' },
  hour: { zh: '时', en: 'hour of the day' },
  idle_days: { zh: '未用天数', en: 'days idle' },
  in_last_hour: { zh: '最近一小时次数', en: 'of them in the last hour' },
  in_ten_minutes: { zh: '十分钟内次数', en: 'of them in ten minutes' },
  kilometres: { zh: '公里', en: 'kilometres' },
  kilometres_per_hour: { zh: '公里/小时', en: 'kilometres an hour' },
  known_scanner_paths: { zh: '扫描器常用路径数', en: 'paths that scanners try' },
  max_cents: { zh: '上限（分）', en: 'most, in cents' },
  min_cents: { zh: '下限（分）', en: 'least, in cents' },
  minutes: { zh: '分钟', en: 'minutes' },
  minutes_between: { zh: '相隔分钟', en: 'minutes between' },
  missing_paths: { zh: '不存在的路径数', en: 'missing paths' },
  new_action: { zh: '新操作', en: 'new act' },
  new_address: { zh: '新地址', en: 'new address' },
  new_city: { zh: '新城市', en: 'new city' },
  new_device: { zh: '新设备', en: 'new device' },
  nonce_age_seconds: { zh: 'nonce 已用时间（秒）', en: 'age of the nonce, seconds' },
  objects: { zh: '对象数', en: 'objects' },
  of_consecutive_numbers: { zh: '编号连续程度', en: 'share of consecutive numbers' },
  of_other_departments: { zh: '其他部门的', en: 'of other departments' },
  address_changes: { zh: '地址变换次数', en: 'changes of address' },
  older_client: { zh: '更旧的客户端', en: 'older client' },
  other_address: { zh: '地址不同', en: 'other address' },
  other_city: { zh: '城市不同', en: 'other city' },
  other_client: { zh: '程序不同', en: 'other client' },
  other_country: { zh: '国家不同', en: 'other country' },
  other_device: { zh: '设备不同', en: 'other device' },
  other_model: { zh: '型号不同', en: 'other model' },
  other_user: { zh: '换了人', en: 'other person' },
  permitted: { zh: '允许导出', en: 'may export' },
  positive: { zh: '为正整数', en: 'a positive whole number' },
  program_instead_of_app: { zh: '是程序而不是小程序', en: 'a program instead of the app' },
  reads: { zh: '读取次数', en: 'reads' },
  refused: { zh: '被拒次数', en: 'refused' },
  repeats: { zh: '重复次数', en: 'repeats' },
  requests: { zh: '请求数', en: 'requests' },
  role: { zh: '角色', en: 'role' },
  role_before: { zh: '原角色', en: 'role before' },
  role_in_directory: { zh: '通讯录中的角色', en: 'role in the directory' },
  role_used: { zh: '使用的角色', en: 'role used' },
  rows: { zh: '记录数', en: 'records' },
  rows_today: { zh: '今日记录数', en: 'records today' },
  same_address: { zh: '同一地址', en: 'same address' },
  same_sender: { zh: '同一发送者', en: 'same sender' },
  signs: { zh: '迹象', en: 'signs' },
  sum_above_usual: { zh: '累计超出平时', en: 'sum above the usual' },
  to: { zh: '到', en: 'to' },
  tool: { zh: '使用扫描工具', en: 'uses a scanning tool' },
  tries: { zh: '尝试次数', en: 'tries' },
  tries_per_address: { zh: '每地址尝试', en: 'tries per address' },
  unknown_campaign: { zh: '未知的活动', en: 'unknown campaign' },
  users: { zh: '人数', en: 'people' },
  value: { zh: '规则计数', en: 'counted by the rule' },
  usual_addresses: { zh: '平时地址数', en: 'usual addresses' },
  usual_behind_seconds: { zh: '平时落后（秒）', en: 'usually behind, seconds' },
  usual_max_cents: { zh: '平时最高（分）', en: 'usual most, in cents' },
  usual_min_cents: { zh: '平时最低（分）', en: 'usual least, in cents' },
  usual_multiple_cents: { zh: '平时的整倍数（分）', en: 'usual multiple, in cents' },
  usual_peak: { zh: '平时峰值', en: 'usual peak' },
  usual_rows: { zh: '平时记录数', en: 'usual records' },
  usual_share: { zh: '平时占比', en: 'usual share' },
  weekend: { zh: '周末', en: 'weekend' },
  weight: { zh: '迹象合计', en: 'sum of signs' },
  window_hours: { zh: '时段（小时）', en: 'within hours' },
  window_minutes: { zh: '时段（分钟）', en: 'within minutes' },
  window_seconds: { zh: '时段（秒）', en: 'within seconds' },
};

/** Signs that are added up, in words. */
const signNames: Readonly<Record<string, Text>> = {
  new_device: { zh: '新设备', en: 'new device' },
  new_city: { zh: '新城市', en: 'new city' },
  both_at_once: { zh: '同时出现', en: 'both at once' },
  off_hours: { zh: '非工作时间', en: 'strange hours' },
  failures_before: { zh: '此前失败', en: 'failures before' },
  far_away: { zh: '相距很远', en: 'far away' },
  much_read: { zh: '大量读取', en: 'much read' },
  dormant: { zh: '长期未用', en: 'long idle' },
  new_address: { zh: '新地址', en: 'new address' },
  bad_signature: { zh: '错误签名', en: 'bad signature' },
  above_role: { zh: '超出角色', en: 'above the role' },
  export_without_permission: { zh: '无权导出', en: 'export without the right' },
  program_instead_of_app: { zh: '程序而非小程序', en: 'a program instead of the app' },
  not_in_directory: { zh: '不在通讯录', en: 'not in the directory' },
};

/** The name of a fact in words. */
export const factLabel = (name: string): Text =>
  factNames[name] ?? { zh: name.replaceAll('_', ' '), en: name.replaceAll('_', ' ') };

/** Facts whose values are written for programs, and are shown in words. */
export const wordedFacts: ReadonlySet<string> = new Set(['guard_expected', 'guard_seen']);

/** A value in words: signs by their names, what a guard saw, yes and no. */
export function said(value: Fact, language: 'zh' | 'en', name = ''): string {
  if (name === 'signs')
    return String(value)
      .split(' ')
      .map((sign) => signNames[sign]?.[language] ?? sign)
      .join(language === 'zh' ? '、' : ' + ');
  if (wordedFacts.has(name)) return guardFactText(String(value))[language];
  if (typeof value !== 'boolean') return String(value);
  if (language === 'zh') return value ? '是' : '否';
  return value ? 'yes' : 'no';
}

/** Facts that name and explain a Sigma rule, and are none of the alert. */
export const titleFacts: ReadonlySet<string> = new Set(['title', 'title_zh', 'description', 'description_zh']);

/** What a rule is called; a Sigma rule brings its own title, in English and perhaps in Chinese. */
export function titleOf(rule: string, facts: Alert['facts'] = {}): Text {
  const en = String(facts['title'] ?? rule);
  return ruleTexts[rule] ?? { zh: String(facts['title_zh'] ?? en), en };
}

/** As a sentence or a label begins in English. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const sentence = (text: string, language: 'zh' | 'en'): string => {
  const trimmed = text.trim();
  if (language === 'zh') return /[.!?。！？]$/u.test(trimmed) ? trimmed : `${trimmed}。`;
  return capital(/[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`);
};

const factInWords = (name: string, value: Fact, language: 'zh' | 'en'): string => {
  const label = factLabel(name)[language];
  if (value === true) return label;
  const text = said(value, language, name);
  // Chinese parts names and numbers from words by a space, and no words from words.
  return /^\p{Script=Han}/u.test(text) ? `${label}${text}` : `${label} ${text}`;
};

/** What stands below the title of an alert: what its rule says of itself, and the facts that it rests on. */
export function alertText({ rule, facts }: Pick<Alert, 'rule' | 'facts'>, language: 'zh' | 'en'): string {
  const description = (language === 'zh' ? facts['description_zh'] : undefined) ?? facts['description'];
  const parts = Object.entries(facts)
    .filter(([name]) => !titleFacts.has(name))
    .map(([name, value]) => factInWords(name, value, language));
  const sentences = [
    ...(description === undefined ? [] : [sentence(String(description), language)]),
    ...(parts.length === 0 ? [] : [sentence(parts.join(language === 'zh' ? '，' : ', '), language)]),
  ];
  if (sentences.length === 0) return sentence(titleOf(rule, facts)[language], language);
  return sentences.join(language === 'zh' ? '' : ' ');
}
