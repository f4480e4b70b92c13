import type { Access, Trace } from '../machine/trace.ts';
import { deepFlags, deepKeys, origin, type Place, type Value } from '../machine/value.ts';
import { isRewardName } from '../names.ts';
import { guardFacts } from './facts.ts';
import { frameKey, spotOfValue } from './locate.ts';
import { isNotify } from './payment.ts';
import { type Collect, entryStep, stepAt } from './verdict.ts';

/** Whose rows hold what a person has earned. */
const holderTable = /user|member|customer|account|wallet|point|score|credit|integral|balance|coin|student|player|bean|asset/i;

/** What the caller names was held against what somebody has: he gives it away, he is not given it. */
function paidFromHoldings(access: Access, amount: Value): boolean {
  const keys = deepKeys(amount);
  return access.guards.some(
    ({ left, right }) =>
      right &&
      [left, right].some((side) => [...deepKeys(side)].some((key) => keys.has(key))) &&
      [left, right].some((side) => (deepFlags(side) & origin.row) !== 0 && isRewardName(side.field ?? '')),
  );
}

/** Points, balance and prizes that a client's word adds. */
export function judgeRewards(traces: readonly Trace[], collect: Collect): void {
  for (const trace of traces) if (!trace.entry.admin) judgeGrants(trace, collect);
}

function judgeGrants(trace: Trace, collect: Collect): void {
  const cloud = trace.entry.framework === 'cloud';
  for (const access of trace.accesses) {
    if (access.operation !== 'update') continue;
    const facts = guardFacts(access);
    // Elsewhere than in cloud functions a service of the operator's own may say so, with a secret or a signature.
    if (facts.role || (!cloud && (facts.secret || isNotify(trace.entry.name) || !holderTable.test(access.table)))) continue;
    for (const [name, value] of access.data?.shape?.props ?? []) {
      if (!isRewardName(name)) continue;
      const increment = value.shape?.props.get('$inc');
      const amount = increment ?? value;
      const place = access.data?.shape?.places?.get(name) ?? access.place;
      const fromClient = (deepFlags(amount) & origin.client) !== 0;
      if (fromClient && (amount.taken || paidFromHoldings(access, amount))) continue;
      const frame = access.frames.at(-1);
      const claim = fromClient || !cloud ? undefined : claimBranch(trace, access);
      if (!fromClient && !claim) continue;
      const spot = claim ? { place: claim, frame } : spotOfValue(access, place, undefined);
      collect({
        rule: 'MP-CLD-006',
        key: `MP-CLD-006|${frameKey(spot.frame)}`,
        place: spot.place,
        message: fromClient
          ? {
              zh: `${name} 增加多少由请求决定，用户可以给自己加任意数量`,
              en: `The request decides how much ${name} grows: a user can give himself any amount`,
            }
          : {
              zh: `只凭请求里的一个标志就发放 ${name}，没有服务端凭证，也没有次数限制`,
              en: `A flag in the request is enough to add to ${name}: there is no proof on the server and no limit`,
            },
        steps: [
          entryStep(trace.entry),
          stepAt(spot.place, '由客户端声明', "The client's claim"),
          stepAt(place, `增加 ${name}`, `Adds to ${name}`),
        ],
        severity: 'high',
        confidence: fromClient ? 'high' : 'medium',
      });
      return;
    }
  }
}

/** The reward depends on a value that the request names, inside the function that grants it. */
function claimBranch(trace: Trace, access: Access): Place | undefined {
  const frame = access.frames.at(-1);
  const node = frame?.node;
  if (!node || !frame) return undefined;
  const increments = [...(access.data?.shape?.props.values() ?? [])]
    .map((value) => value.shape?.props.get('$inc'))
    .filter((value) => value !== undefined);
  if (increments.every((value) => value.rows || (value.literal !== undefined && value.flags === 0))) return undefined;
  if (access.guards.some((check) => (deepFlags(check.left) & origin.external) !== 0)) return undefined;
  return trace.branches.find(
    (branch) => branch.place.file === frame.file && branch.place.start > node.start && branch.place.end <= node.end,
  )?.place;
}
