import { readBreakoutOperator, readClosedValue } from './breakouts.ts';
import { readCall, readConstantBranch } from './calls.ts';
import { readComputation, readLeadingComparison, readLogical } from './conditions.ts';
import { operandBits } from './grammar.ts';
import type { Reading } from './reading.ts';
import { kinds, type Tokens } from './tokens.ts';
import { hasWide } from './typography.ts';
import { functionFeature, isCatalogName, mayBeCatalogName, wordKinds } from './words.ts';

/** Looks at every token of a reading, and reports what speaks for an attack. */
export function examine(reading: Reading): void {
  const { tokens, text, grammar, quote, lead, numericLead, report, isLead, startsLine, closes, continues } = reading;
  const { kind, value, start, end, count } = tokens;
  const { isWord, word, isEnd } = grammar;
  let statementSeen = false;
  let leadingParens = 0;
  while (leadingParens < count && (kind[leadingParens] === kinds.open || isWord(leadingParens, wordKinds.prefix)))
    leadingParens += 1;
  if (quote === 0) {
    readClosedValue(reading);
    readLeadingComparison(reading);
    readComputation(reading);
  }
  for (let at = 0; at < count; at += 1) {
    if (grammar.operands > 32 && !reading.spend()) return;
    switch (kind[at]) {
      case kinds.logicalSign:
        readLogical(reading, at);
        break;
      case kinds.comment:
        if (at === lead && quote !== 0 && !quotedColour.test(text) && !(quote === 0x60 && hasWide(text))) {
          const terminal =
            (end[at] as number) >= text.length && (value[at] === 1 || (end[at] as number) - (start[at] as number) <= 8);
          report(terminal ? 'sql.breakout_comment' : 'sql.breakout_comment_inner', at, at);
        }
        break;
      case kinds.semicolon: {
        if (statementSeen || endsReference(text, start[at] as number)) break;
        if (quote !== 0 && at === lead && at + 1 < count && kind[at + 1] === kinds.comment)
          report('sql.breakout_comment', at, at + 1);
        // Code goes on on the next line; what is stacked on a value does not.
        if (quote === 0 && at > 8 && startsLine(at + 1)) break;
        if (grammar.isStatement(at + 1) || (quote !== 0 && /^desc(?:ribe)?$/.test(word(at + 1)) && isEnd(at + 3)))
          report('sql.stacked', at, at + 3);
        break;
      }
      case kinds.number:
        if ((value[at] as number) >= 8 && hasSqlWord(tokens)) report('sql.hex_literal', at, at);
        break;
      case kinds.variable:
        if ((value[at] as number) === 2) report('sql.system_variable', at, at);
        break;
      case kinds.name: {
        if (at > 0 && kind[at - 1] === kinds.dot) {
          if (at > 1 && kind[at - 2] === kinds.dot && /^(?:xp_|sp_)/.test(word(at))) report('sql.extended_procedure', at - 2, at);
          break;
        }
        const next = kind[at + 1];
        const first = text.charCodeAt(start[at] as number) | 0x20;
        // A name by itself that is none of a catalog, nor of an extended procedure, says nothing.
        if (
          next !== kinds.dot &&
          next !== kinds.open &&
          first !== 0x78 &&
          !mayBeCatalogName(first, (end[at] as number) - (start[at] as number))
        )
          break;
        const name = grammar.dotted(at);
        const dot = name.indexOf('.');
        if (isCatalogName(name) || (dot > 0 && isCatalogName(name.slice(0, dot)))) report('sql.catalog', at, at);
        if (kind[at + 1] === kinds.open || dot >= 0) readCall(reading, at, name);
        // Their names are letters; random digits of base64url hold `xp_L9` sooner or later.
        if (name.startsWith('xp_') && /^xp_[a-z_]{4,}(?:\.|$)/.test(name)) report('sql.extended_procedure', at, at);
        break;
      }
      case kinds.word:
        switch (value[at]) {
          case wordKinds.logical:
            readLogical(reading, at);
            break;
          case wordKinds.having:
          case wordKinds.where: {
            const next = grammar.expression(at + 1);
            const left = grammar.bits;
            if (next < 0) break;
            const then = grammar.comparison(next);
            if (
              then > 0 &&
              grammar.expression(then) > 0 &&
              ((left | grammar.bits) & ~(operandBits.constant | operandBits.openString)) === 0
            )
              report(
                value[at] === wordKinds.having ||
                  (quote !== 0 && continues(grammar.expression(then))) ||
                  (isLead(at) && (quote !== 0 || continues(grammar.expression(then))))
                  ? 'sql.tautology'
                  : 'sql.where_constant',
                at,
                then,
              );
            else if (value[at] === wordKinds.having && isLead(at) && left === operandBits.constant && isEnd(next))
              report('sql.logical_operand', at, next);
            break;
          }
          case wordKinds.union: {
            const list = grammar.afterSelect(at + 1);
            if (list < 0 && isTableOfValues(reading, at + 1)) {
              report('sql.union_select', at, at + 3);
              break;
            }
            if (list < 0) {
              if (isLead(at) && quote !== 0 && (isEnd(at + 1) || isEnd(at + 2))) report('sql.union_fragment', at, at + 1);
              break;
            }
            if (grammar.isSelectList(list) || kind[at + 1] === kinds.open || isColumnOfTable(reading, at, list))
              report(statementSeen && !leaksByUnion(reading, list) ? 'sql.union_in_statement' : 'sql.union_select', at, list);
            else if (isLead(at) || at === 0)
              report(quote !== 0 || list >= count ? 'sql.union_select' : 'sql.union_fragment', at, list);
            else if (list >= count || isEnd(list)) report('sql.union_fragment', at, list);
            break;
          }
          case wordKinds.ordering:
            if (isWord(at + 1, wordKinds.by) && isLead(at)) {
              const next = grammar.expression(at + 2);
              if (next > 0 && (grammar.bits & operandBits.name) === 0 && (isEnd(next) || kind[next] === kinds.comma))
                report('sql.order_probe', at, next - 1);
              else if (next > 0 && quote !== 0 && (closes(next) || isWord(next, wordKinds.having)))
                report('sql.order_probe', at, next - 1);
            }
            break;
          case wordKinds.select: {
            const list = grammar.afterSelect(at);
            const before = at > 0 ? kind[at - 1] : 0;
            if (startsLine(at)) statementSeen = true;
            if (grammar.isSelectList(list)) {
              if (before === kinds.open && !statementSeen) {
                report('sql.subselect', at - 1, list);
                if (quote === 0 && leadingParens >= at && !hasWide(text)) report('sql.statement', at, list);
              }
              if (quote !== 0 && quote !== 0x60 && at === lead && !hasWide(text)) report('sql.breakout_statement', at, list);
              if (
                before !== kinds.open &&
                !(at > 0 && isWord(at - 1, wordKinds.union)) &&
                !(at > 1 && isWord(at - 2, wordKinds.union))
              ) {
                if (quote === 0 && at === 0 && !hasWide(text))
                  report(isPlainQuery(tokens, text) ? 'sql.plain_query' : 'sql.statement', at, list);
                statementSeen = true;
              }
            }
            break;
          }
          case wordKinds.statement: {
            const name = word(at);
            if (name === 'waitfor' && (word(at + 1) === 'delay' || word(at + 1) === 'time') && at + 2 < count)
              report('sql.delay', at, at + 2);
            if (name === 'if' && kind[at + 1] === kinds.open) readConstantBranch(reading, at + 2);
            if (kind[at + 1] === kinds.open) readCall(reading, at, name);
            if ((startsLine(at) || kind[at - 1] === kinds.comment) && kind[at + 1] !== kinds.open) statementSeen = true;
            if (grammar.isStatement(at)) {
              if (quote !== 0 && quote !== 0x60 && at === lead && !hasWide(text)) report('sql.breakout_statement', at, at + 2);
              else if (quote === 0 && (at === 0 || at === numericLead) && !hasWide(text)) report('sql.statement', at, at + 2);
              statementSeen = true;
            }
            break;
          }
          case wordKinds.branch:
            if (word(at) === 'when') {
              readConstantBranch(reading, at + 1);
              const tested = grammar.expression(at + 1);
              if (
                tested > 0 &&
                grammar.bits === operandBits.constant &&
                at > 1 &&
                word(at - 2) === 'case' &&
                (kind[at - 1] === kinds.number || kind[at - 1] === kinds.string)
              )
                report('sql.case_constant', at - 2, tested);
            }
            break;
          case wordKinds.into:
            if (/^(?:outfile|dumpfile)$/.test(word(at + 1)))
              report(
                isLead(at)
                  ? 'sql.breakout_statement'
                  : quote === 0 && isWord(0, wordKinds.select)
                    ? 'sql.statement'
                    : 'sql.outfile',
                at,
                at + 2,
              );
            break;
          case wordKinds.limit:
            if (isLead(at) && kind[at + 1] === kinds.number && kind[count - 1] === kinds.comment && count < at + 7)
              report('sql.order_probe', at, at + 1);
            break;
          case wordKinds.procedure:
            if (word(at + 1) === 'analyse' && kind[at + 2] === kinds.open) report('sql.procedure_analyse', at, at + 2);
            break;
          default:
            if (kind[at + 1] === kinds.open) readCall(reading, at, word(at));
        }
        if (value[at] === wordKinds.constant && word(at) === 'null' && kind[at + 1] === kinds.comma && word(at + 2) === 'null')
          report('sql.null_list', at, at + 2);
        break;
      default:
    }
    if (at === lead && quote !== 0) readBreakoutOperator(reading, at);
  }
  if (tokens.glued > 1 && hasSqlWord(tokens)) report('sql.comment_obfuscation', 0, count - 1);
  if (tokens.versioned > 0) report('sql.version_comment', 0, 3);
}

