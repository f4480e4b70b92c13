import { isLetter, isSpace, isWordCode, skipSpace, skipWord } from '../text/characters.ts';

const comparisons = new Set(['equ', 'neq', 'lss', 'leq', 'gtr', 'geq']);
const conditions = new Set(['exist', 'errorlevel', 'cmdextversion', 'defined']);
const commands = new Set(['echo', 'goto', 'cmd', 'set', 'call', 'del', 'type', 'copy', 'start', 'do', 'cd', 'md', 'dir', 'if']);

/**
 * The feature of a statement of cmd.exe that begins at `start`: `for /f %i in (…) do …`, `if not exist … echo …`. `folded` in small
 * letters. Undefined where none stands.
 */
export function batchStatement(folded: string, start: number): 'shell.batch_for' | 'shell.batch_if' | undefined {
  if (folded.startsWith('for', start) && isSpace(folded.charCodeAt(start + 3)))
    return isFor(folded, start + 3) ? 'shell.batch_for' : undefined;
  if (folded.startsWith('if', start) && isSpace(folded.charCodeAt(start + 2)))
    return isIf(folded, start + 2) ? 'shell.batch_if' : undefined;
  return undefined;
}

const longest = 160;

/** A variable with its percent signs, `in`, a bracket, and `do`. */
function isFor(folded: string, from: number): boolean {
  const piece = folded.slice(from, from + longest);
  const variable = piece.indexOf('%');
  if (variable < 0) return false;
  const set = piece.indexOf(' in', variable);
  if (set < 0 || set > variable + 24) return false;
  return piece[skipSpace(piece, set + 3)] === '(';
}

function isIf(folded: string, from: number): boolean {
  const piece = folded.slice(from, from + longest);
  let at = skipSpace(piece, 0);
  if (piece.startsWith('/i', at)) at = skipSpace(piece, at + 2);
  const negated = piece.startsWith('not', at) && !isWordCode(piece.charCodeAt(at + 3));
  if (negated) at = skipSpace(piece, at + 3);
  const end = skipWord(piece, at);
  const word = piece.slice(at, end);
  if (conditions.has(word))
    return word !== 'exist' || negated || holdsCommand(piece, end) || piece.includes('\\') || piece.includes('.');
  const variable = piece.includes('%');
  // Braces are another language's.
  if (!variable && piece.includes('{')) return false;
  for (let from = end; from < piece.length; from += 1) {
    if (piece[from] === '=' && piece[from + 1] === '=') return variable || holdsCommand(piece, from + 2);
    if (!isLetter(piece.charCodeAt(from)) || isWordCode(piece.charCodeAt(from - 1))) continue;
    const close = skipWord(piece, from);
    if (comparisons.has(piece.slice(from, close))) return variable || holdsCommand(piece, close);
    from = close;
  }
  return false;
}

function holdsCommand(piece: string, from: number): boolean {
  let at = from;
  while (at < piece.length) {
    if (isLetter(piece.charCodeAt(at)) && !isWordCode(piece.charCodeAt(at - 1))) {
      const end = skipWord(piece, at);
      if (commands.has(piece.slice(at, end))) return true;
      at = end;
    } else at += 1;
  }
  return false;
}
