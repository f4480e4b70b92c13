import type { Detector, Signals, Subject } from '../model.ts';
import { characterBits } from '../prefilter.ts';
import { foldCase, isLetter, isSpace, isWordCode, skipSpace, skipWord } from '../text/characters.ts';
import { createFinder } from '../text/finder.ts';
import { createClosings, longest } from './closings.ts';
import { readExpression } from './expression.ts';
import { features } from './features.ts';
import { executing, literals, statements } from './literals.ts';
import { isNested, lookupPrefix, resolveLookups } from './lookups.ts';
import { closeOf, nextMark, pairs } from './marks.ts';
import { readPolyglot } from './polyglot.ts';

/** Marks inside one another that are read each on its own. */
const maxNested = 3;
/** Longest value that may be one lookup and nothing else. */
const longestLookup = 80;
/** Characters of an expression that nothing closes which are read. */
const longestOpen = 200;
/** What a character between marks costs: it is read several times. */
const stepsForCharacter = 12;
const stepsOfMark = 60;
/** Most signs between a mark and its expression. */
const longestLead = 8;

/** What it costs to begin with a text. */
const stepsOfStart = 1_800;

/** Finds expressions and statements for template engines, expression languages and the lookups of Log4j. */
export const templateDetector: Detector = {
  name: 'template',
  literals,
  passes: [[...executing, ...statements], pairs.map(([open]) => open)],
  features,
  detect({ text, place, name, passes, marks }: Subject, signals: Signals): void {
    if (!signals.spend(stepsOfStart + text.length * 3 + Math.min(text.length, longest) * 6)) return;
    if (place === 'path' && !text.includes('{')) return;
    const folded = foldCase(text);
    const start = skipSpace(folded, 0);
    const short = !isLong(folded);
    if (!readLookups(folded, signals)) return;
    if (place === 'header' && name === 'user-agent' && !notClient.test(folded)) return;
    if ((passes & 2) !== 0) readMarks(folded, start, short, signals);
    readStatements(folded, start, short, marks, (passes & 1) !== 0, signals);
  },
};

/** `[[self window] setTitle:x]`, `[[row[i] for i in r] for r in t]`: a message of Objective-C, and a list of Python. */
const listOrMessage = /^\s{0,2}[a-z_]\w{0,40} [a-z_]|\bfor [\w, ]{1,40} in /;
const longestProgram = 160;

