import type { FunctionNode, Node } from '../../parse/ast.ts';
import { bind, bindVar } from './bind.ts';
import { runIf, runSwitch } from './branches.ts';
import { createClass } from './classes.ts';
import { evaluate } from './evaluate.ts';
import { blockScope, declare, functionScope, lookup, type Machine, placeOf, type Results, step } from './machine.ts';
import { getMember } from './members.ts';
import { bindImport, exportAll, exportNamed, setExport } from './modules.ts';
import { recordReply } from './record.ts';
import { type Check, compact, either, literal, object, type Scope, unknown, type Value, verifiedToken } from './value.ts';

/** What a statement does to control: `true` when what stands behind it is not reached. */
export type Leaves = boolean;

/** Runs the body of a function and gives what it may return. */
export function runBody(m: Machine, body: Node, scope: Scope): Results {
  const results: Results = { value: undefined, thrown: [], guardBase: m.guards.length, conditional: m.conditional };
  m.results.push(results);
  try {
    if (body.type === 'BlockStatement') {
      hoist(m, body.body, scope);
      runAll(m, body.body, scope);
    } else {
      results.value = evaluate(m, body, scope);
      if (m.frames.length === 1) recordReply(m, results.value, body);
    }
  } finally {
    m.results.pop();
  }
  return results;
}

/** Declares functions before the statements run, as the language does. */
export function hoist(m: Machine, body: readonly Node[], scope: Scope): void {
  for (const statement of body) {
    const inner =
      (statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration') && statement.declaration
        ? statement.declaration
        : statement;
    if (inner.type === 'FunctionDeclaration' && inner.id) declare(scope, inner.id.name, closure(m, inner, scope));
  }
}

function closure(m: Machine, node: FunctionNode, scope: Scope): Value {
  const self = lookup(scope, 'this');
  return {
    flags: 0,
    callable: {
      kind: 'closure',
      node,
      scope,
      module: { file: placeOf(m, node).file },
      name: node.id?.name ?? '',
      ...(self && node.type === 'ArrowFunctionExpression' ? { self } : {}),
    },
  };
}

export function runAll(m: Machine, statements: readonly Node[], scope: Scope): Leaves {
  for (const statement of statements) if (run(m, statement, scope)) return true;
  return false;
}

export function run(m: Machine, node: Node, scope: Scope): Leaves {
  if (!step(m)) return true;
  switch (node.type) {
    case 'ExpressionStatement':
      m.threw = false;
      evaluate(m, node.expression, scope);
      if (m.threw && isCall(node.expression)) {
        m.threw = false;
        noteThrow(m);
        return true;
      }
      return isLeavingCall(node.expression);
    case 'VariableDeclaration':
      for (const declarator of node.declarations) {
        // `var x` alone keeps what `x` was.
        if (!declarator.init && node.kind === 'var' && declarator.id.type === 'Identifier')
          if (functionScope(scope).names.has(declarator.id.name)) continue;
        const value = declarator.init ? evaluate(m, declarator.init, scope) : literal(null);
        const named =
          value.callable?.kind === 'closure' && value.callable.name === '' && declarator.id.type === 'Identifier'
            ? { ...value, callable: { ...value.callable, name: declarator.id.name } }
            : value;
        node.kind === 'var' ? bindVar(m, declarator.id, named, scope) : bind(m, declarator.id, named, scope);
      }
      return false;
    case 'ReturnStatement': {
      const value = node.argument ? evaluate(m, node.argument, scope) : literal(null);
      addResult(m, value);
      if (m.frames.length === 1) recordReply(m, value, node);
      return true;
    }
    case 'ThrowStatement':
      evaluate(m, node.argument, scope);
      noteThrow(m);
      return true;
    case 'BreakStatement':
    case 'ContinueStatement':
      return true;
    case 'BlockStatement': {
      const inner = blockScope(m, scope);
      hoist(m, node.body, inner);
      return runAll(m, node.body, inner);
    }
    case 'IfStatement':
      return runIf(m, node, scope);
    case 'SwitchStatement':
      return runSwitch(m, node, scope);
    case 'TryStatement': {
      const before = m.guards.length;
      if (node.handler) m.tries += 1;
      const left = run(m, node.block, scope);
      if (node.handler) m.tries -= 1;
      if (node.handler) {
        const inner = blockScope(m, scope);
        if (node.handler.param) bind(m, node.handler.param, { flags: 0, handle: { kind: 'error' } }, inner);
        const mark = m.guards.length;
        m.conditional += 1;
        const gone = run(m, node.handler.body, inner);
        m.conditional -= 1;
        m.guards.length = mark;
        // What failed inside goes on behind: nothing that the block demanded by throwing holds there.
        if (!gone) dropThrowing(m, before);
      }
      if (node.finalizer) run(m, node.finalizer, scope);
      return left;
    }
    case 'ForStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
      runLoop(m, node, scope);
      return false;
    case 'FunctionDeclaration':
      if (node.id && !scope.names.has(node.id.name)) declare(scope, node.id.name, closure(m, node, scope));
      return false;
    case 'ClassDeclaration': {
      const value = createClass(m, node, scope);
      if (node.id) declare(scope, node.id.name, value);
      return false;
    }
    case 'LabeledStatement':
      return run(m, node.body, scope);
    case 'ImportDeclaration':
      bindImport(m, node, scope);
      return false;
    case 'ExportNamedDeclaration':
      if (node.declaration) run(m, node.declaration, scope);
      exportNamed(m, node, scope);
      return false;
    case 'ExportDefaultDeclaration': {
      const inner = node.declaration;
      if (inner.type === 'FunctionDeclaration' || inner.type === 'ClassDeclaration') run(m, inner, scope);
      const value =
        inner.type === 'FunctionDeclaration'
          ? inner.id
            ? (lookup(scope, inner.id.name) ?? closure(m, inner, scope))
            : closure(m, inner, scope)
          : inner.type === 'ClassDeclaration' && inner.id
            ? (lookup(scope, inner.id.name) ?? unknown)
            : evaluate(m, inner, scope);
      setExport(m, 'default', value);
      return false;
    }
    case 'ExportAllDeclaration':
      exportAll(m, node);
      return false;
    case 'TSExportAssignment':
      setExport(m, '=', evaluate(m, node.expression, scope));
      return false;
    default:
      return false;
  }
}

/** Calls after which nothing runs although no `return` stands there. */
const isCall = (node: Node): boolean => (node.type === 'AwaitExpression' ? node.argument : node).type === 'CallExpression';

function isLeavingCall(node: Node): boolean {
  const call = node.type === 'AwaitExpression' ? node.argument : node;
  if (call.type !== 'CallExpression' || call.callee.type !== 'MemberExpression' || call.callee.property.type !== 'Identifier')
    return false;
  const name = call.callee.property.name;
  if (name === 'throw' || name === 'redirectTo') return name === 'throw';
  return name === 'exit' && call.callee.object.type === 'Identifier' && call.callee.object.name === 'process';
}

function dropThrowing(m: Machine, from: number): void {
  const kept = m.guards.slice(from).filter((check) => check.name !== verifiedToken);
  m.guards.length = from;
  m.guards.push(...kept);
}

function addResult(m: Machine, value: Value): void {
  const results = m.results.at(-1);
  if (!results) return;
  const inForce = m.guards.slice(results.guardBase, results.guardBase + 12);
  const plain = value.flags === 0 && !value.callable && !value.handle && inForce.length > 0;
  const guarded = plain ? { ...value, checks: [...(value.checks ?? []), ...inForce].slice(0, 16) } : value;
  results.value = results.value ? either(results.value, guarded) : guarded;
}

function noteThrow(m: Machine): void {
  const results = m.results.at(-1);
  if (!results) return;
  // The last ones are why it throws here.
  addThrown(results, m.guards.slice(results.guardBase).slice(-12));
}

/** Adds conditions under which a function throws, each once. */
export function addThrown(results: Results, checks: readonly Check[]): void {
  for (const check of checks)
    if (results.thrown.length < maximumThrown && !results.thrown.includes(check)) results.thrown.push(check);
}

const maximumThrown = 40;

function runLoop(m: Machine, node: Node, scope: Scope): void {
  const inner = blockScope(m, scope);
  const mark = m.guards.length;
  m.loops += 1;
  if (node.type === 'ForStatement') {
    if (node.init) node.init.type === 'VariableDeclaration' ? run(m, node.init, inner) : evaluate(m, node.init, inner);
    if (node.test) evaluate(m, node.test, inner);
    m.conditional += 1;
    run(m, node.body, inner);
    m.conditional -= 1;
    if (node.update) evaluate(m, node.update, inner);
  } else if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') {
    const whole = evaluate(m, node.right, inner);
    const element = node.type === 'ForOfStatement' ? elementOf(m, whole, node) : unknown;
    const target = node.left.type === 'VariableDeclaration' ? node.left.declarations[0]?.id : node.left;
    bind(m, target, element, inner);
    m.conditional += 1;
    run(m, node.body, inner);
    m.conditional -= 1;
  } else if (node.type === 'WhileStatement' || node.type === 'DoWhileStatement') {
    evaluate(m, node.test, inner);
    m.conditional += 1;
    run(m, node.body, inner);
    m.conditional -= 1;
  }
  m.loops -= 1;
  m.guards.length = mark;
}

