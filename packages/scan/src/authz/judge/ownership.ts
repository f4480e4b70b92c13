import type { Access, Trace } from '../machine/trace.ts';
import { deepFlags, deepKeys, deepRows, has, origin } from '../machine/value.ts';
import { isCallerIdName, isIdentityName, isLoginName, isProofName, isWeaklyPrivate, operatorTable, subject } from '../names.ts';
import { allowListed } from './allow-listed.ts';
import {
  boundToCaller,
  type CheckFacts,
  clientKeys,
  guardFacts,
  identityLike,
  laterFacts,
  readChecks,
  rowsUsed,
  shares,
  showsOnlyPublic,
} from './facts.ts';
import { filterColumn, mendsItself, onlyCounts, onlyPublicFields } from './harmless.ts';
import { report } from './ownership-report.ts';
import { type Siblings, type TableUse, tableKey } from './siblings.ts';
import type { Collect } from './verdict.ts';

/** Rows that several people change together: games, rooms, votes, and how often something was asked for. */
const sharedTable =
  /room|game|match|vote|poll|queue|chess|board|draw|counter|lock|limit|throttle|cache|config|log$|stat|session|team|group/i;

/** Codes that were sent: whoever asks for one names the telephone, and has to show the code. */
const codeTable = /(?:sms|verif\w{0,8}|captcha|auth|phone|e?mail)[-_]?(?:codes?|captchas?)$/i;

/** Cards and vouchers to be redeemed: whoever knows the number has it. */
const voucherTable = /card|voucher|coupon|gift|cd_?key|redeem|activation|exchange|invit/i;
const voucherColumn = /^(?:\w{0,12}_?(?:no|num|number|code|key|sn|serial)|cdkey)$/i;

/** The row found by its number becomes the caller's. */
function redeemed(trace: Trace, access: Access): boolean {
  return (
    access.operation === 'read' &&
    voucherTable.test(access.table) &&
    access.conditions.some((one) => voucherColumn.test(one.column) && has(one.value, origin.client)) &&
    trace.accesses.some(
      (other) =>
        other.operation === 'update' &&
        other.order > access.order &&
        other.table === access.table &&
        [...(other.data?.shape?.props.values() ?? [])].some(identityLike),
    )
  );
}

/** What many people look at together, whatever else its name says. */
const shownTable = /live|room|channel|board|danmu|barrage|public|rank|follow(?:s|ers?|ings?)?$/i;

/** A client names the row, and what is to become of it. */
function chosenByClient(access: Access): boolean {
  if (access.operation === 'delete') return true;
  return (deepFlags(access.data) & origin.client) !== 0;
}

/** Whether rows of this table belong to somebody, as far as this operation matters. */
function concerns(access: Access, use: TableUse | undefined): 'sure' | 'likely' | undefined {
  if (codeTable.test(access.table)) return undefined;
  const kind = use?.kind ?? 'other';
  const isRead = access.operation === 'read';
  const evidence = use !== undefined && use.bound.read.size + use.bound.write.size > 0;
  switch (kind) {
    case 'private':
      if (isRead && use?.bound.read.size === 0 && (shownTable.test(access.table) || isWeaklyPrivate(access.table)))
        return namesPerson(access) ? 'likely' : undefined;
      return evidence || use?.ownedByCreation || use?.hasOwnerColumn ? 'sure' : 'likely';
    case 'authored':
      if (isRead) return undefined;
      return use?.bound.write.size ? 'sure' : 'likely';
    case 'other':
      if (isRead)
        return claimsOpenid(access) ||
          namesPerson(access) ||
          (use && use.bound.read.size >= 3 && use.bound.read.size * 4 >= use.all.read.size * 3)
          ? 'likely'
          : undefined;
      if (use?.bound.write.size) return 'sure';
      if (use?.ownedByCreation || (use?.bound.read.size ?? 0) > 0) return 'likely';
      // Every user can call a cloud function: a document that a client names and changes belongs to somebody, or is the operator's.
      return access.entry.framework === 'cloud' && !sharedTable.test(access.table) && chosenByClient(access)
        ? 'likely'
        : undefined;
    case 'catalog':
      if (isRead) return undefined;
      if (use?.bound.write.size) return 'likely';
      // What users offer each other; in a cloud function a deletion is judged as an operator's.
      return use?.ownedByUser &&
        (access.entry.framework !== 'cloud' ||
          !operatorTable.test(access.table) ||
          (access.operation === 'update' && use.hasOwnerColumn))
        ? 'likely'
        : undefined;
    default:
      return undefined;
  }
}

