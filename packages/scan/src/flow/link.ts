import { type FunctionNode, type Identifier, keyName, type Node, type Program } from '../parse/ast.ts';
import { forEachChild } from '../parse/walk.ts';
import type { SourceFile } from '../project/source-file.ts';
import { type Binding, linksOf, parentOf, type Unit } from './links.ts';

interface Scope {
  readonly parent: Scope | undefined;
  readonly names: Map<string, Binding>;
  readonly isFunction: boolean;
}

interface Reference {
  readonly node: Identifier;
  readonly scope: Scope;
}

/** Sections of a component's options whose functions see the component as `this`. */
const sections = new Set([
  'methods',
  'computed',
  'watch',
  'lifetimes',
  'pageLifetimes',
  'observers',
  'filters',
  'actions',
  'reducers',
]);

/** Sets parents, bindings and the owners of `this` in one pass over a tree. */
export function linkScript(file: SourceFile, program: Program): Unit {
  const calls: Node[] = [];
  const functions: FunctionNode[] = [];
  const classes: Node[] = [];
  const thisUses = new Map<Node, Node[]>();
  const references: Reference[] = [];
  const globals = new Map<string, Identifier[]>();
  const top = newScope(undefined, true);

  const declare = (scope: Scope, node: Identifier, kind: Binding['kind']): void => {
    const known = scope.names.get(node.name);
    const binding = known ?? { name: node.name, kind, declaration: node, declarations: [], references: [] };
    binding.declarations.push(node);
    scope.names.set(node.name, binding);
    linksOf(node).bound = binding;
  };

  /** Declares the names of a pattern; defaults and computed keys inside it are visited as expressions. */
  const pattern = (node: Node, scope: Scope, visit: Scope, owner: Node | undefined, kind: Binding['kind']): void => {
    switch (node.type) {
      case 'Identifier':
        declare(scope, node, kind);
        return;
      case 'ObjectPattern':
        for (const property of node.properties) {
          linksOf(property).up = node;
          if (property.type === 'RestElement') inner(property.argument, property, scope, visit, owner, kind);
          else if (property.type === 'Property') {
            if (property.computed) descend(property.key, property, visit, owner);
            inner(property.value, property, scope, visit, owner, kind);
          }
        }
        return;
      case 'ArrayPattern':
        for (const element of node.elements) if (element !== null) inner(element, node, scope, visit, owner, kind);
        return;
      case 'AssignmentPattern':
        inner(node.left, node, scope, visit, owner, kind);
        descend(node.right, node, visit, owner);
        return;
      case 'RestElement':
        inner(node.argument, node, scope, visit, owner, kind);
        return;
      case 'TSParameterProperty':
        inner(node.parameter, node, scope, visit, owner, kind);
        return;
      default:
        step(node, visit, owner);
    }
  };

  const inner = (child: Node, parent: Node, scope: Scope, visit: Scope, owner: Node | undefined, kind: Binding['kind']): void => {
    linksOf(child).up = parent;
    pattern(child, scope, visit, owner, kind);
  };
  const descend = (child: Node, parent: Node, scope: Scope, owner: Node | undefined): void => {
    linksOf(child).up = parent;
    step(child, scope, owner);
  };

  const functionNode = (node: FunctionNode, scope: Scope, owner: Node | undefined): void => {
    functions.push(node);
    if (node.type === 'FunctionDeclaration' && node.id !== null) {
      linksOf(node.id).up = node;
      declare(scope, node.id, 'function');
    }
    const own = newScope(scope, true);
    if (node.type === 'FunctionExpression' && node.id !== null) {
      linksOf(node.id).up = node;
      declare(own, node.id, 'function');
    }
    const mine = node.type === 'ArrowFunctionExpression' ? owner : ownerOfFunction(node);
    if (mine !== undefined) linksOf(node).owner = mine;
    for (const parameter of node.params) {
      linksOf(parameter).up = node;
      pattern(parameter, own, own, mine, 'parameter');
    }
    // Overloads and abstract methods of TypeScript have none.
    const body = node.body as Node | null | undefined;
    if (body === null || body === undefined) return;
    linksOf(body).up = node;
    step(body, own, mine, true);
  };

  const children = (node: Node, scope: Scope, owner: Node | undefined): void =>
    forEachChild(node, (child) => {
      linksOf(child).up = node;
      step(child, scope, owner);
    });

  const step = (node: Node, scope: Scope, owner: Node | undefined, isBody = false): void => {
    switch (node.type) {
      case 'Identifier':
        references.push({ node, scope });
        return;
      case 'ThisExpression':
        if (owner !== undefined) {
          linksOf(node).owner = owner;
          append(thisUses, owner, node);
        }
        return;
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        functionNode(node, scope, owner);
        return;
      case 'ClassDeclaration':
      case 'ClassExpression':
        classes.push(node);
        linksOf(node).owner = node;
        if (node.id !== null) {
          linksOf(node.id).up = node;
          declare(scope, node.id, 'class');
        }
        if (node.superClass !== null) descend(node.superClass, node, scope, owner);
        for (const decorator of node.decorators ?? []) descend(decorator, node, scope, owner);
        descend(node.body, node, scope, node);
        return;
      case 'PropertyDefinition':
      case 'MethodDefinition':
        for (const decorator of node.decorators ?? []) descend(decorator, node, scope, owner);
        if (node.computed) descend(node.key, node, scope, owner);
        if (node.value !== null) descend(node.value, node, scope, owner);
        return;
      case 'MemberExpression':
        descend(node.object, node, scope, owner);
        linksOf(node.property).up = node;
        if (node.computed) step(node.property, scope, owner);
        return;
      case 'Property':
        if (node.computed) descend(node.key, node, scope, owner);
        descend(node.value, node, scope, owner);
        return;
      case 'VariableDeclaration': {
        const target = node.kind === 'var' ? functionScope(scope) : scope;
        for (const declarator of node.declarations) {
          linksOf(declarator).up = node;
          linksOf(declarator.id).up = declarator;
          pattern(declarator.id, target, scope, owner, 'variable');
          if (declarator.init !== null) descend(declarator.init, declarator, scope, owner);
        }
        return;
      }
      case 'CatchClause': {
        const own = newScope(scope, false);
        if (node.param !== null) {
          linksOf(node.param).up = node;
          pattern(node.param, own, own, owner, 'catch');
        }
        descend(node.body, node, own, owner);
        return;
      }
      case 'ImportDeclaration':
        for (const specifier of node.specifiers) {
          linksOf(specifier).up = node;
          if (
            specifier.type === 'ImportSpecifier' ||
            specifier.type === 'ImportDefaultSpecifier' ||
            specifier.type === 'ImportNamespaceSpecifier'
          ) {
            linksOf(specifier.local).up = specifier;
            declare(scope, specifier.local, 'import');
          }
        }
        return;
      case 'ExportNamedDeclaration':
        if (node.declaration !== null) descend(node.declaration, node, scope, owner);
        else
          for (const specifier of node.specifiers) {
            linksOf(specifier).up = node;
            if (node.source === null && specifier.type === 'ExportSpecifier' && specifier.local.type === 'Identifier')
              descend(specifier.local, specifier, scope, owner);
          }
        return;
      case 'BlockStatement':
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
      case 'SwitchStatement':
      case 'StaticBlock':
        children(node, isBody ? scope : newScope(scope, false), owner);
        return;
      case 'CallExpression':
      case 'NewExpression':
        calls.push(node);
        children(node, scope, owner);
        return;
      default:
        children(node, scope, owner);
    }
  };

  children(program, top, undefined);
  for (const { node, scope } of references) {
    const binding = lookup(scope, node.name);
    if (binding === undefined) append(globals, node.name, node);
    else {
      binding.references.push(node);
      linksOf(node).bound = binding;
    }
  }
  const unit: Unit = { file, program, calls, functions, classes, globals, thisUses, top: top.names };
  linksOf(program).unit = unit;
  return unit;
}

/** The object literal, class or constructor whose instance a function sees as `this`. */
function ownerOfFunction(node: FunctionNode): Node {
  const parent = parentOf(node);
  if (parent?.type === 'MethodDefinition' || parent?.type === 'PropertyDefinition') {
    const body = parentOf(parent);
    return (body && parentOf(body)) ?? node;
  }
  if (parent?.type !== 'Property') return node;
  let owner = parentOf(parent);
  for (let depth = 0; depth < 4; depth += 1) {
    const around: Node | undefined = owner && parentOf(owner);
    const name = around?.type === 'Property' ? keyName(around.key, around.computed) : undefined;
    if (around === undefined || name === undefined || !sections.has(name)) break;
    owner = parentOf(around);
  }
  return owner?.type === 'ObjectExpression' ? owner : node;
}

const newScope = (parent: Scope | undefined, isFunctionScope: boolean): Scope => ({
  parent,
  names: new Map(),
  isFunction: isFunctionScope,
});

function functionScope(scope: Scope): Scope {
  let at = scope;
  while (!at.isFunction && at.parent !== undefined) at = at.parent;
  return at;
}

function lookup(scope: Scope, name: string): Binding | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const found = at.names.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
