import type { Detector, Signals, Subject } from '../model.ts';
import { foldCase } from '../text/characters.ts';
import { sqlFeatures } from './features.ts';
import { createGrammar, functionFeature, type Grammar, operandBits } from './grammar.ts';
import { createTokens, kinds, type Tokens, tokenize } from './tokens.ts';
import { catalogNames, wordKinds } from './words.ts';

const literals = [
  "'",
  '"',
  '`',
  '--',
  '/*',
  '#',
  '@@',
  '||',
  '&&',
  '=',
  ' or ',
  ' or(',
  'or ',
  'or(',
  'and ',
  'and(',
  'select',
  'union',
  'having',
  'order by',
  'group by',
  'benchmark',
  'sleep',
  'waitfor',
  'procedure',
  'exec',
  'declare',
  'shutdown',
  'drop',
  'insert into',
  'create ',
  'alter ',
  'copy ',
  'update ',
  'delete ',
  'information_schema',
  'xp_',
  'sysobjects',
  'dbms_',
  'utl_',
  'null,',
  'char(',
  'chr(',
  'randomblob',
  'load_file',
  'extractvalue',
  'updatexml',
  'like ',
];

/**
 * Finds SQL that closes or extends the statement into which an application puts a value. The text is split as an SQL parser would that
 * stands outside of quotes and inside each kind of quote that occurs; every token is looked at in each of these readings.
 */
export const sqlDetector: Detector = {
  name: 'sql',
  literals,
  features: sqlFeatures,
  detect(subject: Subject, signals: Signals): void {
    if (subject.place === 'xml' && subject.name === '') return;
    const text = typographic(subject.text);
    if (text.length <= 48 && quotedOperator.test(text)) signals.report('sql.quoted_operator', 0, text.length);
    if (text.length <= 16 && isQuoteProbe(text)) signals.report('sql.quote_probe', 0, text.length);
    if (subject.layers > 0 && text.length < 64 && hiddenQuote.test(text)) signals.report('sql.hidden_quote', 0, text.length);
    const folded = foldCase(text);
    read(text, folded, 0, 0, signals);
    for (const quote of quotes) {
      const first = text.indexOf(quote);
      // A quote that stands where one opens, in prose or code, closes nothing; what it quotes is read outside of quotes already.
      if (first >= 0 && closesValue(text, first) && !read(text, folded, first + 1, quote.charCodeAt(0), signals)) return;
    }
  },
};

/** `A ' OR ' B`, as it stands between the quotes of an application. */
const quotedOperator =
  /^\w{1,16} ?(['"]) ?(?:[-+*/%<>=!|&^]{1,3}|(?:not )?(?:r?like|regexp|in|is)|sounds like|x?or|and|div|mod) ?\1 ?\w{1,16}$/i;
/** A few characters with both quotes unbalanced and nothing else to say: somebody tries whether they do something. */
function isQuoteProbe(text: string): boolean {
  let single = 0;
  let double = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x27) single += 1;
    else if (unit === 0x22) double += 1;
    else if (unit === 0x20 || unit > 0x7e) return false;
  }
  return single % 2 === 1 && double % 2 === 1;
}

/** An honest client has no reason to encode a lone quote at the end of a value again. */
const hiddenQuote = /^[\w.@-]{1,40}['"]$/;
const quotes = ["'", '"', '`'] as const;
const wide = /[\u0100-\u1fff\u2e80-\uffff]/;
const typographicQuote = /[\u00b4\u2018\u2019\u2032]/;

/** A text that is otherwise Latin has typographic quotes where a word processor put them. Offsets stay. */
function typographic(text: string): string {
  if (!typographicQuote.test(text) || wide.test(text)) return text;
  return text.replace(/[\u00b4\u2018\u2019\u2032]/g, "'").replace(/[\u201c\u201d\u2033]/g, '"');
}

const closers = /[\w\u00c0-\u024f\ufffd%)\]*\\.;!?$>-]/;

