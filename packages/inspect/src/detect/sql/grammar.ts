import { kinds, type Tokens } from './tokens.ts';
import { constantFunctions, wordKinds } from './words.ts';

/** What an operand is made of. */
export const operandBits = {
  constant: 1,
  name: 2,
  call: 4,
  variable: 8,
  subselect: 16,
  /** A string that the text ends in: the application's own quote closes it. */
  openString: 32,
} as const;

const maxChain = 64;
const maxNesting = 6;

/** Reads operands and clauses from tokens. Positions are token indexes; -1 where nothing of the kind stands. */
export interface Grammar {
  /** Goes over to the tokens of the text that was split last, whose small letters these are. */
  begin(folded: string): void;
  /** Bits of the operand that was read last. */
  bits: number;
  /** Operands that were read since the text began, or since somebody took note of it. */
  operands: number;
  isWord(at: number, kind: number): boolean;
  word(at: number): string;
  /** Position after an operand with its signs and what is computed with it. */
  expression(at: number, concatenates?: boolean): number;
  /** Position after a comparison sign or word. */
  comparison(at: number): number;
  /** Whether the statement, or the text, may end here. */
  isEnd(at: number): boolean;
  /** Position after `UNION [ALL] (SELECT` and what may stand before the list. */
  afterSelect(at: number): number;
  /** Whether a list of selected expressions begins here, as opposed to prose. */
  isSelectList(at: number): boolean;
  /** Whether a statement other than SELECT begins here, with enough of its grammar to be no prose. */
  isStatement(at: number): boolean;
  /** A dotted name at a position, lower case. */
  dotted(at: number): string;
}

