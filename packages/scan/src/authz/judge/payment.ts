import { constantText } from '../machine/invoke.ts';
import type { Access, Effect, Trace } from '../machine/trace.ts';
import { deepFlags, deepKeys, has, origin, type Place, type Value } from '../machine/value.ts';
import { isMoneyName } from '../names.ts';
import type { Sources } from '../sources.ts';
import { boundToCaller, guardFacts } from './facts.ts';
import { frameKey, type spotOf, spotOfValue } from './locate.ts';
import { asksForPayment, payCall } from './pay-calls.ts';
import { judgeQuantity } from './quantity.ts';
import { accessStep, type Collect, entryStep, stepAt } from './verdict.ts';

/** Prices, payments and rewards that the client decides. */
export function judgePayment(traces: readonly Trace[], sources: Sources, collect: Collect): void {
  for (const trace of traces) {
    if (trace.entry.admin) continue;
    judgePrices(trace, collect);
    judgePaidState(trace, sources, collect);
    judgeNotify(trace, sources, collect);
  }
}

const orderTable = /order|pay|bill|trade|recharge|withdraw|cash|wallet/i;
/** Where a price stands that somebody will be asked for. */
const pricedTable =
  /order|pay|bill|trade|recharge|withdraw|cash|wallet|group_?buy|booking|reservation|auction|purchase|express$|shipment|waybill/i;
/** Columns that say how much somebody has. */
const holdings = /balance|wallet|credit|points?$|integral|remain/i;

/** How much somebody pays in, gives or lays down is his own choice. */
const payerChooses = /(?:^|[/_-])(?:recharge|top[-_]?up|donat(?:e|ion)|tip|reward[-_]?author)(?:[/_-]|$)/i;

/** Money that the request names goes into an order or a payment. */
function judgePrices(trace: Trace, collect: Collect): void {
  const entryName = trace.entry.name;
  if (isNotify(entryName) || payerChooses.test(entryName)) return;
  for (const access of trace.accesses) {
    if ((access.operation !== 'create' && access.operation !== 'update') || !pricedTable.test(access.table)) continue;
    if (guardFacts(access).role) continue;
    for (const [name, value] of access.data?.shape?.props ?? [])
      priceFrom(trace, access, name, value, access.data?.shape?.places?.get(name) ?? access.place, collect);
  }
  for (const effect of trace.effects) {
    if (asksForPayment.test(constantText(effect.args))) judgeRequest(trace, effect, collect);
    if (!payCall.test(effect.name)) continue;
    for (const arg of effect.args) {
      for (const [name, value] of arg.shape?.props ?? []) {
        const inner = name === 'amount' ? (value.shape?.props.get('total') ?? value) : value;
        priceFrom(trace, effect, name, inner, arg.shape?.places?.get(name) ?? effect.place, collect);
      }
    }
  }
}

/** The body of the request to WeChat Pay, which the code wrote itself: XML that names the amount among the rest. */
function judgeRequest(trace: Trace, effect: Effect, collect: Collect): void {
  for (const arg of effect.args)
    for (const [name, body] of arg.shape?.props ?? []) {
      if (!/^(body|data|json|form|xml|params)$/i.test(name)) continue;
      const keys = [...deepKeys(body)].filter(isMoneyName);
      if (keys.length === 0 || (deepFlags(body) & origin.client) === 0) continue;
      const place = arg.shape?.places?.get(name) ?? effect.place;
      priceFrom(trace, effect, 'total_fee', { ...body, flags: body.flags | origin.client, keys: new Set(keys) }, place, collect);
    }
}

