import type { Trace } from '../machine/trace.ts';
import { has, origin } from '../machine/value.ts';
import { isLoginName, tableKind } from '../names.ts';
import { boundToCaller, guardFacts } from './facts.ts';
import { frameKey } from './locate.ts';
import { accessStep, type Collect, entryStep } from './verdict.ts';

/** Cloud functions that are called over HTTP: the platform puts no identity in, so the code has to ask for one. */
export function judgeHttpFunctions(traces: readonly Trace[], collect: Collect): void {
  for (const trace of traces) {
    const { entry } = trace;
    if (entry.framework !== 'cloud' || entry.kind !== 'http' || isLoginName(entry.name)) continue;
    if (trace.effects.some((effect) => effect.name === 'jwt.verify')) continue;
    const open = trace.accesses.find((access) => {
      const facts = guardFacts(access);
      if (facts.login || facts.role || facts.secret || boundToCaller(access)) return false;
      const kind = tableKind(access.table);
      if (access.operation === 'read')
        return kind === 'private' && access.conditions.some((one) => has(one.value, origin.client));
      return access.operation !== 'count' && kind !== 'authored';
    });
    const frame = open?.frames[0];
    if (!open || !frame?.node) continue;
    collect({
      rule: 'MP-CLD-011',
      key: `MP-CLD-011|${frameKey(frame)}`,
      place: { file: frame.file, start: frame.node.start, end: Math.min(frame.node.end, frame.node.start + 60) },
      message: {
        zh: `云函数 ${entry.name} 可经 HTTP 调用，没有校验令牌或签名就访问 ${open.table}`,
        en: `The cloud function ${entry.name} can be called over HTTP and reaches ${open.table} without a token or a signature`,
      },
      steps: [entryStep(entry), accessStep(open)],
    });
  }
}
