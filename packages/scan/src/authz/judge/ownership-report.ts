import type { Access, Effect, Frame, Trace } from '../machine/trace.ts';
import { deepKeys, has, origin, type Place, type Value } from '../machine/value.ts';
import { isCallerIdName, isIdentityName, subject } from '../names.ts';
import { boundToCaller, clientKeys, shares } from './facts.ts';
import { frameKey, type Spot, spotOf } from './locate.ts';
import { siblingEvidence, type TableUse } from './siblings.ts';
import { accessStep, type Collect, entryStep, stepAt } from './verdict.ts';

const nouns: Readonly<Record<string, readonly [string, string, string]>> = {
  order: ['订单', 'order', 'orders'],
  address: ['地址', 'address', 'addresses'],
  cart: ['购物车', 'cart', 'carts'],
  coupon: ['优惠券', 'coupon', 'coupons'],
  refund: ['退款', 'refund', 'refunds'],
  user: ['用户资料', 'profile', 'profiles'],
  member: ['会员资料', 'profile', 'profiles'],
  customer: ['客户资料', 'profile', 'profiles'],
  message: ['消息', 'message', 'messages'],
  comment: ['评论', 'comment', 'comments'],
};

const moneyCalls = /(close|refund|reverse|cancel|transfer)_?(order|pay|trade)?$/i;

/** The first use of the same key in the function, on the same table or for the same payment: there the check is missing. */
function earliest(trace: Trace, access: Access): { at: Access | Effect; place: Place } {
  const keys = clientKeys(access);
  const frame = spotOf(access, access.wherePlace).frame;
  let best: { at: Access | Effect; place: Place } = { at: access, place: access.wherePlace };
  for (const other of trace.accesses) {
    if (other.order >= best.at.order) break;
    if (other.operation === 'create' || other.table !== access.table || other.branch !== access.branch || boundToCaller(other))
      continue;
    if (shares(clientKeys(other), keys) && spotOf(other, other.wherePlace).frame === frame)
      best = { at: other, place: other.wherePlace };
  }
  for (const effect of trace.effects) {
    if (effect.order >= best.at.order || effect.branch !== access.branch || !moneyCalls.test(effect.name)) continue;
    if (effect.args.some((arg) => shares(deepKeys(arg), keys)) && spotOf(effect, effect.place).frame === frame)
      best = { at: effect, place: effect.place };
  }
  return best;
}

/** The condition with which the caller says who he is: an owner column, or the key of a user's row. */
function claimedOwner(access: Access): Access['conditions'][number] | undefined {
  return access.conditions.find((one) => {
    if (!one.narrowing || !has(one.value, origin.client)) return false;
    if (isIdentityName(one.column)) return true;
    return (
      /^_?id$/.test(one.column) &&
      /^(user|member|customer|account)/i.test(subject(access.table)) &&
      [...deepKeys(one.value)].some(isCallerIdName)
    );
  });
}

/** A helper that was handed the id beside the rest of the request is not to blame: whoever took the id from the request is. */
function takenFrom(access: Access, value: Value, spot: Spot): Spot {
  const { from } = value;
  const holds = (frame: Frame | undefined): boolean =>
    from !== undefined &&
    frame?.node !== undefined &&
    frame.file === from.file &&
    frame.node.start <= from.start &&
    from.end <= frame.node.end;
  if (spot.frame?.identity || holds(spot.frame)) return spot;
  const depth = access.frames.findLastIndex(holds);
  const frame = access.frames[depth];
  const call = access.frames[depth + 1]?.call;
  return frame && call && depth < access.frames.indexOf(spot.frame as Frame) ? { place: call, frame } : spot;
}

export function report(
  trace: Trace,
  access: Access,
  use: TableUse | undefined,
  weight: 'sure' | 'likely',
  reported: Set<string>,
  collect: Collect,
): void {
  const cloud = trace.entry.framework === 'cloud';
  const owner = claimedOwner(access);
  const first = owner ? { at: access, place: owner.place } : earliest(trace, access);
  const spot = owner ? takenFrom(access, owner.value, spotOf(access, owner.place)) : spotOf(first.at, first.place);
  const about = subject(access.table);
  const [zh, one, many] = nouns[about] ?? [
    `${access.table || '该集合'} 的数据`,
    `row of ${access.table || 'the collection'}`,
    `rows of ${access.table || 'the collection'}`,
  ];
  const [doZh, doEn] = {
    read: ['读取', 'read'],
    update: ['修改', 'change'],
    delete: ['删除', 'delete'],
    create: ['写入', 'create'],
    count: ['统计', 'count'],
  }[access.operation] as [string, string];
  const keys = [...(owner ? deepKeys(owner.value) : clientKeys(access))].slice(0, 3).join(', ');
  const rule = cloud ? (owner ? 'MP-CLD-002' : 'MP-CLD-003') : 'MP-API-001';
  // One fault in the part that every operation shares is not reported again for each of them.
  const shared = `${frameKey(spot.frame)}|${about}`;
  if (access.branch && reported.has(shared)) return;
  if (!access.branch) reported.add(shared);
  const evidence = siblingEvidence(use, access);
  collect({
    rule,
    key: `${rule}|${frameKey(spot.frame)}|${cloud && owner ? '' : about}|${cloud ? (access.branch?.label ?? '') : ''}`,
    place: spot.place,
    message: owner
      ? {
          zh: `用请求里的 ${keys} 当作身份${doZh}${zh}，改一个值就能${doZh}别人的数据`,
          en: `Takes ${keys} from the request as the caller's identity to ${doEn} ${many}: another value gives somebody else's`,
        }
      : {
          zh: `凭请求里的 ${keys || '条件'} 就能${doZh}任何人的${zh}，没有核对归属`,
          en: `${keys || 'A condition'} from the request is enough to ${doEn} anybody's ${one}: the owner is not checked`,
        },
    steps: [entryStep(trace.entry), ...available(access), accessStep(access)],
    ...(evidence ? { evidence } : {}),
    severity: 'high',
    confidence: weight === 'sure' ? 'high' : 'medium',
  });
}

/** Names the identity that was at hand and was not used. */
function available(access: Access): ReturnType<typeof stepAt>[] {
  const frame = access.frames.findLast((one) => one.identity);
  if (!frame?.node) return [];
  const place = { file: frame.file, start: frame.node.start, end: Math.min(frame.node.end, frame.node.start + 60) };
  return [
    stepAt(
      place,
      `函数 ${frame.name || '(匿名)'} 已能取得调用者身份`,
      `The function ${frame.name || '(anonymous)'} already holds the caller's identity`,
    ),
  ];
}
