import { type Bilingual, errorText, isErrorCode } from '@menshen/contract';

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
};

/** A problem of a run in words: `STEP CODE DETAIL`, where step and detail may be missing. */
export function problemText(problem: string): Bilingual {
  const parts = problem.split(' ').filter((part) => part !== '');
  const at = parts.findIndex((part) => Object.hasOwn(words, part) || isErrorCode(part));
  const code = parts[at];
  if (code === undefined) return { zh: problem, en: problem };
  const own = words[code];
  const text = own ?? (isErrorCode(code) ? { zh: errorText(code, 'zh'), en: errorText(code, 'en') } : { zh: code, en: code });
  const step = parts.slice(0, at).join(' ');
  const detail = parts.slice(at + 1).join(' ');
  return {
    zh: `${step === '' ? '' : `${step}：`}${text.zh}${detail === '' ? '' : `（${detail}）`}`,
    en: `${step === '' ? '' : `${step}: `}${text.en}${detail === '' ? '' : ` (${detail})`}`,
  };
}
