import { keyName, type Node, stringValue, unwrap } from '../parse/ast.ts';
import type { Codebase } from './codebase.ts';
import { type ConventionReader, conventionOf } from './conventions.ts';
import { type Binding, bindingOf, ownerOf, parentOf, type Unit, unitOf } from './links.ts';
import type { Target } from './target.ts';
import { textsOf } from './texts.ts';

/** Goes back from expressions to what they stand for: through variables, fields, imports, returns and conventions of frameworks. */
export interface Resolver {
  /** At most eight answers; empty when nothing is known. */
  targets(node: Node): readonly Target[];
  member(target: Target, name: string): readonly Target[];
  /** The first external name, if any. */
  externalName(node: Node): string | undefined;
  /** A string that the expression always or usually is, as configuration constants are. */
  constant(node: Node): string | undefined;
}

const maxTargets = 8;
const maxDepth = 24;
const none: readonly Target[] = [];

export function createResolver(codebase: Codebase): Resolver {
  const memo = new Map<Node, readonly Target[]>();
  const fields = new Map<Node, ReadonlyMap<string, readonly Node[]>>();
  const readConvention: ConventionReader = conventionOf(codebase);
  let depth = 0;

  const targets = (node: Node): readonly Target[] => {
    const known = memo.get(node);
    if (known !== undefined) return known;
    if (depth > maxDepth) return none;
    memo.set(node, none);
    depth += 1;
    const found = distinct(compute(node));
    depth -= 1;
    memo.set(node, found);
    return found;
  };
  const all = (nodes: readonly (Node | null | undefined)[]): readonly Target[] =>
    nodes.flatMap((node) => (node === null || node === undefined ? none : targets(node)));

  const compute = (wrapped: Node): readonly Target[] => {
    const node = unwrap(wrapped);
    switch (node.type) {
      case 'Identifier': {
        const binding = bindingOf(node);
        return binding === undefined ? [external(node.name)] : ofBinding(binding);
      }
      case 'ThisExpression': {
        const owner = ownerOf(node);
        return owner === undefined ? [external('this')] : [{ kind: 'instance', owner }];
      }
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return [{ kind: 'function', node }];
      case 'ClassDeclaration':
      case 'ClassExpression':
        return [{ kind: 'class', node }];
      case 'ObjectExpression':
        return [{ kind: 'object', node }];
      case 'Literal':
      case 'TemplateLiteral': {
        const value = stringValue(node);
        return value === undefined ? none : [{ kind: 'constant', value }];
      }
      case 'MemberExpression': {
        const name = keyName(node.property, node.computed);
        return name === undefined ? none : targets(node.object).flatMap((target) => member(target, name));
      }
      case 'AwaitExpression':
        return targets(node.argument);
      case 'AssignmentExpression':
        return targets(node.right);
      case 'ConditionalExpression':
        return all([node.consequent, node.alternate]);
      case 'LogicalExpression':
        return node.operator === '&&' ? targets(node.right) : all([node.left, node.right]);
      case 'SequenceExpression':
        return all([node.expressions.at(-1)]);
      case 'CallExpression':
        return ofCall(node.callee, node.arguments);
      case 'NewExpression':
        return targets(node.callee).flatMap((target): readonly Target[] => {
          if (target.kind === 'class') return [{ kind: 'instance', owner: target.node }];
          if (target.kind === 'function') return [{ kind: 'instance', owner: target.node }];
          return target.kind === 'external' ? [external(`${target.name}.new()`)] : none;
        });
      case 'ImportExpression':
        return ofModule(node, stringValue(node.source), false);
      default:
        return none;
    }
  };

  const ofCall = (calleeNode: Node, args: readonly Node[]): readonly Target[] => {
    const callee = unwrap(calleeNode);
    if (callee.type === 'Identifier' && callee.name === 'require' && bindingOf(callee) === undefined)
      return textsOf(args[0]).flatMap((specifier) => ofModule(callee, specifier, false));
    if (callee.type === 'Identifier' && callee.name === 'getApp' && bindingOf(callee) === undefined) {
      const app = readConvention.app(callee);
      return app === undefined ? [external('getApp()')] : [{ kind: 'instance', owner: app }];
    }
    if (callee.type === 'MemberExpression' && keyName(callee.property, callee.computed) === 'bind') return targets(callee.object);
    const first = args[0];
    return targets(callee).flatMap((target): readonly Target[] => {
      if (target.kind === 'external') {
        const convention = readConvention.call(
          callee,
          target.name,
          args.map((argument) => stringValue(argument)),
        );
        if (convention !== undefined) return [{ kind: 'instance', owner: convention }];
        if (
          /(?:^|\.)(?:promisify|promisifyAll|Object\.freeze|Object\.create|defineComponent|_interopRequire\w+)$/.test(
            target.name,
          ) &&
          first
        )
          return targets(first);
        return [external(`${target.name}()`)];
      }
      if (target.kind !== 'function') return none;
      return all(returnsOf(target.node));
    });
  };

  const ofModule = (at: Node, specifier: string | undefined, isDefault: boolean): readonly Target[] => {
    const unit = unitOf(at);
    if (specifier === undefined || unit === undefined) return none;
    const file = codebase.resolve(unit.file, specifier);
    if (file === undefined) return specifier.startsWith('.') ? none : [external(`mod:${specifier}`)];
    return codebase.unitsOf(file).flatMap((target) => ofExports(target, isDefault));
  };
  const ofExports = (unit: Unit, isDefault: boolean): readonly Target[] => {
    const { values } = codebase.exportsOf(unit);
    const whole = values.get('=');
    if (isDefault) return all(values.get('default') ?? whole ?? []);
    return [...(whole === undefined ? none : all(whole)), { kind: 'module', unit }];
  };
  const exported = (unit: Unit, name: string, hops: number): readonly Target[] => {
    const { values, forwards } = codebase.exportsOf(unit);
    const found = all(values.get(name) ?? []);
    if (found.length > 0 || hops > 6) return found;
    return forwards
      .filter((forward) => forward.name === name || forward.name === '*')
      .flatMap((forward) => {
        const file = codebase.resolve(unit.file, forward.specifier);
        if (file === undefined) return [external(`mod:${forward.specifier}.${name}`)];
        const there = forward.from === '*' ? name : forward.from;
        return codebase
          .unitsOf(file)
          .flatMap((next) => (there === 'default' ? ofExports(next, true) : exported(next, there, hops + 1)));
      });
  };

  const ofBinding = (binding: Binding): readonly Target[] => {
    const { declaration } = binding;
    const found = binding.declarations.flatMap((node) => ofDeclaration(node, binding));
    for (const reference of binding.references) {
      if (found.length >= maxTargets) break;
      const parent = parentOf(reference);
      if (parent?.type === 'AssignmentExpression' && parent.left === reference && parent.operator !== '+=')
        found.push(...targets(parent.right));
    }
    return found.length > 0 || binding.kind === 'variable' ? found : [external(declaration.name)];
  };

  /** From a name's place in a pattern up to what the pattern takes apart. */
  const ofDeclaration = (declaration: Node, binding: Binding): readonly Target[] => {
    const path: string[] = [];
    let fallback: readonly Target[] = none;
    let at: Node = declaration;
    for (let parent = parentOf(at); parent !== undefined; at = parent, parent = parentOf(at)) {
      switch (parent.type) {
        case 'Property': {
          const name = keyName(parent.key, parent.computed);
          if (name === undefined) return none;
          path.unshift(name);
          break;
        }
        case 'ObjectPattern':
        case 'RestElement':
        case 'TSParameterProperty':
          break;
        case 'ArrayPattern':
          return none;
        case 'AssignmentPattern':
          fallback = targets(parent.right);
          break;
        case 'VariableDeclarator':
          if (parent.init === null) return none;
          return [...down(targets(parent.init), path), ...fallback];
        case 'FunctionDeclaration':
        case 'FunctionExpression':
        case 'ArrowFunctionExpression': {
          if (parent.type !== 'ArrowFunctionExpression' && parent.id === declaration) return [{ kind: 'function', node: parent }];
          const index = parent.params.indexOf(at);
          const root =
            at.type === 'Identifier'
              ? at.name
              : at.type === 'AssignmentPattern' && at.left.type === 'Identifier'
                ? at.left.name
                : `#${index}`;
          return [{ kind: 'parameter', fn: parent, index, path }, external([root, ...path].join('.')), ...fallback];
        }
        case 'ClassDeclaration':
        case 'ClassExpression':
          return [{ kind: 'class', node: parent }];
        case 'ImportDefaultSpecifier':
        case 'ImportNamespaceSpecifier':
        case 'ImportSpecifier':
          return ofImport(parent);
        default:
          return binding.kind === 'parameter' ? [external(binding.name)] : none;
      }
    }
    return none;
  };

  const ofImport = (specifier: Node): readonly Target[] => {
    const declaration = parentOf(specifier);
    const unit = unitOf(specifier);
    if (declaration?.type !== 'ImportDeclaration' || unit === undefined) return none;
    const from = String(declaration.source.value);
    const file = codebase.resolve(unit.file, from);
    const imported =
      specifier.type === 'ImportSpecifier'
        ? specifier.imported.type === 'Identifier'
          ? specifier.imported.name
          : String(specifier.imported.value)
        : '';
    if (file === undefined)
      return from.startsWith('.') ? none : [external(imported === '' ? `mod:${from}` : `mod:${from}.${imported}`)];
    return codebase.unitsOf(file).flatMap((target): readonly Target[] => {
      if (specifier.type === 'ImportNamespaceSpecifier') return [{ kind: 'module', unit: target }];
      if (imported === '' || imported === 'default') return ofExports(target, true);
      const found = exported(target, imported, 0);
      return found.length > 0 ? found : down(ofExports(target, true), [imported]);
    });
  };

  const down = (from: readonly Target[], path: readonly string[]): readonly Target[] =>
    path.reduce<readonly Target[]>((list, name) => list.flatMap((target) => member(target, name)), from);

  const member = (target: Target, name: string, hops = 0): readonly Target[] => {
    switch (target.kind) {
      case 'external':
        return [readConvention.member(target.name, name) ?? external(`${target.name}.${name}`)];
      case 'parameter':
        return [{ ...target, path: [...target.path, name] }];
      case 'module':
        return exported(target.unit, name, 0);
      case 'object':
        return ofObject(target.node, name, hops);
      case 'class':
      case 'instance':
        return ofInstance(target.kind === 'class' ? target.node : target.owner, name, target.kind === 'class', 0);
      default:
        return none;
    }
  };

  const ofObject = (node: Node, name: string, hops: number): readonly Target[] => {
    if (node.type !== 'ObjectExpression' || hops > 6) return none;
    const found: Target[] = [];
    for (const property of node.properties) {
      if (property.type === 'Property' && keyName(property.key, property.computed) === name)
        found.push(...targets(property.value));
      else if (property.type === 'SpreadElement')
        found.push(...targets(property.argument).flatMap((target) => member(target, name, hops + 1)));
    }
    return found;
  };

  const ofInstance = (owner: Node, name: string, isStatic: boolean, hops: number): readonly Target[] => {
    if (hops > 6) return none;
    const found: Target[] = [];
    let superClass: Node | null = null;
    if (owner.type === 'ClassDeclaration' || owner.type === 'ClassExpression') {
      for (const item of owner.body.body) {
        if ((item.type !== 'MethodDefinition' && item.type !== 'PropertyDefinition') || item.static !== isStatic) continue;
        if (keyName(item.key, item.computed) === name && item.value !== null) found.push(...targets(item.value));
      }
      superClass = owner.superClass;
    } else if (owner.type === 'ObjectExpression') {
      found.push(...ofObject(owner, name, 0));
      for (const property of owner.properties) {
        if (property.type !== 'Property' || property.value.type !== 'ObjectExpression') continue;
        const section = keyName(property.key, property.computed);
        if (section === 'methods' || section === 'actions') found.push(...ofObject(property.value, name, 0));
      }
    }
    if (!isStatic && found.length < maxTargets) found.push(...all(assignedFields(owner).get(name) ?? []));
    if (found.length > 0) return found;
    if (superClass !== null) {
      const above = targets(superClass).flatMap((target): readonly Target[] =>
        target.kind === 'class' ? ofInstance(target.node, name, isStatic, hops + 1) : none,
      );
      if (above.length > 0) return above;
    }
    const injected = readConvention.injected(owner, name);
    if (injected !== undefined) return [{ kind: 'instance', owner: injected }];
    return [readConvention.member('this', name) ?? external(`this.${name}`)];
  };

  /** `this.name = value` anywhere in the owner's functions. */
  const assignedFields = (owner: Node): ReadonlyMap<string, readonly Node[]> => {
    const known = fields.get(owner);
    if (known !== undefined) return known;
    const found = new Map<string, Node[]>();
    fields.set(owner, found);
    for (const node of unitOf(owner)?.thisUses.get(owner) ?? []) {
      const field = parentOf(node);
      if (field?.type !== 'MemberExpression') continue;
      const assignment = parentOf(field);
      const name = keyName(field.property, field.computed);
      if (assignment?.type !== 'AssignmentExpression' || assignment.left !== field || name === undefined) continue;
      const list = found.get(name);
      if (list === undefined) found.set(name, [assignment.right]);
      else list.push(assignment.right);
    }
    return found;
  };

  const externalName = (node: Node): string | undefined => {
    for (const target of targets(node)) if (target.kind === 'external') return target.name;
    return undefined;
  };
  const constant = (node: Node): string | undefined => {
    for (const target of targets(node)) if (target.kind === 'constant') return target.value;
    return undefined;
  };
  return { targets, member, externalName, constant };
}

