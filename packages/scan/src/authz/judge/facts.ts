import type { Access, Trace } from '../machine/trace.ts';
import { type Check, deepFlags, deepKeys, deepRows, has, origin, trusted, type Value, visitDeep } from '../machine/value.ts';
import { isIdentityName, isProofName, isRoleName, subject, tableKind } from '../names.ts';

/** What a condition that code passed says about the caller. */
export interface CheckFacts {
  /** The caller is somebody: logged in. */
  login: boolean;
  /** The caller has a role, or is one of a fixed list. */
  role: boolean;
  /** The caller knows a secret. */
  secret: boolean;
  /** Rows whose owner was compared with the caller. */
  readonly ownedRows: Set<Access>;
  /** Request parameters that were compared with the caller's identity. */
  readonly verifiedKeys: Set<string>;
  /** Rows on whose content something was decided. */
  readonly testedRows: Set<Access>;
}

/** Says who the caller is: a verified identity, or a part of a record that only the caller's own identity finds. */
export function identityLike(value: Value | undefined, depth = 0): boolean {
  if (!value) return false;
  if (trusted(value)) return true;
  if (has(value, origin.client)) return false;
  if (!has(value, origin.row) || !value.rows || value.rows.size === 0 || depth > 3) return false;
  for (const row of value.rows) if (!boundToCaller(row, depth + 1)) return false;
  return true;
}

/** The query finds only rows of the caller. */
export function boundToCaller(access: Access, depth = 0): boolean {
  for (const condition of access.conditions) {
    if (!condition.narrowing || onlyWhenAsked(condition.value)) continue;
    if (identityLike(condition.value, depth)) return true;
    if (isProofName(condition.column) && has(condition.value, origin.client)) return true;
    // A session's or token's own id finds its row.
    if (isProofValue(condition.value)) return true;
    // Whoever names an account and the code that was sent to it owns it.
    if (codeColumn.test(condition.column) && has(condition.value, origin.client) && namesAccount(access)) return true;
    // An owner column with a value that could not be followed, and that is not the caller's choice.
    if (isIdentityName(condition.column) && isOpaque(condition.value)) return true;
  }
  return access.operation === 'create' && access.data !== undefined && createdByCaller(access);
}

/** The request decides whether the condition is there at all. */
export const onlyWhenAsked = (value: Value): boolean => value.asked !== undefined && !value.asked.question.settled;

const codeColumn = /^(?:sms_?|verify_?|verification_?|email_?|phone_?|auth_?|check_?|reset_?)?code$/i;

const namesAccount = (access: Access): boolean =>
  access.conditions.some((one) => one.narrowing && /^(?:e?_?mail|phone|mobile|tel|account|user_?name)/i.test(one.column));

function isProofValue(value: Value): boolean {
  if (!has(value, origin.cookie) || !value.keys || value.keys.size === 0) return false;
  return [...value.keys].every(isProofName);
}

function isOpaque(value: Value): boolean {
  return value.flags === 0 && value.literal === undefined && !value.shape && !value.rows && !value.handle;
}

/** A new row names the caller as its owner. */
export function createdByCaller(access: Access): boolean {
  return ownerColumns(access).length > 0;
}

/** The columns in which a new row names the caller. */
export function ownerColumns(access: Access): readonly string[] {
  return [...(access.data?.shape?.props ?? [])].flatMap(([name, value]) =>
    isIdentityName(name) && identityLike(value) ? [name] : [],
  );
}

/** An administrator's table, or one that says so about the caller. */
function aboutRoles(value: Value): boolean {
  if (value.rows) for (const row of value.rows) if (tableKind(row.table) === 'admin') return true;
  return value.field !== undefined && isRoleName(value.field);
}

/** How many rows say that the caller is an administrator: `admins` with his id, or users with his id and that role. */
function isFoundOperator({ field, rows }: Value): boolean {
  return (
    field === 'length' &&
    rows !== undefined &&
    [...rows].some(
      (row) =>
        boundToCaller(row) &&
        (tableKind(row.table) === 'admin' ||
          row.conditions.some(
            ({ column, value }) =>
              isRoleName(column) &&
              value.flags === 0 &&
              /^(?:true|\d{1,3}|.*(?:admin|super|manager|owner|staff).*)$/i.test(String(value.literal)),
          )),
    )
  );
}

