import type { Call } from '../../flow/client.ts';
import type { State } from '../../flow/state.ts';
import { type Node, propertyOf, unwrap } from '../../parse/ast.ts';
import type { Analysis } from './analysis.ts';

const writes =
  /(?:transfer|pay|refund|withdraw|recharge|add|create|insert|update|edit|modify|save|delete|remove|bind|submit|confirm|cancel|send|receive|claim|exchange|redeem|vote|sign|join|apply|authorize|set)/i;
/** Counters and referrals: they act on nobody's account, or once per pair of people. */
const harmless =
  /(?:share|invite|invit|referr|inviter|promot|log|track|visit|view|count|stat|report|record|browse|footprint|get|query|list|detail|find|search|fetch|info|login|check)/i;

/** Whether a request changes something on the server, judged by its method and its name. */
export function isStateChanging(analysis: Analysis, call: Call, state: State): boolean {
  const options = call.arguments[0] === undefined ? undefined : unwrap(call.arguments[0]);
  const text = (node: Node | undefined): string => (node === undefined ? '' : textOf(analysis, node));
  const name = `${text(propertyOf(options, 'name')?.value)} ${text(propertyOf(options, 'url')?.value)} ${text(nested(options, 'data', 'action'))} ${text(nested(options, 'data', 'type'))}`;
  if (state.path[0] !== 'data' || harmless.test(name) || !writes.test(name)) return false;
  if (propertyOf(options, 'url') === undefined) return true;
  return /^(?:POST|PUT|DELETE|PATCH)$/i.test(text(propertyOf(options, 'method')?.value));
}

function nested(options: Node | undefined, outer: string, inner: string): Node | undefined {
  return propertyOf(propertyOf(options, outer)?.value, inner)?.value;
}

function textOf(analysis: Analysis, node: Node): string {
  const constant = analysis.engine.resolver.constant(node);
  if (constant !== undefined) return constant;
  if (node.type === 'BinaryExpression') return `${textOf(analysis, node.left)}${textOf(analysis, node.right)}`;
  if (node.type === 'TemplateLiteral') return node.quasis.map((quasi) => quasi.value.raw).join('');
  return '';
}