/** `UNION ALL VALUES (1,NULL)`, `… VALUES ROW(1,NULL)`: rows of constants, which need no SELECT. */
function isTableOfValues({ tokens, grammar }: Reading, from: number): boolean {
  const { kind } = tokens;
  let at = from;
  if (grammar.isWord(at, wordKinds.quantifier)) at += 1;
  if (grammar.word(at) !== 'values') return false;
  at += grammar.word(at + 1) === 'row' ? 2 : 1;
  if (kind[at] !== kinds.open) return false;
  const next = grammar.expression(at + 1);
  return next > 0 && (grammar.bits & operandBits.name) === 0 && (kind[next] === kinds.comma || kind[next] === kinds.close);
}

/** Whether a semicolon ends the reference to a character: `mysql&gt; SELECT`. */
function endsReference(text: string, semicolon: number): boolean {
  return reference.test(text.slice(Math.max(0, semicolon - 8), semicolon));
}

const reference = /&(?:lt|gt|amp|quot|apos|nbsp|#\d{2,5}|#x[\da-f]{2,4})$/i;

/** `"#0f4c81"`: a colour or a mark in quotes. */
const quotedColour = /^\s{0,4}(["'])#[\w-]{1,40}\1[,;]?\s{0,4}$/;

/** UNION SELECT name FROM name, behind a value: nothing of it needs more grammar to be an attack. */
function isColumnOfTable({ tokens, quote, grammar }: Reading, at: number, list: number): boolean {
  const { kind, start, end, count } = tokens;
  const before = at > 0 ? kind[at - 1] : 0;
  // A constant behind a value needs no more: "union select 2 of them" has a word before it.
  if (before === kinds.number || before === kinds.close) {
    if (grammar.expression(list) > 0 && (grammar.bits & ~operandBits.constant) === 0) return true;
  }
  if (quote === 0 && before !== kinds.number && before !== kinds.close && before !== kinds.string) return false;
  const from = grammar.word(list + 1) === 'as' && kind[list + 2] === kinds.name ? list + 3 : list + 1;
  return (
    at > 0 &&
    from + 1 < count &&
    kind[list] === kinds.name &&
    grammar.isWord(from, wordKinds.from) &&
    kind[from + 1] === kinds.name &&
    (start[from + 1] as number) > (end[from] as number) &&
    // "the union, select members from all of them": prose goes on.
    (from + 2 >= count || kind[from + 2] !== kinds.name)
  );
}

/** A UNION whose list begins with a constant and goes on with what tells about the database: nobody shows such a query. */
function leaksByUnion({ tokens, grammar }: Reading, list: number): boolean {
  const { kind, count } = tokens;
  for (let at = list; at < Math.min(count, list + 40); at += 1) {
    if (kind[at] === kinds.variable && tokens.value[at] === 2) return true;
    if (kind[at] === kinds.name) {
      const name = grammar.dotted(at);
      if (isCatalogName(name) || (kind[at + 1] === kinds.open && functionFeature(name) === 'sql.info_function')) return true;
    }
  }
  return false;
}

/** Words beside SELECT of a query that reads one table, as people write into tickets. */
const plainWords: ReadonlySet<number> = new Set([
  wordKinds.select,
  wordKinds.from,
  wordKinds.where,
  wordKinds.logical,
  wordKinds.ordering,
  wordKinds.by,
  wordKinds.limit,
  wordKinds.other,
  wordKinds.constant,
]);
const longestPlainQuery = 60;

/** A whole query, with a condition and its semicolon, that calls nothing, joins nothing and has no comment: what people show, not send. */
function isPlainQuery({ kind, value, count }: Tokens, text: string): boolean {
  if (count < 8 || count > longestPlainQuery || kind[count - 1] !== kinds.semicolon) return false;
  let condition = false;
  for (let at = 0; at < count - 1; at += 1) {
    switch (kind[at]) {
      case kinds.word:
        if (!plainWords.has(value[at] as number) || (at > 0 && value[at] === wordKinds.select)) return false;
        if (value[at] === wordKinds.where && kind[at + 1] === kinds.name) condition = true;
        break;
      case kinds.name:
      case kinds.number:
      case kinds.string:
      case kinds.comma:
      case kinds.dot:
      case kinds.comparison:
        break;
      case kinds.arithmetic:
        if (at > 2) return false;
        break;
      default:
        return false;
    }
  }
  return condition && !secrets.test(text.toLowerCase());
}

/** Tables and columns that intruders ask for. */
const secrets = /passw|pwd|secret|token|schema|sys|admin|mysql|credit|card|all_tab|user_tab|dba_|pg_|sqlite_|v\$/;

/** Whether a word of SQL stands among the first tokens. */
function hasSqlWord({ kind, value, count }: Tokens): boolean {
  for (let at = 0; at < Math.min(count, 256); at += 1)
    if (
      kind[at] === kinds.word &&
      (value[at] === wordKinds.select ||
        value[at] === wordKinds.union ||
        value[at] === wordKinds.logical ||
        value[at] === wordKinds.from)
    )
      return true;
  return false;
}
