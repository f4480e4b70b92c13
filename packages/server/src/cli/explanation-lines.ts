import type { Language } from '@menshen/contract';
import type { ExplainedPolicy, Explanation } from '@menshen/policy';

/** A decision in words: the answer, the policies that made it, and why each other one for the action did not match. */
export function explanationLines({ decision, policies, otherActions }: Explanation, language: Language): string[] {
  const zh = language === 'zh';
  const lines = [decision.allow ? (zh ? '允许' : 'allowed') : zh ? '拒绝' : 'refused'];
  const deciding = decision.determining.join(', ');
  const none = zh ? '没有策略允许（默认拒绝）' : 'no policy permits (deny by default)';
  lines.push(`${zh ? '决定策略' : 'decided by'}: ${deciding === '' ? none : deciding}`);
  for (const { policy, code, message } of decision.errors)
    lines.push(`${zh ? '求值错误' : 'evaluation error'}: ${policy ?? '-'} (${code}: ${message})`);
  for (const explained of policies)
    lines.push(`  ${explained.matched ? '✓' : '✗'} ${explained.policy.id}: ${reasonText(explained, zh)}`);
  if (otherActions > 0)
    lines.push(zh ? `  另有 ${otherActions} 条策略与此动作无关` : `  ${otherActions} more are for other actions`);
  return lines;
}

function reasonText({ reason }: ExplainedPolicy, zh: boolean): string {
  switch (reason.code) {
    case 'matched':
      return zh ? '匹配' : 'matches';
    case 'principal_mismatch':
      return zh ? `主体不符：${reason.text}` : `another principal: ${reason.text}`;
    case 'resource_mismatch':
      return zh ? `资源不符：${reason.text}` : `another resource: ${reason.text}`;
    case 'when_false':
      return zh ? `条件不成立：${reason.text}` : `does not hold: ${reason.text}`;
    case 'unless_true':
      return zh ? `例外成立：${reason.text}` : `the exception holds: ${reason.text}`;
    case 'error':
      return zh ? `求值错误：${reason.text}（${reason.message}）` : `error at ${reason.text} (${reason.message})`;
  }
}
