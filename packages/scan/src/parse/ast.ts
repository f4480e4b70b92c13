/**
 * The syntax tree that both parsers yield: ESTree with offsets, TypeScript's additions only where they wrap values. Children
 * are typed as `Node`: a reader narrows by `type`, because real code is too odd to trust a grammar.
 */
interface At<T extends string> {
  readonly type: T;
  /** Offsets in UTF-16 units; the end is exclusive. */
  readonly start: number;
  readonly end: number;
}

export interface Program extends At<'Program'> {
  readonly body: readonly Node[];
}

export interface Identifier extends At<'Identifier'> {
  readonly name: string;
}
export interface PrivateIdentifier extends At<'PrivateIdentifier'> {
  readonly name: string;
}
export interface Literal extends At<'Literal'> {
  readonly value: string | number | boolean | null | bigint | RegExp | undefined;
  readonly regex?: { readonly pattern: string; readonly flags: string };
}
export interface TemplateElement extends At<'TemplateElement'> {
  readonly value: { readonly cooked: string | null; readonly raw: string };
}
export interface TemplateLiteral extends At<'TemplateLiteral'> {
  readonly quasis: readonly TemplateElement[];
  readonly expressions: readonly Node[];
}
export interface TaggedTemplate extends At<'TaggedTemplateExpression'> {
  readonly tag: Node;
  readonly quasi: TemplateLiteral;
}
export interface MemberExpression extends At<'MemberExpression'> {
  readonly object: Node;
  readonly property: Node;
  readonly computed: boolean;
}
export interface CallExpression extends At<'CallExpression'> {
  readonly callee: Node;
  readonly arguments: readonly Node[];
}
export interface NewExpression extends At<'NewExpression'> {
  readonly callee: Node;
  readonly arguments: readonly Node[];
}
export interface ImportExpression extends At<'ImportExpression'> {
  readonly source: Node;
}
export interface ChainExpression extends At<'ChainExpression'> {
  readonly expression: Node;
}
export interface Property extends At<'Property'> {
  readonly key: Node;
  readonly value: Node;
  readonly kind: 'init' | 'get' | 'set';
  readonly computed: boolean;
  readonly shorthand: boolean;
  readonly method: boolean;
}
export interface ObjectExpression extends At<'ObjectExpression'> {
  readonly properties: readonly Node[];
}
export interface ArrayExpression extends At<'ArrayExpression'> {
  readonly elements: readonly (Node | null)[];
}
export interface SpreadElement extends At<'SpreadElement'> {
  readonly argument: Node;
}
export interface UnaryExpression extends At<'UnaryExpression'> {
  readonly operator: string;
  readonly argument: Node;
}
export interface UpdateExpression extends At<'UpdateExpression'> {
  readonly operator: string;
  readonly argument: Node;
}
export interface BinaryExpression extends At<'BinaryExpression'> {
  readonly operator: string;
  readonly left: Node;
  readonly right: Node;
}
export interface LogicalExpression extends At<'LogicalExpression'> {
  readonly operator: '&&' | '||' | '??';
  readonly left: Node;
  readonly right: Node;
}
export interface AssignmentExpression extends At<'AssignmentExpression'> {
  readonly operator: string;
  readonly left: Node;
  readonly right: Node;
}
export interface ConditionalExpression extends At<'ConditionalExpression'> {
  readonly test: Node;
  readonly consequent: Node;
  readonly alternate: Node;
}
export interface SequenceExpression extends At<'SequenceExpression'> {
  readonly expressions: readonly Node[];
}
export interface AwaitExpression extends At<'AwaitExpression'> {
  readonly argument: Node;
}
export interface YieldExpression extends At<'YieldExpression'> {
  readonly argument: Node | null;
  readonly delegate: boolean;
}
export interface ThisExpression extends At<'ThisExpression'> {}
export interface Super extends At<'Super'> {}
export interface MetaProperty extends At<'MetaProperty'> {}

