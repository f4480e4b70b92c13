import { keyName, memberPath, type Node, type Program, stringValue, unwrap } from '../../../parse/ast.ts';
import { walk } from '../../../parse/walk.ts';

/** The last name of what is called: `md5` of `think.md5(…)`; empty where it is computed. */
export function calleeName(node: Node): string {
  const callee = unwrap(node.type === 'CallExpression' || node.type === 'NewExpression' ? node.callee : node);
  if (callee.type === 'Identifier') return callee.name;
  return callee.type === 'MemberExpression' ? (keyName(callee.property, callee.computed) ?? '') : '';
}

/** Dotted path of what is called, as far as it can be read: `crypto.createHash`. */
export function calleePath(node: Node): string {
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return '';
  return memberPath(node.callee)?.join('.') ?? calleeName(node);
}

/** The last name of a value: `password` of `this.user.password`, of `body['password']`. */
export function valueName(node: Node): string {
  const inner = unwrap(node);
  if (inner.type === 'Identifier') return inner.name;
  return inner.type === 'MemberExpression' ? (keyName(inner.property, inner.computed) ?? '') : '';
}

const passwordWord = /pass(?:word|wd|wrod|code|phrase)|pwd|^pass$|mima|密码/i;
const noPassword = /type|length|visible|show|error|msg|rule|placeholder|reset|salt|passport|count|focus/i;
export const isPasswordWord = (name: string): boolean => passwordWord.test(name) && !noPassword.test(name);

/** Whether a value is made of something named as a password; the arguments of calls count, the bodies of functions do not. */
export function holdsPassword(node: Node | null | undefined, depth = 0): boolean {
  if (node === null || node === undefined || depth > 8) return false;
  const inner = unwrap(node);
  switch (inner.type) {
    case 'Identifier':
    case 'MemberExpression':
      return isPasswordWord(valueName(inner));
    case 'BinaryExpression':
    case 'LogicalExpression':
      return holdsPassword(inner.left, depth + 1) || holdsPassword(inner.right, depth + 1);
    case 'TemplateLiteral':
      return inner.expressions.some((part) => holdsPassword(part, depth + 1));
    case 'CallExpression':
      return (
        inner.arguments.some((part) => holdsPassword(part, depth + 1)) ||
        (inner.callee.type === 'MemberExpression' && holdsPassword(inner.callee.object, depth + 1))
      );
    case 'AwaitExpression':
    case 'SpreadElement':
      return holdsPassword(inner.argument, depth + 1);
    case 'ConditionalExpression':
      return holdsPassword(inner.consequent, depth + 1) || holdsPassword(inner.alternate, depth + 1);
    default:
      return false;
  }
}

/** What the value around a node is given to: a variable, a member or a property; within the same function. */
export function targetName(ancestors: readonly Node[]): string {
  for (let at = ancestors.length - 1; at >= 0; at -= 1) {
    const node = ancestors[at];
    if (node === undefined) return '';
    if (node.type === 'VariableDeclarator') return valueName(node.id);
    if (node.type === 'AssignmentExpression') return valueName(node.left);
    if (node.type === 'Property') return keyName(node.key, node.computed) ?? '';
    if (/Function|^Class|^Program$/.test(node.type)) return '';
  }
  return '';
}

/** Names of the functions around a node, the innermost first. */
export function functionNames(ancestors: readonly Node[]): string[] {
  const names: string[] = [];
  for (let at = ancestors.length - 1; at >= 0; at -= 1) {
    const node = ancestors[at];
    const parent = ancestors[at - 1];
    if (node === undefined || !/Function/.test(node.type)) continue;
    const own = node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' ? node.id?.name : undefined;
    if (own !== undefined) names.push(own);
    else if (parent?.type === 'Property' || parent?.type === 'MethodDefinition')
      names.push(keyName(parent.key, parent.computed) ?? '');
    else if (parent?.type === 'VariableDeclarator') names.push(valueName(parent.id));
    else if (parent?.type === 'AssignmentExpression') names.push(valueName(parent.left));
  }
  return names;
}

const constantsOf = new WeakMap<Program, ReadonlyMap<string, Node>>();

/** What `const` and single assignments at any depth give to a name; the first one counts. */
export function constants(program: Program): ReadonlyMap<string, Node> {
  const known = constantsOf.get(program);
  if (known !== undefined) return known;
  const found = new Map<string, Node>();
  walk(program, (node) => {
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.init !== null && !found.has(node.id.name))
      found.set(node.id.name, node.init);
  });
  constantsOf.set(program, found);
  return found;
}

/** A value, followed through one name. */
export function resolved(node: Node | null | undefined, program: Program): Node | undefined {
  if (node === null || node === undefined) return undefined;
  const inner = unwrap(node);
  return inner.type === 'Identifier' ? (constants(program).get(inner.name) ?? inner) : inner;
}

/** The text of a literal, also behind a name, `Buffer.from(…)` or `CryptoJS.enc.Utf8.parse(…)`. */
export function literalText(
  node: Node | null | undefined,
  program: Program,
  depth = 0,
): { text: string; node: Node } | undefined {
  const value = resolved(node, program);
  if (value === undefined || depth > 3) return undefined;
  const text = stringValue(value);
  if (text !== undefined) return { text, node: value };
  if (
    (value.type === 'CallExpression' || value.type === 'NewExpression') &&
    /^(?:from|parse|Buffer|alloc|encode|hexToBytes)$/.test(calleeName(value))
  )
    return literalText(value.arguments[0], program, depth + 1);
  return undefined;
}
