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
  accounts: { zh: '账号数', en: 'accounts' },
  action: { zh: '操作', en: 'action' },
  addresses: { zh: '地址数', en: 'addresses' },
  amount_cents: { zh: '金额（分）', en: 'amount in cents' },
  campaign: { zh: '活动', en: 'campaign' },
  city: { zh: '城市', en: 'city' },
  days: { zh: '天数', en: 'days' },
  devices: { zh: '设备数', en: 'devices' },
  failures: { zh: '失败次数', en: 'failures' },
  fixed_cents: { zh: '固定金额（分）', en: 'fixed amount in cents' },
  from: { zh: '从', en: 'from' },
  from_unknown_places: { zh: '来自陌生位置', en: 'from unknown places' },
  hour: { zh: '时', en: 'hour of the day' },
  idle_days: { zh: '未用天数', en: 'days idle' },
  kilometres: { zh: '公里', en: 'kilometres' },
  max_cents: { zh: '上限（分）', en: 'most, in cents' },
  min_cents: { zh: '下限（分）', en: 'least, in cents' },
  minutes: { zh: '分钟', en: 'minutes' },
  objects: { zh: '对象数', en: 'objects' },
  refused: { zh: '被拒次数', en: 'refused' },
  requests: { zh: '请求数', en: 'requests' },
  rows: { zh: '记录数', en: 'records' },
  signs: { zh: '迹象', en: 'signs' },
  to: { zh: '到', en: 'to' },
  usual_peak: { zh: '平时峰值', en: 'usual peak' },
  usual_rows: { zh: '平时记录数', en: 'usual records' },
  users: { zh: '人数', en: 'people' },
  window_hours: { zh: '时段（小时）', en: 'within hours' },
  window_minutes: { zh: '时段（分钟）', en: 'within minutes' },
  window_seconds: { zh: '时段（秒）', en: 'within seconds' },
};

/** The name of a fact in words. */
export const factLabel = (name: string): Text =>
  factNames[name] ?? { zh: name.replaceAll('_', ' '), en: name.replaceAll('_', ' ') };

const said = (value: Fact, language: 'zh' | 'en'): string =>
  typeof value === 'boolean' ? (value ? (language === 'zh' ? '是' : 'yes') : language === 'zh' ? '否' : 'no') : String(value);

/** The alert as a sentence with the facts that it rests on. */
export function alertText({ rule, facts }: Pick<Alert, 'rule' | 'facts'>, language: 'zh' | 'en'): string {
  const head = ruleTexts[rule]?.[language] ?? rule;
  const list = Object.entries(facts).map(([name, value]) => {
    const label = factLabel(name)[language];
    return language === 'zh' ? `${label} ${said(value, 'zh')}` : `${label} ${said(value, 'en')}`;
  });
  return language === 'zh' ? `${head}：${list.join('，')}。` : `${head}: ${list.join(', ')}.`;
}
