import type { Detector, Signals, Subject } from '../model.ts';
import { characterBits } from '../prefilter.ts';
import { foldCase } from '../text/characters.ts';
import { endsInComment, maySpeak, mayTell, mayTellBehind, mayTellBehindAny } from './chances.ts';
import { examine } from './examine.ts';
import { sqlFeatures } from './features.ts';
import { createGrammar } from './grammar.ts';
import { mayBeParted, passagesOf } from './passages.ts';
import { probeFeatures, probeWords } from './probes.ts';
import { createReading } from './reading.ts';
import { createTokens, tokenize } from './tokens.ts';
import { closesValue, hasTypographicQuote, hasWide, spaced, typographic } from './typography.ts';
import { shortWords, tellingLiterals } from './words.ts';

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
  'ascii(',
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
  'version(',
  'database(',
  'user(',
  'restore ',
  'describe ',
  'desc ',
  'char(',
  'chr(',
  'randomblob',
  'load_file',
  'extractvalue',
  'updatexml',
  'like ',
];

const quotes = [
  ["'", characterBits.singleQuote],
  ['"', characterBits.doubleQuote],
  ['`', characterBits.backtick],
] as const;

/**
 * Finds SQL that closes or extends the statement into which an application puts a value. The text is split as an SQL parser would that
 * stands outside of quotes and inside each kind of quote that occurs; every token is looked at in each of these readings.
 */
export const sqlDetector: Detector = {
  name: 'sql',
  literals,
  passes: [probeWords, tellingLiterals, shortWords],
  features: sqlFeatures,
  detect(subject: Subject, signals: Signals): void {
    if (subject.place === 'xml' && subject.name === '') return;
    if (!signals.spend(stepsOfStart + Math.min(subject.text.length, longestStart) * 4)) return;
    const brackets = (subject.marks & characterBits.bracket) !== 0;
    const quoted = (subject.marks & characterBits.wide) !== 0 && hasTypographicQuote(subject.text);
    const written = subject.place === 'text' ? subject.text : spaced(subject.text);
    const text = typographic(written, brackets, quoted);
    // Other quotes may stand in its place now.
    const marks = quoted ? -1 : subject.marks;
    // The other detectors ask for the small letters of the text as it is: they are known already, but where a letter changes what it is taken for.
    const folded =
      text === written || (subject.marks & (characterBits.wide | characterBits.foldable)) !== 0
        ? foldCase(text)
        : typographic(foldCase(written), brackets, quoted);
    for (const feature of probeFeatures(text, folded, subject, marks)) signals.report(feature, 0, text.length);
    const speaks = maySpeak(subject, text, folded, marks);
    if (speaks || endsInComment(text, marks)) read(text, folded, 0, 0, signals);
    for (const [quote, mark] of quotes) {
      if ((marks & mark) === 0) continue;
      const first = text.indexOf(quote);
      // A quote that stands where one opens, in prose or code, closes nothing; what it quotes is read outside of quotes already.
      if (first < 0 || !(speaks || mayTellBehind(text, first + 1))) continue;
      if (closesValue(text, first)) {
        if (!read(text, folded, first + 1, quote.charCodeAt(0), signals)) return;
      } else if (speaks && text.length <= longestUneven && quote !== '`' && !isPaired(text, quote, first)) {
        // One too many: wherever they seem to open, one of them ends what it stands in.
        if (!read(text, folded, first + 1, quote.charCodeAt(0), onlyStatements(signals))) return;
      }
    }
    if (text.length <= shortestProse || !mayBeParted(text, marks)) return;
    if (speaks || ((marks & anyQuote) !== 0 && mayTellBehindAny(text, quoteSigns)))
      readPassages(text, folded, brackets, quoted, speaks, signals);
  },
};

const quoteSigns = quotes.map(([quote]) => quote);
/** Longest value whose quotes are counted. */
const longestUneven = 400;
const statements: ReadonlySet<string> = new Set<keyof typeof sqlFeatures>(['sql.stacked', 'sql.delay']);

function onlyStatements({ spend, report }: Signals): Signals {
  return { spend, report: (feature, start, end) => void (statements.has(feature) && report(feature, start, end)) };
}