export function isNone(value: Value | undefined): boolean {
  if (!value) return true;
  return (
    value.flags === 0 &&
    (value.literal === null ||
      value.literal === 0 ||
      value.literal === '' ||
      value.literal === undefined ||
      value.literal === false ||
      value.literal === -1) &&
    !value.shape &&
    !value.rows
  );
}

/** Reads the conditions that hold somewhere. */
export function readChecks(checks: readonly Check[]): CheckFacts {
  const facts: CheckFacts = {
    login: false,
    role: false,
    secret: false,
    ownedRows: new Set(),
    verifiedKeys: new Set(),
    testedRows: new Set(),
  };
  for (const check of checks) {
    const { left, right } = check;
    for (const side of [left, right]) for (const row of deepRows(side)) facts.testedRows.add(row);
    if (check.name && /admin|role|perm|power|privilege|manager|author(?!iz)|owner|staff/i.test(check.name)) facts.role = true;
    if (check.name && /(login|logged|auth|session|token)/i.test(check.name)) facts.login = true;
    const sides: readonly (readonly [Value, Value | undefined])[] = right
      ? [
          [left, right],
          [right, left],
        ]
      : [[left, undefined]];
    for (const [one, other] of sides) {
      if (identityLike(one)) {
        if (
          (isAccountState(one, other) && !isFoundOperator(one)) ||
          isCustomerRole(one, other) ||
          isLowestLevel(one, other) ||
          isOwnThing(one, other)
        ) {
          facts.login = true;
          continue;
        }
        if (isFoundOperator(one)) facts.role = true;
        if (one.field && isRoleName(one.field)) facts.role = true;
        if (isNone(other)) facts.login = true;
        else if (other && !isQuantity(one, other)) compare(one, other, facts);
      } else if (has(one, origin.identity) && has(one, origin.client) && other && has(other, origin.client)) {
        for (const key of deepKeys(other)) facts.verifiedKeys.add(key);
        facts.login = true;
      }
      if (one.rows && !has(one, origin.client) && aboutRoles(one) && [...one.rows].some((row) => boundToCaller(row))) {
        if (isCustomerRole(one, other)) facts.login = true;
        else facts.role = true;
      }
      if (has(one, origin.client) && other && !check.ordered && secretLike(one, other)) facts.secret = true;
      // The caller knew the row's password.
      if (one.rows && !has(one, origin.client) && one.field && isProofName(one.field) && other && has(other, origin.client))
        for (const row of one.rows) facts.ownedRows.add(row);
    }
  }
  return facts;
}

const stateNames =
  /^(is_?)?(status|state|user_?status|account_?status|active|activated|enabled?|disabled?|del(eted)?(_?(at|flag|time))?|banned?|locked?|blocked?|blacklist(ed)?|frozen|freeze|forbidden|valid|verified|exp(ire[sd]?(_?(at|in|time))?)?|iat|nbf|length|version|token_?version|(expire|ban|lock)_?(at|time|until))$/i;

/** Whether the account is in use, or the token still good (`user.status !== 'active'`): it holds for everybody who is logged in. */
function isAccountState(one: Value, other: Value | undefined): boolean {
  if (one.field === undefined || !stateNames.test(one.field)) return false;
  if (!other) return true;
  if (has(other, origin.client)) return false;
  return typeof other.literal !== 'string' || !/admin|staff|manager|owner|super|boss|seller|merchant/i.test(other.literal);
}

/** `user.role !== 'student'`: the role of those whom the program serves, not of those who run it. */
function isCustomerRole(one: Value, other: Value | undefined): boolean {
  return (
    one.field !== undefined &&
    isRoleName(one.field) &&
    typeof other?.literal === 'string' &&
    /^(?:student|user|customer|member|buyer|guest|parent|patient|normal|resident|visitor|client|consumer|passenger|player|reader|learner|candidate)$/i.test(
      other.literal,
    )
  );
}