interface FunctionParts {
  readonly id: Identifier | null;
  readonly params: readonly Node[];
  readonly body: Node;
  readonly async: boolean;
  readonly generator: boolean;
}
export interface FunctionDeclaration extends At<'FunctionDeclaration'>, FunctionParts {}
export interface FunctionExpression extends At<'FunctionExpression'>, FunctionParts {}
export interface ArrowFunction extends At<'ArrowFunctionExpression'>, FunctionParts {}
export type FunctionNode = FunctionDeclaration | FunctionExpression | ArrowFunction;

interface ClassParts {
  readonly id: Identifier | null;
  readonly superClass: Node | null;
  readonly body: ClassBody;
  readonly decorators?: readonly Decorator[];
}
export interface ClassDeclaration extends At<'ClassDeclaration'>, ClassParts {}
export interface ClassExpression extends At<'ClassExpression'>, ClassParts {}
export type ClassNode = ClassDeclaration | ClassExpression;
export interface ClassBody extends At<'ClassBody'> {
  readonly body: readonly Node[];
}
export interface MethodDefinition extends At<'MethodDefinition'> {
  readonly key: Node;
  readonly value: FunctionExpression;
  readonly kind: 'constructor' | 'method' | 'get' | 'set';
  readonly computed: boolean;
  readonly static: boolean;
  readonly decorators?: readonly Decorator[];
}
export interface PropertyDefinition extends At<'PropertyDefinition'> {
  readonly key: Node;
  readonly value: Node | null;
  readonly computed: boolean;
  readonly static: boolean;
  readonly decorators?: readonly Decorator[];
}
export interface StaticBlock extends At<'StaticBlock'> {
  readonly body: readonly Node[];
}
export interface Decorator extends At<'Decorator'> {
  readonly expression: Node;
}

export interface ObjectPattern extends At<'ObjectPattern'> {
  readonly properties: readonly Node[];
}
export interface ArrayPattern extends At<'ArrayPattern'> {
  readonly elements: readonly (Node | null)[];
}
export interface RestElement extends At<'RestElement'> {
  readonly argument: Node;
}
export interface AssignmentPattern extends At<'AssignmentPattern'> {
  readonly left: Node;
  readonly right: Node;
}

export interface VariableDeclaration extends At<'VariableDeclaration'> {
  readonly kind: 'var' | 'let' | 'const' | 'using' | 'await using';
  readonly declarations: readonly VariableDeclarator[];
}
export interface VariableDeclarator extends At<'VariableDeclarator'> {
  readonly id: Node;
  readonly init: Node | null;
}
export interface ExpressionStatement extends At<'ExpressionStatement'> {
  readonly expression: Node;
}
export interface BlockStatement extends At<'BlockStatement'> {
  readonly body: readonly Node[];
}
export interface IfStatement extends At<'IfStatement'> {
  readonly test: Node;
  readonly consequent: Node;
  readonly alternate: Node | null;
}
export interface ReturnStatement extends At<'ReturnStatement'> {
  readonly argument: Node | null;
}
export interface ThrowStatement extends At<'ThrowStatement'> {
  readonly argument: Node;
}
export interface TryStatement extends At<'TryStatement'> {
  readonly block: BlockStatement;
  readonly handler: CatchClause | null;
  readonly finalizer: BlockStatement | null;
}
export interface CatchClause extends At<'CatchClause'> {
  readonly param: Node | null;
  readonly body: BlockStatement;
}
export interface ForStatement extends At<'ForStatement'> {
  readonly init: Node | null;
  readonly test: Node | null;
  readonly update: Node | null;
  readonly body: Node;
}
export interface ForInStatement extends At<'ForInStatement'> {
  readonly left: Node;
  readonly right: Node;
  readonly body: Node;
}
export interface ForOfStatement extends At<'ForOfStatement'> {
  readonly left: Node;
  readonly right: Node;
  readonly body: Node;
}
export interface WhileStatement extends At<'WhileStatement'> {
  readonly test: Node;
  readonly body: Node;
}
export interface DoWhileStatement extends At<'DoWhileStatement'> {
  readonly test: Node;
  readonly body: Node;
}
export interface SwitchStatement extends At<'SwitchStatement'> {
  readonly discriminant: Node;
  readonly cases: readonly SwitchCase[];
}
export interface SwitchCase extends At<'SwitchCase'> {
  readonly test: Node | null;
  readonly consequent: readonly Node[];
}
export interface LabeledStatement extends At<'LabeledStatement'> {
  readonly body: Node;
}
export interface WithStatement extends At<'WithStatement'> {
  readonly object: Node;
  readonly body: Node;
}
export interface BreakStatement extends At<'BreakStatement'> {}
export interface ContinueStatement extends At<'ContinueStatement'> {}
export interface EmptyStatement extends At<'EmptyStatement'> {}

