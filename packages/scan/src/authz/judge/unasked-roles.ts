import type { Access, Trace } from '../machine/trace.ts';
import { deepFlags, origin } from '../machine/value.ts';
import { isLoginName, personalRows, rankingName, subject, tableKind, words } from '../names.ts';
import { boundToCaller, clientKeys, createdByCaller, guardFacts, laterFacts, rowsUsed } from './facts.ts';
import { filterColumn, onlyCounts, onlyPublicFields } from './harmless.ts';
import { frameKey, spotOf } from './locate.ts';
import { accessStep, type Collect, entryStep } from './verdict.ts';

/**
 * Back ends that know roles and ask for none: everybody's rows are listed for whoever has logged in though other routes ask for an operator, or
 * accounts, roles and settings are changed by any account although a table says which role each has.
 */
export function judgeUnaskedRoles(traces: readonly Trace[], collect: Collect): void {
  const routes = traces.filter(({ entry }) => entry.framework !== 'cloud' && entry.kind === 'http');
  const asksSomewhere = routes.some((trace) => trace.accesses.some((access) => guardFacts(access).role));
  const keepsRoles = routes.some((trace) => trace.accesses.some((access) => isRoleTable(access.table)));
  if (!asksSomewhere && !keepsRoles) return;
  for (const trace of routes) {
    if (trace.entry.admin || isLoginName(`${trace.entry.name} ${trace.entry.path}`)) continue;
    for (const access of trace.accesses) {
      if (!isForAnyAccount(trace, access)) continue;
      const found = listsEverybody(trace, access) ? 'list' : !asksSomewhere && changesOffice(access) ? 'change' : undefined;
      if (found) report(trace, access, found, collect);
    }
  }
}

const isRoleTable = (table: string): boolean => words(table).some((word) => /^(?:role|permission|privilege)$/.test(word));

/** A login is asked for, and nothing else that could tell the caller from others. */
function isForAnyAccount(trace: Trace, access: Access): boolean {
  const facts = guardFacts(access);
  return (
    access.table !== '' &&
    !access.opaque &&
    access.conditionValue === undefined &&
    (facts.login || trace.authenticated) &&
    !facts.role &&
    !facts.secret &&
    facts.ownedRows.size === 0 &&
    !boundToCaller(access) &&
    !createdByCaller(access)
  );
}

/** Rows of people or of their orders, found by no more than filters, and shown with what is not public of them. */
function listsEverybody(trace: Trace, access: Access): boolean {
  return (
    access.operation === 'read' &&
    tableKind(access.table) === 'private' &&
    personalRows.test(subject(access.table)) &&
    !rankingName.test(`${trace.entry.name} ${trace.entry.path}`) &&
    access.conditions.every((one) => !one.narrowing || (filterColumn.test(one.column) && !one.value.rows)) &&
    !onlyPublicFields(access) &&
    rowsUsed(trace, access) === 'reply' &&
    !laterFacts(trace, access).role
  );
}

/** New accounts, and what the office alone keeps: roles, menus, settings. Rows of accounts that are there are judged by their owner. */
function changesOffice(access: Access): boolean {
  if (access.operation === 'read' || access.operation === 'count' || onlyCounts(access)) return false;
  const kept = tableKind(access.table) === 'admin' || /config|setting|menu$/i.test(access.table);
  const account = access.operation === 'create' && /^(?:user|account|member)$/.test(subject(access.table));
  const chosen = access.operation === 'delete' ? clientKeys(access).size > 0 : (deepFlags(access.data) & origin.client) !== 0;
  return (kept || account) && chosen;
}

function report(trace: Trace, access: Access, found: 'list' | 'change', collect: Collect): void {
  const { entry } = trace;
  const spot = spotOf(access, access.wherePlace);
  collect({
    rule: 'MP-API-002',
    key: `MP-API-002|unasked|${frameKey(spot.frame)}`,
    place: spot.place,
    message:
      found === 'list'
        ? {
            zh: `${entry.name} 把 ${access.table} 里所有人的数据列给任何已登录的账号，没有检查角色`,
            en: `${entry.name} lists everybody's rows of ${access.table} for whoever has logged in: no role is asked for`,
          }
        : {
            zh: `系统有角色，但 ${entry.name} 只要登录就能修改 ${access.table}：任何账号都能管理账号、角色或设置`,
            en: `There are roles, but ${entry.name} changes ${access.table} for whoever has logged in: any account manages accounts, roles or settings`,
          },
    steps: [entryStep(entry), accessStep(access)],
    severity: 'high',
    confidence: 'medium',
  });
}
