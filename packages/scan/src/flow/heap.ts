import { keyName, type Node, unwrap } from '../parse/ast.ts';
import type { Codebase } from './codebase.ts';
import { type Binding, bindingOf, ownerOf, parentOf, type Unit, unitOf } from './links.ts';
import type { Resolver } from './resolve-value.ts';
import { maxPath, type Path } from './state.ts';

/** A place at which stored data can be read again. */
export interface Position {
  readonly node: Node;
  readonly path: Path;
}

/** Where data turns up that was written into a variable, a field, a module or a global. */
export interface Heap {
  /** Every read of a variable. */
  variable(binding: Binding, path: Path): readonly Position[];
  /** Takes a pattern apart. */
  pattern(pattern: Node, path: Path): readonly Position[];
  /** `left = value`. */
  store(left: Node, path: Path): readonly Position[];
  /** `this.path = value` inside an object or class. */
  field(owner: Node, path: Path): readonly Position[];
  /** The object or class that a chain such as `that.data.x` begins in, with the keys that follow. */
  rootOf(node: Node): { readonly owner: Node; readonly path: Path } | undefined;
}

/** Fields of other objects that a field is bound to, as a property of a component is to what its parent hands it. */
export type FieldLinks = (owner: Node, path: Path) => readonly { readonly owner: Node; readonly path: Path }[];

