import type { Detector, Signals, Subject } from '../model.ts';
import { characterBits } from '../prefilter.ts';
import { foldCase, hasWideScript, holds, isLetter, isSpace, isWordCode, skipSpace } from '../text/characters.ts';
import { createFinder } from '../text/finder.ts';
import { batchStatement } from './batch.ts';
import { readCommand, type SimpleCommand } from './command-line.ts';
import { commandBits, commandNames, recon } from './commands.ts';
import { findEvasion } from './evasions.ts';
import { features } from './features.ts';
import { readNamed } from './named.ts';
import { phrases } from './phrases.ts';
import { afterBackticks, beginsSeparator, isEnd, isSeparator, isTable, separatorAt, skipOpening, tailOf } from './separators.ts';
import { programEndings, windowsProgram } from './windows-programs.ts';
import { takeLooked } from './words.ts';

/** What stands before the first separator: nothing, a value without white space, a command, or a sentence. */
type Before = 'nothing' | 'value' | 'command' | 'sentence';

/** Names that no sentence holds. */
const aloneNames = commandNames().filter((name) => name.length >= 4 && (commandBits(name) & recon) !== 0);

const literals = [
  ...new Set([
    ...[';', '|', '&', '`', '$(', '<(', '>(', '$@', '$*', '$ifs', '${', '%0a', '%0d', '\\', '\n', '\r', '^', "''", '""'],
    ...[
      '() {',
      '(){',
      '/bin/',
      '/[',
      '/?',
      '/*/',
      '/b?',
      '/bi?',
      '/u?r',
      '/us?',
      '/e?c',
      '/et?',
      '/s?in',
      '/b*',
      '/e*',
      '/u*',
      'system32',
    ],
    ...commandNames().map((name) => `{${name},`),
    '{,',
    ...[
      'for %',
      'for /',
      'if exist',
      'if not',
      'if /i',
      'if %',
      'if "',
      'if [',
      'if (',
      'if errorlevel',
      'if defined',
      ' in (',
      ' equ ',
      ' neq ',
      ' lss ',
      ' leq ',
      ' gtr ',
      ' geq ',
      ' exist ',
      ' errorlevel ',
      ' defined ',
    ],
    ...phrases.keys(),
    // Commands that stand alone.
    ...[
      'expr ',
      'rm -',
      'chmod ',
      'expr ',
      'cmd=',
      'command=',
      'cmdline=',
      'exec=',
      'shell=',
      '.exe -',
      '.exe /',
      '.exe ',
      '.exe"',
      '(cat ',
      'sh -c',
      '-e sh',
      '$u',
      'set ',
      ...aloneNames,
      'which ',
      'net ',
      'reg ',
      'type ',
      'dir ',
      'ls -',
      'ls /',
      'cat /',
      'nc -',
      'ping -',
      'sleep ',
      'echo ',
      'perl -',
      'php -',
      'python -',
      'ruby -',
    ],
  ]),
];

/** Finds operating system commands slipped into a value, for Unix shells, cmd.exe and PowerShell. */
export const shellDetector: Detector = {
  name: 'shell',
  literals,
  passes: [[...phrases.keys()], programEndings],
  features,
  detect(subject: Subject, signals: Signals): void {
    const { text } = subject;
    if (!signals.spend(stepsOfStart + text.length * 4 + Math.min(text.length, longestStart) * 4)) return;
    if (subject.place === 'path') return;
    if (subject.place === 'header' && agentHeaders.has(subject.name)) {
      findPhrases(subject, signals, true);
      // Clients begin with their name.
      if (subject.name === 'user-agent' && notClient.test(text)) findCommands(text, false, subject.marks, signals);
      return;
    }
    findPhrases(subject, signals, false);
    findCommands(text, subject.place === 'key', subject.marks, signals);
    const program = subject.place === 'key' || (subject.passes & 2) === 0 ? undefined : windowsProgram(text, signals.spend);
    if (program !== undefined) signals.report(program, 0, Math.min(text.length, 80));
    const evasion = findEvasion(text, subject.marks, (subject.passes & 1) !== 0);
    if (evasion >= 0) signals.report('shell.evasion', evasion, Math.min(text.length, evasion + 40));
    if (subject.place !== 'key' && subject.place !== 'header') readNamed(text, subject.name, signals);
  },
};