export function createGrammar(tokens: Tokens): Grammar {
  let { kind, value, start, end, match, count } = tokens;
  let folded = '';
  /** Whether white space beyond ASCII occurs; not asked yet. */
  let spaced: boolean | undefined;

  const isWord = (at: number, wanted: number): boolean => at < count && kind[at] === kinds.word && value[at] === wanted;
  const word = (at: number): string =>
    at < count ? folded.slice(start[at], Math.min(end[at] as number, (start[at] as number) + 64)) : '';
  const isKind = (at: number, wanted: number): boolean => at < count && kind[at] === wanted;

  const dottedEnd = (at: number): number => {
    let next = at + 1;
    while (
      next - at < 16 &&
      isKind(next, kinds.dot) &&
      (isKind(next + 1, kinds.name) || isKind(next + 1, kinds.word) || isKind(next + 1, kinds.dot))
    )
      next += isKind(next + 1, kinds.dot) ? 1 : 2;
    return next;
  };

  /** `pi()`, `cos(3)`: a constant by another name. */
  const isConstantCall = (at: number, open: number): boolean =>
    open === at + 1 &&
    ((match[open] as number) === open + 1 || ((match[open] as number) === open + 2 && isKind(open + 1, kinds.number))) &&
    constantFunctions.has(word(at));

  const operand = (from: number, nesting: number): number => {
    grammar.operands += 1;
    let at = from;
    let signs = 0;
    while (
      at < count &&
      signs < 12 &&
      (kind[at] === kinds.arithmetic ||
        (kind[at] === kinds.logicalSign && value[at] === 0x21) ||
        isWord(at, wordKinds.prefix) ||
        isWord(at, wordKinds.not) ||
        isWord(at, wordKinds.quantifier))
    ) {
      at += 1;
      signs += 1;
    }
    if (at >= count) return -1;
    switch (kind[at]) {
      case kinds.number:
        grammar.bits |= operandBits.constant;
        return at + 1;
      case kinds.openString:
        grammar.bits |= operandBits.constant | operandBits.openString;
        return at + 1;
      case kinds.string: {
        // Backticks quote names.
        grammar.bits |= value[at] === 0x60 ? operandBits.name : operandBits.constant;
        let next = at + 1;
        while (next < count && next - at < maxChain && (kind[next] === kinds.string || kind[next] === kinds.openString)) {
          if (kind[next] === kinds.openString) grammar.bits |= operandBits.openString;
          next += 1;
        }
        return next;
      }
      case kinds.variable:
        grammar.bits |= operandBits.variable;
        return dottedEnd(at);
      case kinds.open: {
        const close = match[at] as number;
        if (isWord(at + 1, wordKinds.select) && !(isKind(at + 2, kinds.open) && match[at + 2] === at + 3))
          grammar.bits |= operandBits.subselect;
        else if (nesting < maxNesting) {
          if (operand(at + 1, nesting + 1) < 0) return -1;
        }
        return Math.min(close + 1, count);
      }
      case kinds.word:
        // MATCH name AGAINST ('text' IN BOOLEAN MODE).
        if (word(at) === 'match' && isKind(at + 1, kinds.name) && word(at + 2) === 'against' && isKind(at + 3, kinds.open)) {
          grammar.bits |= operandBits.call;
          return Math.min((match[at + 3] as number) + 1, count);
        }
        if (value[at] === wordKinds.constant) {
          grammar.bits |= operandBits.constant;
          return at + 1;
        }
        if (value[at] === wordKinds.branch && word(at) === 'case') {
          grammar.bits |= operandBits.call;
          let next = at + 1;
          while (next < count && next - at < maxChain && !(isWord(next, wordKinds.branch) && word(next) === 'end')) next += 1;
          return Math.min(next + 1, count);
        }
        if (value[at] === wordKinds.select) {
          grammar.bits |= operandBits.subselect;
          return at + 1;
        }
        if (isKind(at + 1, kinds.open) && value[at] !== wordKinds.logical && value[at] !== wordKinds.union) {
          grammar.bits |= operandBits.call;
          return Math.min((match[at + 1] as number) + 1, count);
        }
        return -1;
      case kinds.name: {
        const next = dottedEnd(at);
        if (isKind(next, kinds.open)) {
          grammar.bits |= isConstantCall(at, next) ? operandBits.constant : operandBits.call;
          return Math.min((match[next] as number) + 1, count);
        }
        grammar.bits |= operandBits.name;
        return next;
      }
      default:
        return -1;
    }
  };

  const expression = (at: number, concatenates = false): number => {
    grammar.bits = 0;
    let next = operand(at, 0);
    for (let chain = 0; next > 0 && chain < maxChain; chain += 1) {
      const computes =
        isKind(next, kinds.arithmetic) ||
        (concatenates && isKind(next, kinds.logicalSign) && value[next] === 0x7c) ||
        (isWord(next, wordKinds.operator) && (word(next) === 'div' || word(next) === 'mod'));
      if (!computes) break;
      const after = operand(next + 1, 0);
      if (after < 0) break;
      next = after;
    }
    return next;
  };

  const comparison = (at: number): number => {
    if (isKind(at, kinds.comparison)) return at + 1;
    let next = at;
    if (isWord(next, wordKinds.not)) next += 1;
    if (!isWord(next, wordKinds.operator)) return -1;
    if (isWord(next + 1, wordKinds.not) || (isWord(next + 1, wordKinds.operator) && word(next) === 'sounds')) next += 1;
    return next + 1;
  };

  const isEnd = (at: number): boolean =>
    at >= count ||
    kind[at] === kinds.comment ||
    kind[at] === kinds.semicolon ||
    kind[at] === kinds.close ||
    kind[at] === kinds.openString;

  const afterSelect = (at: number): number => {
    let next = at;
    for (let steps = 0; steps < 24; steps += 1) {
      if (
        isKind(next, kinds.open) ||
        isWord(next, wordKinds.quantifier) ||
        (isKind(next, kinds.comment) && (value[next] !== 1 || (end[next] as number) < folded.length))
      )
        next += 1;
      else break;
    }
    if (!isWord(next, wordKinds.select)) return -1;
    next += 1;
    for (let words = 0; words < 4 && isWord(next, wordKinds.quantifier); words += 1)
      next += word(next) === 'top' && isKind(next + 1, kinds.number) ? 2 : 1;
    return next;
  };

  const isSelectList = (at: number): boolean => {
    if (at >= count) return false;
    if (kind[at] === kinds.arithmetic && value[at] === 0x2a)
      return isEnd(at + 1) || isKind(at + 1, kinds.comma) || isWord(at + 1, wordKinds.from);
    const next = expression(at, true);
    if (next < 0) return false;
    const { bits } = grammar;
    const follows =
      isEnd(next) ||
      isKind(next, kinds.comma) ||
      isWord(next, wordKinds.from) ||
      isWord(next, wordKinds.into) ||
      isWord(next, wordKinds.union) ||
      ((bits & operandBits.name) === 0 && isWord(next, wordKinds.statement));
    if ((bits & operandBits.name) === 0) {
      // Prose has numbers as well: "select 2 of them".
      return (
        follows ||
        isWord(next, wordKinds.where) ||
        comparison(next) > 0 ||
        isWord(next, wordKinds.other) ||
        (isKind(next, kinds.name) && (bits & ~operandBits.constant) !== 0)
      );
    }
    if (isKind(next, kinds.comma)) {
      // A list of words in prose has no FROM nor a constant.
      return true;
    }
    if (isWord(next, wordKinds.from)) return isTable(next + 1);
    // A column with another name, from a table of some schema.
    if (isKind(next, kinds.name) && isWord(next + 1, wordKinds.from))
      return isKind(next + 2, kinds.name) && isKind(next + 3, kinds.dot);
    return false;
  };

  /** A table after FROM, and then what may follow one; "from the best of" is prose. */
  const isTable = (at: number): boolean => {
    if (isKind(at, kinds.open) || isKind(at, kinds.variable)) return true;
    if (!isKind(at, kinds.name) && !isKind(at, kinds.string) && !isKind(at, kinds.word)) return false;
    const next = dottedEnd(at);
    if (next > at + 1) return true;
    if (isEnd(next) || isKind(next, kinds.comma) || isKind(next, kinds.open)) return true;
    if (isKind(next, kinds.name)) return isEnd(next + 1) || isKind(next + 1, kinds.comma) || isClause(next + 1);
    return isClause(next);
  };

  const bitsAreConstant = (): boolean => (grammar.bits & ~operandBits.constant) === 0;

  const isClause = (at: number): boolean => {
    if (at >= count || kind[at] !== kinds.word) return false;
    switch (value[at]) {
      case wordKinds.where:
      case wordKinds.having: {
        if (word(at + 1) === 'rownum') return isKind(at + 2, kinds.comparison);
        const next = expression(at + 1);
        return next > 0 && (comparison(next) > 0 || (bitsAreConstant() && isEnd(next)));
      }
      case wordKinds.ordering:
        return isWord(at + 1, wordKinds.by);
      case wordKinds.limit:
        return isKind(at + 1, kinds.number) || isKind(at + 1, kinds.name);
      case wordKinds.union:
        return afterSelect(at + 1) > 0;
      default:
        return ['join', 'as', 'on', 'left', 'inner', 'for', 'procedure', 'cross', 'natural'].includes(word(at)) && at + 1 < count;
    }
  };

  const hasWord = (at: number, wanted: string): boolean => {
    for (let next = at; next < at + 6; next += 1) if (word(next) === wanted) return true;
    return false;
  };

  const isName = (at: number): boolean =>
    isKind(at, kinds.name) || (isKind(at, kinds.string) && at < count) || isKind(at, kinds.variable);

  const isStatement = (at: number): boolean => {
    if (!isKind(at, kinds.word)) return false;
    if (value[at] === wordKinds.select) return isSelectList(afterSelect(at));
    if (value[at] !== wordKinds.statement) return false;
    const next = word(at + 1);
    switch (word(at)) {
      case 'insert':
      case 'replace':
      case 'merge': {
        const into = next === 'into' ? at + 2 : at + 1;
        if (!isName(into) || (next !== 'into' && word(at) !== 'insert')) return false;
        const after = dottedEnd(into);
        return (
          isKind(after, kinds.open) ||
          word(after) === 'values' ||
          word(after) === 'select' ||
          word(after) === 'set' ||
          (next === 'into' && isEnd(after))
        );
      }
      case 'update': {
        if (!isName(at + 1)) return false;
        const set = dottedEnd(at + 1);
        return word(set) === 'set' && isName(set + 1) && isKind(dottedEnd(set + 1), kinds.comparison);
      }
      case 'delete': {
        // DELETE IGNORE FROM, DELETE QUICK FROM.
        const from = next === 'from' ? at + 1 : word(at + 2) === 'from' ? at + 2 : -1;
        return from > 0 && isName(from + 1) && (isEnd(dottedEnd(from + 1)) || isWord(dottedEnd(from + 1), wordKinds.where));
      }
      case 'drop':
      case 'truncate':
      case 'alter':
      case 'create':
      case 'rename':
        if (
          /^(?:table|database|user|login|view|schema|procedure|function|index|trigger|column|role|alias|extension|temp|temporary|unique|server)$/.test(
            next,
          )
        )
          return isName(at + 2) || isKind(at + 2, kinds.word);
        if (word(at) === 'create' && next === 'or') return word(at + 2) === 'replace';
        // "DROP members --", short for a table.
        return word(at) === 'drop' && isName(at + 1) && isEnd(at + 2);
      case 'exec':
      case 'execute':
        return (
          isKind(at + 1, kinds.open) ||
          (isKind(at + 1, kinds.string) && value[at + 1] !== 0x60) ||
          isKind(at + 1, kinds.openString) ||
          isKind(at + 1, kinds.variable) ||
          (word(at + 1) === 'immediate' && at + 2 < count) ||
          (isKind(at + 1, kinds.name) && (isKind(at + 2, kinds.dot) || /^[xs]p_/.test(next)))
        );
      case 'declare':
        return isKind(at + 1, kinds.variable);
      case 'waitfor':
        return next === 'delay' || next === 'time';
      case 'shutdown':
      case 'reconfigure':
        return isEnd(at + 1) || next === 'with' || next === 'immediate' || next === 'end';
      case 'set':
        return isKind(at + 1, kinds.variable) && isKind(at + 2, kinds.comparison);
      case 'if':
      case 'while': {
        // Code has these as well: only with a subquery or a comparison of constants.
        let test = at + 1;
        while (test < at + 16 && (isKind(test, kinds.open) || isWord(test, wordKinds.not) || isWord(test, wordKinds.prefix)))
          test += 1;
        if (isWord(test, wordKinds.select)) return true;
        const after = expression(test);
        const left = grammar.bits;
        const then = after > 0 ? comparison(after) : -1;
        return then > 0 && expression(then) > 0 && ((left | grammar.bits) & ~operandBits.constant) === 0;
      }
      case 'goto':
        return (
          isKind(at + 1, kinds.name) &&
          (isEnd(at + 2) || isWord(at + 2, wordKinds.statement) || isWord(at + 2, wordKinds.select) || isKind(at + 2, kinds.name))
        );
      case 'begin':
        return (
          isEnd(at + 1) ||
          (isKind(at + 1, kinds.name) && isKind(dottedEnd(at + 1), kinds.open) && dottedEnd(at + 1) > at + 2) ||
          (next !== 'begin' && isStatement(at + 1))
        );
      case 'grant':
      case 'revoke':
        return /^(?:all|select|insert|update|delete|execute|create|drop|alter|file|super|dba|usage|connect)$/.test(next);
      case 'backup':
        return next === 'database' || next === 'log';
      case 'restore':
        return (
          (next === 'database' || next === 'log' || next === 'filelistonly' || next === 'headeronly') && hasWord(at + 2, 'from')
        );
      case 'copy':
        return (
          isKind(at + 1, kinds.open) ||
          (isName(at + 1) && (word(dottedEnd(at + 1)) === 'from' || word(dottedEnd(at + 1)) === 'to'))
        );
      case 'load':
        return next === 'data' || next === 'xml';
      case 'attach':
        return next === 'database';
      case 'bulk':
        return next === 'insert';
      case 'kill':
        return isKind(at + 1, kinds.number);
      case 'handler':
        return isName(at + 1) && word(at + 2) === 'open';
      case 'call':
      case 'do':
        return isKind(at + 1, kinds.name) && isKind(dottedEnd(at + 1), kinds.open);
      case 'show':
        return /^(?:tables|databases|columns|grants|variables|processlist)$/.test(next);
      default:
        return false;
    }
  };

  const grammar: Grammar = {
    bits: 0,
    operands: 0,
    begin(text) {
      ({ kind, value, start, end, match, count } = tokens);
      folded = text;
      spaced = undefined;
      grammar.bits = 0;
      grammar.operands = 0;
    },
    isWord,
    word,
    expression,
    comparison,
    isEnd,
    afterSelect,
    isSelectList,
    isStatement,
    dotted: (at) => {
      const last = dottedEnd(at) - 1;
      // One token: no white space within, but such as is beyond ASCII.
      if (last === at) {
        spaced ??= oddSpace.test(folded);
        if (!spaced) return folded.slice(start[at], Math.min(end[at] as number, (start[at] as number) + 64));
      }
      return folded.slice(start[at], Math.min(end[last] ?? 0, (start[at] as number) + 64)).replace(/\s/g, '');
    },
  };
  return grammar;
}

const oddSpace = /[\u0080-\u00a0\u1680\u2000-\u202f\u205f\u3000\ufeff]/;