function priceFrom(
  trace: Trace,
  at: Access | Trace['effects'][number],
  name: string,
  value: Value,
  place: Place,
  collect: Collect,
): void {
  if (!isMoneyName(name) || !has(value, origin.client)) return;
  const keys = [...deepKeys(value)].filter((key) => isMoneyName(key));
  if (keys.length === 0) {
    judgeQuantity(trace, at, name, value, place, collect);
    return;
  }
  // Compared with what the server knows: the caller's value is only a cross-check. What the caller owns says nothing about what goods cost.
  const compared = at.guards.some(
    ({ left, right }) =>
      right &&
      [left, right].some((side) => keys.some((key) => deepKeys(side).has(key))) &&
      [left, right].some((side) => (deepFlags(side) & origin.row) !== 0 && !holdings.test(side.field ?? '')),
  );
  if (compared) return;
  const spot = spotOfValue(at, place, value);
  collect({
    rule: 'MP-API-008',
    key: `MP-API-008|${frameKey(spot.frame)}|${keys[0]}`,
    place: spot.place,
    message: {
      zh: `金额 ${keys.join(', ')} 取自请求并计入 ${name}：改小或改为负数就能少付钱`,
      en: `The amount ${keys.join(', ')} is taken from the request and goes into ${name}: a smaller or negative value pays less`,
    },
    steps: [
      entryStep(trace.entry),
      stepAt(value.from ?? place, `请求里的 ${keys.join(', ')}`, `${keys.join(', ')} of the request`),
      stepAt(place, `计入 ${name}`, `Goes into ${name}`),
    ],
    severity: 'high',
  });
}

export function isNotify(name: string): boolean {
  return /notify|notification(?!s\b)|callback|pay[-_]?(result|back|cb|success)|refund[-_]?(result|notify)|webhook/i.test(name);
}

const stateName = /^(pay_?status|is_?pay(ed|ment)?|paid|is_?paid|pay_?state|pay_?time|payed|trade_?state|payment_?status)$/i;
const receiptName = /^(pay_?id|transaction_?id|trade_?no|out_?trade_?no|pay_?sn|pay_?order_?id)$/i;
const paidText = /^(paid|payed|success|SUCCESS|PAID|已支付|待发货|TRADE_SUCCESS)$/;

function setsPaid(access: Access): { name: string; constantReceipt: boolean } | undefined {
  if (access.operation !== 'update' || !orderTable.test(access.table)) return undefined;
  let found: string | undefined;
  let constantReceipt = false;
  for (const [name, value] of access.data?.shape?.props ?? []) {
    const constant = value.flags === 0 && value.literal !== undefined;
    if (receiptName.test(name) && constant && value.literal !== '' && value.literal !== 0 && value.literal !== null)
      constantReceipt = true;
    if (
      stateName.test(name) &&
      (constant
        ? value.literal !== 0 &&
          value.literal !== false &&
          value.literal !== '' &&
          value.literal !== null &&
          !/^(0|un|not|no|wait|fail|refund|clos|cancel)/i.test(String(value.literal))
        : has(value, origin.fresh))
    )
      found ??= name;
    if (/^(order_?)?(status|state)$/i.test(name) && typeof value.literal === 'string' && paidText.test(value.literal))
      found ??= name;
  }
  return found !== undefined || constantReceipt ? { name: found ?? 'transaction id', constantReceipt } : undefined;
}

/** An order becomes paid because a client says so, or with a made-up receipt. */
function judgePaidState(trace: Trace, sources: Sources, collect: Collect): void {
  const name = trace.entry.name;
  for (const access of trace.accesses) {
    const set = setsPaid(access);
    if (!set) continue;
    const facts = guardFacts(access);
    if (facts.role || facts.secret) continue;
    const label = `${name} ${access.branch?.label ?? ''}`;
    const verified =
      access.guards.some(
        (check) => (deepFlags(check.left) | deepFlags(check.right)) & origin.external || asksForSignature(check.name),
      ) || verifies(trace, sources, access.order);
    if (isNotify(label) && !set.constantReceipt) continue;
    if (verified && !set.constantReceipt) continue;
    if (!set.constantReceipt && paysFromBalance(trace)) continue;
    const spot = handlerSpot(access);
    collect({
      rule: 'MP-API-009',
      key: `MP-API-009|${frameKey(spot.frame)}|${access.branch?.label ?? ''}`,
      place: spot.place,
      message: set.constantReceipt
        ? {
            zh: `${name} 用写死的支付单号把订单标为已支付，是遗留的测试支付接口`,
            en: `${name} marks an order as paid with a made-up receipt: a test payment left in place`,
          }
        : {
            zh: `${name} 只凭客户端请求就把订单标为已支付，没有向微信支付核实`,
            en: `${name} marks an order as paid because the client says so: WeChat Pay is not asked`,
          },
      steps: [
        entryStep(trace.entry),
        accessStep(access),
        stepAt(access.dataPlace ?? access.place, `写入 ${set.name}`, `Writes ${set.name}`),
      ],
      severity: 'critical',
      confidence: set.constantReceipt ? 'high' : 'medium',
    });
  }
}

