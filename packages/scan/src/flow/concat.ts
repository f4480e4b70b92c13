import type { Node } from '../parse/ast.ts';
import type { Resolver } from './resolve-value.ts';
import { flag } from './state.ts';

/** Stands for text that is not known. */
const open = '\u0000';

/** What stands before a value when texts are put together, as flags. */
export function flagsOfPrefix(parts: readonly (Node | string)[], resolver: Resolver): number {
  let text = '';
  for (const part of parts) {
    text += (typeof part === 'string' ? part : textOf(part, resolver)) ?? open;
    if (text.length > 400) break;
  }
  if (text === '') return 0;
  // A lone slash or quote fixes nothing.
  let flags: number = /[\w\u0000\u4e00-\u9fff]/.test(text) ? flag.fixedStart : 0;
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#]+[/?#]/i.test(text) || /^\.{0,2}\/(?!\/)/.test(text) || /^[\w-]+\/[\w/-]/.test(text))
    flags |= flag.fixedHost;
  // A configured base address, or a variable of the code's own, fixes what follows.
  if (text.includes(open)) flags |= flag.fixedHost;
  if (/[?#=]/.test(text)) flags |= flag.inQuery;
  return flags;
}

function textOf(node: Node, resolver: Resolver, depth = 0): string | undefined {
  if (node.type === 'Literal') return String(node.value);
  if (depth < 12 && node.type === 'BinaryExpression' && node.operator === '+') {
    const left = textOf(node.left, resolver, depth + 1) ?? open;
    return left + (textOf(node.right, resolver, depth + 1) ?? open);
  }
  if (depth < 12 && node.type === 'TemplateLiteral')
    return node.quasis
      .map((quasi, index) => {
        const hole = node.expressions[index];
        return (quasi.value.cooked ?? quasi.value.raw) + (hole === undefined ? '' : (textOf(hole, resolver, depth + 1) ?? open));
      })
      .join('');
  return resolver.constant(node);
}