/** Whether a quote stands at the start or directly behind a value, where it could end one. */
function closesValue(text: string, quote: number): boolean {
  // Backticks come in pairs around code in Markdown.
  if (text.charCodeAt(quote) === 0x60 && text.split('`', 1_000).length % 2 === 1) return false;
  // Letters that mark a kind of string in code: b'…', r'…', f"…".
  if (quote > 1 && /[\s(=,[{:]/.test(text.charAt(quote - 2)) && /[bruf]/i.test(text.charAt(quote - 1))) return false;
  if (closers.test(text.charAt(quote - 1)) || text.slice(Math.max(0, quote - 64), quote).trim() === '') return true;
  // Behind a space it opens, except where nothing closes it.
  return text.charCodeAt(quote - 1) === 0x20 && text.indexOf(text.charAt(quote), quote + 1) < 0;
}

const longestBreakout = 16_384;
const tokens = createTokens();

function read(whole: string, foldedWhole: string, from: number, quote: number, signals: Signals): boolean {
  // Inside of a quote the piece behind it counts; the rest of a long text is read outside of quotes.
  const cut = quote !== 0 && whole.length - from > longestBreakout;
  const text = cut ? whole.slice(0, from + longestBreakout) : whole;
  const folded = cut ? foldedWhole.slice(0, text.length) : foldedWhole;
  if (!signals.spend(text.length - from)) return false;
  tokenize(text, folded, from, tokens);
  if (!signals.spend(tokens.count * 2)) return false;
  const grammar = createGrammar(tokens, folded);
  examine(text, tokens, grammar, quote, signals);
  return true;
}

function examine(text: string, tokens: Tokens, grammar: Grammar, quote: number, signals: Signals): void {
  const { kind, value, start, end, count } = tokens;
  const { isWord, word, isEnd } = grammar;
  const report = (feature: keyof typeof sqlFeatures, first: number, last: number): void =>
    signals.report(feature, start[first] ?? 0, end[Math.min(last, count - 1)] ?? text.length);

  // Where the value stops being a value: after the quote and its parentheses, after a number, or at the start.
  let lead = 0;
  while (lead < count && kind[lead] === kinds.close) lead += 1;
  const closing = lead > 0;
  let numericLead = -1;
  if (quote === 0) {
    const after = grammar.expression(0);
    if (after > 0 && (grammar.bits & ~(operandBits.constant | operandBits.call | operandBits.variable)) === 0) {
      numericLead = after;
      while (numericLead < count && kind[numericLead] === kinds.close) numericLead += 1;
    }
  }
  const isLead = (at: number): boolean => at === lead || at === numericLead;
  let statementSeen = false;
  let leadingParens = 0;
  while (leadingParens < count && (kind[leadingParens] === kinds.open || isWord(leadingParens, wordKinds.prefix)))
    leadingParens += 1;
  const startsLine = (at: number): boolean => quote === 0 && (at === 0 || text.slice(end[at - 1], start[at]).includes('\n'));
  if (quote === 0) {
    closedValue();
    leadingComparison();
  }

  /** After something that makes SQL likely: does the rest end as an injected piece does? */
  const closes = (at: number): boolean =>
    at < count ? kind[at] === kinds.comment || kind[at] === kinds.openString : (grammar.bits & operandBits.openString) !== 0;

  /** Whether a condition ends at a position, or goes on as SQL; prose goes on with a word. */
  const continues = (at: number): boolean =>
    isEnd(at) ||
    kind[at] === kinds.logicalSign ||
    kind[at] === kinds.comma ||
    kind[at] === kinds.arithmetic ||
    (kind[at] === kinds.word &&
      value[at] !== wordKinds.other &&
      value[at] !== wordKinds.operator &&
      value[at] !== wordKinds.statement);

  /** Like {@link closes}, behind further terms of the condition. */
  const closesLater = (at: number): boolean => {
    let next = at;
    for (let terms = 0; terms < 4 && next > 0 && next < count; terms += 1) {
      if (kind[next] !== kinds.logicalSign && !isWord(next, wordKinds.logical)) break;
      next = grammar.expression(next + 1);
    }
    return next > 0 && closes(next);
  };

  /** Whether a parenthesis holds a comparison of constants, as in `or ('a'='a'`. */
  const comparesConstants = (at: number): boolean => {
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
  };

  const logical = (at: number): void => {
    const isSign = kind[at] === kinds.logicalSign;
    if (isSign && value[at] === 0x21) return;
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
    if (comparesConstants(at + 1)) {
      report('sql.tautology', at, next - 1);
      return;
    }
    grammar.bits = left;
    if (quote !== 0 ? at === lead && closesLater(next) : at === 0 && kind[next] === kinds.comment)
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
        report(quote !== 0 || continues(right) ? 'sql.tautology' : 'sql.tautology_inside', at, right - 1);
        return;
      }
      if ((both & (operandBits.call | operandBits.subselect | operandBits.variable)) !== 0 && isLead(at))
        report('sql.logical_call', at, right - 1);
      if (quote !== 0 && at === lead) report('sql.condition', at, right - 1);
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
    if (!isLead(at) && !(quote !== 0 && at <= lead + 4)) return;
    if ((left & (operandBits.call | operandBits.subselect)) !== 0) {
      if (continues(next) && kind[next] !== kinds.comma) report('sql.logical_call', at, next - 1);
    } else if (quote !== 0 || closing || at === 0) {
      if (isEnd(next) || isWord(next, wordKinds.logical)) {
        if ((left & operandBits.name) === 0 || (at === lead && quote !== 0 && closes(next)))
          report('sql.logical_operand', at, next - 1);
      }
    } else if (isEnd(next)) {
      report('sql.logical_number', at, next - 1);
      if (kind[0] === kinds.number && kind[at + 1] === kinds.word) report('sql.logical_operand', at, next - 1);
    }
  };

  for (let at = 0; at < count; at += 1) {
    switch (kind[at]) {
      case kinds.logicalSign:
        logical(at);
        break;
      case kinds.comment:
        if (at === lead && quote !== 0) {
          const terminal =
            (end[at] as number) >= text.length && (value[at] === 1 || (end[at] as number) - (start[at] as number) <= 8);
          report(terminal ? 'sql.breakout_comment' : 'sql.breakout_comment_inner', at, at);
        }
        break;
      case kinds.semicolon: {
        if (statementSeen) break;
        if (quote !== 0 && at === lead && at + 1 < count && kind[at + 1] === kinds.comment)
          report('sql.breakout_comment', at, at + 1);
        // Code goes on on the next line; what is stacked on a value does not.
        if (quote === 0 && at > 8 && startsLine(at + 1)) break;
        if (grammar.isStatement(at + 1)) report('sql.stacked', at, at + 3);
        break;
      }
      case kinds.number:
        if ((value[at] as number) >= 8) report('sql.hex_literal', at, at);
        break;
      case kinds.variable:
        if ((value[at] as number) === 2) report('sql.system_variable', at, at);
        break;
      case kinds.name: {
        if (at > 0 && kind[at - 1] === kinds.dot) {
          if (at > 1 && kind[at - 2] === kinds.dot && /^(?:xp_|sp_)/.test(word(at))) report('sql.extended_procedure', at - 2, at);
          break;
        }
        const name = grammar.dotted(at);
        if (catalogNames.has(name) || catalogNames.has(name.slice(0, Math.max(0, name.indexOf('.')))))
          report('sql.catalog', at, at);
        if (kind[at + 1] === kinds.open || name.includes('.')) call(at, name);
        if (/^xp_[a-z]/.test(name)) report('sql.extended_procedure', at, at);
        break;
      }
      case kinds.word:
        switch (value[at]) {
          case wordKinds.logical:
            logical(at);
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
                value[at] === wordKinds.having || (at === lead && (quote !== 0 || continues(grammar.expression(then))))
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
            if (list < 0) {
              if (isLead(at) && quote !== 0 && (isEnd(at + 1) || isEnd(at + 2))) report('sql.union_fragment', at, at + 1);
              break;
            }
            if (grammar.isSelectList(list) || kind[at + 1] === kinds.open)
              report(statementSeen ? 'sql.union_in_statement' : 'sql.union_select', at, list);
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
                if (quote === 0 && at === 0 && !hasWide(text)) report('sql.statement', at, list);
                statementSeen = true;
              }
            }
            break;
          }
          case wordKinds.statement: {
            const name = word(at);
            if (name === 'waitfor' && (word(at + 1) === 'delay' || word(at + 1) === 'time') && at + 2 < count)
              report('sql.delay', at, at + 2);
            if (name === 'if' && kind[at + 1] === kinds.open) constantBranch(at + 2);
            if (kind[at + 1] === kinds.open) call(at, name);
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
              constantBranch(at + 1);
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
              report(isLead(at) ? 'sql.breakout_statement' : 'sql.outfile', at, at + 2);
            break;
          case wordKinds.limit:
            if (isLead(at) && kind[at + 1] === kinds.number && kind[count - 1] === kinds.comment && count < at + 7)
              report('sql.order_probe', at, at + 1);
            break;
          case wordKinds.procedure:
            if (word(at + 1) === 'analyse' && kind[at + 2] === kinds.open) report('sql.procedure_analyse', at, at + 2);
            break;
          default:
            if (kind[at + 1] === kinds.open) call(at, word(at));
        }
        if (value[at] === wordKinds.constant && word(at) === 'null' && kind[at + 1] === kinds.comma && word(at + 2) === 'null')
          report('sql.null_list', at, at + 2);
        break;
      default:
    }
    if (at === lead && quote !== 0) breakoutOperator(at);
  }
  if (tokens.glued > 1 && hasSqlWord()) signals.report('sql.comment_obfuscation', 0, text.length);
  if (tokens.versioned > 0) signals.report('sql.version_comment', text.indexOf('/*!'), text.indexOf('/*!') + 12);

  /** A value that begins with a comparison of constants and goes on with a logical word. */
  function leadingComparison(): void {
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

  /** The whole value an expression of some substance, cut off by a comment right at its end. */
  function closedValue(): void {
    const last = count - 1;
    if (
      last < (kind[0] === kinds.variable ? 1 : 2) ||
      kind[last] !== kinds.comment ||
      (end[last] as number) - (start[last] as number) > 3 ||
      hasWide(text)
    )
      return;
    let next = 0;
    for (let terms = 0; terms < 32; terms += 1) {
      next = grammar.expression(next);
      if (next < 0) return;
      if (next === last) {
        if ((last > 2 || kind[0] !== kinds.name) && (value[last] !== 2 || last > 4)) report('sql.closed_value', 0, last);
        return;
      }
      if (kind[next] === kinds.logicalSign || isWord(next, wordKinds.logical)) next += 1;
      else next = grammar.comparison(next);
      if (next < 0) return;
    }
  }

  function hasSqlWord(): boolean {
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

  function constantBranch(at: number): void {
    const next = grammar.expression(at);
    const left = grammar.bits;
    const then = next > 0 ? grammar.comparison(next) : -1;
    // `when (1=1) then`: the parenthesis is one operand.
    if (kind[at] === kinds.open) {
      const inner = grammar.expression(at + 1);
      const innerLeft = grammar.bits;
      const innerThen = inner > 0 ? grammar.comparison(inner) : -1;
      if (innerThen > 0 && grammar.expression(innerThen) > 0 && ((innerLeft | grammar.bits) & ~operandBits.constant) === 0)
        report('sql.case_constant', at, innerThen);
    } else if (then > 0 && grammar.expression(then) > 0 && ((left | grammar.bits) & ~operandBits.constant) === 0)
      report('sql.case_constant', at, then);
  }

  function call(at: number, name: string): void {
    // sleep(睡眠) explains a word.
    if (kind[at + 1] === kinds.open && hasWide(word(at + 2))) return;
    const feature = functionFeature(name);
    if (feature !== undefined) {
      report(feature as keyof typeof sqlFeatures, at, at + 1);
      if (feature === 'sql.time_function' && !(at > 0 && (kind[at - 1] === kinds.name || kind[at - 1] === kinds.dot))) {
        const after = (tokens.match[at + 1] as number) + 1;
        const beside = at > 0 ? (kind[at - 1] as number) : 0;
        if (
          (at === 0 && after >= count) ||
          beside === kinds.arithmetic ||
          beside === kinds.comparison ||
          (after < count &&
            (kind[after] === kinds.comparison || kind[after] === kinds.arithmetic || kind[after] === kinds.comment))
        )
          report('sql.time_context', at, after);
      }
      if (
        kind[at + 2] !== undefined &&
        kind[at + 1] === kinds.open &&
        functionFeature(word(at + 2)) !== undefined &&
        kind[at + 3] === kinds.open &&
        at + 3 < count
      )
        report('sql.nested_functions', at, at + 3);
    }
    if (name === 'iif' || name === 'elt' || name === 'make_set' || name === 'decode') constantBranch(at + 2);
    if (/^(?:utl|dbms)_[a-z]+\./.test(name) && name.length < 64 && (at === 0 || kind[at - 1] !== kinds.name))
      report('sql.extended_procedure', at, at + 2);
    if ((name === 'char' || name === 'chr' || name === 'nchar') && kind[at + 2] === kinds.number) {
      const close = tokens.match[at + 1] as number;
      const again = word(close + 2);
      if (kind[close - 2] === kinds.comma || again === name) report('sql.char_chain', at, close);
    }
  }

  function breakoutOperator(at: number): void {
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
    else if (plain) report('sql.breakout_sign', at, next - 1);
    else if ((bits & operandBits.name) === 0 || closes(next)) report('sql.breakout_operator', at, next - 1);
    if (closes(next) && !(plain && (bits & operandBits.name) !== 0)) report('sql.closed_expression', at, next - 1);
  }
}

function hasWide(text: string): boolean {
  return /[\u2e80-\u9fff\uff00-\uffef]/.test(text);
}
