import type { Relation, Scope } from './model.ts';
import { nameEndingAt, skipSpacesBack } from './names-before.ts';

export interface Standing {
  readonly relation: Relation;
  readonly fullName: string;
}

const nothing: Standing = { relation: 'none', fullName: '' };
/** How far an operator may stand from the name that its expression is given to. */
const longestExpression = 200;

/** How the literal whose quote opens at `open` stands to the name before it. `open` may also be the offset of a bracket. */
export function standingOf(text: string, open: number, scope: Scope | null): Standing {
  const at = skipSpacesBack(text, open - 1);
  if (at < 0) return nothing;
  const operator = text[at];
  const before = text[at - 1];
  if (operator === ':') {
    if (before === ':') return nothing;
    return namedBy(text, at - 1, 'assigned');
  }
  if (operator === '=') {
    if (before === '=' || before === '!') {
      const start = text[at - 2] === '=' || text[at - 2] === '!' ? at - 3 : at - 2;
      return namedBy(text, start, 'compared');
    }
    if (before === '<' || before === '>') return nothing;
    if (before === '+' || before === '|' || before === '?' || before === '.' || before === ':')
      return namedBy(text, at - 2, before === '+' || before === '.' ? 'joined' : 'assigned');
    return typedName(text, at - 1);
  }
  if (operator === '>' && before === '=') {
    const named = nameEndingAt(text, skipSpacesBack(text, at - 2));
    return named.quoted ? { relation: 'assigned', fullName: named.name } : nothing;
  }
  if ((operator === '|' && before === '|') || (operator === '?' && before === '?')) return operand(text, at - 2, 'fallback');
  if (operator === '?' && before !== '?') return operand(text, at - 1, 'assigned');
  if (operator === '+' && before !== '+') return operand(text, at - 1, 'joined');
  if (operator === '(' || operator === ',') {
    if (scope?.open === '(') return { relation: 'argument', fullName: scope.name };
    if (scope?.open === '[') return { relation: 'element', fullName: scope.name };
    return nothing;
  }
  if (operator === '[') return { relation: 'element', fullName: scope?.name ?? '' };
  return nothing;
}

function namedBy(text: string, at: number, relation: Relation): Standing {
  const { name } = nameEndingAt(text, skipSpacesBack(text, at));
  return name === '' ? nothing : { relation, fullName: name };
}

/** Before `=`: a name, or a name with its type as in `secret: string =`. */
function typedName(text: string, at: number): Standing {
  const last = nameEndingAt(text, skipSpacesBack(text, at));
  if (last.name === '') return nothing;
  const colon = skipSpacesBack(text, last.start - 1);
  if (!last.quoted && text[colon] === ':' && text[colon - 1] !== ':') {
    const typed = nameEndingAt(text, skipSpacesBack(text, text[colon - 1] === '?' ? colon - 2 : colon - 1));
    if (typed.name !== '') return { relation: 'assigned', fullName: typed.name };
  }
  return { relation: 'assigned', fullName: last.name };
}

/** The literal is an operand: the name that the whole expression is given to, on the same line or the one before. */
function operand(text: string, from: number, relation: Relation): Standing {
  const least = Math.max(0, from - longestExpression);
  let depth = 0;
  let lines = 0;
  for (let at = from; at >= least; at -= 1) {
    const char = text[at];
    if (char === ')' || char === ']' || char === '}') depth += 1;
    else if (char === '(' || char === '[' || char === '{') {
      if (depth === 0) {
        const { name } = nameEndingAt(text, skipSpacesBack(text, at - 1));
        return char === '(' && name !== '' ? { relation: 'argument', fullName: name } : nothing;
      }
      depth -= 1;
    } else if (depth > 0) continue;
    else if (char === ';') return nothing;
    else if (char === ',') return relation === 'fallback' ? setting(text, from) : nothing;
    else if (char === '\n') {
      lines += 1;
      if (lines > 1) return nothing;
    } else if (char === '=') {
      const before = text[at - 1];
      if (before === '=' || before === '!' || before === '<' || before === '>' || text[at + 1] === '>') return nothing;
      const named = typedName(text, before === '+' ? at - 2 : at - 1);
      return named.relation === 'none' ? nothing : { relation, fullName: named.fullName };
    } else if (char === ':' && text[at - 1] !== ':' && text[at + 1] !== ':') {
      const named = nameEndingAt(text, skipSpacesBack(text, at - 1));
      if (named.name !== '') return { relation, fullName: named.name };
    }
  }
  return nothing;
}

/** `verify(token, env.JWT_SECRET || '…')`: among the arguments of a call, the setting that is missing names the default. */
function setting(text: string, from: number): Standing {
  const { name } = nameEndingAt(text, skipSpacesBack(text, from));
  return /^process\.env\.\w+$/.test(name) ? { relation: 'fallback', fullName: name } : nothing;
}
