import type { Node, SwitchStatement } from '../../parse/ast.ts';
import { stageOf } from '../../parse/development.ts';
import { isRoleName } from '../names.ts';
import { questionOf } from './choices.ts';
import { checksOf, evaluate } from './evaluate.ts';
import { type Leaves, run, runAll } from './execute.ts';
import { blockScope, decide, type Machine, placeOf, pushGuards } from './machine.ts';
import { type Check, type Choice, deepFlags, has, origin, type Scope, type Value } from './value.ts';

export function runIf(m: Machine, node: Extract<Node, { type: 'IfStatement' }>, scope: Scope): Leaves {
  // Judged is what runs in production.
  const stage = stageOf(node.test);
  if (stage) {
    const taken = stage === 'production' ? node.consequent : node.alternate;
    return taken ? run(m, taken, scope) : false;
  }
  const test = evaluate(m, node.test, scope);
  if (typeof test.literal === 'boolean' && test.flags === 0 && !test.checks && m.frames.length > 0) {
    const taken = test.literal ? node.consequent : node.alternate;
    return taken ? run(m, taken, scope) : false;
  }
  if (test.literal !== undefined && typeof test.literal === 'boolean' && test.checks && test.flags === 0 && folded(test)) {
    const taken = test.literal ? node.consequent : node.alternate;
    return taken ? run(m, taken, scope) : false;
  }
  const checks = checksOf(m, test, node.test);
  const mark = m.guards.length;
  const branchBefore = m.branch;
  const label = asksForEquality(node.test) ? dispatchLabel(test) : undefined;
  if (label !== undefined) openBranch(m, label, node.test);
  const question = questionOf(checks);
  const yes = inBranch(m, checks, node.consequent, scope, question && { question, side: 'yes' });
  if (label !== undefined) m.branch = branchBefore;
  const no = node.alternate
    ? inBranch(m, checks, node.alternate, scope, question && { question, side: 'no' })
    : { leaves: false, inside: [] };
  m.guards.length = mark;
  const enforced = yes.leaves !== no.leaves;
  if (question && enforced) question.settled = true;
  decide(m, { checks, place: placeOf(m, node), enforced });
  if (enforced) {
    pushGuards(m, checks);
    // Whoever is still here came through the other branch, with all that it demanded.
    pushGuards(m, yes.leaves ? no.inside : yes.inside);
  }
  // `if (automatic) { demand an administrator } else { demand the seller }`: whoever is behind it passed one of them.
  if (!enforced && comparesCaller(yes.inside) && comparesCaller(no.inside)) {
    pushGuards(m, yes.inside);
    pushGuards(m, no.inside);
  }
  // `if (settings.token !== null) { demand it }`: what the settings switch on is meant to be on.
  if (!enforced && !node.alternate && yes.inside.length > 0 && asksOnlySettings(test, checks)) pushGuards(m, yes.inside);
  // `if (!publicActions.includes(action)) { demand an administrator }`: it holds for all but the public operations.
  const except =
    label === undefined && !yes.leaves && yes.inside.length > 0 && saysNot(node.test) ? exceptions(checks) : undefined;
  if (except)
    pushGuards(
      m,
      yes.inside.map((check) => ({ ...check, except })),
    );
  return yes.leaves && no.leaves;
}

/** More than a login is asked for: the caller or a row is compared, or a function decides. */
const comparesCaller = (checks: readonly Check[]): boolean =>
  checks.some(
    ({ left, right, name }) =>
      ((right !== undefined || isRoleName(left.field ?? '')) &&
        [left, right].some((side) => has(side, origin.identity) || side?.rows !== undefined)) ||
      (name !== undefined && /role|admin|perm|owner/i.test(name)),
  );

/** A condition that the request, its caller and the rows have no part in. */
function asksOnlySettings(test: Value, checks: readonly Check[]): boolean {
  const sides = [test, ...checks.flatMap(({ left, right }) => (right ? [left, right] : [left]))];
  return sides.every((side) => (deepFlags(side) & ~(origin.config | origin.fresh)) === 0 && !side.rows);
}

