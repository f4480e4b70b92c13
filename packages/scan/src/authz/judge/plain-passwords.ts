import type { Trace } from '../machine/trace.ts';
import { deepKeys, has, origin, type Value } from '../machine/value.ts';
import { frameKey } from './locate.ts';
import { accessStep, type Collect, entryStep, stepAt } from './verdict.ts';

const passwordName = /^(?:user|login|account|admin)?_?(?:password|passwd|pwd|pass_?word)$/i;
/** What a call on a password may do without making a hash of it, or comparing it in a library's way. */
const harmlessCall =
  /(?:^|\.)(?:log|info|debug|warn|error|trim|test|match|isEmpty|stringify|parse|validate\w*|check\w*|is[A-Z]\w*|assert\w*|required?|notEmpty|query|execute|all|get|find\w*|where|json|send|body|param\w*|success|fail)$/;

/** A password is kept as it is: the one that was sent is compared with the row's, or the row is searched by it. */
export function judgePlainPasswords(traces: readonly Trace[], collect: Collect): void {
  for (const trace of traces) {
    if (trace.effects.some((effect) => !harmlessCall.test(effect.name) && effect.args.some(namesPassword))) continue;
    for (const decision of trace.decisions) {
      const check = decision.checks.find(
        ({ left, right, name }) => name === undefined && right && ((ofRow(left) && sent(right)) || (ofRow(right) && sent(left))),
      );
      if (!check) continue;
      tell(trace, frameKey(decision.frames.at(-1)), check.place, collect);
    }
    for (const access of trace.accesses) {
      if (access.operation !== 'read' && access.operation !== 'count') continue;
      const one = access.conditions.find(({ column, value, narrowing }) => narrowing && passwordName.test(column) && sent(value));
      if (one) tell(trace, frameKey(access.frames.at(-1)), one.place, collect, accessStep(access));
    }
  }
}

function namesPassword(value: Value): boolean {
  return [...deepKeys(value)].some((key) => passwordName.test(key));
}

/** The password of a row. */
function ofRow(value: Value): boolean {
  return value.rows !== undefined && !has(value, origin.client) && passwordName.test(value.field ?? '');
}

/** The password as it came with the request, and nothing else. */
function sent(value: Value): boolean {
  const keys = [...deepKeys(value)];
  return has(value, origin.client) && value.rows === undefined && keys.length === 1 && passwordName.test(keys[0] ?? '');
}

function tell(
  trace: Trace,
  key: string,
  place: { file: string; start: number; end: number },
  collect: Collect,
  step = stepAt(place, '在这里直接比对', 'Compared here as it is'),
): void {
  collect({
    rule: 'MP-CRY-001',
    key: `MP-CRY-001|${key}`,
    place,
    message: {
      zh: '口令以明文保存并直接比对：库一泄漏，所有账号的口令就公开了',
      en: 'The password is kept in plain text and compared as it is: a leaked table gives everybody’s away',
    },
    steps: [entryStep(trace.entry), step],
    severity: 'high',
    confidence: 'medium',
  });
}
