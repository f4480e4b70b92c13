import { SourceTextBuilder } from './builder.ts';
import type { SourceText } from './model.ts';
import { nameEndingAt, skipSpacesBack } from './names-before.ts';
import { readPairs } from './read-pairs.ts';
import { standingOf } from './relation.ts';

export interface BraceDialect {
  /** `#` begins a comment (PHP, Python, shell). */
  readonly hashComments: boolean;
  /** Two slashes begin a comment, a slash and a star a block. */
  readonly slashComments: boolean;
  /** A backquoted template, and regular expression literals. */
  readonly script: boolean;
  /** Three quotes enclose a text over several lines (Python, Java, Kotlin). */
  readonly longStrings: boolean;
}

const sign = {
  newline: 10,
  quote: 34,
  hash: 35,
  apostrophe: 39,
  open: 40,
  close: 41,
  star: 42,
  comma: 44,
  slash: 47,
  colon: 58,
  equals: 61,
};

/** Reads a language of braces, quotes and comments. One pass; an unclosed quote ends with its line. */
export function readBraces(text: string, dialect: BraceDialect): SourceText {
  const builder = new SourceTextBuilder(text);
  const length = text.length;
  let at = 0;
  while (at < length) {
    const code = text.charCodeAt(at);
    if (code === sign.slash && dialect.slashComments) {
      const next = text.charCodeAt(at + 1);
      if (next === sign.slash || next === sign.star) {
        const end = next === sign.slash ? lineEnd(text, at) : blockEnd(text, at);
        builder.comment(at, end);
        readPairs(builder, at + 2, end, true);
        at = end;
        continue;
      }
      if (dialect.script && beginsExpression(text, at)) {
        at = regExpEnd(text, at);
        continue;
      }
    } else if (code === sign.hash && dialect.hashComments && text.charCodeAt(at + 1) !== 91) {
      const end = lineEnd(text, at);
      builder.comment(at, end);
      readPairs(builder, at + 1, end, true);
      at = end;
      continue;
    } else if (code === sign.quote || code === sign.apostrophe) {
      const mark = text[at] ?? '';
      if (dialect.longStrings && text.startsWith(mark.repeat(3), at)) {
        const close = text.indexOf(mark.repeat(3), at + 3);
        const end = close < 0 ? length : close + 3;
        if (standingOf(text, at, builder.scope).relation === 'none') builder.comment(at, end);
        else builder.quoted(at + 3, Math.max(at + 3, end - 3), true);
        at = end;
        continue;
      }
      const end = quoteEnd(text, at, code);
      builder.quoted(at + 1, end, joinsMore(text, end + 1));
      at = end + 1;
      continue;
    } else if (code === 96 && dialect.script) {
      const { end, holes } = templateEnd(text, at, 0);
      builder.quoted(at + 1, end, holes || joinsMore(text, end + 1));
      at = end + 1;
      continue;
    } else if (code === sign.open) {
      const before = nameEndingAt(text, skipSpacesBack(text, at - 1));
      builder.open('(', at, before.quoted ? '' : before.name);
    } else if (code === 123 || code === 91) {
      const { relation, fullName } = standingOf(text, at, builder.scope);
      builder.open(code === 123 ? '{' : '[', at, relation === 'assigned' || relation === 'fallback' ? fullName : '');
    } else if (code === sign.close) builder.close('(', at + 1);
    else if (code === 125) builder.close('{', at + 1);
    else if (code === 93) builder.close('[', at + 1);
    else if (code === sign.comma) {
      if (builder.scope !== null && builder.scope.open !== '{') builder.scope.position += 1;
    } else if (code === sign.colon) {
      if (builder.scope?.open === '{') builder.key(nameEndingAt(text, skipSpacesBack(text, at - 1)).name);
    } else if (code === sign.equals) {
      if (text.charCodeAt(at + 1) === 62 || builder.scope?.open === '(')
        builder.key(nameEndingAt(text, skipSpacesBack(text, at - 1)).name);
    }
    at += 1;
  }
  return builder.finish();
}

const lineEnd = (text: string, from: number): number => {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
};

const blockEnd = (text: string, from: number): number => {
  const end = text.indexOf('*/', from + 2);
  return end < 0 ? text.length : end + 2;
};

function quoteEnd(text: string, open: number, mark: number): number {
  for (let at = open + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 92) at += 1;
    else if (code === mark || code === sign.newline) return at;
  }
  return text.length;
}

function templateEnd(text: string, open: number, depth: number): { end: number; holes: boolean } {
  let holes = false;
  for (let at = open + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 92) at += 1;
    else if (code === 96) return { end: at, holes };
    else if (code === 36 && text.charCodeAt(at + 1) === 123) {
      holes = true;
      let braces = 1;
      at += 2;
      while (at < text.length && braces > 0) {
        const inner = text.charCodeAt(at);
        if (inner === 123) braces += 1;
        else if (inner === 125) braces -= 1;
        else if (inner === 96 && depth < 4) at = templateEnd(text, at, depth + 1).end;
        else if (inner === sign.quote || inner === sign.apostrophe) at = quoteEnd(text, at, inner);
        at += 1;
      }
      at -= 1;
    }
  }
  return { end: text.length, holes };
}

/** Whether what follows a literal makes it a part of a longer value. */
function joinsMore(text: string, from: number): boolean {
  for (let at = from; at < from + 40; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 32 || code === 9 || code === 10 || code === 13) continue;
    return (
      (code === 43 && text.charCodeAt(at + 1) !== 43) ||
      (code === 46 && /^\.\s*(?:\$|concat|format|join|replace)/.test(text.slice(at, at + 20)))
    );
  }
  return false;
}

/** A slash here begins a regular expression, since no value stands before it. */
function beginsExpression(text: string, at: number): boolean {
  const before = skipSpacesBack(text, at - 1);
  if (before < 0) return true;
  const char = text[before] ?? '';
  if ('(,=:[!&|?{};'.includes(char)) return true;
  return char === 'n' && /\breturn$/.test(text.slice(Math.max(0, before - 8), before + 1));
}

function regExpEnd(text: string, open: number): number {
  let inClass = false;
  for (let at = open + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 92) at += 1;
    else if (code === sign.newline) return open + 1;
    else if (code === 91) inClass = true;
    else if (code === 93) inClass = false;
    else if (code === sign.slash && !inClass) return at + 1;
  }
  return open + 1;
}