export interface ImportDeclaration extends At<'ImportDeclaration'> {
  readonly source: Literal;
  readonly specifiers: readonly Node[];
}
export interface ImportSpecifier extends At<'ImportSpecifier'> {
  readonly imported: Identifier | Literal;
  readonly local: Identifier;
}
export interface ImportDefaultSpecifier extends At<'ImportDefaultSpecifier'> {
  readonly local: Identifier;
}
export interface ImportNamespaceSpecifier extends At<'ImportNamespaceSpecifier'> {
  readonly local: Identifier;
}
export interface ExportNamedDeclaration extends At<'ExportNamedDeclaration'> {
  readonly declaration: Node | null;
  readonly specifiers: readonly Node[];
  readonly source: Literal | null;
}
export interface ExportSpecifier extends At<'ExportSpecifier'> {
  readonly local: Identifier | Literal;
  readonly exported: Identifier | Literal;
}
export interface ExportDefaultDeclaration extends At<'ExportDefaultDeclaration'> {
  readonly declaration: Node;
}
export interface ExportAllDeclaration extends At<'ExportAllDeclaration'> {
  readonly exported: Identifier | Literal | null;
  readonly source: Literal;
}

/** Wrappers of TypeScript that do not change the value inside. */
export interface TypeWrapper
  extends At<
    | 'TSAsExpression'
    | 'TSSatisfiesExpression'
    | 'TSNonNullExpression'
    | 'TSTypeAssertion'
    | 'TSInstantiationExpression'
    | 'ParenthesizedExpression'
  > {
  readonly expression: Node;
}
export interface ParameterProperty extends At<'TSParameterProperty'> {
  readonly parameter: Node;
}
export interface TsExportAssignment extends At<'TSExportAssignment'> {
  readonly expression: Node;
}

export interface JsxElement extends At<'JSXElement'> {
  readonly openingElement: JsxOpeningElement;
  readonly children: readonly Node[];
}
export interface JsxFragment extends At<'JSXFragment'> {
  readonly children: readonly Node[];
}
export interface JsxOpeningElement extends At<'JSXOpeningElement'> {
  readonly name: Node;
  readonly attributes: readonly Node[];
}
export interface JsxAttribute extends At<'JSXAttribute'> {
  readonly name: Node;
  readonly value: Node | null;
}
export interface JsxSpreadAttribute extends At<'JSXSpreadAttribute'> {
  readonly argument: Node;
}
export interface JsxExpressionContainer extends At<'JSXExpressionContainer'> {
  readonly expression: Node;
}
export interface JsxIdentifier extends At<'JSXIdentifier'> {
  readonly name: string;
}

