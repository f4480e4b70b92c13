import type { Detector, Signals, Subject } from '../model.ts';
import { foldCase, hasWideScript, isWordCode } from '../text/characters.ts';
import { createFinder } from '../text/finder.ts';
import { scriptFeatures } from './features.ts';
import { readIndirection } from './indirection.ts';

type Feature = keyof typeof scriptFeatures;

/** Functions that attackers call to show or to run something. */
const sinks = 'alert confirm prompt eval execscript settimeout setinterval setimmediate importscripts msgbox'.split(' ');
const timers: ReadonlySet<string> = new Set(['settimeout', 'setinterval', 'setimmediate']);
const pageData = ['document.cookie', 'document.domain', 'document.vulnerable', 'document[', "['cookie']", '"cookie"]'];
const pageState = [
  'document.referrer',
  'location.hash',
  'location.search',
  'document.url',
  'window.name',
  'localstorage',
  'sessionstorage',
];
const pageWrites = [
  'document.cookie=',
  'document.vulnerable=',
  'document.write',
  'innerhtml',
  'outerhtml',
  'insertadjacenthtml',
  'document.location',
  'location=',
  'location.replace',
  '.srcdoc',
  '__definegetter__',
  '__definesetter__',
  '$.getscript',
  'sendbeacon',
];
const pageUses = [
  'window.location',
  'location.href',
  'document.body',
  'window.open',
  'createelement',
  'appendchild',
  'xmlhttprequest',
];
const phrases: readonly (readonly [Feature, readonly string[]])[] = [
  ['script.page_data', pageData],
  ['script.page_state', pageState],
  ['script.page_write', pageWrites],
  ['script.page_use', pageUses],
];
const findPhrase = createFinder(
  phrases.flatMap(([feature, some]) => some.map((phrase) => [phrase, feature] as const)),
  true,
);
/** `x.constructor.constructor(…)`, `x["constructor"]("…")`: the way to Function. Code that clones calls `.constructor(` with a name. */
const constructorEscape =
  /(?:^|[.{(!+\s]|\[\s{0,4}['"`])constructor(?:['"`]\s{0,4}\])?\s{0,4}(?:\??\.\s{0,4}constructor\b|\[\s{0,4}['"`]constructor|(?<=[.\]]\s{0,4}|\.constructor\s{0,4})\(\s{0,4}['"`\\]|`)/;
const symbolsOnly = /^[\s[\]()!+]{24,}$/;
const scheme = /^[\s"'`(<]{0,4}(?:feed:|view-source:)?(?:java|vb|live|j)script:(.)/;
/** What holds functions by name. */
const owner = /\b(?:top|self|window|parent|frames|globalthis|this)$/;
/** An index that is a text or a computation; one that is a plain name is everyday code. */
const computedIndex = /['"`+/.\\]/;
const calledIndex = /^\]\s{0,4}[(`[]/;
const symbolIndex = /^\[\(?[+!{(]{1,3}[[{]/;
/** `[1].map(alert)`. */
const mappedSink =
  /^\[\s{0,4}[\d'"]{1,8}\s{0,4}\]\s{0,4}\.(?:map|find|findindex|findlast|flatmap|some|every|foreach|filter|reduce)\s{0,4}\(\s{0,4}(?:alert|confirm|prompt|eval)/;
const borrowedSort = /(?:\]|\bprototype)\s{0,4}\.\s{0,4}(?:\/\*[^*]{0,20}\*\/\s{0,4})?sort\s{0,4}\.\s{0,4}call\s{0,4}`/;
const longestIndex = 121;
const handlerBinding = /\bonerror\s{0,4}=\s{0,4}(?:alert|confirm|prompt|eval)/;
const thrown = /\bthrow\s{0,4}['"`(/[{\d\w]/;
/** `[x](data:text/html;…`: a link of Markdown to a page that it brings along. */
const linkedPage = /\]\(\s?data:text\/html[;,]/;
const innerScheme = /[\s"'=(,;:/[\x00-\x1f]javascript:(?!void\(0\))[a-z_$[(/!]\S{0,80}[(`=]/;
/** `](javascript://x%0aalert(1))`: a remark that a line break ends. */
const endedRemark = /[\s"'=(,;:/[]javascript:\/\/[^\s"'<>]{0,60}[\r\n]\s{0,4}[a-z_$[(]\S{0,40}[(`=]/;
const harmless = /^javascript:(?:void\(?0?\)?|false|\/\/)?;?$/;
const dataScheme = /^[\s"'`(]{0,4}data:(?:text\/html|image\/svg|application\/xhtml|text\/xml|[,;])/;
/** `<scr<script>ipt>`, `<scrscriptipt>`: what a filter that removes a word once makes whole. */
const doubledWord = /s(?:cr?|cri|crip)?<?\/?script>?(?:cript|ript|ipt|pt)\b|java?scrscriptipt/;
/** Servers that write seven bits a character turn these into `<` and `>`. */
const sevenBit = /\u00bc\/?[a-z]{3,10}[^\u00be]{0,40}\u00be/;
const ignored = /[\x00-\x1f\x7f-\xa0\u2000-\u200f\u2028-\u202f\ufeff]/g;
const longestCall = 400;
/** Longest value that is a trick rather than a program that somebody shows. */
const longestShown = 160;
/** `eval(location.hash.slice(1))`, `eval(name)`: runs what stands in the address or the window's name. */
const runsAddress =
  /\b(?:eval|settimeout|setinterval|execscript)\s?\(\s?(?:(?:window|self|top|document)\.)?(?:location|url|name)\s?[.[)]/;
/** `content['alert'](1)`, `a["eval"]\`…\``: a function reached by its name as a text. */
const indexedSink = /\w\s?\[\s?["'`](?:alert|confirm|prompt|eval|function)["'`]\s?\]\s?[(`]/;
/** `Function('ale'+'rt(1)')()`, `Reflect.set.call\`…\``: a function made of a text and called at once, or one that borrows a setter. */
const calledFunction =
  /(?:^|[;=({\s])(?:new\s)?function\s?(?:\(\s?["'`].{1,200}["'`]\s?\)|`.{1,200}`)\s?(?:\(|`)|\breflect\.(?:\w{1,20}\.call\s?[(`]|apply\s?\(\s?(?:alert|eval|confirm|prompt)\b)|\[\s?(?:alert|eval|confirm|prompt)\s?\]\s?\[0\]/;
/** `'//x.example/?'+document.cookie`: what the page knows, put behind an address. */
const sentOut = /['"`]\s?\+\s?(?:(?:window|self|top)\.)?document\.cookie|\$\{\s?(?:(?:window|self|top)\.)?document\.cookie/;
/** `location="//x.example"`, ``document.write`…` ``: one statement, and nothing before or behind it. */
/** `).alert(1)`, `$.getScript('//x.example')`: a sink behind whatever was called, or a script from elsewhere. */
const reachedSink =
  /\blocation(?:\.href)?\s?=\s?['"`]javascript['"`:]|\)\s?\.\s?(?:alert|confirm|prompt)\s?\(\s?\d|\$\.getscript\s?\(\s?['"`](?:https?:)?\/\//;
const wholeWrite =
  /^\s{0,4}(?:(?:window|self|top|parent|document)\.)?(?:location(?:\.href)?\s?=\s?|document\.write(?:ln)?\s?)["'`][^\n\u0080-\uffff]{1,120}["'`]\s{0,2};?\s{0,2}$/;
/** `(![]+[])[+!+[]]`: a letter, from symbols. */
const symbolLetter = /\(!?!\[\]\+\[\]\)\[[+!{}[\]]{1,24}\]/;
const longestScheme = 64;
/** What it costs to look at a place with patterns, and at a bracket. */
const stepsOfPlace = 200;
const stepsOfBracket = 30;
const pieceBefore = 16;
const pieceAfter = 112;

/** What it costs to begin with a text. */
const stepsOfStart = 1_000;
/** What each character of a short value costs in addition where a sink is named: how it is called, handed on or given another name. */
const stepsOfNamed = 16;

/** Finds script that needs no tag: in addresses, after leaving a string of the page's own script, and on its own. */
export const scriptDetector: Detector = {
  name: 'script',
  literals: [
    ...sinks,
    ...pageData,
    ...pageWrites,
    ...pageState,
    ...pageUses,
    'script:',
    'scr\tipt',
    'data:',
    'constructor',
    'fromcharcode',
    '[]',
    '![',
    'onerror=',
    'top[',
    'self[',
    'window[',
    'this[',
    'parent[',
    'frames[',
    'function(',
    'function`',
    'function("',
    'scrscriptipt',
    'ascrscript',
    'scr<script>',
    '\u00be',
    'with(',
    '=alert',
    '=eval',
    '=prompt',
    '=confirm',
    '](',
    'unescape',
    'charat=',
    '.call.call(',
    'atob',
    'reflect.',
    '[alert]',
    '[eval]',
    '[prompt]',
    '[confirm]',
  ],
  passes: [
    phrases.flatMap(([, some]) => some),
    sinks,
    ['constructor'],
    ['onerror'],
    ['data:'],
    ['sort'],
    ['charat=', '.call.call(', 'fromcharcode'],
  ],
  features: scriptFeatures,
  detect(subject: Subject, signals: Signals): void {
    if (subject.place === 'xml' && subject.name === '') return;
    const { text, passes } = subject;
    if (!signals.spend(stepsOfStart + text.length * 3 + Math.min(text.length, longestCall) * 5)) return;
    const folded = foldCase(text);
    const report = (feature: Feature, start: number, end: number): void => signals.report(feature, start, end);

    readScheme(folded, (passes & 16) !== 0, report, signals);
    if ((passes & 2) !== 0) {
      if (!signals.spend(Math.min(text.length, longestCall) * stepsOfNamed)) return;
      readSinks(folded, report, signals);
    }
    readIndirection(folded, report);
    const doubled = doubledAt(folded, signals);
    if (doubled >= 0) report('script.doubled_word', doubled, doubled + 16);
    if (folded.includes('\u00be')) {
      const high = folded.search(sevenBit);
      if (high >= 0) report('script.seven_bit', high, high + 12);
    }
    if ((passes & 1) !== 0)
      findPhrase(folded, (feature, start, end) => {
        report(feature, start, end);
        return false;
      });
    const reached = folded.length <= longestShown && !hasWideScript(folded) ? folded.search(reachedSink) : -1;
    if (reached >= 0) report('script.indirect_call', reached, reached + 16);
    if ((passes & 1) !== 0 && folded.length <= longestShown && wholeWrite.test(folded))
      report('script.whole_write', 0, folded.length);
    const indexed = folded.length <= longestCall ? indexedSink.exec(folded) : null;
    if (indexed !== null) report('script.indirect_call', indexed.index, indexed.index + 40);
    const fromPage = folded.length <= longestCall ? runsAddress.exec(folded) : null;
    if (fromPage !== null) report('script.indirect_call', fromPage.index, fromPage.index + 30);
    const sent = (passes & 1) !== 0 && folded.length <= longestCall && !hasWideScript(folded) ? sentOut.exec(folded) : null;
    if (sent !== null && folded.includes('//')) report('script.page_write', sent.index, sent.index + 24);
    const built = folded.length <= longestCall ? calledFunction.exec(folded) : null;
    if (built !== null) report('script.constructor_escape', built.index, built.index + 40);
    const wayOut = (passes & 4) === 0 ? -1 : near(folded, 'constructor', constructorEscape, signals);
    if (wayOut >= 0) report('script.constructor_escape', wayOut, wayOut + 40);
    const rare = (passes & 64) !== 0;
    const borrowedTwice = rare ? folded.indexOf('.call.call(') : -1;
    if (borrowedTwice >= 0) report('script.constructor_escape', borrowedTwice, borrowedTwice + 11);
    const rewritten = rare ? near(folded, 'charat=', rewrittenCharacter, signals) : -1;
    if (rewritten >= 0) report('script.constructor_escape', rewritten, rewritten + 16);
    const codes = rare ? folded.indexOf('fromcharcode') : -1;
    if (codes >= 0) report('script.char_codes', codes, codes + 12);
    if (text.length <= longestCall && symbolLetter.test(text)) report('script.symbols_only', 0, 40);
    else if (text.length < 65_536 && symbolsOnly.test(text)) report('script.symbols_only', 0, 40);
    const indirect = indirectCall(folded, (passes & 32) !== 0, signals);
    if (indirect >= 0) report('script.indirect_call', indirect, indirect + 40);
    const handler = (passes & 8) === 0 ? -1 : near(folded, 'onerror', handlerBinding, signals);
    if (handler >= 0) {
      report('script.handler_binding', handler, handler + 20);
      const behind = folded.slice(handler, handler + 120);
      if (thrown.test(behind)) report('script.indirect_call', handler, handler + 40);
    }
  },
};

const rewrittenCharacter = /charat=\s{0,2}(?:\[\]\.join|\w{1,8}\.(?:trim|concat))/;

/** First place of a literal around which a pattern matches; the pattern sees a bounded piece at a time. -1 when there is none. */
function near(folded: string, literal: string, pattern: RegExp, { spend }: Signals): number {
  for (let at = folded.indexOf(literal); at >= 0; at = folded.indexOf(literal, at + literal.length)) {
    if (!spend(stepsOfPlace)) return -1;
    if (pattern.test(folded.slice(Math.max(0, at - pieceBefore), at + pieceAfter))) return at;
  }
  return -1;
}

/** First place of a word that holds itself; the word in the middle stands at most seven characters behind. */
function doubledAt(folded: string, { spend }: Signals): number {
  for (let at = folded.indexOf('script'); at >= 0; at = folded.indexOf('script', at + 6)) {
    if (!spend(stepsOfPlace)) return -1;
    const from = Math.max(0, at - 8);
    const found = folded.slice(from, at + 20).search(doubledWord);
    if (found >= 0) return from + found;
  }
  return -1;
}

/** First place of a function reached through a text or a computation; -1 when there is none. */
function indirectCall(folded: string, sorts: boolean, signals: Signals): number {
  const { spend } = signals;
  for (let at = folded.indexOf('['); at >= 0; at = folded.indexOf('[', at + 1)) {
    if (!spend(stepsOfBracket)) return -1;
    if (endsWordAt(folded.charCodeAt(at - 1)) && owner.test(folded.slice(Math.max(0, at - 11), at))) {
      if (!spend(stepsOfPlace)) return -1;
      const index = folded.slice(at + 1, at + longestIndex + 2);
      const close = index.indexOf(']');
      if (close >= 0 && calledIndex.test(index.slice(close)) && computedIndex.test(index.slice(0, close))) return at;
      if (symbolIndex.test(folded.slice(at, at + 8))) return at;
    }
    const next = folded.charCodeAt(at + 1);
    if ((next <= 0x39 || next === 0x22) && mappedSink.test(folded.slice(at, at + 64))) return at;
  }
  return sorts ? near(folded, 'sort', borrowedSort, signals) : -1;
}

/** Whether one of the owners may end in this letter. */
function endsWordAt(code: number): boolean {
  return code === 0x70 || code === 0x66 || code === 0x77 || code === 0x74 || code === 0x73;
}

/** `javascript:` and the like, and `data:` with a page, at the start of a value. */
function readScheme(
  folded: string,
  holdsData: boolean,
  report: (feature: Feature, start: number, end: number) => void,
  signals: Signals,
): void {
  const head = folded.slice(0, longestScheme).replace(ignored, '');
  const found = scheme.exec(head);
  if (found !== null && found[1] !== ' ' && !harmless.test(head) && /[(=`%&\\/[+]/.test(folded.slice(0, 4_096).slice(11)))
    report('script.url', 0, 40);
  else if (dataScheme.test(head) && !/^data:image\/svg\+xml[^<]{0,40}(?:base64|%3csvg|<svg)/.test(head))
    report('script.data_url', 0, 40);
  else {
    const linked = holdsData ? near(folded, 'data:', linkedPage, signals) : -1;
    if (linked >= 0) report('script.url', linked, linked + 40);
    const inner = near(folded, 'javascript:', innerScheme, signals);
    if (inner >= 0) report('script.url', inner + 1, inner + 40);
    const remark = inner >= 0 ? -1 : near(folded, 'javascript://', endedRemark, signals);
    if (remark >= 0) report('script.url', remark, remark + 40);
  }
}

/** Whether a backtick opens a template literal, rather than closing what an earlier one opened. */
function opensTemplate(folded: string, from: number, at: number): boolean {
  // The nearest mark before, with but a name between: `window.eval`.
  if (/`[\w.$-]{0,24}$/.test(folded.slice(Math.max(0, from - 28), from))) return false;
  let before = 0;
  for (let index = Math.max(0, from - 240); index < at; index += 1) if (folded.charCodeAt(index) === 0x60) before += 1;
  return before % 2 === 0 && folded.indexOf('`', at + 1) > 0;
}

const assigned = /[=(:,]\s{0,4}['"`][^'"`]{0,40}['"`]/;
const borrowed = /^\s{0,2}\??\.\s{0,2}(?:call|apply|bind)(?=\s{0,2}[(`])/;
/** A quote that closes, what closes around it, and then statements up to the call. */
const closedStatement =
  /(?:^|[\w\s\\=])['"`]\s{0,4}[\])};,\s]{0,8}[;})][\])};,\s]{0,8}(?:try\s?\{|\}?catch\([\w]{0,8}\)\{\}|(?:window\.)?on[a-z]{3,12}\s?=\s?function\(\)\{|[\w$.]{1,16}=[^'"`]{0,24};)?[\w.$(]{0,16}$/;

const findSink = createFinder(
  sinks.map((sink, index) => [sink, index] as const),
  true,
);

/** Calls of sinks, and what stands before and behind them. */
function readSinks(folded: string, report: (feature: Feature, start: number, end: number) => void, { spend }: Signals): void {
  const firsts = sinks.map(() => -1);
  findSink(folded, (index, start) => {
    if (firsts[index] === -1) firsts[index] = start;
    return false;
  });
  for (const [index, sink] of sinks.entries()) {
    for (let at = firsts[index] as number; at >= 0; at = folded.indexOf(sink, at + sink.length)) {
      const before = folded.charCodeAt(at - 1);
      if (isWordCode(before)) continue;
      if (!spend(stepsOfPlace)) return;
      let end = at + sink.length;
      const method = borrowed.exec(folded.slice(end, end + 16));
      if (method !== null) end += method[0].length;
      const gap = end;
      while (end - gap < 24 && /[\s)\]/*'"?.]/.test(folded.charAt(end))) end += 1;
      const opener = folded.charAt(end);
      if (opener !== '(' && opener !== '`') continue;
      const tail = folded.slice(end, end + 200);
      // A backtick that ends a piece of code in Markdown calls nothing.
      if (opener === '`' && (!/^[)\]?.]{0,6}$/.test(folded.slice(gap, end)) || !opensTemplate(folded, at, end))) continue;
      // A timer with a function is ordinary code; with a text it is eval.
      if (opener === '(' && timers.has(sink) && !/^\(\s{0,4}['"`\\]/.test(folded.slice(end, end + 8))) continue;
      if (opener === '`') report('script.tagged_call', at, end + 8);
      const left = folded.slice(Math.max(0, at - 40), at);
      // A method of something: `dialog.alert(`, but window's own.
      if (/\.\s{0,2}$/.test(left) && !/(?:window|self|top|parent|this|frames|globalthis)\s{0,2}\??\.\s{0,2}$/.test(left))
        continue;
      report('script.sink_call', at, end + 12);
      if (
        /(?:^|[\w\s\\])['"`]\s{0,4}[\])};,]{0,6}\s{0,4}(?:[;+\-*/,|&<>=?:%^!~]|in\s|\$\{|\n|\/\*.*\*\/){1,4}\s{0,4}[\w.$(]{0,16}$/.test(
          left,
        ) &&
        !assigned.test(left)
      )
        report('script.breakout', Math.max(0, at - 8), end + 8);
      else if (
        closedStatement.test(left) &&
        (/\/\/.{0,12}$|\{\s{0,2}(?:\/\/)?$|=\s?['"]$/.test(tail) || /['"`][\])}\s]{0,6};/.test(left)) &&
        !assigned.test(left)
      )
        report('script.breakout', Math.max(0, at - 8), end + 8);
      else if (/\$\{\s{0,2}$/.test(left) && at < 16) report('script.breakout', Math.max(0, at - 2), end + 8);
      else if (/^\s{0,4}['"`)\]};,/+\-*]{1,8}\s{0,4}$/.test(left)) report('script.breakout', Math.max(0, at - 8), end + 8);
      else if (
        /^[\s(!+\-~;]{0,6}(?:window\.|self\.|top\.|parent\.)?$/.test(left) &&
        at < 40 &&
        !hasWideScript(folded, end, Math.min(folded.length, end + 24))
      )
        report('script.whole_call', at, end + 12);
      else if (end === gap && folded.length <= longestShown && !folded.includes('\n') && !hasWideScript(folded))
        report('script.short_sink', at, end + 12);
      if (/[);]\/\/.{0,12}$/.test(folded.slice(end, end + 200).slice(-40)) && folded.length - end < 200)
        report('script.comment_tail', end, end + 20);
      return;
    }
  }
}
