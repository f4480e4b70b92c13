import { operandBits } from './grammar.ts';
import type { Reading } from './reading.ts';
import { kinds } from './tokens.ts';
import { hasWide } from './typography.ts';
import { wordKinds } from './words.ts';

/** An operator right behind the quote. */
export function readBreakoutOperator(reading: Reading, at: number): void {
  const { tokens, grammar, report, closes } = reading;
  const { kind, value } = tokens;
  const { isWord, isEnd } = grammar;
  const sign = kind[at] === kinds.arithmetic;
  const compares = grammar.comparison(at) > 0;
  if (!sign && !compares && kind[at] !== kinds.logicalSign) return;
  const operandAt = compares ? grammar.comparison(at) : at + 1;
  const next = grammar.expression(operandAt);
  if (next < 0) return;
  const { bits } = grammar;
  const plain = sign && (value[at] === 0x2b || value[at] === 0x2d);
  const ends =
    isEnd(next) ||
    isWord(next, wordKinds.logical) ||
    grammar.comparison(next) > 0 ||
    kind[next] === kinds.logicalSign ||
    kind[next] === kinds.comma;
  if (!ends) return;
  if ((bits & (operandBits.call | operandBits.subselect)) !== 0) report('sql.breakout_operator', at, next - 1);
  else if (plain && !((bits & operandBits.name) === 0 && kind[next] === kinds.comment)) report('sql.breakout_sign', at, next - 1);
  else if ((bits & operandBits.name) === 0 || closes(next)) report('sql.breakout_operator', at, next - 1);
  if (closes(next) && !(plain && (bits & operandBits.name) !== 0)) report('sql.closed_expression', at, next - 1);
}

/** Longest comment that cuts off what follows a whole value. */
export const longestCut = 3;

/**
 * `oUpF8uMuAJO-M2pxb1Q9zNjWe--`: names with minus signs between them are what random identifiers in base64url look like, such as the openids of
 * WeChat, of which one in 9,000 ends like this.
 */
const mayBeIdentifier = (text: string): boolean => /^[\w.-]{16,512}$/.test(text) && /[A-Za-z]/.test(text);

/**
 * `5-1-301#`, `2026/8/5-53#`, `22*43/8#`, `2026-11-28--`: houses, batches, sizes and days, as people write them. A sum of plain numbers takes nothing from
 * anybody.
 */
const mayBeNumbering = (text: string): boolean => /^(?:[A-Za-z](?=[\d-])|[\d\-+*/.()]){1,40}(?:#\w{0,2}|--)$/.test(text);

const words = /@?\w+/g;
/** Of a name, `@a1B` and `1or` not taken for one: such a variable need not exist, and `.7or-true--` is an attack. */
const mixesDigits = /^(?=[A-Za-z_])(?:.*\d[A-Za-z]|(?=.*[a-z])(?=.*[A-Z]).*\d)/;

/**
 * `hl=YH8b*T#`: of 660 passwords that a program made up one is an expression with a comment behind it. A name in which a digit stands before a letter, or
 * beside both cases, is hardly one of a database's, and with a name that does not exist there is no expression.
 */
const mayBePassword = (before: string): boolean =>
  /^[^\s'"`()]{6,64}$/.test(before) &&
  !before.includes('/*') &&
  (before.match(words) ?? []).some((word) => mixesDigits.test(word));

/** The whole value an expression of some substance, cut off by a comment right at its end. */
export function readClosedValue(reading: Reading): void {
  const { tokens, text, grammar, report } = reading;
  const { kind, value, start, end, count } = tokens;
  const { isWord } = grammar;
  const last = count - 1;
  if (
    last < (kind[0] === kinds.variable ? 1 : 2) ||
    kind[last] !== kinds.comment ||
    (end[last] as number) - (start[last] as number) > longestCut ||
    hasWide(text) ||
    // `/folder/*` names what is in a folder.
    text.charCodeAt(start[0] as number) === 0x2f ||
    mayBeIdentifier(text) ||
    mayBeNumbering(text) ||
    mayBePassword(text.slice(0, start[last] as number))
  )
    return;
  let next = 0;
  for (let terms = 0; terms < 32; terms += 1) {
    next = grammar.expression(next);
    if (next < 0) return;
    if (next === last) {
      if ((last > 2 || kind[0] !== kinds.name) && (value[last] !== 2 || last > 4)) report('sql.closed_value', 0, last);
      if (value[last] === 0 && kind[0] !== kinds.name && kind.subarray(0, last).includes(kinds.word))
        report('sql.closed_condition', 0, last);
      return;
    }
    if (kind[next] === kinds.logicalSign || isWord(next, wordKinds.logical)) next += 1;
    else next = grammar.comparison(next);
    if (next < 0) return;
  }
}