const notClient = /^\s{0,4}[;|&`$'"]/;
/** Headers that carry semicolons and brackets by their grammar. */
const agentHeaders = new Set([
  'user-agent',
  'accept',
  'accept-language',
  'content-type',
  'cookie',
  'content-disposition',
  'forwarded',
]);

const findForm = createFinder(phrases);

function findPhrases({ text, passes }: Subject, signals: Signals, agent: boolean): void {
  const opening = skipOpening(text, text[0] === '"' || text[0] === "'" ? 1 : 0);
  if (text.startsWith('() {', opening) || text.startsWith('(){', opening) || text.startsWith('() {', skipSpace(text, 0))) {
    signals.report('shell.shellshock', 0, opening + 4);
  }
  if ((passes & 1) === 0) return;
  findForm(text, (feature, start, end) => {
    if (!agent || feature === 'shell.shellshock') signals.report(feature, start, end);
    return false;
  });
}

/** What it costs to look behind a separator, and to look at the command that stands there. */
const stepsOfStart = 700;
const longestStart = 400;
const stepsOfFirst = 1_200;
const stepsOfSeparator = 180;
const stepsOfLetter = 5;
const stepsOfCommand = 1_500;

const breaksLine = /[\r\n]/;

/** Signs of which one stands in every separator. */
const separating =
  characterBits.semicolon |
  characterBits.pipe |
  characterBits.ampersand |
  characterBits.backtick |
  characterBits.lineBreak |
  characterBits.backslash |
  characterBits.percent;
const opening = characterBits.dollar | characterBits.less | characterBits.greater;

function findCommands(text: string, key: boolean, marks: number, signals: Signals): void {
  const tail = tailOf(text);
  const head = skipOpening(text, 0);
  const first = readCommand(text, head);
  let before: Before | undefined;
  const opensLine = head > 0 && breaksLine.test(text.slice(0, head));
  if (!signals.spend(takeLooked() * stepsOfLetter)) return;
  if (first.strength > 0 && !opensLine && signals.spend(stepsOfFirst)) {
    if (first.strength === 2) before = 'command';
    reportEvasion(text, first, head, signals);
    if (!key && first.strength === 2 && (isEnd(text, first.end, tail) || isWritten(text, first)))
      reportAlone(text, head, first, signals);
  }
  readBatch(text, head, signals);
  if ((marks & separating) === 0 && ((marks & opening) === 0 || (marks & characterBits.open) === 0)) {
    if (before === undefined && first.evasive && !isSpace(text.charCodeAt(0))) signals.report('shell.evasion', head, first.end);
    return;
  }
  const table = (marks & characterBits.pipe) !== 0 && (marks & characterBits.lineBreak) !== 0 && isTable(text);
  const lines = (marks & characterBits.lineBreak) !== 0 && holds(text.trimEnd(), '\n');
  const fenced = lines && fence.test(text);
  let ampersands = 0;
  let inBackticks = false;
  const reaches =
    text.length <= longestValue && (marks & characterBits.slash) !== 0 && (text.includes('/bin/') || text.includes('/etc/'));
  for (let at = 0; at < text.length; ) {
    const unit = text.charCodeAt(at);
    if (unit >= 128 || beginsSeparator[unit] === 0) {
      at += 1;
      continue;
    }
    const separator = separatorAt(text, at, table);
    if (separator === 0) {
      at += 1;
      continue;
    }
    const code = text.charCodeAt(at);
    before ??= kindOf(text, at);
    if (code === 0x60) {
      inBackticks = !inBackticks;
      if (!inBackticks) {
        at = afterBackticks(text, at);
        continue;
      }
    }
    const start = skipOpening(text, at + separator);
    if (code === 0x26 && separator === 1) ampersands += 1;
    const command = start < text.length ? readCommand(text, start) : undefined;
    if (!signals.spend(stepsOfSeparator + takeLooked() * stepsOfLetter)) return;
    // Names are made of lists of words; what injects by a name also brings arguments.
    const listed = key && command !== undefined && !command.hard && !command.evasive;
    if (
      command !== undefined &&
      command.strength > 0 &&
      !listed &&
      !(separator === 1 && code === 0x26 && isQuery(text, at, command))
    ) {
      if (!signals.spend(stepsOfCommand)) return;
      reportEvasion(text, command, start, signals);
      if (code === 0x60 || code === 0x24 || code === 0x3c || code === 0x3e)
        reportSubstitution({ text, before, tail, ampersands, lines, fenced }, at, start, command, signals);
      else reportSeparated({ text, before, tail, ampersands, lines, fenced }, at, start, command, signals);
      at = Math.max(command.end, at + separator);
      if (before === 'nothing' && code === 0x60) before = 'command';
    } else {
      if (reaches && before !== 'sentence' && before !== 'command' && reachesFor(text, start)) {
        if (!signals.spend(stepsOfCommand)) return;
        signals.report(
          code === 0x60 || code === 0x24 ? 'shell.substitution' : 'shell.injected',
          at,
          Math.min(text.length, start + 60),
        );
      }
      if (at === head && isOptioned(text, start)) signals.report('shell.injected_option', at, Math.min(text.length, start + 40));
      at = code === 0x60 ? afterBackticks(text, at) : Math.max(start, at + separator);
    }
  }
  // `dir c:\ |`: a command whose output goes to whatever the value is pasted before.
  if (before === undefined && first.evasive && !isSpace(text.charCodeAt(0))) signals.report('shell.evasion', head, first.end);
}

/** Any program whose arguments name a shell or the accounts: what it is called makes no difference. */
const reaching =
  /^[a-z][\w.+-]{1,30}(?=\s)[^;|&`\n\u0080-\uffff]{0,100}?(?:[\s='"@:,]\/bin\/(?:ba|da|z|k|c|tc)?sh\b|[\s='"@:,]\/etc\/(?:passwd|shadow)\b)/;
const longestReach = 160;
const longestValue = 400;

function reachesFor(text: string, start: number): boolean {
  return reaching.test(text.slice(start, start + longestReach)) && !hasWideScript(text);
}

/** `perf --version`: a small name and an option. */
function isOptioned(text: string, start: number): boolean {
  let end = start;
  while (end < text.length && end < start + 24 && (isWordCode(text.charCodeAt(end)) || text[end] === '-' || text[end] === '.'))
    end += 1;
  if (
    end < start + 2 ||
    !isLetter(text.charCodeAt(start)) ||
    text.charCodeAt(start) < 0x61 ||
    text[end] !== ' ' ||
    text[end + 1] !== '-'
  )
    return false;
  const option = text.charCodeAt(text[end + 2] === '-' ? end + 3 : end + 2);
  return isLetter(option);
}

/** Statements of cmd.exe at the beginning, or after a first separator. */
function readBatch(text: string, head: number, signals: Signals): void {
  const start = separatorAt(text, head, false) > 0 ? skipOpening(text, head + 1) : head;
  const letter = text.charCodeAt(start) | 0x20;
  // FOR or IF; a capital I with a dot counts as one.
  if (letter !== 0x66 && letter !== 0x69 && letter !== 0x130) return;
  if (hasWideScript(text, 0, Math.min(text.length, 200))) return;
  const feature = batchStatement(foldCase(text.slice(start, start + 200)), 0);
  if (feature !== undefined) signals.report(feature, start, Math.min(text.length, start + 40));
}

/** Three backticks at the beginning of a line. */
const fence = /(?:^|\n)[ \t]{0,8}```/;

/** What is known of a text while its commands are read. */
interface Reading {
  readonly text: string;
  readonly before: Before;
  /** Where nothing but separators follows. */
  readonly tail: number;
  readonly ampersands: number;
  /** Has several lines. */
  readonly lines: boolean;
  /** Has a fence of Markdown, in which code is shown. */
  readonly fenced: boolean;
}

function reportSeparated(
  { text, before, tail, ampersands, lines, fenced }: Reading,
  at: number,
  start: number,
  command: SimpleCommand,
  signals: Signals,
): void {
  const broken = before === 'nothing' || before === 'value';
  // A line within a fence is shown.
  if (fenced && (text.charCodeAt(at) === 0x0a || text.charCodeAt(at) === 0x0d) && !command.severe) return;
  const line = text.charCodeAt(at) === 0x0a || text.charCodeAt(at) === 0x0d;
  const next = text.charCodeAt(command.end);
  // name|id|date: a list whose members happen to be names of commands.
  const listed =
    before === 'value' && !command.hard && next === text.charCodeAt(at) && isLetter(text.charCodeAt(command.end + 1));
  if (broken && command.strength === 2 && !listed) {
    if (line && at > 0 && !command.recon && !isEnd(text, command.end, tail))
      signals.report('shell.command_line', start, command.end);
    else signals.report('shell.injected', at, command.end);
  } else if (before === 'nothing' && !line && isEnd(text, command.end, tail) && isSeparator(text.charCodeAt(at))) {
    signals.report('shell.injected', at, command.end);
  } else if (broken) signals.report(ampersands > 2 ? 'shell.chain' : 'shell.injected_name', at, command.end);
  else if (line) return;
  else if (command.strength === 2 && before === 'sentence' && !lines && endsSentence(text, at))
    signals.report(
      command.hard || command.recon || isEnd(text, command.end, tail) ? 'shell.injected' : 'shell.chain',
      at,
      command.end,
    );
  else if (command.strength === 2 && before === 'sentence') {
    // Commands of a text with lines are shown more often than sent.
    const shown = lines && !command.severe;
    signals.report(!shown && (command.hard || command.recon) ? 'shell.after_text' : 'shell.chain', at, command.end);
    if (command.severe) signals.report('shell.private_target', start, command.end);
    if (command.sensitive) signals.report('shell.target', start, command.end);
  } else if (command.strength === 2) {
    signals.report('shell.chain', at, command.end);
    if (!lines && looksAround(text, start, command, tail)) signals.report('shell.chain_alone', 0, command.end);
    if (command.sensitive) signals.report('shell.target', start, command.end);
  }
}

const looker =
  /^\s{0,4}(?:ping(?=\s[\w.:-]{1,60}\s?[;|&])|id|whoami|uname|hostname|ifconfig|ipconfig|netstat|ls|dir|pwd|ps|env|printenv|systeminfo|ver)\b/i;
/** Of those, what tells an intruder where they are; the others are everybody's. */
const curious = /^\s{0,4}(?:ping|id|whoami|uname|hostname|ifconfig|ipconfig|netstat|printenv|systeminfo)\b/i;
const pings = /^\s{0,4}ping\s/i;
const reads = /^(?:cat|type|curl|wget|nc|bash|sh|echo)\b/i;
const shellNamed = /^(?:ba|z|da|k)?sh\b/;
const fetches = /^\s{0,4}(?:curl|wget|cat)\s/;
const longestChain = 160;

/** `id && whoami`, `ls; cat /etc/passwd`, `rev x | sh`: a value that looks around twice, goes for accounts or feeds a shell, and nothing else. */
function looksAround(text: string, start: number, command: SimpleCommand, tail: number): boolean {
  if (text.length > longestChain || hasWideScript(text)) return false;
  const name = text.slice(start, start + 16);
  if (looker.test(text))
    return (
      command.severe ||
      (looker.test(name) && (curious.test(text) || curious.test(name))) ||
      (pings.test(text) && reads.test(name))
    );
  // What installs a program is fetched and run by a shell, too.
  return shellNamed.test(name) && isEnd(text, command.end, tail) && !fetches.test(text);
}

/** Whether a separator follows the mark that ends a sentence, where nobody writes one. */
function endsSentence(text: string, separator: number): boolean {
  if (!isSeparator(text.charCodeAt(separator))) return false;
  let at = separator - 1;
  while (at > 0 && text.charCodeAt(at) === 0x20) at -= 1;
  const mark = text.charAt(at);
  // A quote of which there is no other, as an attack closes the application's own.
  if ((mark === '"' || mark === "'") && text.split(mark, 3).length === 2) return true;
  if ('\uff0c\uff1a\uff1b\u3001'.includes(mark)) return true;
  return '\u3002\uff01\uff1f.!?'.includes(text.charAt(at)) && text.charCodeAt(at - 1) !== text.charCodeAt(at);
}

function reportSubstitution(
  { text, before, tail, lines }: Reading,
  at: number,
  start: number,
  command: SimpleCommand,
  signals: Signals,
): void {
  if (command.strength < 2 || (command.building && !command.sensitive)) return;
  const dollar = text.charCodeAt(at) === 0x24;
  const previous = text.charCodeAt(at - 1);
  const attached =
    at > 0 && !isSpace(previous) && previous < 0x2e80 && previous !== 0x28 && previous !== 0x22 && previous !== 0x60;
  const closeAt = closingAt(text, command.end);
  const close = text.charCodeAt(closeAt);
  // `### \`ps\``: a heading of Markdown.
  const heading = /^[#>*-]{1,6} /.test(text) && !command.hard && !command.recon;
  const whole =
    !heading &&
    (before === 'nothing' || before === 'value') &&
    (close === 0x60 || close === 0x29) &&
    isEnd(text, closeAt + 1, tail);
  const feature =
    whole || (attached && before === 'value') || (dollar && command.severe && !lines)
      ? 'shell.substitution'
      : 'shell.substitution_in_text';
  if (dollar || whole || attached || command.sensitive) signals.report(feature, at, command.end);
  if (command.sensitive && !whole && before !== 'command') signals.report('shell.target', start, command.end);
}

const longestRemark = 40;

/** Where a substitution closes behind its command: white space, a separator or a remark may come before. */
function closingAt(text: string, end: number): number {
  let at = end;
  while (at < end + 8 && (isSpace(text.charCodeAt(at)) || text.charCodeAt(at) === 0x3b || text.charCodeAt(at) === 0x26)) at += 1;
  if (text.charCodeAt(at) !== 0x23 || at === end) return at;
  const close = text.slice(at, at + longestRemark).search(/[)`]/);
  return close < 0 ? at : at + close;
}

function reportEvasion(text: string, command: SimpleCommand, start: number, signals: Signals): void {
  if (command.evasive && !isClientCommand(text, start)) signals.report('shell.evasion', start, command.end);
}

/** `\echo`, `\set`: commands of PostgreSQL's own client, at the beginning of a line. */
function isClientCommand(text: string, start: number): boolean {
  const before = text.charCodeAt(start - 1);
  return (
    (start === 0 || before === 0x0a || before === 0x0d) &&
    /^\\(?:echo|set|unset|copy|watch|exec)\s/.test(text.slice(start, start + 12))
  );
}

/** A value that is one command and nothing else. */
function reportAlone(text: string, start: number, command: SimpleCommand, signals: Signals): void {
  const looks = isOneOf(text, start, lookAround);
  if (looks || (command.recon && (command.hard || command.sensitive))) signals.report('shell.alone', start, command.end);
  else if (command.hard)
    signals.report(
      command.building || isClientCommand(text, start) ? 'shell.alone_common' : 'shell.alone_plain',
      start,
      command.end,
    );
  if (command.sensitive) signals.report('shell.target', start, command.end);
}

/** `(cat /etc/passwd)>x.txt`: the account files, and where they go. */
function isWritten(text: string, command: SimpleCommand): boolean {
  return command.severe && /^\s?\)?\s?[>|]/.test(text.slice(command.end, command.end + 8)) && !hasWideScript(text);
}

const lookAround = ['sleep ', 'whoami', 'which ', 'ifconfig', 'ipconfig', 'uname', 'systeminfo', 'netsh ', 'net ', 'tasklist'];

function isOneOf(text: string, start: number, names: readonly string[]): boolean {
  const piece = text.slice(start, start + 24).toLowerCase();
  return names.some((name) => piece.startsWith(name));
}

function kindOf(text: string, end: number): Before {
  let letters = false;
  let gap = false;
  const from = skipSpace(text, 0);
  let to = end;
  while (to > from && isSpace(text.charCodeAt(to - 1))) to -= 1;
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (isWordCode(code) || code >= 0x80) letters = true;
    else if (isSpace(code)) gap = true;
  }
  if (!letters) return 'nothing';
  // A page begins with an element that its first words are in.
  if (
    text.charCodeAt(from) === 0x3c &&
    isLetter(text.charCodeAt(from + 1)) &&
    (closesElement(text, from, to) || hasWideScript(text, from, to) || opensPage(text, to, end))
  )
    return 'sentence';
  if (gap || text[to - 1] === ':') return 'sentence';
  // Words in Chinese, a space and then a name in backticks.
  if (text.charCodeAt(end) === 0x60 && to < end && hasWideScript(text, from, to)) return 'sentence';
  return hasWideScript(text, from, to) && (to - from > 12 || hasStop(text, from, to)) ? 'sentence' : 'value';
}

/** `<blockquote>` on a line of its own. */
function opensPage(text: string, to: number, end: number): boolean {
  return text.charCodeAt(to - 1) === 0x3e && (text.charCodeAt(end) === 0x0a || text.charCodeAt(end) === 0x0d);
}

/** `<h1>…</h1>`, `<p>…<br/>`: an end tag, or one that needs none, before `to`. */
function closesElement(text: string, from: number, to: number): boolean {
  const close = text.indexOf('</', from);
  const alone = text.indexOf('/>', from);
  return (close > from && close < to) || (alone > from && alone < to);
}

/** Chinese commas, colons and full stops, as sentences have them. */
function hasStop(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if ('，。：？！、；,:'.includes(text[at]!)) return true;
  return false;
}

/** `?a=1&id=2`: an ampersand of a query string. */
function isQuery(text: string, at: number, command: SimpleCommand): boolean {
  const next = text.charCodeAt(command.end);
  if (next === 0x3d) return true;
  const tight = at > 0 && isWordCode(text.charCodeAt(at - 1)) && isLetter(text.charCodeAt(at + 1));
  return tight && !command.hard && !command.recon && !command.evasive;
}
