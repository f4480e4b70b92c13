import type { Access, Trace } from '../machine/trace.ts';
import { deepKeys, has, origin } from '../machine/value.ts';
import { isProofName, tableKind } from '../names.ts';
import { type Collect, entryStep, stepAt } from './verdict.ts';

/** `admins.find({ id: cookie.admin_token })`: the token that says who calls is the account's own id, which is no secret and never ends. */
export function judgeTokenIsId(traces: readonly Trace[], collect: Collect): void {
  const tables = new Map<string, Map<string, { trace: Trace; access: Access; count: number }>>();
  for (const trace of traces) {
    const access = trace.accesses.find((one) => findsAccount(one) && !wasOpened(trace, one.order));
    if (!access) continue;
    const places = tables.get(access.table) ?? new Map<string, { trace: Trace; access: Access; count: number }>();
    tables.set(access.table, places);
    const spot = `${access.place.file}:${access.place.start}`;
    const known = places.get(spot);
    if (known) known.count += 1;
    else places.set(spot, { trace, access, count: 1 });
  }
  // One design is one fault: told where most entry points pass, with the others beside it.
  for (const [table, places] of tables) {
    const [first, ...others] = [...places.values()].sort((a, b) => b.count - a.count);
    if (first) report(table, first, others, collect);
  }
}

function report(
  table: string,
  { trace, access }: { trace: Trace; access: Access },
  others: readonly { access: Access }[],
  collect: Collect,
): void {
  const operators = tableKind(table) === 'admin';
  collect({
    rule: 'MP-API-003',
    key: `MP-API-003|id|${table}`,
    place: access.place,
    message: {
      zh: `令牌就是 ${table} 的账号 ID，既没有签名也不会过期：知道或猜到 ID 就能冒充${operators ? '管理员' : '任何人'}`,
      en: `The token is the id of an account in ${table}, unsigned and without an end: whoever knows or guesses an id is ${operators ? 'an administrator' : 'that person'}`,
    },
    steps: [entryStep(trace.entry), stepAt(access.place, '用令牌直接查账号', 'The account is found by the token itself')],
    ...(others.length > 0
      ? {
          evidence: {
            text: { zh: `另有 ${others.length} 处同样查询`, en: `${others.length} more places ask the same way` },
            places: others.slice(0, 4).map((one) => one.access.place),
          },
        }
      : {}),
    severity: operators ? 'critical' : 'high',
    confidence: 'medium',
  });
}

/** An account by its id, which is what came in a header or cookie that bears a token's name. */
function findsAccount(access: Access): boolean {
  if (access.operation !== 'read') return false;
  if (!/(?:user|member|customer|account|admin|manager|operator|employee|staff)(?:s|_?infos?)?$/i.test(access.table)) return false;
  return access.conditions.some(({ column, narrowing, value }) => {
    const keys = [...deepKeys(value)];
    return (
      narrowing &&
      /^(?:_?id|uid|(?:user|admin|member|account)_?id)$/i.test(column) &&
      has(value, origin.cookie) &&
      !has(value, origin.identity) &&
      !has(value, origin.row) &&
      value.field !== undefined &&
      keys.length > 0 &&
      keys.every((key) => isProofName(key)) &&
      keys.includes(value.field)
    );
  });
}

/** It was taken apart, decrypted or looked up before, by code that the engine cannot follow. */
const wasOpened = (trace: Trace, order: number): boolean =>
  trace.effects.some(
    (effect) => effect.order < order && /decrypt|decipher|verify|decode|parse|hmac|unsign|timingSafeEqual/i.test(effect.name),
  );
