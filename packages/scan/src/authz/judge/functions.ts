import type { Access, Trace } from '../machine/trace.ts';
import { deepFlags, deepKeys, has, origin } from '../machine/value.ts';
import { isLoginName, isOperatorAction, isRoleName, operatorTable, tableKind } from '../names.ts';
import { allowListed } from './allow-listed.ts';
import { judgeCustomersWrites } from './customers.ts';
import { boundToCaller, type CheckFacts, createdByCaller, guardFacts } from './facts.ts';
import { mendsItself, onlyCounts, onlySums } from './harmless.ts';
import { frameKey, spotOf, spotOfValue } from './locate.ts';
import { judgeOfficeFunctions } from './office-functions.ts';
import { judgeRoutes } from './routes.ts';
import type { Siblings } from './siblings.ts';
import { tableKey } from './siblings.ts';
import { accessStep, type Collect, entryStep, stepAt } from './verdict.ts';

/** Operations that only an operator, a scheduler or a logged-in user should reach. */
export function judgeFunctions(traces: readonly Trace[], siblings: Siblings, collect: Collect): void {
  for (const trace of traces) {
    if (trace.entry.framework === 'cloud') judgeCloud(trace, siblings, collect);
  }
  judgeOfficeFunctions(traces, collect);
  judgeRoutes(traces, collect);
  judgeCustomersWrites(traces, siblings, collect);
}

function judgeCloud(trace: Trace, siblings: Siblings, collect: Collect): void {
  const { entry } = trace;
  for (const access of trace.accesses) judgeCollection(trace, access, collect);
  judgeFiles(trace, collect);
  judgePrivilegedReads(trace, collect);
  const byBranch = new Map<string, Access[]>();
  for (const access of trace.accesses) {
    if (access.operation === 'read' || access.operation === 'count') continue;
    const key = access.branch?.label ?? '';
    byBranch.set(key, [...(byBranch.get(key) ?? []), access]);
  }
  for (const [label, writes] of byBranch) {
    const name = `${entry.name} ${label}`;
    if (isLoginName(name) || (entry.kind === 'timer' && label === '')) continue;
    const open = writes.filter((access) =>
      unguardedOperatorWrite(access, siblings, isOperatorAction(name) || entry.admin, entry.admin),
    );
    const first = open[0];
    if (!first) continue;
    const frame = first.frames[0];
    const start =
      first.branch?.place ??
      (frame?.node
        ? { file: frame.file, start: frame.node.start, end: Math.min(frame.node.end, frame.node.start + 40) }
        : first.place);
    collect({
      rule: 'MP-CLD-004',
      key: `MP-CLD-004|${frameKey(frame)}|${label}`,
      place: start,
      message: {
        zh: `${label === '' ? `云函数 ${entry.name}` : `操作 ${label}`}写入 ${first.table}，但没有检查管理员身份，任何用户都能调用`,
        en: `${label === '' ? `The cloud function ${entry.name}` : `The operation ${label}`} writes ${first.table} without asking for an administrator: any user can call it`,
      },
      steps: [entryStep(entry), accessStep(first)],
      confidence: isOperatorAction(name) || entry.admin ? 'high' : 'medium',
    });
  }
}

