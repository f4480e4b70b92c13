import type { Trace } from '../machine/trace.ts';
import { type Check, deepKeys, has, origin } from '../machine/value.ts';
import { isRoleName } from '../names.ts';
import { readChecks } from './facts.ts';
import { frameKey } from './locate.ts';
import { type Collect, entryStep, stepAt } from './verdict.ts';

/** Asked as a fact: true or false, or equal to a constant. A role's id that is looked up is data. */
function says(check: Check): boolean {
  if (check.name) return false;
  if (check.right)
    return (
      check.right.literal !== undefined && check.right.literal !== null && check.right.literal !== '' && check.right.flags === 0
    );
  return /^(is_?(admin|manager|super|master)|admin)$/i.test(check.left.field ?? '');
}

/** A permission that is decided by a field of the request: `if (event.isAdmin)`. */
export function judgeClaimedRole(traces: readonly Trace[], collect: Collect): void {
  for (const trace of traces) {
    if (trace.entry.admin) continue;
    for (const decision of trace.decisions) {
      const claimed = decision.checks.find(
        (check) =>
          has(check.left, origin.client) &&
          !check.left.rows &&
          says(check) &&
          [...deepKeys(check.left)].some(
            (key) => isRoleName(key) && /admin|role|manager|master|super|auth|perm|power/i.test(key),
          ),
      );
      if (!claimed || readChecks(decision.checks).role) continue;
      const key = [...deepKeys(claimed.left)].join(', ');
      const guarded = trace.accesses.some((access) => access.operation !== 'create' && access.guards.includes(claimed));
      if (!guarded) continue;
      const frame = decision.frames.at(-1);
      collect({
        rule: 'MP-API-015',
        key: `MP-API-015|${frameKey(frame)}|${key}`,
        place: claimed.place,
        message: {
          zh: `是否有权限由请求里的 ${key} 决定，客户端可以自称管理员`,
          en: `The request's ${key} decides who may do this: a client can call itself an administrator`,
        },
        steps: [
          entryStep(trace.entry),
          stepAt(claimed.place, `检查的是请求里的 ${key}`, `What is checked is ${key} of the request`),
        ],
        severity: 'critical',
        confidence: 'medium',
      });
    }
  }
}
