import type { Node } from './ast.ts';
import { forEachChild } from './walk.ts';

type Raw = { type: string; start: number; end: number } & Record<string, unknown>;

/**
 * Turns the tree of the tolerant parser into ESTree where they differ, in place. The parser's own plugin does the same at
 * three times the cost of parsing. What no rule reads (positions by line, types) is let go here: it is more than half of what
 * a tree of TypeScript weighs, and trees are kept until the scan ends.
 */
export function toEstree(root: unknown, text: string): void {
  const each = (node: Raw): void => {
    convert(node, text);
    lighten(node);
    forEachChild(node as unknown as Node, visit);
  };
  const visit = each as unknown as (node: Node) => void;
  each(root as Raw);
}

function convert(node: Raw, text: string): void {
  switch (node.type) {
    case 'Program':
    case 'BlockStatement':
    case 'StaticBlock':
    case 'TSModuleBlock':
      withDirectives(node);
      return;
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
    case 'DecimalLiteral':
    case 'BigIntLiteral':
      node.type = 'Literal';
      return;
    case 'NullLiteral':
      node.type = 'Literal';
      node.value = null;
      return;
    case 'RegExpLiteral':
      node.type = 'Literal';
      node.value = null;
      node.regex = { pattern: node.pattern, flags: node.flags };
      return;
    case 'ObjectProperty':
      node.type = 'Property';
      node.kind = 'init';
      node.method = false;
      return;
    case 'ObjectMethod':
      node.method = node.kind === 'method';
      if (node.method === true) node.kind = 'init';
      node.type = 'Property';
      node.shorthand = false;
      node.value = functionOf(node, text);
      return;
    case 'ClassMethod':
    case 'ClassPrivateMethod':
      node.type = 'MethodDefinition';
      node.computed = node.computed === true;
      node.value = functionOf(node, text);
      return;
    case 'ClassProperty':
    case 'ClassPrivateProperty':
    case 'ClassAccessorProperty':
      node.type = 'PropertyDefinition';
      node.computed = node.computed === true;
      node.value ??= null;
      return;
    case 'FunctionDeclaration':
    case 'FunctionExpression':
      node.id ??= null;
      return;
    case 'ClassDeclaration':
    case 'ClassExpression':
      // Undefined where the parser has recovered from a declaration without a name.
      node.id ??= null;
      node.superClass ??= null;
      return;
    case 'PrivateName':
      node.type = 'PrivateIdentifier';
      node.name = (node.id as { name?: unknown } | undefined)?.name;
      node.id = undefined;
      return;
    case 'OptionalMemberExpression':
      node.type = 'MemberExpression';
      return;
    case 'OptionalCallExpression':
      node.type = 'CallExpression';
      return;
    case 'ExportAllDeclaration':
      node.exported ??= null;
      return;
    case 'ExportNamedDeclaration':
      asExportAll(node);
      return;
    default:
  }
}

/** `'use strict'` and its kind are statements in ESTree, and beside the statements in the parser's tree. */
function withDirectives(node: Raw): void {
  const directives = node.directives as readonly Raw[] | undefined;
  if (directives === undefined) return;
  if (directives.length > 0) {
    const statements = directives.map((directive): Raw => {
      const literal = directive.value as Raw;
      literal.type = 'Literal';
      return { type: 'ExpressionStatement', start: directive.start, end: directive.end, expression: literal };
    });
    node.body = [...statements, ...((node.body ?? []) as readonly Raw[])];
  }
  node.directives = undefined;
}

/** `export * as name from 'file'`. */
function asExportAll(node: Raw): void {
  const specifiers = (node.specifiers ?? []) as readonly Raw[];
  const [only] = specifiers;
  if (specifiers.length !== 1 || only?.type !== 'ExportNamespaceSpecifier') return;
  node.type = 'ExportAllDeclaration';
  node.exported = only.exported;
  node.specifiers = undefined;
}

/** Methods are their own functions in the parser's tree; ESTree has a function expression as their value, from the parameters on. */
function functionOf(node: Raw, text: string): Raw {
  const { params, body, async, generator, end, key, typeParameters } = node as Raw &
    Readonly<Record<'key' | 'typeParameters', Raw | undefined>>;
  const open = text.indexOf('(', key?.end ?? node.start);
  const start = typeParameters?.start ?? (open < 0 ? node.start : open);
  const made: Raw = { type: 'FunctionExpression', start, end, id: null, params, body, async, generator };
  for (const key of moved) node[key] = undefined;
  return made;
}

const moved = ['params', 'body', 'async', 'generator'];

/** Keys of types and of nothing but types. They are emptied, never deleted: deleting turns a node into a slow, large one. */
const typeKeys = ['typeParameters', 'typeArguments', 'returnType', 'implements', 'superTypeParameters', 'superTypeArguments'];
/** Declarations of types, whose insides nobody walks. */
const typeOnly: Readonly<Record<string, readonly string[]>> = {
  TSInterfaceDeclaration: ['body', 'extends'],
  TSTypeAliasDeclaration: ['typeAnnotation'],
  TSDeclareFunction: ['params'],
  TSDeclareMethod: ['params'],
  TSEnumDeclaration: ['members', 'body'],
  TSAsExpression: ['typeAnnotation'],
  TSSatisfiesExpression: ['typeAnnotation'],
  TSTypeAssertion: ['typeAnnotation'],
};

function lighten(node: Raw): void {
  node.loc = undefined;
  if (node.extra !== undefined) node.extra = undefined;
  for (const key of typeKeys) if (node[key] !== undefined) node[key] = undefined;
  for (const key of typeOnly[node.type] ?? []) if (node[key] !== undefined) node[key] = undefined;
  if (node.typeAnnotation !== undefined && node.typeAnnotation !== null) node.typeAnnotation = nameOfType(node.typeAnnotation);
}

interface TypeNode {
  readonly typeAnnotation?: TypeNode;
  readonly typeName?: { readonly name?: unknown };
  readonly typeParameters?: { readonly params?: readonly TypeNode[] };
  readonly typeArguments?: { readonly params?: readonly TypeNode[] };
}

/** Of `: Name<Other>` the names, which frameworks that inject by type need; of any other type nothing. */
function nameOfType(annotation: unknown): TypeNode | undefined {
  const type = (annotation as TypeNode).typeAnnotation;
  const name = type?.typeName?.name;
  if (typeof name !== 'string') return undefined;
  const generic = (type?.typeParameters ?? type?.typeArguments)?.params?.[0]?.typeName?.name;
  return {
    typeAnnotation: {
      typeName: { name },
      ...(typeof generic === 'string' ? { typeArguments: { params: [{ typeName: { name: generic } }] } } : {}),
    },
  };
}