export type Node =
  | Program
  | Identifier
  | PrivateIdentifier
  | Literal
  | TemplateElement
  | TemplateLiteral
  | TaggedTemplate
  | MemberExpression
  | CallExpression
  | NewExpression
  | ImportExpression
  | ChainExpression
  | Property
  | ObjectExpression
  | ArrayExpression
  | SpreadElement
  | UnaryExpression
  | UpdateExpression
  | BinaryExpression
  | LogicalExpression
  | AssignmentExpression
  | ConditionalExpression
  | SequenceExpression
  | AwaitExpression
  | YieldExpression
  | ThisExpression
  | Super
  | MetaProperty
  | FunctionDeclaration
  | FunctionExpression
  | ArrowFunction
  | ClassDeclaration
  | ClassExpression
  | ClassBody
  | MethodDefinition
  | PropertyDefinition
  | StaticBlock
  | Decorator
  | ObjectPattern
  | ArrayPattern
  | RestElement
  | AssignmentPattern
  | VariableDeclaration
  | VariableDeclarator
  | ExpressionStatement
  | BlockStatement
  | IfStatement
  | ReturnStatement
  | ThrowStatement
  | TryStatement
  | CatchClause
  | ForStatement
  | ForInStatement
  | ForOfStatement
  | WhileStatement
  | DoWhileStatement
  | SwitchStatement
  | SwitchCase
  | LabeledStatement
  | WithStatement
  | BreakStatement
  | ContinueStatement
  | EmptyStatement
  | ImportDeclaration
  | ImportSpecifier
  | ImportDefaultSpecifier
  | ImportNamespaceSpecifier
  | ExportNamedDeclaration
  | ExportSpecifier
  | ExportDefaultDeclaration
  | ExportAllDeclaration
  | TypeWrapper
  | ParameterProperty
  | TsExportAssignment
  | JsxElement
  | JsxFragment
  | JsxOpeningElement
  | JsxAttribute
  | JsxSpreadAttribute
  | JsxExpressionContainer
  | JsxIdentifier;

export const isFunction = (node: Node): node is FunctionNode =>
  node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression' || node.type === 'FunctionDeclaration';

/** The value inside optional chains, parentheses, `await` excepted, and TypeScript's casts. */
export function unwrap(node: Node): Node {
  let inner = node;
  for (;;) {
    switch (inner.type) {
      case 'ChainExpression':
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
      case 'TSInstantiationExpression':
      case 'ParenthesizedExpression':
        inner = inner.expression;
        break;
      default:
        return inner;
    }
  }
}

/** The name under which a property, method or member is known, when the source says it. */
export function keyName(key: Node, computed: boolean): string | undefined {
  if (!computed && (key.type === 'Identifier' || key.type === 'PrivateIdentifier' || key.type === 'JSXIdentifier'))
    return key.name;
  if (key.type === 'Literal' && (typeof key.value === 'string' || typeof key.value === 'number')) return String(key.value);
  if (computed && key.type === 'TemplateLiteral' && key.expressions.length === 0) return key.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}

/** `a.b.c` as `['a', 'b', 'c']`, with `this` as a first part; undefined when any part is computed at run time. */
export function memberPath(node: Node): readonly string[] | undefined {
  const parts: string[] = [];
  let at = unwrap(node);
  for (let depth = 0; depth < 24; depth += 1) {
    if (at.type === 'Identifier') return [at.name, ...parts];
    if (at.type === 'ThisExpression') return ['this', ...parts];
    if (at.type !== 'MemberExpression') return undefined;
    const name = keyName(at.property, at.computed);
    if (name === undefined) return undefined;
    parts.unshift(name);
    at = unwrap(at.object);
  }
  return undefined;
}

/** The text of a literal or of a template without holes. */
export function stringValue(node: Node | null | undefined): string | undefined {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}

/** The property of an object literal; the last one counts, as at run time. */
export function propertyOf(node: Node | null | undefined, name: string): Property | undefined {
  if (node?.type !== 'ObjectExpression') return undefined;
  for (let at = node.properties.length - 1; at >= 0; at -= 1) {
    const property = node.properties[at];
    if (property?.type === 'Property' && keyName(property.key, property.computed) === name) return property;
  }
  return undefined;
}