/** `where({ _openid: body.openid })`: nobody is shown somebody else's openid, so the caller says who he is himself. */
function claimsOpenid(access: Access): boolean {
  return (
    !shownTable.test(access.table) &&
    access.conditions.some(
      (one) =>
        one.narrowing &&
        has(one.value, origin.client) &&
        /open_?id$/i.test(one.column) &&
        [...deepKeys(one.value)].some((key) => /open_?id$/i.test(key)),
    )
  );
}

/** What somebody did, got or set for himself; posts, followers and scores are shown to others. */
const doings =
  /log(?:in)?s?$|record|histor|exchange|redeem|redemption|detail|bill|flow|check_?in|sign_?in|study|progress|plan|setting|prefer|draft|search|browse|download|schedule|feedback|submission|answer|mistake|wrong|quiz|exam|usage|receipt|gift|coupon|task/i;

/** A caller who has logged in is asked for his user id once more, and what the request says counts: `where user_id = req.query.userId`. */
function namesPerson(access: Access): boolean {
  return (
    doings.test(access.table) &&
    !shownTable.test(access.table) &&
    guardFacts(access).login &&
    access.conditions.some(
      (one) =>
        one.narrowing &&
        has(one.value, origin.client) &&
        isIdentityName(one.column) &&
        [...deepKeys(one.value)].some((key) => isCallerIdName(key)),
    )
  );
}

/** Nothing that the caller chose is written: a server's own mark on a row. */
function onlyServerValues(access: Access): boolean {
  const props = access.data?.shape?.props;
  if (access.operation !== 'update' || !props || props.size === 0 || access.data?.shape?.rest) return false;
  return [...props.values()].every((value) => (deepFlags(value) & origin.client) === 0 && deepFlags(value) !== 0);
}

/** Something before, at or after the access ties it to the caller. */
function covered(trace: Trace, access: Access, facts: CheckFacts, keys: ReadonlySet<string>): boolean {
  if (boundToCaller(access) || facts.role || facts.secret) return true;
  if ([...keys].length > 0 && [...keys].every((key) => facts.verifiedKeys.has(key))) return true;
  for (const condition of access.conditions)
    if (
      condition.narrowing &&
      isIdentityName(condition.column) &&
      [...deepKeys(condition.value)].some((key) => facts.verifiedKeys.has(key))
    )
      return true;
  if (leadsToOwner(trace, access, facts, keys)) return true;
  // A row found by the same key was compared with the caller, or could only be found by the caller.
  for (const row of facts.ownedRows) if (row === access || shares(clientKeys(row), keys)) return true;
  for (const earlier of trace.accesses) {
    if (earlier === access || earlier.order > access.order || earlier.operation === 'create') continue;
    if (earlier.operation !== 'read' && earlier.operation !== 'count') continue;
    if (!(boundToCaller(earlier) || earlier.opaque) || !shares(clientKeys(earlier), keys)) continue;
    if (facts.testedRows.has(earlier) || earlier.operation === 'count') return true;
  }
  if (access.operation === 'read') {
    // The code tells the caller's own row from others and answers each in its way.
    const told = readChecks(trace.decisions.filter((one) => one.branch === access.branch).flatMap((one) => one.checks));
    if ([...keys].some((key) => told.verifiedKeys.has(key) && isCallerIdLike(key))) return true;
    const later = laterFacts(trace, access);
    if (later.ownedRows.has(access) || later.role) return later.ownedRows.has(access) || readAfterRole(later);
    // The rows only lead to rows of the caller.
  }
  return false;
}

/** The row names another one, and that one was tied to the caller: the goods of an order whose buyer was compared. */
function leadsToOwner(trace: Trace, access: Access, facts: CheckFacts, keys: ReadonlySet<string>): boolean {
  const later = access.operation === 'read' ? laterFacts(trace, access) : undefined;
  for (const linked of trace.accesses) {
    if (linked === access || linked.operation === 'create') continue;
    const parents = linked.conditions.flatMap((one) => (one.narrowing ? [...(one.value.rows ?? [])] : []));
    const related = parents.some((row) => row === access || (row.order < access.order && shares(clientKeys(row), keys)));
    if (!related) continue;
    if (facts.ownedRows.has(linked) || later?.ownedRows.has(linked)) return true;
    if (boundToCaller(linked) && (facts.testedRows.has(linked) || later?.testedRows.has(linked))) return true;
  }
  return false;
}

/** A parameter that names a person. */
function isCallerIdLike(key: string): boolean {
  return isIdentityName(key) || /(user|open|member|target|owner|author)_?(id|openid)?$/i.test(key);
}

function readAfterRole(facts: CheckFacts): boolean {
  return facts.role && !facts.login;
}

