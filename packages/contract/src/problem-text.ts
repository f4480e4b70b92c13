import type { Bilingual } from './bilingual.ts';
import { errorText, isErrorCode } from './errors.ts';

const words: Readonly<Record<string, Bilingual>> = {
  parameter_missing: { zh: '缺少参数', en: 'a parameter has no value' },
  parameter_invalid: { zh: '参数无效', en: 'a parameter is not valid' },
  secret_missing: { zh: '尚未录入新的密钥', en: 'nobody has entered a new secret' },
  timeout: { zh: '超时', en: 'it took too long' },
  refused: { zh: '被拒绝', en: 'somebody refused it' },
  expired: { zh: '无人按时批准', en: 'nobody approved it in time' },
  cancelled: { zh: '已取消', en: 'cancelled' },
  failed: { zh: '出错', en: 'it failed' },
  not_lifted: { zh: '措施未能解除，请手动解除', en: 'its measure could not be lifted: lift it by hand' },
  outcome_unknown: { zh: '是否已生效不明，请核对', en: 'it may or may not have had its effect: look' },
  source_unreadable: { zh: '此版本无法读取该剧本', en: 'this version cannot read the playbook' },
  carry_expired: { zh: '已批准，但半小时内未能执行', en: 'it was approved, but could not be done within half an hour' },
};

/** What was wrong with a measure, behind `validation_failed FIELD`. */
const wrong: Readonly<Record<string, Bilingual>> = {
  too_soon: { zh: '结束时间已过或太近', en: 'its end has passed or is too near' },
  too_late: { zh: '结束时间太远', en: 'its end is too far away' },
  app_unknown: { zh: '应用已不存在', en: 'the app is no longer there' },
  department_unknown: { zh: '部门已不存在', en: 'the department is no longer there' },
  route_unknown: { zh: '接口已不存在', en: 'the route is no longer there' },
  campaign_unknown: { zh: '活动已不存在', en: 'the campaign is no longer there' },
  no_sealed_fields: { zh: '该应用没有加密字段', en: 'the app has no sealed fields' },
  own_address: { zh: '这是本机或可信代理的地址', en: 'the address is of this machine or of a trusted proxy' },
  incident_unknown: { zh: '事件已不存在', en: 'the incident is no longer there' },
  secret_unknown: { zh: '新的密钥已不在，请重新录入', en: 'the new secret is no longer there: enter it again' },
};

/** Why a step of a playbook, or an approved act, was not done, in words: `STEP CODE DETAIL`, where step and detail may be missing. */
export function problemText(problem: string): Bilingual {
  const parts = problem.split(' ').filter((part) => part !== '');
  const at = parts.findIndex((part) => Object.hasOwn(words, part) || isErrorCode(part));
  const code = parts[at];
  if (code === undefined) return { zh: problem, en: problem };
  const own = words[code];
  const text = own ?? (isErrorCode(code) ? { zh: errorText(code, 'zh'), en: errorText(code, 'en') } : { zh: code, en: code });
  const step = parts.slice(0, at).join(' ');
  const last = parts.at(-1) ?? '';
  const said = at === parts.length - 1 || !Object.hasOwn(wrong, last) ? undefined : wrong[last];
  const detail = said ?? { zh: parts.slice(at + 1).join(' '), en: parts.slice(at + 1).join(' ') };
  return {
    zh: `${step === '' ? '' : `${step}：`}${text.zh}${detail.zh === '' ? '' : `（${detail.zh}）`}`,
    en: `${step === '' ? '' : `${step}: `}${text.en}${detail.en === '' ? '' : ` (${detail.en})`}`,
  };
}
