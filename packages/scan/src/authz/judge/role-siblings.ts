import type { Access, Trace } from '../machine/trace.ts';
import { deepFlags, origin } from '../machine/value.ts';
import { tableKind } from '../names.ts';
import { boundToCaller, clientKeys, guardFacts, shares } from './facts.ts';
import { onlyCounts, onlySums } from './harmless.ts';
import { frameKey, spotOf } from './locate.ts';
import { tableKey } from './siblings.ts';
import { accessStep, type Collect, entryStep } from './verdict.ts';

/** Rows that one handler changes for administrators only, and another for whoever has logged in. */
export function judgeRoleSiblings(traces: readonly Trace[], collect: Collect): void {
  const guarded = new Map<string, Access[]>();
  const own = new Set<string>();
  for (const trace of traces) {
    for (const access of trace.accesses) {
      const key = tableKey(access.table);
      if (access.operation === 'create' || access.operation === 'read' || access.operation === 'count') continue;
      if (boundToCaller(access)) own.add(key);
      if (trace.entry.framework !== 'cloud' && guardFacts(access).role) guarded.set(key, [...(guarded.get(key) ?? []), access]);
    }
  }
  for (const trace of traces) {
    const { entry } = trace;
    if (entry.framework === 'cloud' || entry.kind !== 'http') continue;
    for (const access of trace.accesses) {
      const key = tableKey(access.table);
      const siblings = guarded.get(key);
      if (!siblings || access.table === '' || own.has(key) || !operators(access) || !chosen(access)) continue;
      const facts = guardFacts(access);
      if (facts.role || facts.secret || facts.ownedRows.size > 0 || !(facts.login || trace.authenticated)) continue;
      const spot = spotOf(access, access.wherePlace);
      collect({
        rule: 'MP-API-002',
        key: `MP-API-002|role|${frameKey(spot.frame)}`,
        place: spot.place,
        message: {
          zh: `${entry.name} 只要登录就能修改 ${access.table}，而同类接口要求管理员：任何用户都能改`,
          en: `${entry.name} changes ${access.table} for whoever has logged in, though others like it ask for an administrator`,
        },
        steps: [entryStep(entry), accessStep(access)],
        evidence: {
          text: {
            zh: `对 ${access.table} 的另外 ${siblings.length} 处修改要求管理员`,
            en: `${siblings.length} other changes of ${access.table} ask for an administrator`,
          },
          places: siblings.slice(0, 3).map((one) => one.wherePlace),
        },
        severity: 'high',
        confidence: 'medium',
      });
    }
  }
}

/** What the operator keeps and nobody owns, changed or deleted. */
function operators(access: Access): boolean {
  const kind = tableKind(access.table);
  return (
    (access.operation === 'update' || access.operation === 'delete') &&
    (kind === 'catalog' || kind === 'admin' || kind === 'other') &&
    !onlyCounts(access) &&
    !onlySums(access)
  );
}

/** The request says which row, and where it is changed what becomes of it. */
function chosen(access: Access): boolean {
  const keys = clientKeys(access);
  const named =
    keys.size > 0 ||
    access.conditions.some((one) => [...(one.value.rows ?? [])].some((row) => shares(clientKeys(row), new Set(['id', '_id']))));
  return named && (access.operation === 'delete' || (deepFlags(access.data) & origin.client) !== 0);
}
