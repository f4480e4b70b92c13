import type { Node } from '../parse/ast.ts';
import type { Resolver } from './resolve-value.ts';
import { flag } from './state.ts';

/** What stands before a value when texts are put together, as flags. */
export function flagsOfPrefix(parts: readonly (Node | string)[], resolver: Resolver): number {
  let text = '';
  let isOpen = false;
  for (const part of parts) {
    const value = typeof part === 'string' ? part : textOf(part, resolver);
    if (value === undefined) {
      // A configured base address or a variable of the code's own: it fixes what follows, unless it is only the scheme.
      isOpen = true;
      text += '\u0000';
    } else text += value;
    if (text.length > 400) break;
  }
  if (text === '') return 0;
  let flags = flag.fixedStart;
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#]+[/?#]/i.test(text) || /^\.{0,2}\/(?!\/)/.test(text) || /^[\w-]+\/[\w/-]/.test(text))
    flags |= flag.fixedHost;
  if (isOpen && !/^(?:https?|wss?):\/\/$/i.test(text)) flags |= flag.fixedHost;
  if (/[?#=]/.test(text)) flags |= flag.inQuery;
  return flags;
}

function textOf(node: Node, resolver: Resolver, depth = 0): string | undefined {
  if (node.type === 'Literal') return String(node.value);
  if (depth < 12 && node.type === 'BinaryExpression' && node.operator === '+') {
    const left = textOf(node.left, resolver, depth + 1) ?? '\u0000';
    return left + (textOf(node.right, resolver, depth + 1) ?? '\u0000');
  }
  if (depth < 12 && node.type === 'TemplateLiteral')
    return node.quasis
      .map((quasi, index) => {
        const hole = node.expressions[index];
        return (
          (quasi.value.cooked ?? quasi.value.raw) + (hole === undefined ? '' : (textOf(hole, resolver, depth + 1) ?? '\u0000'))
        );
      })
      .join('');
  return resolver.constant(node);
}
