import type { Access, Effect, Trace } from '../machine/trace.ts';
import { deepFlags, has, origin } from '../machine/value.ts';
import { isLoginName, isOperatorAction, personalRows, rankingName, subject, tableKind } from '../names.ts';
import { boundToCaller, createdByCaller, readChecks, rowsUsed } from './facts.ts';
import { onlyCounts, onlyPublicFields } from './harmless.ts';
import { accessStep, type Collect, entryStep } from './verdict.ts';

const exempt =
  /notify|callback|webhook|message|tunnel|login|logout|register|sign[-_]?up|captcha|sms|code|feedback|search|comment|health|ping|upload\/?token|footprint|history|track|log$|report$|count|statistic|visit/i;

/** `/auth/login` is, `/auth/upload-avatar` is not: what a route does stands at its end. */
function isOpenByNature({ name, path }: Trace['entry']): boolean {
  const last = /\/([\w-]+)$/.exec(path)?.[1];
  if (last !== undefined && path.lastIndexOf('/') > 0 && keepsOrChanges.test(last)) return exempt.test(last) || isLoginName(last);
  return exempt.test(name) || exempt.test(path) || isLoginName(name);
}

const keepsOrChanges =
  /^(?:upload|save|add|create|update|delete|del|remove|edit|modify|set|change|reset|publish|import|cancel|refund|pay|grant|approve|assign)(?:[-_A-Z]|$)/;

interface RouteFacts {
  readonly trace: Trace;
  readonly guarded: boolean;
  /** Its middleware asks for a login. */
  readonly behindLogin: boolean;
  readonly writes: readonly Access[];
  readonly effects: readonly Effect[];
}

/** Some condition on the way demands that the caller is somebody. */
function asksForCaller(trace: Trace): boolean {
  if (trace.authenticated) return true;
  const enforced = trace.decisions.filter((one) => one.enforced && one.frames.length === 1).flatMap((one) => one.checks);
  const facts = readChecks([
    ...enforced,
    ...trace.guards,
    ...trace.accesses.flatMap((access) => access.guards),
    ...trace.effects.flatMap((effect) => effect.guards),
  ]);
  return facts.login || facts.role || facts.secret || facts.ownedRows.size > 0;
}

export function judgeRoutes(traces: readonly Trace[], collect: Collect): void {
  const routes = traces
    .filter((trace) => trace.entry.framework !== 'cloud' && trace.entry.kind === 'http')
    .map(
      (trace): RouteFacts => ({
        trace,
        guarded: asksForCaller(trace),
        behindLogin: trace.authenticated || readChecks(trace.guards).login,
        writes: trace.accesses.filter((access) => access.operation !== 'read' && access.operation !== 'count'),
        effects: trace.effects,
      }),
    );
  const groups = new Map<string, RouteFacts[]>();
  for (const route of routes) {
    const key = route.trace.entry.route?.file ?? route.trace.entry.file;
    groups.set(key, [...(groups.get(key) ?? []), route]);
  }
  const anyGuard = routes.some((route) => route.guarded);
  for (const route of routes) {
    const { trace } = route;
    const { entry } = trace;
    if (route.guarded || isOpenByNature(entry)) continue;
    const group = groups.get(entry.route?.file ?? entry.file) ?? [];
    const upload = /upload/i.test(entry.path);
    // What customers send without a login stands beside what operators do behind one.
    const guardedSiblings = group.filter(
      (one) => one !== route && one.behindLogin && (one.trace.authenticated || upload || one.trace.entry.admin === entry.admin),
    );
    const changing =
      /^(post|put|delete|patch)$/.test(entry.method) || /upload|save|add|create|update|delete|remove|edit/i.test(entry.path);
    const writes = route.writes.filter(
      (access) => !onlyCounts(access) && !/(?:^|[^ab])log(?!in)|logininfor|history|visit|statistic/i.test(access.table),
    );
    const bound = trace.accesses.some((access) => boundToCaller(access) || createdByCaller(access));
    if (guardedSiblings.length >= 1 && changing && !bound && (writes.length > 0 || upload)) {
      reportRoute(route, guardedSiblings, 'siblings', collect);
      continue;
    }
    if (bound) continue;
    const listed = route.writes.length === 0 ? trace.accesses.find((access) => listsAccounts(trace, access)) : undefined;
    if (listed) {
      reportRoute(route, [], 'list', collect, listed);
      continue;
    }
    const shown = entry.admin && anyGuard && route.writes.length === 0 && trace.accesses.find((one) => showsOne(trace, one));
    if (shown) {
      reportRoute(
        route,
        group.filter((one) => one.guarded),
        'shown',
        collect,
        shown,
      );
      continue;
    }
    const strong = writes.filter((access) => /^(catalog|admin|other)$/.test(tableKind(access.table)) && access.table !== '');
    if (entry.method === 'get' && !writesByName.test(entry.path) && writes.every(ownDefaults)) continue;
    if (entry.admin && writes.length > 0) reportRoute(route, [], 'admin', collect);
    else if (isOperatorAction(handlerName(trace)) && writes.length > 0) reportRoute(route, [], 'operator', collect);
    else if (
      (anyGuard || (changing && routes.length > 2)) &&
      !readsByName(entry, writes) &&
      strong.some((access) => access.operation !== 'create' || constantData(access) || (!anyGuard && offers(access)))
    )
      reportRoute(route, [], 'write', collect);
  }
}

