import type { ClassNode, Node } from '../../parse/ast.ts';
import { frameworkMember } from '../libraries/frameworks.ts';
import { evaluate } from './evaluate.ts';
import { callClosure } from './invoke.ts';
import { childScope, declare, type Machine, placeOf } from './machine.ts';
import { nameOfKey } from './members.ts';
import type { ClassRef, Closure, Scope, Value } from './value.ts';

export function createClass(m: Machine, node: ClassNode, scope: Scope): Value {
  const parent = node.superClass ? evaluate(m, node.superClass, scope) : undefined;
  const cls: ClassRef = {
    kind: 'class',
    node,
    scope: childScope(m, scope),
    module: { file: placeOf(m, node).file },
    parent,
    statics: new Map(),
  };
  const value: Value = { flags: 0, callable: cls };
  if (node.id) {
    declare(cls.scope, node.id.name, value);
    m.classes.set(`${cls.module.file}#${node.id.name}`, cls);
  }
  for (const member of node.body.body) {
    if (member.type === 'PropertyDefinition' && member.static && member.value) {
      const name = nameOfKey(m, member.key, member.computed, scope);
      if (name) cls.statics.set(name, evaluate(m, member.value, cls.scope));
    }
  }
  return value;
}

/** A method or accessor of a class or of one it extends. */
export function classMember(m: Machine, cls: ClassRef, name: string, self: Value, isStatic = false): Value | undefined {
  const wanted = name.startsWith('super.') ? name.slice(6) : name;
  let skip = name.startsWith('super.') ? currentOwner(m) : undefined;
  for (
    let c: ClassRef | undefined = cls, n = 0;
    c && n < 12;
    c = c.parent?.callable?.kind === 'class' ? c.parent.callable : undefined, n++
  ) {
    if (skip) {
      if (skip === c.node) skip = undefined;
      continue;
    }
    for (const member of c.node.body.body) {
      if (member.type === 'MethodDefinition' && !member.computed && member.static === isStatic && keyIs(member.key, wanted)) {
        const closure: Closure = {
          kind: 'closure',
          node: member.value,
          scope: c.scope,
          module: c.module,
          self,
          owner: c,
          name: wanted,
        };
        if (member.kind === 'get')
          return callClosure(
            m,
            closure,
            [],
            { node: member, args: [], place: { file: c.module.file, start: member.start, end: member.end } },
            self,
          );
        if (member.kind === 'method') return { flags: 0, callable: closure };
      }
      if (!isStatic && member.type === 'PropertyDefinition' && !member.static && keyIs(member.key, wanted) && member.value) {
        const inner = childScope(m, c.scope);
        declare(inner, 'this', self);
        return evaluate(m, member.value, inner);
      }
    }
  }
  return undefined;
}

/** The class in whose method `super` was written. */
function currentOwner(m: Machine): ClassNode | undefined {
  return m.frames.findLast((frame) => frame.owner !== undefined)?.owner?.node;
}

function keyIs(key: Node, name: string): boolean {
  return (key.type === 'Identifier' || key.type === 'PrivateIdentifier') && key.name === name
    ? true
    : key.type === 'Literal' && key.value === name;
}

/** What the top of the chain of classes is: a class of a framework, or unknown. */
export function rootOf(cls: ClassRef): Value | undefined {
  let c = cls;
  for (let n = 0; n < 12; n++) {
    if (c.parent?.callable?.kind !== 'class') return c.parent;
    c = c.parent.callable;
  }
  return undefined;
}

/** An object of a class: its methods are found on demand, what the framework adds is known by the root of the chain. */
export function instanceOf(m: Machine, cls: ClassRef): Value {
  const root = rootOf(cls);
  const self: Value = {
    flags: 0,
    shape: { props: new Map(), rest: undefined, list: false, places: new Map() },
    handle: {
      kind: 'instance',
      data: cls,
      get: (name, target) =>
        (name === 'constructor' ? { flags: 0, callable: cls } : undefined) ??
        classMember(m, cls, name, target) ??
        frameworkMember(m, root, cls, name.replace(/^super\./, ''), target),
    },
  };
  return self;
}

export function methodNames(cls: ClassRef): string[] {
  const names: string[] = [];
  for (const member of cls.node.body.body) {
    if (member.type === 'MethodDefinition' && member.kind === 'method' && !member.static && member.key.type === 'Identifier')
      names.push(member.key.name);
    if (
      member.type === 'PropertyDefinition' &&
      member.value &&
      (member.value.type === 'ArrowFunctionExpression' || member.value.type === 'FunctionExpression') &&
      member.key.type === 'Identifier'
    )
      names.push(member.key.name);
  }
  return names;
}
