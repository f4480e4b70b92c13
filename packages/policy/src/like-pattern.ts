import type { PatternPart } from './ast.ts';

/** Joins neighbouring literal parts, so that the pieces between wildcards remain; one more piece than wildcards. */
function piecesOf(pattern: readonly PatternPart[]): string[] {
  const pieces = [''];
  for (const part of pattern) {
    if (part === null) pieces.push('');
    else pieces[pieces.length - 1] += part;
  }
  return pieces;
}

/**
 * Compiles a `like` pattern to a test. Each piece is searched for once, from where the last one ended, so there is no
 * backtracking over wildcards. UTF-16 units give the same answer as code points: a piece never starts or ends inside a pair.
 */
export function compileLikePattern(pattern: readonly PatternPart[]): (text: string) => boolean {
  const pieces = piecesOf(pattern);
  const first = pieces[0] ?? '';
  if (pieces.length === 1) return (text) => text === first;
  const last = pieces[pieces.length - 1] ?? '';
  const middle = pieces.slice(1, -1).filter((piece) => piece !== '');
  const least = pieces.reduce((length, piece) => length + piece.length, 0);
  return (text) => {
    if (text.length < least || !text.startsWith(first) || !text.endsWith(last)) return false;
    let position = first.length;
    for (const piece of middle) {
      const found = text.indexOf(piece, position);
      if (found === -1) return false;
      position = found + piece.length;
    }
    return position <= text.length - last.length;
  };
}