function unguardedOperatorWrite(access: Access, siblings: Siblings, operator: boolean, office: boolean): boolean {
  // How often something was asked for is counted of everybody.
  if (
    access.table === '' ||
    onlyCounts(access) ||
    (!operator && (onlySums(access) || mendsItself(access))) ||
    /limit|throttle/i.test(access.table)
  )
    return false;
  const facts = guardFacts(access);
  if (facts.role || facts.secret || facts.ownedRows.size > 0) return false;
  const kind = tableKind(access.table);
  // Elsewhere these rows are written by operators only.
  if (operator && kind !== 'private' && (siblings.get(tableKey(access.table))?.roleGuarded ?? 0) >= 2) return true;
  if (boundToCaller(access) || createdByCaller(access)) return false;
  if (kind === 'private' && emptiesTable(access)) return true;
  if ((kind === 'catalog' || kind === 'authored') && meetsAll(access)) return true;
  const fromClient =
    (deepFlags(access.data) & origin.client) !== 0 || access.conditions.some((one) => has(one.value, origin.client));
  const use = siblings.get(tableKey(access.table));
  if (kind === 'admin') return true;
  if (access.operation === 'create' && makesOperator(access, office) && !firstOnly(access, facts)) return true;
  // The back office's change of somebody's order, whose the caller says.
  if (kind === 'private' && office) return access.operation !== 'create' && fromClient && access.conditions.some(chosenBy);
  if (kind === 'catalog')
    return (
      (operator || operatorTable.test(access.table)) &&
      (fromClient || operator) &&
      (use?.ownedByCreation ? access.operation !== 'update' || !use.hasOwnerColumn : true)
    );
  if (kind === 'authored' || kind === 'other') return operator && (!use?.ownedByCreation || use.roleGuarded > 0);
  return false;
}

/** `users.add({ name: event.name, password: hash(event.password), role: 'admin' })`: whoever calls is the administrator. */
function makesOperator(access: Access, office: boolean): boolean {
  const props = [...(access.data?.shape?.props ?? [])];
  return (
    props.some(
      ([name, value]) => /^(?:password|passwd|pwd|pass_?word_?hash)$/i.test(name) && (deepFlags(value) & origin.client) !== 0,
    ) &&
    props.some(
      ([name, { flags, literal }]) =>
        isRoleName(name) &&
        flags === 0 &&
        (/admin|super|^true$/i.test(String(literal)) || (office && typeof literal === 'number')),
    )
  );
}

/** Only where there is no administrator yet. */
const firstOnly = (access: Access, facts: CheckFacts): boolean =>
  [...facts.testedRows].some(
    (row) => tableKey(row.table) === tableKey(access.table) && row.conditions.every((one) => !has(one.value, origin.client)),
  );

/** The caller names the row, or what it was found by. */
const chosenBy = ({ narrowing, value }: Access['conditions'][number]): boolean =>
  narrowing &&
  (has(value, origin.client) ||
    [...(value.rows ?? [])].some((row) => row.conditions.some((one) => has(one.value, origin.client))));

/** Deletes everybody's rows: with no condition, or by the keys that a read without any condition gave. */
function emptiesTable(access: Access): boolean {
  if (access.operation !== 'delete' || access.opaque || access.conditionValue) return false;
  return access.conditions.every(
    (condition) =>
      isAnyId(condition) ||
      (condition.value.rows !== undefined &&
        (deepFlags(condition.value) & (origin.client | origin.identity)) === 0 &&
        [...condition.value.rows].every(
          (row) =>
            row.conditions.length === 0 && !row.opaque && !row.conditionValue && tableKey(row.table) === tableKey(access.table),
        )),
  );
}

/** Deletes whatever there is in one go. A row that was read first may be the only one of its kind: a setting, a token. */
const meetsAll = ({ operation, opaque, conditionValue, conditions }: Access): boolean =>
  operation === 'delete' && !opaque && !conditionValue && conditions.every(isAnyId);

/** `{ _id: _.exists(true) }`: the database wants a condition, and all rows meet this one. */
const isAnyId = ({ column, narrowing, value }: Access['conditions'][number]): boolean =>
  column === '_id' && !narrowing && (deepFlags(value) & (origin.client | origin.identity)) === 0;

/** The caller names the collection. */
function judgeCollection(trace: Trace, access: Access, collect: Collect): void {
  if (access.table !== '' || !access.tableValue || !has(access.tableValue, origin.client)) return;
  if (guardFacts(access).role || allowListed(access.guards, access.tableValue)) return;
  const spot = spotOf(access, access.place);
  collect({
    rule: 'MP-CLD-001',
    key: `MP-CLD-001|${frameKey(spot.frame)}|${access.branch?.label ?? ''}`,
    place: spot.place,
    message: {
      zh: `集合名 ${[...deepKeys(access.tableValue)].join(', ')} 由调用者决定，云函数的管理员权限绕过所有数据库规则`,
      en: `The caller names the collection (${[...deepKeys(access.tableValue)].join(', ')}), and the function's administrator rights pass every database rule`,
    },
    steps: [entryStep(trace.entry), accessStep(access)],
    severity: access.operation === 'read' ? 'high' : 'critical',
  });
}

