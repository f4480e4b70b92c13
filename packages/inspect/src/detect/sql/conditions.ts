import { operandBits } from './grammar.ts';
import type { Reading } from './reading.ts';
import { kinds } from './tokens.ts';
import { hasWide } from './typography.ts';
import { functionFeature, wordKinds } from './words.ts';

/** A logical word or sign: what comes behind it, and where it stands. */
export function readLogical(reading: Reading, at: number): void {
  const { tokens, text, grammar, quote, lead, numericLead, report, isLead, closes, continues } = reading;
  const { kind, value, start, end } = tokens;
  const { isWord, word, isEnd } = grammar;
  const isSign = kind[at] === kinds.logicalSign;
  if (isSign && value[at] === 0x21) return;
  // `1 AND SELECT …`: no parenthesis, and yet a query.
  if (isWord(at + 1, wordKinds.select) && isLead(at) && grammar.isSelectList(grammar.afterSelect(at + 1))) {
    report('sql.logical_call', at, at + 2);
    return;
  }
  const next = grammar.expression(at + 1);
  if (next < 0) return;
  const left = grammar.bits;
  // A word in quotes, as prose writes it, unless a comparison follows: 'or'x='x.
  if (
    quote !== 0 &&
    at === lead &&
    text.charCodeAt((start[at] as number) - 1) === quote &&
    text.charCodeAt(end[at] as number) === quote
  ) {
    const behind = text.slice(end[at], (end[at] as number) + 80);
    if (!/^['"`][\w]{0,20}\s?[=<>]/.test(behind) && (hasWide(behind) || /^['"`][\s,.;:)]/.test(behind))) return;
    if (/^['"`]\w{1,20}['"`]?\s?=\s?['"`]/.test(behind)) report('sql.tautology', at, next - 1);
  }
  // cos(x)^2 and 3 > pi(): a formula of variables, which compares with a constant that has a name.
  if (quote === 0 && text.length <= longestFormula && isFormula(text.slice(start[at], (end[at] as number) + 80), text)) {
    report('sql.tautology_inside', at, next - 1);
    return;
  }
  if (comparesConstants(reading, at + 1)) {
    report('sql.tautology', at, next - 1);
    return;
  }
  grammar.bits = left;
  if (quote !== 0 ? at === lead && closesLater(reading, next) : at === 0 && kind[next] === kinds.comment)
    report('sql.closed_expression', at, next - 1);
  const then = grammar.comparison(next);
  const right = then > 0 ? grammar.expression(then) : -1;
  if (right > 0) {
    const rightBits = grammar.bits;
    const both = left | rightBits;
    const same =
      left === operandBits.name &&
      rightBits === operandBits.name &&
      word(at + 1) === word(then) &&
      right === then + 1 &&
      next === at + 2;
    if ((both & ~(operandBits.constant | operandBits.openString)) === 0 || same) {
      // 5 > 3 && 2 < 4: arithmetic, or a program's condition.
      const ordered = /[<>]/.test(word(then - 1));
      if (isSign && quote === 0 && ordered && at > 2 && /[<>]/.test(word(at - 2)) && isEnd(right) && right >= tokens.count) {
        report('sql.tautology_inside', at, right - 1);
        return;
      }
      report(quote !== 0 || continues(right) ? 'sql.tautology' : 'sql.tautology_inside', at, right - 1);
      return;
    }
    const leaves = isLead(at) || (quote !== 0 && kind[at - 1] === kinds.close && (both & operandBits.subselect) !== 0);
    if ((both & (operandBits.call | operandBits.subselect | operandBits.variable)) !== 0 && leaves)
      report('sql.logical_call', at, right - 1);
    if (quote !== 0 && at === lead) report('sql.condition', at, right - 1);
    // `OR x=y--`: a condition that stands first, and nothing may follow.
    else if (at === 0 && kind[right] === kinds.comment && right >= tokens.count - 1) report('sql.condition', at, right);
    // Behind a number: a word, a test for NULL or a text, and no more.
    else if (
      at === numericLead &&
      at > 0 &&
      isEnd(right) &&
      (word(then - 1) === 'not' || word(then - 1) === 'is' || kind[then] === kinds.string || kind[then] === kinds.openString)
    )
      report('sql.condition', at, right - 1);
    return;
  }
  // `' or 1 limit 1 --`: a constant, and then how many and in which order.
  if (
    quote !== 0 &&
    at === lead &&
    (left & ~operandBits.constant) === 0 &&
    (isWord(next, wordKinds.limit) ||
      (isWord(next, wordKinds.ordering) && isWord(next + 1, wordKinds.by)) ||
      isWord(next, wordKinds.having))
  )
    report('sql.tautology', at, next);
  if (!isLead(at) && !(quote !== 0 && at <= lead + 4)) return;
  if ((left & (operandBits.call | operandBits.subselect)) !== 0) {
    // cos(x) and sin(x): mathematics.
    if (
      quote === 0 &&
      kind[0] === kinds.name &&
      (left & operandBits.subselect) === 0 &&
      functionFeature(grammar.dotted(at + 1)) === undefined
    )
      return;
    if (continues(next) && kind[next] !== kinds.comma) report('sql.logical_call', at, next - 1);
  } else if (quote !== 0 || lead > 0 || at === 0) {
    if (isEnd(next) || isWord(next, wordKinds.logical)) {
      if ((left & operandBits.name) === 0 || (at === lead && quote !== 0 && closes(next)))
        report('sql.logical_operand', at, next - 1);
    }
  } else if (isEnd(next)) {
    report('sql.logical_number', at, next - 1);
    if (kind[0] === kinds.number && kind[at + 1] === kinds.word) report('sql.logical_operand', at, next - 1);
  }
}

const longestFormula = 400;
const namedConstant = /\b(?:pi|sin|cos|tan|exp|sqrt|log|ln)\s?\(/i;
/** A function of one variable, as mathematics writes it. */
const ofVariable = /\b(?:sin|cos|tan|exp|sqrt|log|ln|[fgh])\s?\(\s?[a-z]\s?\)/i;
const marksOfSql = /['"`;#\\]|--|\/\*|\b(?:select|union|from|where|having|sleep|user|version|database)\b/i;

/** Whether a condition is part of a formula: it calls functions of mathematics, as the text does elsewhere with a variable, and nothing is of SQL. */
function isFormula(condition: string, text: string): boolean {
  return namedConstant.test(condition) && ofVariable.test(text) && !marksOfSql.test(text);
}

/** Like `closes`, behind further terms of the condition. */
function closesLater(reading: Reading, at: number): boolean {
  const { tokens, grammar, closes } = reading;
  const { kind, count } = tokens;
  const { isWord } = grammar;
  let next = at;
  for (let terms = 0; terms < 4 && next > 0 && next < count; terms += 1) {
    if (kind[next] !== kinds.logicalSign && !isWord(next, wordKinds.logical)) break;
    next = grammar.expression(next + 1);
  }
  return next > 0 && closes(next);
}

/** Whether a parenthesis holds a comparison of constants, as in `or ('a'='a'`. */
function comparesConstants(reading: Reading, at: number): boolean {
  const { tokens, grammar } = reading;
  const { kind } = tokens;
  const { word } = grammar;
  let inner = at;
  while (kind[inner] === kinds.open && inner < at + 8) inner += 1;
  if (inner === at) return false;
  const next = grammar.expression(inner);
  const left = grammar.bits;
  const then = next > 0 ? grammar.comparison(next) : -1;
  const right = then > 0 ? grammar.expression(then) : -1;
  const same =
    right === then + 1 &&
    next === inner + 1 &&
    left === operandBits.name &&
    grammar.bits === operandBits.name &&
    word(inner) === word(then);
  return right > 0 && (same || ((left | grammar.bits) & ~(operandBits.constant | operandBits.openString)) === 0);
}

/** A number or constant that is computed with a subquery, `1 - any(select …`, or a comparison of constants with a number, `(1=2)*3`. */
export function readComputation(reading: Reading): void {
  const { tokens, grammar, numericLead, report } = reading;
  const { kind, count } = tokens;
  if (comparesConstants(reading, 0) && kind[0] === kinds.open) {
    const close = tokens.match[0] as number;
    if (close + 2 < count + 1 && kind[close + 1] === kinds.arithmetic && kind[close + 2] === kinds.number && close + 3 >= count)
      report('sql.tautology', 0, close + 2);
  }
  let at = 0;
  if (kind[0] === kinds.number || kind[0] === kinds.string || grammar.isWord(0, wordKinds.constant)) at = 1;
  else if (numericLead <= 0) return;
  else at = numericLead;
  const operator = kind[at] === kinds.arithmetic || kind[at] === kinds.comparison || grammar.isWord(at, wordKinds.operator);
  if (!operator) return;
  grammar.bits = 0;
  let next = at + 1;
  while (
    next < at + 6 &&
    (kind[next] === kinds.open || grammar.isWord(next, wordKinds.prefix) || grammar.isWord(next, wordKinds.quantifier))
  )
    next += 1;
  if (next > at + 1 && grammar.isWord(next, wordKinds.select)) report('sql.computed_subselect', at, next);
}

/** A value that begins with a comparison of constants and goes on with a logical word. */
export function readLeadingComparison(reading: Reading): void {
  const { grammar, report } = reading;
  const { isWord } = grammar;
  const next = grammar.expression(0);
  const left = grammar.bits;
  const then = next > 0 ? grammar.comparison(next) : -1;
  const right = then > 0 ? grammar.expression(then) : -1;
  if (
    right > 0 &&
    isWord(right, wordKinds.logical) &&
    ((left | grammar.bits) & ~operandBits.constant) === 0 &&
    grammar.expression(right + 1) > 0
  )
    report('sql.tautology', 0, right);
}