/** `order.payStatus === 'paid'` of the caller's own order: what he has says nothing about what he may. */
function isOwnThing(one: Value, other: Value | undefined): boolean {
  return (
    one.rows !== undefined &&
    !trusted(one) &&
    one.field !== undefined &&
    !isRoleName(one.field) &&
    !isIdentityName(one.field) &&
    (!other || (other.flags === 0 && other.literal !== undefined)) &&
    [...one.rows].every((row) => tableKind(row.table) === 'private' && !account.test(subject(row.table)))
  );
}

/** Rows that say who somebody is. */
const account = /^(?:user|member|customer|account|profile|userinfo|employee|session|card|registration|application)$/;

/** `token.scope < 1`: the level that everybody has who is logged in. */
function isLowestLevel(one: Value, other: Value | undefined): boolean {
  return /^(?:scope|level)$/i.test(one.field ?? '') && typeof other?.literal === 'number' && other.literal <= 1;
}

/** How much the caller has left (`card.count < 1`) says nothing about who he is. */
function isQuantity(one: Value, other: Value): boolean {
  return (
    typeof other.literal === 'number' &&
    !trusted(one) &&
    one.field !== undefined &&
    !isRoleName(one.field) &&
    !isIdentityName(one.field)
  );
}

function compare(_identity: Value, other: Value, facts: CheckFacts): void {
  const rows = deepRows(other);
  if (rows.size > 0) {
    for (const row of rows) {
      facts.ownedRows.add(row);
      if (tableKind(row.table) === 'admin') facts.role = true;
    }
    return;
  }
  const flags = deepFlags(other);
  if ((flags & origin.client) !== 0) {
    for (const key of deepKeys(other)) facts.verifiedKeys.add(key);
    return;
  }
  // Two words on the same caller, or a moment: he is somebody.
  if (trusted(other) || (flags !== 0 && (flags & ~origin.fresh) === 0)) {
    facts.login = true;
    return;
  }
  // A fixed person, a list of persons, a setting.
  facts.role = true;
}

/** Scheme words and names of types are no secrets: `header.startsWith('Bearer ')`, `typeof token !== 'string'`. */
function nothingSecret(value: Value): boolean {
  const text = value.literal;
  if (text === undefined || value.flags !== 0) return false;
  if (typeof text === 'number') return text < 1_000;
  return (
    typeof text !== 'string' ||
    text.trim().length < 4 ||
    /^(bearer|basic|token|jwt|digest|string|object|number|undefined|null|true|false|function)\s*$/i.test(text) ||
    /^(?:super_?|sys_?)?(?:admin(?:istrator)?|user|guest|root|manager|staff|member|customer|seller|buyer|merchant|owner)$/i.test(
      text,
    )
  );
}

function secretLike(one: Value, other: Value): boolean {
  if (nothingSecret(other)) return false;
  const keys = [...deepKeys(one)];
  if (keys.some((key) => isProofName(key) || /sign|secret|key|pass|code/i.test(key)))
    return (deepFlags(other) & origin.client) === 0 && !isNone(other);
  return has(other, origin.config) && keys.length > 0;
}

const cache = new WeakMap<readonly Check[], CheckFacts>();

export function guardFacts(access: {
  readonly guards: readonly Check[];
  readonly branch?: { readonly label: string } | undefined;
}): CheckFacts {
  const known = cache.get(access.guards);
  if (known) return known;
  const label = access.branch?.label;
  const facts = readChecks(access.guards.filter((check) => label === undefined || !check.except?.has(label)));
  cache.set(access.guards, facts);
  return facts;
}

/** Conditions that were enforced later on the same way: a row is read first and compared before it leaves. */
export function laterFacts(trace: Trace, access: Access): CheckFacts {
  const checks = trace.decisions
    .filter((one) => one.order > access.order && (one.branch === access.branch || one.branch === undefined))
    .flatMap((one) => one.checks);
  return readChecks(checks);
}

/** Keys with which the caller chooses the rows. */
export function clientKeys(access: Access): Set<string> {
  const keys = new Set<string>();
  for (const condition of access.conditions)
    if (condition.narrowing && has(condition.value, origin.client)) for (const key of deepKeys(condition.value)) keys.add(key);
  if (access.conditionValue) for (const key of deepKeys(access.conditionValue)) keys.add(key);
  return keys;
}

