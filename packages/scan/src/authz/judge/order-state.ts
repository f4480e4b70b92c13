import type { Access, Trace } from '../machine/trace.ts';
import { deepKeys, has, origin, type Value } from '../machine/value.ts';
import { subject } from '../names.ts';
import { guardFacts } from './facts.ts';
import { frameKey, spotOfValue } from './locate.ts';
import { isNotify } from './payment.ts';
import { accessStep, type Collect, entryStep, stepAt } from './verdict.ts';

const stateColumn = /^(?:order_?|pay(?:ment)?_?|trade_?)?(?:status|state)$/i;
const paidWord = /paid|payed|success|complete|finish|ship|deliver|refund|已支付|已付|待发货|完成/i;

/** An order takes whatever state its customer names: paid, shipped, refunded. */
export function judgeOrderState(traces: readonly Trace[], collect: Collect): void {
  for (const trace of traces) {
    const { entry } = trace;
    if (entry.admin || entry.kind === 'timer' || trace.authenticated || isNotify(`${entry.name} ${entry.path}`)) continue;
    for (const access of trace.accesses) {
      if (access.operation !== 'update' || subject(access.table) !== 'order') continue;
      const facts = guardFacts(access);
      if (facts.role || facts.secret) continue;
      for (const [name, value] of access.data?.shape?.props ?? []) {
        if (!stateColumn.test(name) || !has(value, origin.client) || value.rows || harmlessList(access, value)) continue;
        const place = access.data?.shape?.places?.get(name) ?? access.place;
        const spot = spotOfValue(access, place, value);
        collect({
          rule: 'MP-API-009',
          key: `MP-API-009|${frameKey(spot.frame)}|state|${access.branch?.label ?? ''}`,
          place: spot.place,
          message: {
            zh: `${entry.name} 把订单的 ${name} 改成请求里写的值：客户自己就能把订单标为已支付、已完成或已退款`,
            en: `${entry.name} sets ${name} of an order to what the request says: customers mark their own orders as paid, done or refunded`,
          },
          steps: [
            entryStep(entry),
            stepAt(value.from ?? place, `请求里的 ${name}`, `${name} of the request`),
            accessStep(access),
          ],
          severity: 'high',
          confidence: 'medium',
        });
        break;
      }
    }
  }
}

/** The state was compared with a list in which no state stands that a customer may not choose. */
function harmlessList(access: Access, value: Value): boolean {
  const keys = deepKeys(value);
  return access.guards.some(({ left, right }) => {
    if (!right) return false;
    for (const [one, other] of [
      [left, right],
      [right, left],
    ] as const) {
      if (!has(one, origin.client) || ![...deepKeys(one)].some((key) => keys.has(key))) continue;
      const words = other.shape?.list ? [...other.shape.props.values()].map((word) => word.literal) : [other.literal];
      if (words.length > 0 && words.every((word) => word !== undefined && !paidWord.test(String(word)))) return true;
    }
    return false;
  });
}