/** Reads, changes and deletions of somebody's rows that nothing ties to the caller. */
export function judgeOwnership(traces: readonly Trace[], siblings: Siblings, collect: Collect): void {
  const reported = new Set<string>();
  for (const trace of traces) {
    const { entry } = trace;
    if (entry.admin || isNotification(entry.name)) continue;
    for (const access of trace.accesses) {
      if (access.operation === 'create' || access.operation === 'count') continue;
      if (entry.kind === 'timer' && !access.branch) continue;
      if (access.branch && isNotification(access.branch.label)) continue;
      if (access.table === '') {
        if (has(access.tableValue, origin.client)) judgeUnnamed(trace, access, reported, collect);
        continue;
      }
      const use = siblings.get(tableKey(access.table));
      const weight = concerns(access, use);
      if (!weight) continue;
      const chosen = access.conditions.filter(
        (one) => one.narrowing && has(one.value, origin.client) && !identityLike(one.value),
      );
      const whole = access.conditionValue !== undefined;
      if (chosen.length === 0 && !whole) continue;
      // Filters such as a state or a type choose nobody's row; rows found before are judged where they were found.
      const selecting = chosen.filter((one) => !filterColumn.test(one.column));
      const byRows = access.conditions.some((one) => one.narrowing && one.value.rows && !has(one.value, origin.client));
      if (!whole && (selecting.length === 0 || byRows)) continue;
      if (access.opaque && !whole && chosen.length === 0) continue;
      const keys = clientKeys(access);
      if (keys.size > 0 && [...keys].every((key) => pushFields.test(key))) continue;
      const facts = guardFacts(access);
      if (covered(trace, access, facts, keys)) continue;
      if (
        onlyCounts(access) ||
        mendsItself(access) ||
        onlyPublicFields(access) ||
        showsOnlyPublic(trace, access) ||
        redeemed(trace, access)
      )
        continue;
      if (isLogin(access, trace) || (use?.kind !== 'private' && onlyServerValues(access))) continue;
      const used = access.operation === 'read' ? rowsUsed(trace, access) : 'write';
      // Where no sibling says that these rows are somebody's, they have to be shown.
      if (
        used === undefined ||
        (used !== 'reply' && access.operation === 'read' && use?.kind === 'other' && use.bound.read.size === 0)
      )
        continue;
      report(trace, access, use, weight, reported, collect);
    }
  }
}

/** Fields of the platform's message push. */
const pushFields = /^(FromUserName|ToUserName|MsgId|MsgType|Event|Content|CreateTime)$/;

/** The caller chooses the collection, and says who he is as well. */
function judgeUnnamed(trace: Trace, access: Access, reported: Set<string>, collect: Collect): void {
  if (
    trace.entry.framework !== 'cloud' ||
    guardFacts(access).role ||
    (access.tableValue && allowListed(access.guards, access.tableValue))
  )
    return;
  const owner = access.conditions.find((one) => one.narrowing && isIdentityName(one.column) && has(one.value, origin.client));
  if (owner) report(trace, access, undefined, 'sure', reported, collect);
}

function isNotification(name: string): boolean {
  return /notify|callback|webhook|pay[-_]?(result|back|cb)|refund[-_]?(result|notify)/i.test(name);
}

/** `/auth/update-permissions` is no login, though it stands beside one. */
function doing({ name, path }: Trace['entry']): string {
  const last = /\/(?:auth|passport|account)\/([\w-]+)$/i.exec(path)?.[1];
  const isOther =
    last !== undefined &&
    /^(?:update|delete|remove|edit|modify|grant|assign|get|list|user|member|org|info|profile|permission|role)/i.test(last) &&
    !/pass|pwd|phone|mobile|code|token|log_?in|register/i.test(last);
  return isOther ? last : name;
}

/** Finding a user in order to log in is not an access to somebody's object. */
function isLogin(access: Access, trace: Trace): boolean {
  const name = `${doing(trace.entry)} ${access.branch?.label ?? ''} ${access.frames.at(0)?.name ?? ''}`;
  const about = subject(access.table);
  if (!/^(user|member|customer|account|admin|userinfo|session|code|sm)$/i.test(about)) return false;
  // Whether a token is issued to whom the caller named is asked by the rule on tokens.
  if (trace.effects.some((effect) => effect.name === 'jwt.sign' && effect.args.some((arg) => deepRows(arg).has(access))))
    return true;
  if (isLoginName(name) && access.operation !== 'delete') return true;
  if (access.frames.some((frame) => isLoginName(frame.name)) && access.operation === 'read') return true;
  return access.conditions.some((one) => isProofName(one.column) && has(one.value, origin.client));
}