/** `!list.includes(x)`, `list.indexOf(x) === -1`, `x !== 'login'`: what follows holds for what is not named. */
function saysNot(test: Node): boolean {
  if (test.type === 'UnaryExpression') return test.operator === '!';
  if (test.type === 'LogicalExpression') return saysNot(test.left) || saysNot(test.right);
  if (test.type !== 'BinaryExpression') return false;
  return (
    /^!==?$/.test(test.operator) ||
    test.operator === '<' ||
    (/^===?$/.test(test.operator) &&
      [test.left, test.right].some((side) => side.type === 'UnaryExpression' && side.operator === '-'))
  );
}

/** The operations named by a condition that asks for nothing but the operation. */
function exceptions(checks: readonly Check[]): ReadonlySet<string> | undefined {
  // `if (!event.force) { demand it }`: whoever says so is not asked.
  if (checks.length > 0 && checks.every(({ name, left, right }) => !name && !right && has(left, origin.client) && !left.checks))
    return undefined;
  const names = new Set<string>();
  for (const check of checks) {
    for (const side of [check.left, check.right]) {
      if (!side) continue;
      if (has(side, origin.identity) || side.rows) return undefined;
      if (typeof side.literal === 'string') names.add(side.literal);
      if (side.shape?.list)
        for (const element of side.shape.props.values()) if (typeof element.literal === 'string') names.add(element.literal);
    }
  }
  return names;
}

function folded(test: Value): boolean {
  return (test.checks ?? []).every(
    (check) => check.left.flags === 0 && (check.right?.flags ?? 0) === 0 && !check.left.rows && !check.right?.rows,
  );
}

function inBranch(
  m: Machine,
  checks: readonly Check[],
  node: Node,
  scope: Scope,
  choice: Choice | undefined,
): { leaves: Leaves; inside: readonly Check[] } {
  const mark = m.guards.length;
  pushGuards(m, checks);
  const inner = m.guards.length;
  m.conditional += 1;
  if (choice) m.choices.push({ depth: m.conditional, choice });
  const leaves = run(m, node, scope);
  if (choice) m.choices.pop();
  m.conditional -= 1;
  const inside = m.guards.slice(inner, inner + 12);
  m.guards.length = mark;
  return { leaves, inside };
}

function asksForEquality(node: Node): boolean {
  if (node.type === 'BinaryExpression') return node.operator === '===' || node.operator === '==';
  return node.type === 'LogicalExpression' && (asksForEquality(node.left) || asksForEquality(node.right));
}

/** `action === 'remove'`: what stands under it is an operation of its own. */
function dispatchLabel(test: Value): string | undefined {
  const check = test.checks?.[0];
  if (!check?.right || (test.checks?.length ?? 0) > 2) return undefined;
  for (const [name, text] of [
    [check.left, check.right],
    [check.right, check.left],
  ] as const) {
    if (has(name, origin.client) && typeof text.literal === 'string' && text.flags === 0 && text.literal !== '') {
      if (
        /^(action|type|\$url|url|method|func|function|fn|name|op|opt|operate|operation|cmd|command|api|route|path|event|mode|flag|target|handle|handler|key|module|service)$/i.test(
          name.field ?? '',
        ) ||
        /action|type|func|method|oper/i.test(name.field ?? '')
      )
        return text.literal;
    }
  }
  return undefined;
}

export function openBranch(m: Machine, label: string, node: Node): void {
  const branch = { label: label.slice(0, 60), place: placeOf(m, node) };
  m.branch = branch;
  m.trace?.branches.push(branch);
}

export function runSwitch(m: Machine, node: SwitchStatement, scope: Scope): Leaves {
  const subject = evaluate(m, node.discriminant, scope);
  const inner = blockScope(m, scope);
  const before = m.branch;
  const asks = has(subject, origin.client);
  for (const part of node.cases) {
    if (part.consequent.length === 0) continue;
    const mark = m.guards.length;
    if (part.test) {
      const test = evaluate(m, part.test, scope);
      if (asks)
        openBranch(m, typeof test.literal === 'string' || typeof test.literal === 'number' ? String(test.literal) : 'case', part);
    }
    m.conditional += 1;
    runAll(m, part.consequent, inner);
    m.conditional -= 1;
    m.guards.length = mark;
    m.branch = before;
  }
  return false;
}
