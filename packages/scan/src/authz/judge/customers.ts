import { constantText } from '../machine/invoke.ts';
import type { Access, Trace } from '../machine/trace.ts';
import { deepFlags, has, origin } from '../machine/value.ts';
import { isCounterColumn, isLoginName, isStockName, operatorTable, tableKind } from '../names.ts';
import { boundToCaller, createdByCaller, guardFacts } from './facts.ts';
import { onlyCounts } from './harmless.ts';
import { frameKey } from './locate.ts';
import { type Siblings, tableKey } from './siblings.ts';
import { accessStep, type Collect, entryStep } from './verdict.ts';

/**
 * Routes that change goods, notices or settings and ask for no more than a login, in a back end where everybody who logs in is a customer
 * from WeChat: no table, path or check of it knows operators.
 */
export function judgeCustomersWrites(traces: readonly Trace[], siblings: Siblings, collect: Collect): void {
  const routes = traces.filter(({ entry }) => entry.framework !== 'cloud' && entry.kind === 'http');
  if (!routes.some(logsInFromWeChat) || routes.some(knowsOperators)) return;
  for (const trace of routes) {
    const { entry } = trace;
    if (isLoginName(`${entry.name} ${entry.path}`)) continue;
    const access = trace.accesses.find((one) => changesOffer(one, siblings));
    if (!access) continue;
    const frame = access.frames[0];
    const place = entry.route ?? entry.place;
    collect({
      rule: 'MP-API-002',
      key: `MP-API-002|customers|${frameKey(frame)}|${place.file}:${place.start}`,
      place: entry.route ?? { ...place, end: Math.min(place.end, place.start + 60) },
      message: {
        zh: `${entry.name} 只要求登录就能修改 ${access.table}，而登录的都是普通用户：任何用户都能改`,
        en: `${entry.name} changes ${access.table} and asks for a login only, though whoever logs in is a customer: any user can change it`,
      },
      steps: [entryStep(entry), accessStep(access)],
      confidence: 'medium',
    });
  }
}

function logsInFromWeChat(trace: Trace): boolean {
  return (
    [...trace.called].some((name) => /code2session/i.test(name)) ||
    trace.effects.some((effect) => /code2session/i.test(`${effect.name} ${constantText(effect.args)}`))
  );
}

function knowsOperators(trace: Trace): boolean {
  return (
    trace.entry.admin ||
    trace.accesses.some((access) => tableKind(access.table) === 'admin' || guardFacts(access).role || guardFacts(access).secret)
  );
}

function changesOffer(access: Access, siblings: Siblings): boolean {
  if (access.operation === 'read' || access.operation === 'count' || !operatorTable.test(access.table)) return false;
  const use = siblings.get(tableKey(access.table));
  if (tableKind(access.table) !== 'catalog' || use?.ownedByCreation || use?.bound.write.size) return false;
  const facts = guardFacts(access);
  if (!facts.login || facts.ownedRows.size > 0 || boundToCaller(access) || createdByCaller(access) || onlyCounts(access))
    return false;
  const columns = [...(access.data?.shape?.props.keys() ?? [])];
  // An order takes its goods from the stock.
  if (access.operation === 'update' && columns.length > 0 && columns.every((name) => isStockName(name) || isCounterColumn(name)))
    return false;
  return (
    (deepFlags(access.data) & origin.client) !== 0 ||
    (access.operation === 'delete' && access.conditions.some((one) => has(one.value, origin.client)))
  );
}
