import { memberPath, type Node, stringValue, unwrap } from './ast.ts';

const setting = /^(?:NODE_ENV|APP_ENV|EGG_SERVER_ENV)$/;
const atWork = /^(?:dev|develop|development|local|test|testing|debug)$/i;
const inUse = /^prod(?:uction)?$/i;
const flagName = /^(?:is_?dev(?:elopment)?|__DEV__)$/i;

/**
 * Where a condition holds: only while the code is developed, only in production, or wherever. Read from comparisons with `NODE_ENV` and its like, and
 * from names that say nothing else; anything less plain is `undefined`.
 */
export function stageOf(test: Node): 'development' | 'production' | undefined {
  const node = unwrap(test);
  if (node.type === 'LogicalExpression' && node.operator === '&&')
    return [node.left, node.right].some((side) => stageOf(side) === 'development') ? 'development' : undefined;
  if (node.type === 'UnaryExpression' && node.operator === '!') return opposite(stageOf(node.argument));
  if (node.type !== 'BinaryExpression') return flagName.test(memberPath(node)?.at(-1) ?? '') ? 'development' : undefined;
  if (!/^[!=]==?$/.test(node.operator)) return undefined;
  const value = stringValue(unwrap(node.right)) ?? stringValue(unwrap(node.left));
  const name = memberPath(node.left)?.at(-1) ?? memberPath(node.right)?.at(-1);
  if (value === undefined || name === undefined || !setting.test(name)) return undefined;
  const stage = atWork.test(value) ? 'development' : inUse.test(value) ? 'production' : undefined;
  // Not in tests is nearly everywhere.
  if (node.operator.startsWith('!')) return stage === 'production' ? 'development' : undefined;
  return stage;
}

const opposite = (stage: 'development' | 'production' | undefined): 'development' | 'production' | undefined =>
  stage === 'development' ? 'production' : stage === 'production' ? 'development' : undefined;
