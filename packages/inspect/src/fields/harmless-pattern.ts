import { type Node, parsePattern } from '../regexp/syntax.ts';

/** Characters to which some language gives a meaning; the space is among them, because words alone can be a query. */
const ascii = '<>"\'`;|&$(){}[]\\/=%*?!#~^+ \t\n\r\v\f\0\x1b\x7f';
/** Each also in its full-width form, which some backends fold, and a few that are taken for quotes, brackets and line ends. */
const speaking: readonly string[] = [
  ...new Set(
    [...ascii].flatMap((char) =>
      char > ' ' && char < '\x7f' ? [char, String.fromCodePoint(char.charCodeAt(0) + 0xfee0)] : [char],
    ),
  ),
  ...'\u02b9\u02bc\u2018\u2019\u201c\u201d\u2032\u2039\u203a\u2028\u2029\u00a0\u3000\u00ab\u00bb\u2044\u2215\u202e',
];

/**
 * Whether every text that matches is made only of characters without a meaning: the pattern is anchored at both ends and no class of it
 * holds a speaking character. False on doubt. Throws UnsupportedPattern as {@link parsePattern}.
 */
export function isHarmlessPattern(pattern: string): boolean {
  const tree = parsePattern(pattern);
  const options = tree.kind === 'choice' ? tree.options : [tree];
  return options.every((option) => isAnchored(option) && hasHarmlessSets(option));
}

function isAnchored(node: Node): boolean {
  if (node.kind !== 'sequence') return false;
  return node.items[0]?.kind === 'start' && node.items.at(-1)?.kind === 'end';
}

function hasHarmlessSets(node: Node): boolean {
  switch (node.kind) {
    case 'empty':
    case 'start':
    case 'end':
      return true;
    case 'set':
      return isHarmlessSet(node.source);
    case 'sequence':
      return node.items.every(hasHarmlessSets);
    case 'choice':
      return node.options.every(hasHarmlessSets);
    case 'repeat':
      return hasHarmlessSets(node.item);
  }
}

function isHarmlessSet(source: string): boolean {
  if (source === '.') return false;
  // Tested against single characters only, which takes constant time.
  const set = new RegExp(`^${source}$`, 'u');
  return !speaking.some((char) => set.test(char));
}
