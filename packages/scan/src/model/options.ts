import type { Unit } from '../flow/links.ts';
import { type Node, propertyOf, unwrap } from '../parse/ast.ts';

export type ViewKind = 'page' | 'component' | 'app' | 'vue';

/** The object or class that a page, a component or an app is made from. */
export interface Options {
  readonly kind: ViewKind;
  readonly node: Node;
}

const kinds: Readonly<Record<string, ViewKind>> = { Page: 'page', Component: 'component', App: 'app', Behavior: 'component' };
const marks = [
  'onLoad',
  'data',
  'methods',
  'properties',
  'onShow',
  'onLaunch',
  'lifetimes',
  'props',
  'setup',
  'computed',
  'state',
];

/** Finds the options in a script: `Page({…})`, wrappers such as `observer(Page)({…})`, Vue's default export, classes. */
export function optionsOf(unit: Unit): readonly Options[] {
  const found: Options[] = [];
  for (const call of unit.calls) {
    if (call.type !== 'CallExpression') continue;
    const callee = unwrap(call.callee);
    const name = callee.type === 'Identifier' ? callee.name : '';
    for (const argument of call.arguments) {
      const options = unwrap(argument);
      if (options.type === 'NewExpression' && kinds[name] !== undefined) {
        const className = options.callee.type === 'Identifier' ? options.callee.name : '';
        const known = unit.classes.find(
          (node) => (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') && node.id?.name === className,
        );
        if (known !== undefined) found.push({ kind: kinds[name] ?? 'page', node: known });
      }
      if (options.type !== 'ObjectExpression') continue;
      const kind = kinds[name];
      if (kind !== undefined) found.push({ kind, node: options });
      else if (/(?:Page|Component|App)$/.test(name) && marks.some((mark) => propertyOf(options, mark) !== undefined))
        found.push({ kind: name.endsWith('App') ? 'app' : name.endsWith('Page') ? 'page' : 'component', node: options });
      else if (name === 'defineComponent') found.push({ kind: 'vue', node: options });
    }
  }
  for (const statement of unit.program.body) {
    if (statement.type !== 'ExportDefaultDeclaration') continue;
    const value = unwrap(statement.declaration);
    if (value.type === 'ObjectExpression' && marks.some((mark) => propertyOf(value, mark) !== undefined))
      found.push({ kind: 'vue', node: value });
    else if (value.type === 'ClassDeclaration' || value.type === 'ClassExpression')
      found.push({ kind: 'component', node: value });
    else if (value.type === 'CallExpression') {
      const inner = value.arguments.find((argument) => argument.type === 'ObjectExpression');
      if (inner !== undefined && unit.file.language === 'vue') found.push({ kind: 'vue', node: inner });
    }
  }
  // `<script setup>`: every name at the top is a name of the template.
  if (found.length === 0 && unit.file.language === 'vue') found.push({ kind: 'vue', node: unit.program });
  return found;
}
