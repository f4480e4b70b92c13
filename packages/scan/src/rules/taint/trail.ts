import type { ReportStep } from '../../finding.ts';
import { parentOf, unitOf } from '../../flow/links.ts';
import type { State } from '../../flow/state.ts';
import { keyName, memberPath, type Node, unwrap } from '../../parse/ast.ts';
import type { Bilingual } from '../../rule.ts';

/** States from the source to here. */
export function statesOf(state: State): readonly State[] {
  const states: State[] = [];
  for (let at: State | undefined = state; at !== undefined && states.length < 400; at = at.previous) states.push(at);
  return states.reverse();
}

const maxSteps = 12;

/** The path of the data as a reader wants it: where it enters, each place that keeps it or hands it on, where it arrives. */
export function stepsOf(state: State, sink: Node, sinkText: Bilingual): readonly ReportStep[] {
  const states = statesOf(state);
  const steps: ReportStep[] = [];
  const add = (node: Node, label: Bilingual): void => {
    const file = unitOf(node)?.file.path;
    if (file === undefined) return;
    const last = steps.at(-1);
    if (last?.file === file && last.start === node.start && last.end === node.end) return;
    steps.push({ file, start: node.start, end: node.end, label });
  };
  const first = states[0];
  if (first !== undefined) add(first.source.origin, first.source.text);
  for (const [index, at] of states.entries()) {
    const label = stepLabel(at, states[index + 1]);
    if (label !== undefined) add(at.node, label);
  }
  add(sink, sinkText);
  if (steps.length <= maxSteps) return steps;
  return [...steps.slice(0, maxSteps / 2), ...steps.slice(-maxSteps / 2)];
}

function stepLabel(state: State, next: State | undefined): Bilingual | undefined {
  const parent = parentOf(state.node);
  if (parent?.type === 'VariableDeclarator' && parent.init === state.node) {
    const name = parent.id.type === 'Identifier' ? parent.id.name : '{ … }';
    return { zh: `存入变量 ${name}`, en: `kept in ${name}` };
  }
  if (parent?.type === 'AssignmentExpression' && parent.right === state.node) {
    const name = memberPath(parent.left)?.join('.') ?? '…';
    return { zh: `赋值给 ${name}`, en: `assigned to ${name}` };
  }
  if (next !== undefined && next.frame !== state.frame && (parent?.type === 'CallExpression' || parent?.type === 'NewExpression'))
    return { zh: `作为参数传入 ${calleeName(parent)}`, en: `passed to ${calleeName(parent)}` };
  if (parent?.type === 'ReturnStatement') return { zh: '由函数返回', en: 'returned' };
  if (parent?.type === 'TemplateLiteral' || (parent?.type === 'BinaryExpression' && parent.operator === '+'))
    return { zh: '拼接进字符串', en: 'put into a text' };
  if (parent?.type === 'SpreadElement') return { zh: '整个对象被展开', en: 'spread as a whole' };
  return undefined;
}

function calleeName(call: Node): string {
  if (call.type !== 'CallExpression' && call.type !== 'NewExpression') return '';
  const callee = unwrap(call.callee);
  if (callee.type === 'Identifier') return `${callee.name}()`;
  if (callee.type === 'MemberExpression') return `${keyName(callee.property, callee.computed) ?? '…'}()`;
  return '…()';
}

/** The expression by which data entered a call: inside the objects that were built around it. */
export function entryOf(state: State): Node {
  let at = state;
  while (at.previous !== undefined && (at.node.type === 'ObjectExpression' || at.node.type === 'ArrayExpression')) {
    if (at.previous.node.start < at.node.start || at.previous.node.end > at.node.end) break;
    at = at.previous;
  }
  return at.node;
}

/** The last place at which the whole of an object was spread into another, if there is one. */
export function spreadIn(state: State): Node | undefined {
  for (const at of statesOf(state).toReversed()) {
    const parent = parentOf(at.node);
    if (parent?.type === 'SpreadElement') return parent;
  }
  return undefined;
}

/** The last place at which data was put into a text: what has to be mended where a helper runs the statement. */
export function textPlace(state: State): Node | undefined {
  for (const at of statesOf(state).toReversed()) {
    const parent = parentOf(at.node);
    if (parent?.type === 'TemplateLiteral' || (parent?.type === 'BinaryExpression' && parent.operator === '+')) return parent;
    if (parent?.type === 'AssignmentExpression' && parent.operator === '+=') return parent;
  }
  return undefined;
}

/** The call by which data left the function that its source is in, when it went on into others. */
export function exitOf(state: State): Node | undefined {
  let frame = state.frame;
  while (frame?.up !== undefined) frame = frame.up;
  return frame?.call;
}