/** The expressions that a function hands back, at most six; nested functions not entered. */
export function returnsOf(fn: Node): readonly Node[] {
  if (fn.type === 'ArrowFunctionExpression' && fn.body.type !== 'BlockStatement') return [fn.body];
  if (fn.type !== 'FunctionDeclaration' && fn.type !== 'FunctionExpression' && fn.type !== 'ArrowFunctionExpression') return [];
  return returnsIn(fn.body, []).slice(0, 6);
}

function returnsIn(node: Node, found: Node[]): Node[] {
  switch (node.type) {
    case 'ReturnStatement':
      if (node.argument !== null) found.push(node.argument);
      break;
    case 'BlockStatement':
      for (const child of node.body) returnsIn(child, found);
      break;
    case 'IfStatement':
      returnsIn(node.consequent, found);
      if (node.alternate !== null) returnsIn(node.alternate, found);
      break;
    case 'TryStatement':
      returnsIn(node.block, found);
      if (node.handler !== null) returnsIn(node.handler.body, found);
      break;
    case 'SwitchStatement':
      for (const item of node.cases) for (const child of item.consequent) returnsIn(child, found);
      break;
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      returnsIn(node.body, found);
      break;
    default:
  }
  return found;
}

const external = (name: string): Target => ({ kind: 'external', name: name.length > 200 ? name.slice(0, 200) : name });

function distinct(list: readonly Target[]): readonly Target[] {
  if (list.length < 2) return list;
  const seen = new Set<unknown>();
  const out: Target[] = [];
  for (const target of list) {
    const key =
      target.kind === 'external'
        ? `e${target.name}`
        : target.kind === 'constant'
          ? `c${target.value}`
          : target.kind === 'module'
            ? target.unit
            : target.kind === 'instance'
              ? target.owner
              : target.kind === 'parameter'
                ? `p${target.index}${target.path.join('.')}`
                : target.node;
    if (seen.has(key)) continue;
    seen.add(key);
    out.push(target);
    if (out.length >= maxTargets) break;
  }
  return out;
}