/** Cloud files named by the caller, opened with the function's rights. */
function judgeFiles(trace: Trace, collect: Collect): void {
  for (const effect of trace.effects) {
    if (!/^cloud\.(getTempFileURL|downloadFile|deleteFile)$/.test(effect.name)) continue;
    const arg = effect.args[0];
    const named =
      [...(arg?.shape?.props ?? [])].find(
        ([name, value]) => /file/i.test(name) && (deepFlags(value) & origin.client) !== 0,
      )?.[1] ?? (has(arg, origin.client) ? arg : undefined);
    if (!named) continue;
    const facts = guardFacts(effect);
    if (facts.role || facts.ownedRows.size > 0) continue;
    // The file or its address has to leave, or to be gone.
    if (
      !effect.name.endsWith('deleteFile') &&
      !trace.replies.some((reply) => reply.order > effect.order && deepKeys(reply.value).has('#file'))
    )
      continue;
    if (
      trace.accesses.some(
        (access) =>
          access.order < effect.order && boundToCaller(access) && access.conditions.some((one) => has(one.value, origin.client)),
      )
    )
      continue;
    const spot = spotOfValue(effect, effect.place, named);
    collect({
      rule: 'MP-CLD-008',
      key: `MP-CLD-008|${frameKey(spot.frame)}`,
      place: spot.place,
      message: {
        zh: `调用者给出的文件 ID 直接以云函数权限${effect.name.endsWith('deleteFile') ? '删除' : '取得'}，没有核对文件归属`,
        en: `The file id that the caller gives is ${effect.name.endsWith('deleteFile') ? 'deleted' : 'opened'} with the function's rights: nobody asks whose file it is`,
      },
      steps: [
        entryStep(trace.entry),
        stepAt(effect.place, `${effect.name} 使用调用者给出的文件`, `${effect.name} uses the caller's file id`),
      ],
      severity: effect.name.endsWith('deleteFile') ? 'high' : 'medium',
    });
  }
}

const privileged =
  /customservice\/(msgrecord|kfaccount|getonlinekflist)|cgi-bin\/(user\/(get|info)|tags)|datacube\/|wxa\/(getwxasearch|media_check|img_sec)|tcb\/database|cgi-bin\/material/i;

/** What WeChat gives to operators only, handed to any caller. */
function judgePrivilegedReads(trace: Trace, collect: Collect): void {
  for (const effect of trace.effects) {
    const text = effect.args
      .map((arg) =>
        typeof arg.literal === 'string'
          ? arg.literal
          : typeof arg.shape?.props.get('url')?.literal === 'string'
            ? String(arg.shape.props.get('url')?.literal)
            : '',
      )
      .join(' ');
    if (!privileged.test(text) || /media_check|img_sec/.test(text)) continue;
    if (guardFacts(effect).role) continue;
    const reply = trace.replies.find((one) => one.order > effect.order && (deepFlags(one.value) & origin.external) !== 0);
    if (!reply) continue;
    const frame = effect.frames[0];
    collect({
      rule: 'MP-CLD-004',
      key: `MP-CLD-004|${frameKey(frame)}|${effect.branch?.label ?? ''}`,
      place: reply.place,
      message: {
        zh: `云函数 ${trace.entry.name} 把运营接口的数据返回给任何调用者，没有检查管理员身份`,
        en: `The cloud function ${trace.entry.name} gives any caller what an operators' interface answers: no administrator is asked for`,
      },
      steps: [
        entryStep(trace.entry),
        stepAt(effect.place, '以小程序的凭证读取运营数据', "Reads operators' data with the mini program's credentials"),
        stepAt(reply.place, '结果返回给调用者', 'The result goes to the caller'),
      ],
      severity: 'critical',
    });
  }
}