export function createHeap(
  codebase: Codebase,
  resolver: Resolver,
  onField: (owner: Node, path: Path) => void,
  linked: FieldLinks,
): Heap {
  const globals = new Map<string, Node[]>();
  for (const unit of codebase.units)
    for (const [name, nodes] of unit.globals)
      if (/^(?:think|global|globalThis|window|wx|uni|my|Taro)$/.test(name))
        globals.set(name, [...(globals.get(name) ?? []), ...nodes]);

  const variable = (binding: Binding, path: Path): readonly Position[] => {
    const found: Position[] = [];
    for (const node of binding.references) if (!isWrite(node) && leadsOn(node, path)) found.push({ node, path });
    if (binding.declaration !== undefined) found.push(...importedReads(binding, path));
    return found;
  };

  /** Reads in other files of a variable that is exported by name. */
  const importedReads = (binding: Binding, path: Path): readonly Position[] => {
    const declarator = parentOf(binding.declaration);
    const declaration = declarator && parentOf(declarator);
    if (declarator?.type !== 'VariableDeclarator' || (declaration && parentOf(declaration))?.type !== 'ExportNamedDeclaration')
      return [];
    const unit = unitOf(binding.declaration);
    return unit === undefined ? [] : exported(unit, [binding.name, ...path]);
  };

  const exported = (unit: Unit, path: Path): readonly Position[] =>
    codebase.importersOf(unit.file).flatMap(({ node }): readonly Position[] => {
      if (node.type === 'CallExpression') return [{ node, path }];
      if (node.type !== 'ImportDeclaration') return [];
      return node.specifiers.flatMap((specifier): readonly Position[] => {
        if (specifier.type === 'ImportNamespaceSpecifier') return reads(specifier.local, path);
        const name =
          specifier.type === 'ImportDefaultSpecifier'
            ? 'default'
            : specifier.type === 'ImportSpecifier'
              ? keyName(specifier.imported, false)
              : undefined;
        if (specifier.type !== 'ImportDefaultSpecifier' && specifier.type !== 'ImportSpecifier') return [];
        if (path[0] === name) return reads(specifier.local, path.slice(1));
        return name === 'default' ? reads(specifier.local, path) : [];
      });
    });
  const reads = (local: Node, path: Path): readonly Position[] => {
    const binding = bindingOf(local);
    return binding === undefined ? [] : variable(binding, path);
  };

  const pattern = (node: Node, path: Path): readonly Position[] => {
    switch (node.type) {
      case 'Identifier': {
        const binding = bindingOf(node);
        return binding === undefined ? [] : variable(binding, path);
      }
      case 'AssignmentPattern':
        return pattern(node.left, path);
      case 'TSParameterProperty': {
        const inner = node.parameter.type === 'AssignmentPattern' ? node.parameter.left : node.parameter;
        return pattern(inner, path);
      }
      case 'RestElement':
        return pattern(node.argument, path);
      case 'ArrayPattern':
        return node.elements.flatMap((element) => (element === null ? [] : pattern(element, path)));
      case 'ObjectPattern':
        return node.properties.flatMap((property): readonly Position[] => {
          if (property.type === 'RestElement') return pattern(property.argument, path);
          if (property.type !== 'Property') return [];
          const name = keyName(property.key, property.computed);
          if (path.length === 0 || name === undefined) return pattern(property.value, path);
          return path[0] === name ? pattern(property.value, path.slice(1)) : [];
        });
      case 'MemberExpression':
        return store(node, path);
      default:
        return [];
    }
  };

  const field = (owner: Node, path: Path, hops = 0): readonly Position[] => {
    onField(owner, path);
    const unit = unitOf(owner);
    const found: Position[] = [];
    for (const node of unit?.thisUses.get(owner) ?? []) if (leadsOn(node, path)) found.push({ node, path });
    for (const node of codebase.appCallsOf(owner)) if (leadsOn(node, path)) found.push({ node, path });
    if (hops < 3) for (const link of linked(owner, path)) found.push(...field(link.owner, link.path, hops + 1));
    return found;
  };

  const rootOf = (node: Node, hops = 0): { owner: Node; path: Path } | undefined => {
    const keys: string[] = [];
    let at = unwrap(node);
    while (at.type === 'MemberExpression') {
      const name = keyName(at.property, at.computed);
      if (name !== undefined) keys.unshift(name);
      at = unwrap(at.object);
    }
    if (at.type === 'ThisExpression') {
      const owner = ownerOf(at);
      return owner === undefined ? undefined : { owner, path: keys };
    }
    if (at.type === 'CallExpression' && at.callee.type === 'Identifier' && at.callee.name === 'getApp') {
      const owner = resolver.targets(at).find((target) => target.kind === 'instance')?.owner;
      return owner === undefined ? undefined : { owner, path: keys };
    }
    if (at.type !== 'Identifier' || hops > 4) return undefined;
    const declarator = bindingOf(at)?.declaration;
    const parent = declarator && parentOf(declarator);
    if (parent?.type === 'VariableDeclarator' && parent.init !== null) {
      const root = rootOf(parent.init, hops + 1);
      return root === undefined ? undefined : { owner: root.owner, path: [...root.path, ...keys] };
    }
    for (const reference of bindingOf(at)?.references ?? []) {
      const assignment = parentOf(reference);
      if (
        assignment?.type === 'AssignmentExpression' &&
        assignment.left === reference &&
        assignment.right.type === 'ThisExpression'
      )
        return rootOf(assignment.right, hops + 1) && { owner: rootOf(assignment.right)?.owner ?? assignment.right, path: keys };
    }
    return undefined;
  };

  const store = (left: Node, path: Path): readonly Position[] => {
    const target = unwrap(left);
    if (target.type !== 'MemberExpression') return pattern(target, path);
    const keys: string[] = [];
    let at: Node = target;
    while (at.type === 'MemberExpression') {
      const name = keyName(at.property, at.computed);
      if (name !== undefined) keys.unshift(name);
      at = unwrap(at.object);
    }
    const full = [...keys, ...path].slice(0, maxPath);
    const found: Position[] = [];
    const root = rootOf(target);
    if (root !== undefined) found.push(...field(root.owner, [...root.path, ...path].slice(0, maxPath)));
    if (at.type !== 'Identifier') return found;
    const binding = bindingOf(at);
    if (binding !== undefined) found.push(...variable(binding, full).filter(({ node }) => node !== at));
    else if (at.name === 'exports' || (at.name === 'module' && full[0] === 'exports')) {
      const unit = unitOf(at);
      if (unit !== undefined) found.push(...exported(unit, at.name === 'module' ? full.slice(1) : full));
    } else for (const node of globals.get(at.name) ?? []) if (node !== at) found.push({ node, path: full });
    return found;
  };

  return { variable, pattern, store, field, rootOf };
}

function isWrite(node: Node): boolean {
  const parent = parentOf(node);
  return (
    (parent?.type === 'AssignmentExpression' && parent.left === node && parent.operator === '=') ||
    parent?.type === 'ObjectPattern'
  );
}

/** Whether data in a field of a value can come out where the value stands: `a.b` says nothing of what lies in `a.c`. */
function leadsOn(node: Node, path: Path): boolean {
  const [first] = path;
  if (first === undefined) return true;
  const parent = parentOf(node);
  if (parent?.type !== 'MemberExpression' || parent.object !== node) return true;
  const name = keyName(parent.property, parent.computed);
  if (name === undefined || name === first) return true;
  const above = parentOf(parent);
  // A method may hand on what lies in its object.
  return above?.type === 'CallExpression' || above?.type === 'NewExpression' || above?.type === 'ChainExpression';
}
