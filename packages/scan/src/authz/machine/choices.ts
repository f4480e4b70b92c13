import type { Node } from '../../parse/ast.ts';
import { isRoleName } from '../names.ts';
import { type Machine, ownerScope } from './machine.ts';
import { type Check, type Choice, deepFlags, deepKeys, has, origin, type Question, type Scope, type Value } from './value.ts';

/**
 * `if (role !== 'admin') query.openid = OPENID` with the request's role: whether only the caller's rows are found is what the request says.
 * So a condition that was put into a query in a branch of the caller's choice is marked with that choice.
 */

/** Whether nothing but values of the request, and constants beside them, decides. */
export function questionOf(checks: readonly Check[]): Question | undefined {
  const sides = checks.flatMap(({ left, right }) => (right ? [left, right] : [left]));
  const alone = sides.every((side) => !side.rows && (deepFlags(side) & ~(origin.client | origin.cookie | origin.fresh)) === 0);
  if (!alone || !sides.some((side) => has(side, origin.client))) return undefined;
  const keys = new Set(sides.flatMap((side) => [...deepKeys(side)]));
  // A function of which only the name is known may ask for anything; a list of operations says which of them are public.
  if (checks.some(({ name }) => name !== undefined && !(/^(?:includes|indexOf)$/.test(name) && [...keys].some(isRoleName))))
    return undefined;
  const [first] = checks;
  return first && { keys, place: first.place, settled: false };
}

/** The outermost open branch of the caller's choice that began behind where a name was declared. */
export const choiceSince = (m: Machine, owner: Scope | undefined): Choice | undefined =>
  owner && m.choices.find(({ depth }) => depth > owner.conditional)?.choice;

/** Says who the caller is, or what is his. */
const isCallers = (value: Value): boolean => (value.flags & (origin.identity | origin.row)) !== 0 && !has(value, origin.client);

/** `query.openid = OPENID`, where the object was there before the branch. */
export function memberAsked(m: Machine, target: Node, value: Value, scope: Scope): Value {
  let holder = target;
  while (holder.type === 'MemberExpression') holder = holder.object;
  if (m.choices.length === 0 || holder.type !== 'Identifier' || !isCallers(value)) return value;
  const choice = choiceSince(m, ownerScope(scope, holder.name));
  return choice ? { ...value, asked: choice } : value;
}

/** `query = { openid: OPENID }` in such a branch. */
export function membersAsked(value: Value, choice: Choice): Value {
  if (!value.shape || value.shape.list || value.flags !== 0) return value;
  const props = [...value.shape.props].map(([name, member]): readonly [string, Value] => [
    name,
    isCallers(member) && !member.asked ? { ...member, asked: choice } : member,
  ]);
  return { ...value, shape: { ...value.shape, props: new Map(props) } };
}
