import type { Access, Trace } from '../machine/trace.ts';
import { isIdentityName, isRoleName, isWeaklyPrivate, tableKind } from '../names.ts';
import { boundToCaller, guardFacts, identityLike, onlyWhenAsked, rowsUsed } from './facts.ts';
import { onlyPublicFields } from './harmless.ts';
import { frameKey, spotOf } from './locate.ts';
import { accessStep, type Collect, entryStep } from './verdict.ts';

/** `if (role !== 'admin') query.openid = OPENID` with a role that the request names: whoever names another gets everybody's rows. */
export function judgeClaimedScope(traces: readonly Trace[], collect: Collect): void {
  for (const trace of traces) {
    if (trace.entry.kind === 'timer') continue;
    for (const access of trace.accesses) {
      if (access.operation === 'create' || access.operation === 'count') continue;
      const condition = access.conditions.find(
        (one) => one.narrowing && isIdentityName(one.column) && onlyWhenAsked(one.value) && identityLike(one.value),
      );
      const keys = [...(condition?.value.asked?.question.keys ?? [])];
      if (!condition || !isEverybodys(trace, access, keys)) continue;
      const isRole = keys.some(isRoleName);
      const rule = isRole ? 'MP-API-015' : trace.entry.framework === 'cloud' ? 'MP-CLD-002' : 'MP-API-001';
      const spot = spotOf(access, condition.place);
      const asked = condition.value.asked?.question.place;
      const named = keys.slice(0, 2).join(', ');
      collect({
        rule,
        key: `${rule}|scope|${frameKey(spot.frame)}|${access.branch?.label ?? ''}`,
        place: isRole && asked ? asked : spot.place,
        message: {
          zh: `是否只查调用者自己的 ${access.table}，由请求里的 ${named} 决定：换一个值就能看到或修改所有人的数据`,
          en: `Whether only the caller's rows of ${access.table} are found is decided by ${named} of the request: another value reaches everybody's`,
        },
        steps: [entryStep(trace.entry), accessStep(access)],
        severity: 'high',
        confidence: isRole ? 'high' : 'medium',
      });
    }
  }
}

/** Without that condition nothing ties the rows to the caller, they are somebody's, and they leave or change. */
function isEverybodys(trace: Trace, access: Access, keys: readonly string[]): boolean {
  const facts = guardFacts(access);
  if (facts.role || facts.secret || facts.ownedRows.size > 0 || boundToCaller(access) || access.opaque) return false;
  const kind = tableKind(access.table);
  const personal = kind === 'private' && !isWeaklyPrivate(access.table);
  if (!personal && !(keys.some(isRoleName) && kind !== 'catalog' && kind !== 'authored')) return false;
  return access.operation !== 'read' || (!onlyPublicFields(access) && rowsUsed(trace, access) === 'reply');
}