/** The handler itself: that it exists is the fault. */
function handlerSpot(access: Access): ReturnType<typeof spotOf> {
  const frame = access.frames[0];
  if (access.branch) return { place: access.branch.place, frame };
  if (frame?.node)
    return { place: { file: frame.file, start: frame.node.start, end: Math.min(frame.node.end, frame.node.start + 40) }, frame };
  return { place: access.place, frame };
}

/** Paying from the user's own balance needs no receipt. */
function paysFromBalance(trace: Trace): boolean {
  return trace.accesses.some(
    (access) =>
      access.operation === 'update' &&
      [...(access.data?.shape?.props.keys() ?? [])].some((name) => /balance|wallet|money/i.test(name)) &&
      boundToCaller(access),
  );
}

/** `verifySign`, and not `verifyToken`: that somebody is logged in is no proof of a payment. */
const asksForSignature = (name: string | undefined): boolean =>
  name !== undefined &&
  /sign|verify/i.test(name) &&
  !/token|jwt|user|log_?in|auth|session|captcha|code|password|sign_?(?:in|up|out)|assign|design/i.test(name);

const checksSignature = /(check|verify|validate|valid)_?(wx|wechat|pay|notify)?_?sign|decipher|decryptAes|aesGcm/i;

const verification =
  /check_?sign|verify_?sign|validate_?sign|checkSignature|verifySignature|verify(Notif|Pay|Wechat)|decipher|decrypt|getXMLBody|middleware|payNotify|validNotify|parseNotify|orderquery|queryOrder|order_query|transactions\/(id|out-trade-no)/i;

function verifies(trace: Trace, sources: Sources, before = Number.POSITIVE_INFINITY): boolean {
  for (const name of trace.called) if (checksSignature.test(name)) return true;
  // A middleware of a payment library stands before the handler.
  if (
    trace.middleware.some(
      (text) =>
        /notify|tenpay|w(x|echat|eixin)_?pay/i.test(text) ||
        (/middleware|verif/i.test(text) && !/token|jwt|user|log_?in|auth|session|admin|role|error/i.test(text)),
    )
  )
    return true;
  for (const effect of trace.effects) if (effect.order < before && verification.test(effect.name)) return true;
  for (const decision of trace.decisions) {
    if (decision.order > before) continue;
    const text = sources
      .text(decision.place.file)
      .slice(decision.place.start, Math.min(decision.place.end, decision.place.start + 160));
    if (
      decision.enforced &&
      /(^|[^a-z])(\w*_?sign(ature)?)\b/i.test(text.slice(0, text.indexOf('{') + 1 || 160)) &&
      !/assign|design|signIn|signUp/i.test(text)
    )
      return true;
    for (const check of decision.checks) {
      if (asksForSignature(check.name)) return true;
      const names = [check.left.field, check.right?.field, ...deepKeys(check.left), ...deepKeys(check.right)];
      if (check.right && names.some((one) => one !== undefined && /^(pay)?sign(ature)?$/i.test(one))) return true;
    }
  }
  return trace.accesses.some((access) => access.frames.some((frame) => verification.test(frame.name)));
}

const isPayNotify = /(?:pay(?:ment)?|wx|wechat|order|trade)_?(?:notify|callback|result)|(?:notify|callback)_?(?:pay|order)/i;