const anyQuote = characterBits.singleQuote | characterBits.doubleQuote | characterBits.backtick;
const shortestProse = 24;
/** What speaks for an attack also where a piece of prose would otherwise be code that somebody shows. */
const breakouts: ReadonlySet<string> = new Set<keyof typeof sqlFeatures>([
  'sql.breakout_comment',
  'sql.breakout_operator',
  'sql.breakout_statement',
  'sql.closed_expression',
  'sql.condition',
  'sql.delay',
  'sql.logical_call',
  'sql.logical_operand',
  'sql.order_probe',
  'sql.tautology',
  'sql.time_context',
  'sql.time_function',
  'sql.union_select',
]);

/** The same, only behind a quote that closes: without one they are what people show each other. */
const quotedBreakouts: ReadonlySet<string> = new Set<keyof typeof sqlFeatures>([
  'sql.stacked',
  'sql.extended_procedure',
  'sql.subselect',
  'sql.system_variable',
  'sql.breakout_comment_inner',
]);

/** Reads each piece of a longer text as a value of its own, and lets only what leaves a value count. */
function readPassages(
  text: string,
  folded: string,
  brackets: boolean,
  quotesOfTypography: boolean,
  speaks: boolean,
  signals: Signals,
): void {
  const wide = hasWide(text);
  let start = 0;
  let paired = false;
  let quoted = false;
  const inner: Signals = {
    spend: signals.spend,
    report: (feature, from, to) => {
      // '=' means …, "%H" …: marks that a sentence quotes.
      if (feature === 'sql.breakout_operator' && (paired || endsTag(text, start + from))) return;
      if (breakouts.has(feature) || (quoted && quotedBreakouts.has(feature))) signals.report(feature, start + from, start + to);
    },
  };
  for (const passage of passagesOf(text)) {
    const { end } = passage;
    start = passage.start;
    paired = false;
    quoted = false;
    const piece = typographic(text.slice(start, end), brackets, quotesOfTypography);
    const foldedPiece = folded.slice(start, end);
    if (speaks && !read(piece, foldedPiece, 0, 0, inner)) return;
    for (const [quote] of quotes) {
      const first = piece.indexOf(quote);
      if (first < 0 || (quote === '`' && wide)) continue;
      quoted = true;
      paired = isPaired(piece, quote, first);
      if (!(speaks || mayTellBehind(piece, first + 1)) || !closesValue(piece, first)) continue;
      if (!read(piece, foldedPiece, first + 1, quote.charCodeAt(0), inner)) return;
    }
  }
}

const longestTag = 2_048;

/** Whether the sign at `at` is the one that ends a tag, behind the quote of its last attribute. */
function endsTag(text: string, at: number): boolean {
  if (text.charCodeAt(at) !== 0x3e) return false;
  const open = text.lastIndexOf('<', at);
  return open >= 0 && at - open < longestTag && /[a-z]/i.test(text.charAt(open + 1)) && text.indexOf('>', open) === at;
}

function isPaired(text: string, quote: string, first: number): boolean {
  let count = 0;
  for (let at = first; at >= 0; at = text.indexOf(quote, at + 1)) count += 1;
  return count % 2 === 0;
}

const longestBreakout = 16_384;
/** What it costs to look at a text as a whole, and at a character of it. */
const stepsOfStart = 500;
const longestStart = 400;
/** What it costs to begin with a reading, and for each token of it. */
const stepsOfReading = 500;
const stepsOfToken = 16;
/** The same for looking at the tokens, where they may say something. */
const stepsOfExamination = 900;
const stepsOfExamined = 34;
const tokens = createTokens();
const grammar = createGrammar(tokens);

function read(whole: string, foldedWhole: string, from: number, quote: number, signals: Signals): boolean {
  // Inside of a quote the piece behind it counts; the rest of a long text is read outside of quotes.
  const cut = quote !== 0 && whole.length - from > longestBreakout;
  const text = cut ? whole.slice(0, from + longestBreakout) : whole;
  const folded = cut ? foldedWhole.slice(0, text.length) : foldedWhole;
  if (!signals.spend(stepsOfReading + (text.length - from) * 3)) return false;
  tokenize(text, folded, from, tokens);
  if (!signals.spend(tokens.count * stepsOfToken)) return false;
  if (!mayTell(tokens, quote)) return true;
  if (!signals.spend(stepsOfExamination + tokens.count * stepsOfExamined)) return false;
  grammar.begin(folded);
  examine(createReading(text, tokens, grammar, quote, signals));
  return true;
}
