import { memberPath, type Node } from '../parse/ast.ts';
import { attributeOf, type MarkupAttribute, type MarkupElement, type MarkupNode } from '../parse/markup.ts';
import { mustaches, parseExpression } from '../parse/mustache.ts';
import { forEachChild } from '../parse/walk.ts';

/** A value of the script that a piece of markup shows or acts on. */
export interface BoundValue {
  /** Keys below the data of the page or component; loop variables are resolved, indices left out. */
  readonly path: readonly string[];
  /** Constant text that stands before it in the attribute; `\u0000` for text that is not known. */
  readonly prefix: string;
}

export interface BoundAttribute {
  readonly element: MarkupElement;
  readonly attribute: MarkupAttribute;
  /** Without `:`, `v-bind:` and the like. */
  readonly name: string;
  readonly values: readonly BoundValue[];
}

type Aliases = ReadonlyMap<string, readonly string[]>;

/** Every attribute that takes values from the script. Bound by the markup's own size. */
export function boundAttributes(nodes: readonly MarkupNode[]): readonly BoundAttribute[] {
  const found: BoundAttribute[] = [];
  visit(nodes, new Map(), found);
  return found;
}

function visit(nodes: readonly MarkupNode[], aliases: Aliases, found: BoundAttribute[]): void {
  for (const element of nodes) {
    if (element.kind !== 'element') continue;
    const inner = withLoop(element, aliases);
    for (const attribute of element.attributes) {
      const { value } = attribute;
      if (value === undefined) continue;
      const isVue = /^(?::|v-bind:|v-html|v-model|v-text)/.test(attribute.name);
      if (!isVue && !value.includes('{{')) continue;
      const values = isVue ? ofExpression(value, '', inner) : ofMustaches(value, inner);
      if (values.length > 0) found.push({ element, attribute, name: attribute.name.replace(/^(?::|v-bind:)/, ''), values });
    }
    visit(element.children, inner, found);
  }
}

function withLoop(element: MarkupElement, aliases: Aliases): Aliases {
  const list = attributeOf(element, 'wx:for')?.value ?? attributeOf(element, 'wx:for-items')?.value;
  const vue = attributeOf(element, 'v-for')?.value;
  if (list === undefined && vue === undefined) return aliases;
  const parts = vue === undefined ? undefined : /^\s*\(?\s*([\w$]+)[^)]*\)?\s+(?:in|of)\s+([\s\S]+)$/.exec(vue.slice(0, 400));
  const item = parts?.[1] ?? attributeOf(element, 'wx:for-item')?.value ?? 'item';
  const [first] = list === undefined ? ofExpression(parts?.[2] ?? '', '', aliases) : ofMustaches(list, aliases);
  const next = new Map(aliases);
  if (first === undefined) next.delete(item);
  else next.set(item, first.path);
  return next;
}

function ofMustaches(text: string, aliases: Aliases): readonly BoundValue[] {
  const holes = mustaches(text);
  let before = '';
  let at = 0;
  const found: BoundValue[] = [];
  for (const hole of holes) {
    before += text.slice(at, hole.start - 2);
    found.push(...ofExpression(hole.source, before, aliases));
    before += '\u0000';
    at = hole.end + 2;
  }
  return found;
}

function ofExpression(source: string, before: string, aliases: Aliases): readonly BoundValue[] {
  const simple = /^\s*[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*\s*$/.test(source);
  if (simple) return [{ path: resolved(source.trim().split('.'), aliases), prefix: before }];
  const node = parseExpression(source);
  const found: BoundValue[] = [];
  if (node !== undefined) collect(node, before, aliases, found);
  return found;
}

function collect(node: Node, before: string, aliases: Aliases, found: BoundValue[]): string {
  switch (node.type) {
    case 'Literal':
      return String(node.value);
    case 'Identifier':
    case 'MemberExpression': {
      const path = memberPath(node);
      if (path !== undefined) found.push({ path: resolved(path[0] === 'this' ? path.slice(1) : path, aliases), prefix: before });
      else if (node.type === 'MemberExpression') collect(node.object, before, aliases, found);
      return '\u0000';
    }
    case 'BinaryExpression':
      if (node.operator === '+') {
        const left = collect(node.left, before, aliases, found);
        return left + collect(node.right, before + left, aliases, found);
      }
      return '\u0000';
    case 'ConditionalExpression':
      collect(node.consequent, before, aliases, found);
      collect(node.alternate, before, aliases, found);
      return '\u0000';
    case 'TemplateLiteral': {
      let text = '';
      for (const [index, quasi] of node.quasis.entries()) {
        text += quasi.value.cooked ?? '';
        const hole = node.expressions[index];
        if (hole !== undefined) text += collect(hole, before + text, aliases, found);
      }
      return text;
    }
    case 'CallExpression':
      // A filter or a WXS function: what it makes of its arguments is not known, so only its arguments are followed as unsafe
      // where the function's name says that it changes nothing.
      for (const argument of node.arguments) collect(argument, before === '' ? '\u0001' : before, aliases, found);
      return '\u0000';
    default:
      forEachChild(node, (child) => void collect(child, before, aliases, found));
      return '\u0000';
  }
}

function resolved(path: readonly string[], aliases: Aliases): readonly string[] {
  const [first, ...rest] = path;
  const alias = first === undefined ? undefined : aliases.get(first);
  return (alias === undefined ? path : [...alias, ...rest]).filter((part) => !/^\d+$/.test(part));
}
