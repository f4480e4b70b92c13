import type { Access, Trace } from '../machine/trace.ts';
import { deepFlags, has, origin } from '../machine/value.ts';
import { isAdminName, isLoginName, isOperatorAction, personalRows, subject, tableKind, words } from '../names.ts';
import { boundToCaller, guardFacts, laterFacts, readChecks, rowsUsed } from './facts.ts';
import { filterColumn, onlyPublicFields } from './harmless.ts';
import { frameKey } from './locate.ts';
import { accessStep, type Collect, entryStep } from './verdict.ts';

/**
 * Cloud functions of the back office that show everybody's rows to whoever calls, or change them all, and functions that hand out the whole
 * table of customers or orders. The platform lets every user of the mini program call every function.
 */
export function judgeOfficeFunctions(traces: readonly Trace[], collect: Collect): void {
  for (const trace of traces) {
    if (trace.entry.framework !== 'cloud' || trace.entry.kind === 'timer') continue;
    const done = new Set<string>();
    for (const access of trace.accesses) {
      const label = access.branch?.label ?? '';
      if (done.has(label) || isLoginName(`${trace.entry.name} ${label}`)) continue;
      const office = isOffice(trace, label);
      const operators = office || isOperatorAction(`${trace.entry.name} ${label}`);
      const found = showsAll(trace, access, office) ? 'read' : operators && changesAll(access) ? 'write' : undefined;
      if (!found) continue;
      done.add(label);
      report(trace, access, label, found, office, collect);
    }
  }
}

const isPublished = ({ column, value }: Access['conditions'][number]): boolean =>
  /^(?:status|state|is_?(?:show|open|public|published|enabled?|on_?sale)|enabled?|published|visible)$/i.test(column) &&
  value.literal !== undefined &&
  !has(value, origin.client);

const saysOffice = (trace: Trace, label: string): boolean =>
  words(`${trace.entry.name} ${trace.entry.file} ${label}`).some((word) =>
    /^(?:admin|manage|manager|management|backstage|cms)$/.test(word),
  );

function isOffice(trace: Trace, label: string): boolean {
  return (
    trace.entry.admin ||
    isAdminName(label) ||
    words(`${trace.entry.name} ${label}`).some((word) => /^(?:admin|manage|manager|management)$/.test(word))
  );
}

/** Nothing ties the rows to the caller, and no check asks what he may. */
function isUnbound(access: Access): boolean {
  const facts = guardFacts(access);
  return (
    !facts.role &&
    !facts.secret &&
    facts.ownedRows.size === 0 &&
    !boundToCaller(access) &&
    !access.opaque &&
    access.conditionValue === undefined &&
    access.table !== ''
  );
}

function showsAll(trace: Trace, access: Access, office: boolean): boolean {
  if (access.operation !== 'read' || !isUnbound(access) || onlyPublicFields(access)) return false;
  // The row is compared with the caller before it leaves.
  const later = laterFacts(trace, access);
  if (later.ownedRows.has(access) || later.role || tellsOperators(trace, access)) return false;
  const kind = tableKind(access.table);
  if (office ? kind === 'catalog' || kind === 'authored' : kind !== 'private' || !personalRows.test(subject(access.table)))
    return false;
  // `system.getHomeData`: what is on show, under a name that is not the operators' alone.
  if (office && !saysOffice(trace, access.branch?.label ?? '') && access.conditions.some(isPublished)) return false;
  // Elsewhere than in the back office only the whole table says that these rows are not the caller's business.
  if (!office && (access.fields !== undefined || access.conditions.some((one) => !filterColumn.test(one.column)))) return false;
  return rowsUsed(trace, access) === 'reply';
}

/** `if (!isAdmin) query.boss = me`: who is no operator finds his own rows, whatever he names. */
function tellsOperators(trace: Trace, access: Access): boolean {
  const before = trace.decisions.filter(({ branch, order }) => order < access.order && (!branch || branch === access.branch));
  return (
    readChecks(before.flatMap(({ checks }) => checks)).role &&
    access.conditions.some(
      ({ narrowing, value }) =>
        narrowing && ((deepFlags(value) & origin.identity) !== 0 || [...(value.rows ?? [])].some((row) => boundToCaller(row))),
    )
  );
}

/** All rows, or all of a kind, in one go: no key of the caller's, no row that was found before. */
function changesAll(access: Access): boolean {
  if (access.operation !== 'update' && access.operation !== 'delete') return false;
  if (!isUnbound(access)) return false;
  return access.conditions.every(
    ({ value }) => (value.rows?.size ?? 0) === 0 && !has(value, origin.client) && (deepFlags(value) & origin.identity) === 0,
  );
}

function report(trace: Trace, access: Access, label: string, found: 'read' | 'write', office: boolean, collect: Collect): void {
  const frame = access.frames[0];
  const place =
    access.branch?.place ??
    (frame?.node
      ? { file: frame.file, start: frame.node.start, end: Math.min(frame.node.end, frame.node.start + 40) }
      : access.place);
  const [zh, en] =
    label === ''
      ? [`云函数 ${trace.entry.name}`, `The cloud function ${trace.entry.name}`]
      : [`操作 ${label}`, `The operation ${label}`];
  collect({
    rule: 'MP-CLD-004',
    key: `MP-CLD-004|${frameKey(frame)}|${label}`,
    place,
    message:
      found === 'read'
        ? {
            zh: `${zh} 把 ${access.table} 里所有人的数据返回给任何调用者，没有检查管理员身份`,
            en: `${en} gives everybody's rows of ${access.table} to any caller: no administrator is asked for`,
          }
        : {
            zh: `${zh} 一次修改 ${access.table} 的所有数据，但没有检查管理员身份，任何用户都能调用`,
            en: `${en} changes all rows of ${access.table} at once without asking for an administrator: any user can call it`,
          },
    steps: [entryStep(trace.entry), accessStep(access)],
    severity: 'high',
    confidence: office ? 'high' : 'medium',
  });
}
