import { constantText } from '../machine/invoke.ts';
import type { Access, Effect, Trace } from '../machine/trace.ts';
import { deepKeys, deepRows, has, origin, type Place, type Value } from '../machine/value.ts';
import { frameKey, spotOfValue } from './locate.ts';
import { asksForPayment, payCall } from './pay-calls.ts';
import { type Collect, entryStep, stepAt } from './verdict.ts';

const quantityName = /^(?:goods_?|item_?|product_?|buy_?|cart_?)?(?:num|number|count|quantity|qty)$/i;
const validates = /valid|schema|joi|assert|positive|check_?(?:num|count|quantity|param|body|order|item|goods)/i;

/** The price is the server's and the number of pieces the caller's, which may be below zero. */
export function judgeQuantity(
  trace: Trace,
  at: Access | Effect,
  name: string,
  value: Value,
  place: Place,
  collect: Collect,
): void {
  const pieces = [...deepKeys(value)].filter((key) => quantityName.test(key));
  if (pieces.length === 0 || !has(value, origin.row) || value.taken || trace.entry.framework === 'nest') return;
  // WeChat Pay refuses an amount below one cent.
  if (trace.effects.some((one) => payCall.test(one.name) || asksForPayment.test(constantText(one.args)))) return;
  const priced = [...deepRows(value)].some((row) => /good|product|sku|item|dish|menu|food|ticket|course|cart/i.test(row.table));
  if (!priced || [...trace.called].some((one) => validates.test(one)) || trace.effects.some((one) => validates.test(one.name)))
    return;
  const bounded = trace.decisions.some(({ checks }) =>
    checks.some(
      ({ left, right, name: by }) =>
        [left, right].some((side) => pieces.some((key) => deepKeys(side).has(key))) &&
        (by !== undefined || [left, right].some((side) => typeof side?.literal === 'number')),
    ),
  );
  if (bounded) return;
  const spot = spotOfValue(at, place, value);
  collect({
    rule: 'MP-API-008',
    key: `MP-API-008|${frameKey(spot.frame)}|${pieces[0]}`,
    place: spot.place,
    message: {
      zh: `数量 ${pieces.join(', ')} 取自请求且没有检查下限：负数会让 ${name} 变小甚至为负`,
      en: `The quantity ${pieces.join(', ')} is the request's and has no lower bound: below zero it makes ${name} smaller, or negative`,
    },
    steps: [entryStep(trace.entry), stepAt(place, `计入 ${name}`, `Goes into ${name}`)],
    severity: 'medium',
    confidence: 'medium',
  });
}