/** A new row of what the operator offers; where nobody is ever asked who he is, customers add such rows too. */
const offers = (access: Access): boolean => tableKind(access.table) === 'catalog' && !createdByCaller(access);

const operatorsTable =
  /(?:^|_)(?:admin|manager|operator|staff)s?$|(?:admin|manager|operator|staff|sys|back)_?(?:users?|accounts?|members?|lists?|infos?)$/i;

/** Whether rows count at all; whose they are is another question. */
const stateColumn =
  /^(?:(?:order_?|pay_?)?(?:status|state)|is_?(?:del|deleted?|active|enabled?|valid|paid)|deleted(?:_?at)?|del_?flag)$/i;
/** Operators' accounts, what the back office lists, or a whole table of customers or orders, and nothing that chooses whose. */
function listsAccounts(trace: Trace, access: Access): boolean {
  if (access.operation !== 'read' || access.opaque || access.conditionValue !== undefined) return false;
  if (
    access.conditions.some(
      (one) => one.narrowing && /id$|^(?:name|username|account|phone|mobile|tel|email|token)$/i.test(one.column),
    )
  )
    return false;
  const kind = tableKind(access.table);
  const office = trace.entry.admin && /admin|manage/i.test(`${trace.entry.name} ${trace.entry.path}`);
  const wanted =
    operatorsTable.test(access.table) ||
    (office && (kind === 'private' || kind === 'authored' || kind === 'admin')) ||
    (kind === 'private' &&
      personalRows.test(subject(access.table)) &&
      access.conditions.every((one) => stateColumn.test(one.column)) &&
      !rankingName.test(`${trace.entry.name} ${trace.entry.path}`) &&
      access.fields === undefined);
  return wanted && !onlyPublicFields(access) && rowsUsed(trace, access) === 'reply';
}

/** `GET /admin/orders/:id`: somebody's row, which only the back office has a use for. */
const showsOne = (trace: Trace, access: Access): boolean =>
  access.operation === 'read' &&
  !access.opaque &&
  tableKind(access.table) === 'private' &&
  personalRows.test(subject(access.table)) &&
  access.conditions.some((one) => one.narrowing && has(one.value, origin.client)) &&
  !onlyPublicFields(access) &&
  rowsUsed(trace, access) === 'reply';

const writesByName = /(?:^|\/)(del|remove|save|add|insert|create|init|edit|update|import|sync|seed|reset)\w*[^/]*$/i;