/** The rows of this read go somewhere: to the caller, to a service, into other rows. */
export function rowsUsed(trace: Trace, access: Access): 'reply' | 'write' | 'effect' | undefined {
  for (const reply of trace.replies) if (reply.order > access.order && shows(reply.value, access)) return 'reply';
  for (const other of trace.accesses) {
    if (other === access || other.order < access.order) continue;
    if (other.data && rowsIn(other.data).has(access)) return 'write';
    if (other.operation !== 'read' && other.conditions.some((condition) => condition.value.rows?.has(access))) return 'write';
    if (
      other.conditions.some((condition) => condition.value.rows?.has(access)) &&
      other.operation === 'read' &&
      rowsUsedDirectly(trace, other)
    )
      return 'reply';
  }
  for (const effect of trace.effects) {
    if (
      effect.order < access.order ||
      /^(log|info|debug|error|warn|isEmpty|stringify|format|moment|parse|push|has|get|set)$/i.test(effect.name)
    )
      continue;
    if (effect.args.some((arg) => rowsIn(arg).has(access))) return 'effect';
  }
  return undefined;
}

/** What people show each other of themselves. */
const shownOfPeople =
  /^(?:_?id|nick_?name|username|avatar(?:_?url)?|head(?:_?img(?:_?url)?)?|cover(?:_?image|_?url)?|bio|intro|signature|level|gender|badges?|followers|following|\w{3,20}count)$/i;

/** Columns picked one by one from somebody's account, all of them such as everybody may see, and nothing done with the row besides. */
export function showsOnlyPublic(trace: Trace, access: Access): boolean {
  if (access.operation !== 'read' || !/^(?:user|member)$/.test(subject(access.table))) return false;
  // Who is changed, in whose name something is written, and what the row lets happen is more than what it shows.
  const later = trace.accesses.some(
    (other) =>
      other.order > access.order &&
      other.operation !== 'read' &&
      other.operation !== 'count' &&
      (other.table === access.table || (other.data !== undefined && rowsIn(other.data).has(access))),
  );
  const decides = trace.decisions.some(({ enforced, checks }) =>
    checks.some(
      ({ left, right }) =>
        enforced && [left, right].some((side) => side?.field !== undefined && isRoleName(side.field) && side.rows?.has(access)),
    ),
  );
  if (later || decides) return false;
  let picked = 0;
  let more = false;
  for (const reply of trace.replies) {
    if (reply.order <= access.order || !shows(reply.value, access)) continue;
    visitDeep(reply.value, 4, (part) => {
      if (!part.rows?.has(access)) return;
      if (part.field !== undefined && shownOfPeople.test(part.field)) picked += 1;
      else if (!/^(?:length|total|count|size)$/.test(part.field ?? '')) more = true;
    });
  }
  return picked > 0 && !more;
}

const shown = new WeakMap<Value, ReadonlySet<Access>>();

/** A part of the rows is in the value: more than how many there are. */
function shows(value: Value, access: Access): boolean {
  let rows = shown.get(value);
  if (!rows) {
    const found = new Set<Access>();
    visitDeep(value, 4, (part) => {
      if (part.rows && !/^(length|total|count|size)$/.test(part.field ?? '')) for (const row of part.rows) found.add(row);
    });
    rows = found;
    shown.set(value, rows);
  }
  return rows.has(access);
}

const contained = new WeakMap<Value, ReadonlySet<Access>>();

/** The rows in a value, remembered: values do not change any more when judges look at them. */
function rowsIn(value: Value): ReadonlySet<Access> {
  const known = contained.get(value);
  if (known) return known;
  const rows = deepRows(value);
  contained.set(value, rows);
  return rows;
}

function rowsUsedDirectly(trace: Trace, access: Access): boolean {
  return trace.replies.some((reply) => shows(reply.value, access));
}

/** Where a trace's accesses are told apart: the entry point and the operation it dispatches to. */
export function handlerOf(access: {
  readonly entry: Trace['entry'];
  readonly branch: { readonly label: string } | undefined;
}): string {
  return `${access.entry.name}#${access.branch?.label ?? ''}`;
}

export function shares(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const key of a) if (b.has(key)) return true;
  return false;
}
