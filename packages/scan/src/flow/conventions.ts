import { keyName, type Node } from '../parse/ast.ts';
import { folderOf, isWithin } from '../project/part.ts';
import type { Codebase } from './codebase.ts';
import { unitOf } from './links.ts';
import type { Target } from './target.ts';

/** Names that a framework, not the source, binds to code: services and models by file name, injected classes, `getApp()`. */
export interface ConventionReader {
  /** The options object of the `App` that a `getApp()` belongs to. */
  app(at: Node): Node | undefined;
  /** `ctx.service.a.b`, `ctx.helper.f` and the like. */
  member(base: string, name: string): Target | undefined;
  /** `this.service('token')`, `think.model('cart')`. */
  call(callee: Node, name: string, args: readonly (string | undefined)[]): Node | undefined;
  /** A class injected by its type in a constructor's parameters (Nest). */
  injected(owner: Node, name: string): Node | undefined;
}

/** `goods_order`, `goods-order` and `goodsOrder` are one name to Egg's loader. */
const normal = (name: string): string => name.replaceAll(/[_-]/g, '').toLowerCase();

export function conventionOf(codebase: Codebase): ConventionReader {
  const services = new Map<string, Node>();
  const byFileName = new Map<string, { readonly path: string; readonly node: Node }[]>();
  const extensions = new Map<string, Node>();
  const classesByName = new Map<string, Node>();
  for (const unit of codebase.units) {
    for (const node of unit.classes)
      if ((node.type === 'ClassDeclaration' || node.type === 'ClassExpression') && node.id !== null)
        classesByName.set(node.id.name, node);
    const { path } = unit.file;
    const stem = path.replace(/\.\w+$/, '');
    const first = unit.classes[0];
    const service = /(?:^|\/)app\/service\/(.+)$/.exec(stem)?.[1];
    if (service !== undefined && first !== undefined) services.set(normal(service.replaceAll('/', '.')), first);
    const kind = /(?:^|\/)(service|model|logic)\/([\w-]+)$/.exec(stem);
    if (kind !== null && first !== undefined) {
      const key = `${kind[1]} ${normal(kind[2] ?? '')}`;
      byFileName.set(key, [...(byFileName.get(key) ?? []), { path, node: first }]);
    }
    const extension = /(?:^|\/)app\/extend\/(helper|context|application|request|response)$/.exec(stem)?.[1];
    if (extension !== undefined) {
      const { values } = codebase.exportsOf(unit);
      const value = (values.get('=') ?? values.get('default'))?.[0];
      if (value !== undefined) extensions.set(extension, value);
    }
  }

  const extended = (extension: string, name: string): Target | undefined => {
    const object = extensions.get(extension);
    if (object?.type !== 'ObjectExpression') return undefined;
    for (const property of object.properties) {
      if (property.type !== 'Property' || keyName(property.key, property.computed) !== name) continue;
      const { value } = property;
      if (value.type === 'FunctionExpression' || value.type === 'ArrowFunctionExpression')
        return { kind: 'function', node: value };
    }
    return undefined;
  };

  return {
    app(at) {
      const unit = unitOf(at);
      return unit === undefined ? undefined : codebase.appOf(unit);
    },
    member(base, name) {
      if (services.size > 0) {
        const path = /(?:^|\.)service((?:\.\w+)*)$/.exec(`${base}.${name}`)?.[1];
        const found = path === undefined || path === '' ? undefined : services.get(normal(path.slice(1)));
        if (found !== undefined) return { kind: 'instance', owner: found };
      }
      if (extensions.size === 0) return undefined;
      if (/(?:^|\.)helper$/.test(base)) return extended('helper', name);
      if (/(?:^|\.)ctx$/.test(base)) return extended('context', name);
      if (/(?:^|\.)app$/.test(base)) return extended('application', name);
      return undefined;
    },
    call(callee, name, args) {
      const kind = /(?:^|\.)(service|model|logic)$/.exec(name)?.[1];
      const [file, module] = args;
      if (kind === undefined || file === undefined) return undefined;
      const candidates = byFileName.get(`${kind} ${normal(file.slice(file.lastIndexOf('/') + 1))}`) ?? [];
      const here = folderOf(folderOf(unitOf(callee)?.file.path ?? ''));
      return (
        candidates.find(({ path }) => module !== undefined && path.includes(`/${module}/`)) ??
        candidates.find(({ path }) => isWithin(path, here)) ??
        candidates[0]
      )?.node;
    },
    injected(owner, name) {
      if (owner.type !== 'ClassDeclaration' && owner.type !== 'ClassExpression') return undefined;
      for (const item of owner.body.body) {
        if (item.type === 'PropertyDefinition' && keyName(item.key, item.computed) === name)
          return classesByName.get(typeName(item) ?? '');
        if (item.type !== 'MethodDefinition' || item.kind !== 'constructor') continue;
        for (const parameter of item.value.params) {
          if (parameter.type !== 'TSParameterProperty') continue;
          const inner = parameter.parameter;
          if (inner.type === 'Identifier' && inner.name === name) return classesByName.get(typeName(inner) ?? '');
        }
      }
      return undefined;
    },
  };
}

/** The name in `x: Name`; TypeScript's own nodes are read here and nowhere else. */
function typeName(node: Node): string | undefined {
  const { typeAnnotation } = node as { typeAnnotation?: { typeAnnotation?: { typeName?: { name?: unknown } } } };
  const name = typeAnnotation?.typeAnnotation?.typeName?.name;
  return typeof name === 'string' ? name : undefined;
}
