import type { Rule } from '../rule.ts';
import { type Language, severityNames } from './language.ts';

/** Everything that the catalogue says about a rule, for a terminal. */
export function explainRule(rule: Rule, language: Language): string {
  const zh = language === 'zh';
  const lines = [
    `${rule.id}  ${rule.title[language]}`,
    `${severityNames[rule.severity][language]} (${rule.score.toFixed(1)})  ${rule.cwe.map((id) => `CWE-${id}`).join(', ')}`,
    '',
    rule.description[language],
    '',
    `${zh ? '修复：' : 'Fix: '}${rule.fix[language]}`,
  ];
  for (const [framework, example] of Object.entries(rule.examples))
    lines.push('', `${framework}:`, `  ${zh ? '错误' : 'bad '}  ${example.bad}`, `  ${zh ? '正确' : 'good'}  ${example.good}`);
  lines.push(
    '',
    `${zh ? '小程序安全指引' : 'WeChat security guide'}: ${rule.guide.join(', ')}`,
    `OWASP: ${rule.asvs.join(', ')}`,
    `GB/T 22239-2019: ${rule.mlps.join(', ')}`,
    '',
    zh
      ? `忽略某一处：// menshen-ignore ${rule.id} until 2027-01-01: 原因`
      : `To accept one place: // menshen-ignore ${rule.id} until 2027-01-01: reason`,
  );
  return lines.join('\n');
}