/** A first row with the program's own defaults, made when somebody looks: nothing of it is the caller's. */
function ownDefaults(access: Access): boolean {
  const isSetting =
    access.operation === 'update' &&
    /config|setting/i.test(access.table) &&
    access.conditions.every((one) => (deepFlags(one.value) & origin.client) === 0);
  return (access.operation === 'create' || isSetting) && (deepFlags(access.data) & (origin.client | origin.row)) === 0;
}

/** `GET /attachment/:hash` that marks a row as seen is no change that anybody asked for. */
function readsByName(entry: Trace['entry'], writes: readonly Access[]): boolean {
  return (
    entry.method === 'get' &&
    !/del|remove|save|add|edit|update|set/i.test(entry.path) &&
    writes.every((access) => access.operation === 'update')
  );
}

function handlerName(trace: Trace): string {
  return trace.entry.framework === 'thinkjs'
    ? trace.entry.name.slice(trace.entry.name.lastIndexOf('/', trace.entry.name.lastIndexOf('/') - 1) + 1)
    : `${trace.entry.path} ${trace.accesses[0]?.frames[0]?.name ?? ''}`;
}

function constantData(access: Access): boolean {
  return access.data !== undefined && (deepFlags(access.data) & ~origin.fresh) === 0;
}

function reportRoute(
  route: RouteFacts,
  guarded: readonly RouteFacts[],
  why: 'siblings' | 'admin' | 'operator' | 'write' | 'list' | 'shown',
  collect: Collect,
  listed?: Access,
): void {
  const { entry } = route.trace;
  const place = entry.route ?? {
    file: entry.place.file,
    start: entry.place.start,
    end: Math.min(entry.place.end, entry.place.start + 60),
  };
  const first =
    listed ??
    (why === 'write'
      ? (route.writes.find((access) => /^(catalog|admin|other)$/.test(tableKind(access.table))) ?? route.writes[0])
      : route.writes[0]);
  const texts = {
    siblings: {
      zh: `${entry.name} 没有登录校验，而同一路由文件的其他接口都有`,
      en: `${entry.name} asks for no login, though other routes of the same file do`,
    },
    admin: {
      zh: `后台接口 ${entry.name} 没有任何身份校验就能写入数据`,
      en: `The back-office route ${entry.name} writes without asking who calls`,
    },
    operator: {
      zh: `${entry.name} 是运维或定时操作，却是无需登录的公开接口`,
      en: `${entry.name} is an operators' or scheduled job, and is open to everybody`,
    },
    list: {
      zh: `${entry.name} 不需要登录就能列出 ${first?.table ?? ''} 的全部数据`,
      en: `${entry.name} lists all rows of ${first?.table ?? ''} without a login`,
    },
    shown: {
      zh: `后台接口 ${entry.name} 不需要登录就能查看任何一条 ${first?.table ?? ''}`,
      en: `The back-office route ${entry.name} shows any row of ${first?.table ?? ''} without a login`,
    },
    write: {
      zh: `${entry.name} 不需要登录就能修改 ${first?.table ?? ''}`,
      en: `${entry.name} changes ${first?.table ?? ''} without a login`,
    },
  }[why];
  collect({
    rule: 'MP-API-002',
    key: why === 'admin' ? `MP-API-002|admin|${entry.file}` : `MP-API-002|${place.file}:${place.start}`,
    place,
    message: texts,
    steps: [entryStep(entry), ...(first ? [accessStep(first)] : [])],
    ...(guarded.length > 0
      ? {
          evidence: {
            text: {
              zh: `同一文件中有 ${guarded.length} 个接口带登录校验`,
              en: `${guarded.length} routes of the same file ask for a login`,
            },
            places: guarded.slice(0, 4).map((one) => one.trace.entry.route ?? one.trace.entry.place),
          },
        }
      : {}),
    confidence: why === 'write' || why === 'list' || why === 'shown' ? 'medium' : 'high',
  });
}