/** A payment notification that changes orders without proof that WeChat sent it. */
function judgeNotify(trace: Trace, sources: Sources, collect: Collect): void {
  const { entry } = trace;
  const cloud = entry.framework === 'cloud';
  const isEntry = isNotify(`${entry.name}`) || (!cloud && isNotify(entry.path));
  // One operation of a cloud function that has others besides.
  const isOperation = ({ branch }: Access): boolean => cloud && branch !== undefined && isPayNotify.test(branch.label);
  // A function that WeChat calls back can be called by any user of the mini program as well.
  if (cloud && trace.effects.some((effect) => /queryOrder|orderquery/i.test(effect.name))) return;
  const change = trace.accesses.find(
    (access) => access.operation === 'update' && orderTable.test(access.table) && (isEntry || isOperation(access)),
  );
  if (!change || trace.authenticated) return;
  if (verifies(trace, sources)) {
    judgeNotifiedAmount(trace, change, sources, collect);
    return;
  }
  const fromRequest =
    (deepFlags(change.data) & origin.client) !== 0 ||
    change.conditions.some((one) => has(one.value, origin.client) || one.value.rows);
  if (!fromRequest) return;
  const frame = (isEntry ? undefined : change.frames[1]) ?? change.frames[0];
  collect({
    rule: 'MP-API-010',
    key: `MP-API-010|${frameKey(frame)}`,
    place: frame?.node
      ? { file: frame.file, start: frame.node.start, end: Math.min(frame.node.end, frame.node.start + 40) }
      : change.place,
    message: {
      zh: `支付回调 ${entry.name} 没有验证微信支付签名就更新订单，任何人都能伪造付款`,
      en: `The payment callback ${entry.name} updates orders without verifying WeChat Pay's signature: anybody can forge a payment`,
    },
    steps: [entryStep(entry), accessStep(change)],
    severity: 'critical',
    ...(cloud ? { confidence: 'medium' as const } : {}),
  });
}

const amountNames = '(?:total_?fee|cash_?fee|payer_?total|settlement_?total|amount|total|fee|money|price)';
const comparesAmount = new RegExp(
  String.raw`(?:\b\w*${amountNames}\w*[^\n;{}=<>!]{0,60}(?:[!=]==?|[<>]=?))|(?:(?:[!=]==?|[<>]=?)[^\n;{}=<>]{0,60}\b\w*${amountNames})|\b\w*(?:check|verify|compare|equal|match)\w*(?:amount|fee|money|total|price)`,
  'i',
);

/** The signature is right; what was paid is still only what somebody paid: it has to be what the order costs. */
function judgeNotifiedAmount(trace: Trace, change: Access, sources: Sources, collect: Collect): void {
  if (setsPaid(change) === undefined && !writesPaymentTime(change)) return;
  const frames = change.frames.filter((frame) => frame.node);
  const looked = new Set([...frames, ...trace.decisions.flatMap((one) => one.frames)].filter((frame) => frame.node));
  for (const frame of looked) {
    const { node } = frame;
    if (node && comparesAmount.test(sources.text(frame.file).slice(node.start, Math.min(node.end, node.start + 8_000)))) return;
  }
  const [frame] = frames;
  if (!frame?.node) return;
  collect({
    rule: 'MP-API-010',
    key: `MP-API-010|${frameKey(frame)}`,
    place: { file: frame.file, start: frame.node.start, end: Math.min(frame.node.end, frame.node.start + 40) },
    message: {
      zh: `支付回调 ${trace.entry.name} 没有把实付金额与订单金额比较就改为已支付`,
      en: `The payment callback ${trace.entry.name} marks orders as paid without comparing what was paid with what they cost`,
    },
    steps: [entryStep(trace.entry), accessStep(change)],
    severity: 'medium',
    confidence: 'medium',
  });
}

function writesPaymentTime(access: Access): boolean {
  return [...(access.data?.shape?.props.keys() ?? [])].some((name) => /^(?:pay|paid|payment)_?(?:time|at|date)$/i.test(name));
}