/** Marks of templates that no client has in its name; braces, signs and brackets alone occur. */
const notClient = /\$\{|\{\{|[#%]\{|<%|\{%|#set\(|<#assign/;

function readMarks(folded: string, start: number, short: boolean, signals: Signals): void {
  // Marks that stand inside an expression already read, or before a place where nothing closes, are read a few times and no more.
  const closing = createClosings(folded);
  let readTo = 0;
  let again = 0;
  for (let at = nextMark(folded, 0); at >= 0; at = nextMark(folded, at + 1)) {
    const close = closeOf(folded, at);
    if (close === undefined) continue;
    const open = folded.slice(at, at + 2);
    let from = at + open.length;
    const lead = from + longestLead;
    while (
      from < lead &&
      (folded[from] === '{' ||
        folded[from] === '=' ||
        folded[from] === '-' ||
        folded[from] === '@' ||
        folded[from] === '#' ||
        folded[from] === '!' ||
        folded[from] === '*' ||
        folded[from] === '$')
    )
      from += 1;
    if (at < readTo) {
      again += 1;
      if (again > maxNested) {
        at = readTo - 1;
        continue;
      }
    } else again = 0;
    const to = closing(from, close);
    readTo = Math.max(readTo, to < 0 ? Math.min(folded.length, from + longest) : to);
    // Marks that nothing closes may stand one behind the other, each read for as far as an expression goes, and several times.
    const read = to < 0 ? longestOpen : to - from;
    if (!signals.spend(stepsOfMark + stepsForCharacter * read)) return;
    if (to < 0 && !short) continue;
    const end = to < 0 ? Math.min(folded.length, from + longestOpen) : to;
    // A bracket pair or a brace alone is common in prose and code; what counts there is only what is dangerous.
    const weak =
      open === '[[' || open === '[=' || open === '@(' || open === '%{' || open === '~{' || open === '@{' || open === '*{';
    const kind = readExpression(folded, from, end);
    const only = short && at - start <= 24 && !folded.slice(start, at).includes(' ');
    if (kind === 'dangerous' && open === '[[' && listOrMessage.test(folded.slice(from, Math.min(end, from + longestProgram)))) {
      at += 1;
      continue;
    }
    if (kind === 'dangerous') {
      // `${config.server.port}` in a program that somebody shows.
      if (short || open !== '${' || !plainMember.test(folded.slice(from, end))) signals.report('template.dangerous', at, end);
    } else if (kind === 'arithmetic' && (short || open === '{{') && open !== '[=' && (!weak || (only && open !== '[[')))
      signals.report('template.arithmetic', at, end);
    else if (open === '<%') {
      signals.report('template.output_tag', at, end);
      if (only) signals.report('template.statement_only', at, end);
    } else if (kind === 'plain_call' && !weak && to >= 0) {
      signals.report('template.call', at, end);
      if (only && at === start && open === '{{' && to >= folded.trimEnd().length - 2)
        signals.report('template.call_only', at, end);
    } else if (kind === 'call' && !weak && to >= 0) {
      signals.report('template.call', at, end);
      if (only) signals.report('template.call_only', at, end);
    } else if ((kind === 'engine' && open === '{{') || (kind === 'scope' && (open === '${' || open === '#{'))) {
      signals.report('template.engine', at, end);
      if (only) signals.report('template.engine_only', at, end);
    } else if (kind === 'other' && only && open === '{{' && to > from) signals.report('template.call', at, end);
    // Only the mark is passed over: marks stand inside marks, and `${{` are two that share a brace.
    at += open === '${' && folded.charCodeAt(at + 2) === 0x7b ? 0 : open.length - 1;
    if (kind === 'name' && to > at) at = to;
  }
}

/** What it costs to ask what a lookup comes to. */
const stepsOfLookup = 1_500;

function readLookups(folded: string, signals: Signals): boolean {
  let looked = 0;
  const first = folded.indexOf('${::-');
  if (first >= 0 && folded.split('${::-', 4).length === 4) {
    signals.report('template.lookup', first, Math.min(folded.length, first + 40));
    signals.report('template.nested_lookup', first, Math.min(folded.length, first + 40));
  }
  for (let at = folded.indexOf('${'); at >= 0 && looked < 40; at = folded.indexOf('${', at + 2)) {
    looked += 1;
    const prefix = lookupPrefix(folded, at);
    const nested = isNested(folded, at);
    if (!nested && !folded.startsWith('jndi', at + 2) && prefix === '') continue;
    if (!signals.spend(stepsOfLookup)) return false;
    // A small i without its dot is an i for whoever folds it.
    if (resolveLookups(folded, at).replaceAll('\u0131', 'i').replace(/\s/g, '').startsWith('jndi:'))
      signals.report('template.jndi', at, Math.min(folded.length, at + 60));
    else if (nested && (prefix !== '' || folded.startsWith('${', at + 2) || folded.slice(at, at + 60).includes(':-')))
      signals.report('template.nested_lookup', at, Math.min(folded.length, at + 60));
    if (prefix !== '' && prefix !== 'date' && prefix !== 'url' && prefix !== 'file') {
      signals.report('template.lookup', at, Math.min(folded.length, at + 40));
      if (at === 0 && folded.length < longestLookup && folded.indexOf('}') === folded.trimEnd().length - 1)
        signals.report('template.lookup_only', 0, folded.length);
    }
    if (
      (prefix === 'env' || prefix === 'sys' || prefix === 'java') &&
      /secret|passw|token|key|aws|user|home|version|hostname|os\b/.test(folded.slice(at, at + 60)) &&
      folded.length < 200
    ) {
      signals.report('template.lookup_secret', at, Math.min(folded.length, at + 40));
    }
    if (prefix === 'script' || prefix === 'dns' || prefix === 'base64' || prefix === 'base64decoder')
      signals.report('template.nested_lookup', at, at + 10);
  }
  return true;
}

const findDirective = createFinder(
  executing.map((phrase) => [phrase, phrase] as const),
  true,
);

/** Without a brace there is no expression, without one of the others nothing in it that an engine would do. */
const doingMarks = characterBits.open | characterBits.dot | characterBits.equals | characterBits.percent | characterBits.digit;
const markingMarks = characterBits.brace | characterBits.percent;

function readStatements(folded: string, start: number, short: boolean, marks: number, worded: boolean, signals: Signals): void {
  if (worded)
    findDirective(folded, (phrase, from, to) => {
      // `safe_load(`: the end of another name.
      if (phrase === '_load(' && isWordCode(folded.charCodeAt(from - 1))) return false;
      signals.report('template.directive', from, to);
      return true;
    });
  const block = folded.indexOf('{%');
  if (block >= 0 && folded.indexOf('%}', block) > 0) {
    signals.report('template.statement', block, block + 2);
    const tag = skipSpace(folded, folded[block + 2] === '-' ? block + 3 : block + 2);
    if (short && block - start <= 24 && isLetter(folded.charCodeAt(tag)))
      signals.report('template.statement_only', block, block + 2);
    const end = folded.indexOf('%}', block);
    if (readExpression(folded, block + 2, Math.min(end, block + longest)) === 'dangerous')
      signals.report('template.dangerous', block, end);
  }
  for (const name of worded ? statements : []) {
    const at = folded.indexOf(name);
    if (at < 0) continue;
    signals.report('template.statement', at, at + name.length);
    if (short && at - start <= 24) signals.report('template.statement_only', at, at + name.length);
  }
  const braced = (marks & characterBits.brace) !== 0;
  const digit = (marks & characterBits.digit) !== 0;
  const opens = (marks & characterBits.open) !== 0;
  const secret = short && (marks & markingMarks) !== 0 ? readsSecret.exec(folded.slice(0, longest)) : null;
  if (secret !== null) signals.report('template.dangerous', secret.index, secret.index + secret[0].length);
  const own = short && (marks & doingMarks) !== 0 ? findOwnLanguage(folded.slice(0, longest)) : null;
  if (own !== null) signals.report('template.dangerous', own.index, own.index + own[0].length);
  const method = short && braced && opens ? textMethod.exec(folded.slice(0, longest)) : null;
  if (method !== null) {
    signals.report('template.call', method.index, method.index + method[0].length);
    signals.report('template.call_only', method.index, method.index + method[0].length);
  }
  const filtered =
    short && braced && digit && (marks & characterBits.pipe) !== 0 ? filteredSum.exec(folded.slice(0, longest)) : null;
  if (filtered !== null) signals.report('template.arithmetic', filtered.index, filtered.index + filtered[0].length);
  const branch = braced && opens && folded.includes('if') ? branchCall.exec(folded.slice(0, longest)) : null;
  if (branch !== null) signals.report('template.directive', branch.index, branch.index + branch[0].length);
  const sum = short && braced && digit ? braceSum.exec(folded.slice(0, longest)) : null;
  if (sum !== null) signals.report('template.arithmetic', sum.index, sum.index + sum[0].length);
  const enjoy = short && opens && folded.includes('#(') ? enjoyCall.exec(folded.slice(0, longest)) : null;
  if (enjoy !== null) signals.report('template.dangerous', enjoy.index, enjoy.index + enjoy[0].length);
  readPolyglot(folded, short, digit, signals);
  if ((marks & characterBits.dollar) !== 0 && (marks & characterBits.dot) !== 0) readVelocity(folded, signals);
}

/** The first place of either pattern. */
function findOwnLanguage(text: string): RegExpExecArray | null {
  const within = ownEnding.test(text) ? ownLanguage.exec(text) : null;
  const marked = ownMarks.exec(text);
  return within !== null && (marked === null || within.index <= marked.index) ? within : marked;
}

/** `{{settings.SECRET_KEY}}`, `#{File.read(…)}`, `${.data_model}`, `{{.System "id"}}`: what an engine's host holds, and what Ruby and Go call. */
const readsSecret =
  /\{\{\s{0,4}(?:settings|config|env|app\.config)\.\w{0,24}(?:secret|passw|token|key|database)|[#<]\s{0,2}[{%]=?\s{0,4}(?:file|io|dir|kernel|process|env)\.(?:read|open|new|popen|binread|entries|exec|spawn|readlines|fetch)\b|\$\{\s{0,2}\.(?:data_model|version|globals|locals|vars|namespace|current_template_name|main_template_name|template_name|incompatible_improvements)\s{0,2}\}|\{\{-?\s{0,4}(?:\$\w{1,24}\s{0,4}:=\s{0,4})?(?:\.\w{1,24}(?:\.\w{1,24}){0,4}|html|js|print|println|urlquery)\s{1,4}["`]/;
/** `{if-A:printf(…)}`, `{if:array_map(…)}`, `{pboot:if(system(…))}`: conditions that engines of PHP evaluate. */
const branchCall =
  /\{(?:\w{1,10}:)?if(?:-\w{1,8})?[:(][^}\n]{0,60}\b(?:printf?|echo|system|exec|eval|assert|phpinfo|array_\w{1,12}|call_user_func|base64_decode|file_\w{1,14}|md5|base_convert|readfile|var_dump|print_r)\s?\(/;
/** `{{ 7 | times: 7 }}`: a sum by a filter. */
const filteredSum = /\{\{\s{0,4}\d{1,6}\s{0,4}\|\s{0,4}(?:times|plus|minus|divided_by|modulo|mul|add)\s{0,4}[:(]\s{0,4}\d{1,6}/;
/** `(7+8)?c`, `9?lower_abc`, `x|6*7`, `((char)105)`, `chr(105)`, `_.VERSION`, `(…).to_s`: what only an engine's own language writes between marks. */
const ownLanguage =
  /[$#{]\{[^}\n]{0,160}(?:\(\d{1,6}[*+-]\d{1,6}\)\?c\b|\d\?(?:lower_abc|upper_abc)|\|\s{0,2}\d{1,6}\*\d{1,6}|\(char\)\s{0,2}\d|\bchr\(\s{0,2}(?:\d|i\))|\)\.to_s\b)/;
/** What the first ends in: marks that stand one behind the other are each followed for its whole length. */
const ownEnding = /\)\?c\b|\?(?:lower|upper)_abc|\|\s{0,2}\d{1,6}\*\d|\(char\)|\bchr\(|\)\.to_s\b/;
const ownMarks =
  /(?:\{\{|\$\{)=?\s{0,4}_\.version|\{var \$\w{1,20}\s?=|\{@\d{1,6}\*\d{1,6}\}|\$\[\[\d{1,6}\*\d{1,6}\]\]|#\{\s{0,4}%x[|({!]|\{@?(?:math|if|eq|ne)\s{1,4}(?:equation|key|cond)=|\{%=?\s{1,4}\d{1,6}\s?\*\s?\d{1,6}\s{1,4}%\}|\{\{\s?\d{1,6}\s?\*\s?\d{1,6}\s?\|\s?\w{1,12}\s?\}\}|^\s{0,4}\[=\s?\d{1,6}\s?\*\s?\d{1,6}\s?\]\s{0,4}$|^\s{0,4}\{\d{1,9}\*\d{1,9}\}\s{0,4}$/;
const plainMember = /^\s{0,2}(?:config|self|request|g)(?:\.[a-z]\w{0,40}){1,4}\s{0,2}$/;
/** `${"x".toUpperCase()}`: a method of a text, which no honest placeholder calls. */
const textMethod = /[$#]\{\s{0,4}["'\u201c\u201d\u2018][^"'}\n]{0,40}["'\u201c\u201d\u2019]\s{0,2}\.\s{0,2}\w{1,24}\(/;
/** `#(7*8)`, `#(com.x.Kit::run(…))`: a sum, or a static method, between the marks of Enjoy. */
const enjoyCall = /#\(\s{0,4}(?:\d{1,6}\s{0,2}\*\s{0,2}\d{1,6}\s{0,4}\)|\(?[a-z][\w.]{2,80}\)?::\w{1,40}\()/;
/** `$\A{7*7}`, `'+{7*7}+'`: expressions of validators, and of OGNL within quotes. */
const braceSum =
  /\$?\\[a-z]\{\s{0,2}\d{1,9}\s?[*+-]\s?\d{1,9}(?:\*\d{1,9})?\s{0,2}(?:\}|$)|['"]\s{0,2}\+?\s{0,2}\{\d{1,9}[*-]\d{1,9}\}\s{0,2}\+?\s{0,2}['"]/;

/** `$x.getClass()…`: Velocity needs no braces. */
function readVelocity(folded: string, signals: Signals): void {
  for (let at = folded.indexOf('$'); at >= 0; at = folded.indexOf('$', at + 1)) {
    const end = skipWord(folded, at + 1);
    if (end === at + 1 || folded[end] !== '.') continue;
    let stop = end;
    while (stop < folded.length && stop < at + 200 && !isSpace(folded.charCodeAt(stop))) stop += 1;
    if (readExpression(folded, at + 1, stop) === 'dangerous' && folded.slice(at, stop).includes('('))
      signals.report('template.dangerous', at, stop);
    at = stop - 1;
  }
}

/** Several lines or many words: something shown, in which a template may stand. */
function isLong(folded: string): boolean {
  let lines = 0;
  for (let at = 0; at < folded.length; at += 1) {
    const code = folded.charCodeAt(at);
    if (code === 0x0a) lines += 1;
    if (lines >= 2 || (code >= 0x3000 && code < 0xff00)) return true;
  }
  return false;
}