/** Any element of a list. */
export function elementOf(m: Machine, whole: Value, node: Node): Value {
  if (whole.shape?.list) {
    let value = whole.shape.rest;
    let n = 0;
    for (const element of whole.shape.props.values()) {
      if (++n > 12) break;
      value = value ? either(value, element) : element;
    }
    // `for (const row of found.data || [])`: what stands beside a list of the code's own.
    const beside = whole.flags !== 0 || whole.rows ? getMember(m, compact({ ...whole, shape: undefined }), '0', node) : undefined;
    return value && beside ? either(value, beside) : (value ?? beside ?? unknown);
  }
  if (whole.handle?.kind === 'entries') return entryOf(whole.handle.data as Value | undefined);
  return getMember(m, whole, '0', node);
}

/** `[key, value]` of any entry of an object; of a table of functions, all of them. */
export function entryOf(table: Value | undefined): Value {
  const members = [...(table?.shape?.props ?? [])];
  const functions = members.filter(([, value]) => value.callable);
  const value =
    functions.length > 0 && functions.length === members.length
      ? object(functions, { flags: 0, handle: { kind: 'dispatch' } })
      : members.slice(0, 12).reduce<Value | undefined>((all, [, one]) => (all ? either(all, one) : one), undefined);
  return {
    flags: 0,
    shape: {
      props: new Map([
        ['0', unknown],
        ['1', value ?? table?.shape?.rest ?? unknown],
      ]),
      rest: undefined,
      list: true,
    },
  };
}
