import type { Node } from './ast.ts';

/**
 * Where values hide in each kind of node, in source order. Types hold no values and are left out; a kind of node that is not
 * listed is walked by whatever keys it has.
 */
const table: Readonly<Record<string, readonly string[]>> = {
  Program: ['body'],
  Identifier: ['decorators'],
  PrivateIdentifier: [],
  Literal: [],
  TemplateElement: [],
  TemplateLiteral: ['quasis', 'expressions'],
  TaggedTemplateExpression: ['tag', 'quasi'],
  MemberExpression: ['object', 'property'],
  CallExpression: ['callee', 'arguments'],
  NewExpression: ['callee', 'arguments'],
  ImportExpression: ['source'],
  ChainExpression: ['expression'],
  Property: ['key', 'value'],
  ObjectExpression: ['properties'],
  ArrayExpression: ['elements'],
  SpreadElement: ['argument'],
  UnaryExpression: ['argument'],
  UpdateExpression: ['argument'],
  BinaryExpression: ['left', 'right'],
  LogicalExpression: ['left', 'right'],
  AssignmentExpression: ['left', 'right'],
  ConditionalExpression: ['test', 'consequent', 'alternate'],
  SequenceExpression: ['expressions'],
  AwaitExpression: ['argument'],
  YieldExpression: ['argument'],
  ThisExpression: [],
  Super: [],
  MetaProperty: [],
  FunctionDeclaration: ['id', 'params', 'body'],
  FunctionExpression: ['id', 'params', 'body'],
  ArrowFunctionExpression: ['params', 'body'],
  ClassDeclaration: ['decorators', 'id', 'superClass', 'body'],
  ClassExpression: ['decorators', 'id', 'superClass', 'body'],
  ClassBody: ['body'],
  MethodDefinition: ['decorators', 'key', 'value'],
  PropertyDefinition: ['decorators', 'key', 'value'],
  StaticBlock: ['body'],
  Decorator: ['expression'],
  ObjectPattern: ['properties'],
  ArrayPattern: ['elements'],
  RestElement: ['argument'],
  AssignmentPattern: ['left', 'right'],
  VariableDeclaration: ['declarations'],
  VariableDeclarator: ['id', 'init'],
  ExpressionStatement: ['expression'],
  BlockStatement: ['body'],
  IfStatement: ['test', 'consequent', 'alternate'],
  ReturnStatement: ['argument'],
  ThrowStatement: ['argument'],
  TryStatement: ['block', 'handler', 'finalizer'],
  CatchClause: ['param', 'body'],
  ForStatement: ['init', 'test', 'update', 'body'],
  ForInStatement: ['left', 'right', 'body'],
  ForOfStatement: ['left', 'right', 'body'],
  WhileStatement: ['test', 'body'],
  DoWhileStatement: ['body', 'test'],
  SwitchStatement: ['discriminant', 'cases'],
  SwitchCase: ['test', 'consequent'],
  LabeledStatement: ['body'],
  WithStatement: ['object', 'body'],
  BreakStatement: [],
  ContinueStatement: [],
  EmptyStatement: [],
  DebuggerStatement: [],
  ImportDeclaration: ['specifiers', 'source'],
  ImportSpecifier: ['local'],
  ImportDefaultSpecifier: ['local'],
  ImportNamespaceSpecifier: ['local'],
  ExportNamedDeclaration: ['declaration', 'specifiers', 'source'],
  ExportSpecifier: ['local'],
  ExportDefaultDeclaration: ['declaration'],
  ExportAllDeclaration: ['source'],
  TSAsExpression: ['expression'],
  TSSatisfiesExpression: ['expression'],
  TSNonNullExpression: ['expression'],
  TSTypeAssertion: ['expression'],
  TSInstantiationExpression: ['expression'],
  ParenthesizedExpression: ['expression'],
  TSParameterProperty: ['decorators', 'parameter'],
  TSExportAssignment: ['expression'],
  TSInterfaceDeclaration: [],
  TSTypeAliasDeclaration: [],
  TSDeclareFunction: [],
  TSDeclareMethod: [],
  TSAbstractMethodDefinition: [],
  TSEmptyBodyFunctionExpression: [],
  TSIndexSignature: [],
  TSEnumDeclaration: [],
  JSXElement: ['openingElement', 'children'],
  JSXFragment: ['children'],
  JSXOpeningElement: ['name', 'attributes'],
  JSXAttribute: ['name', 'value'],
  JSXSpreadAttribute: ['argument'],
  JSXExpressionContainer: ['expression'],
  JSXIdentifier: [],
  JSXText: [],
  JSXEmptyExpression: [],
};
const keysByType = new Map<string, readonly string[]>(Object.entries(table));
/** Of unknown nodes: scalars, positions, comments and types. */
const skipped =
  /^(?:type|start|end|range|loc|extra|errors|comments|tokens|.*[cC]omments|up|bound|unit|owner|typeAnnotation|typeParameters|typeArguments|returnType)$/;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

const keysOf = (node: Node): readonly string[] =>
  keysByType.get(node.type) ?? Object.keys(node).filter((key) => !skipped.test(key));

/** Calls `visit` for each direct child, in source order as far as the tree keeps it. */
export function forEachChild(node: Node, visit: (child: Node) => void): void {
  const record = node as unknown as Readonly<Record<string, unknown>>;
  for (const key of keysOf(node)) {
    const value = record[key];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) visit(item);
    } else if (isNode(value)) visit(value);
  }
}

/**
 * Depth-first through a tree. `enter` may return `false` to leave out what is below; `ancestors` ends with the parent and
 * is only valid during the call. Trees come from `parseScript`, which bounds their depth.
 */
export function walk(root: Node, enter: (node: Node, ancestors: readonly Node[]) => unknown, leave?: (node: Node) => void): void {
  const ancestors: Node[] = [];
  const step = (node: Node): void => {
    if (enter(node, ancestors) !== false) {
      ancestors.push(node);
      forEachChild(node, step);
      ancestors.pop();
    }
    leave?.(node);
  };
  step(root);
}

/** Whether a tree is nested more deeply than a limit, which also bounds the recursion here. */
export function isDeeperThan(node: Node, limit: number): boolean {
  if (limit <= 0) return true;
  const record = node as unknown as Readonly<Record<string, unknown>>;
  for (const key of keysOf(node)) {
    const value = record[key];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item) && isDeeperThan(item, limit - 1)) return true;
    } else if (isNode(value) && isDeeperThan(value, limit - 1)) return true;
  }
  return false;
}
