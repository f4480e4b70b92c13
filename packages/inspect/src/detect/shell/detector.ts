import type { Detector, Signals, Subject } from '../model.ts';
import { characterBits } from '../prefilter.ts';
import { foldCase, hasWideScript, holds, isLetter, isSpace, isWordCode, skipSpace } from '../text/characters.ts';
import { createFinder } from '../text/finder.ts';
import { unitsOf } from '../text/units.ts';
import { isClientCommand, isFormula, isRemark, isWritten, reportAlone } from './alone.ts';
import { batchStatement } from './batch.ts';
import { type Before, kindOf } from './before.ts';
import { readCommand, type SimpleCommand } from './command-line.ts';
import { findEvasion } from './evasions.ts';
import { features } from './features.ts';
import { literals } from './literals.ts';
import { readNamed } from './named.ts';
import { phrases } from './phrases.ts';
import { reportSeparated } from './separated.ts';
import { afterBackticks, isEnd, isTable, nextSeparator, separatorAt, skipOpening, tailOf } from './separators.ts';
import { reportSubstitution } from './substituted.ts';
import { programEndings, windowsProgram } from './windows-programs.ts';
import { takeLooked } from './words.ts';

/** Finds operating system commands slipped into a value, for Unix shells, cmd.exe and PowerShell. */
export const shellDetector: Detector = {
  name: 'shell',
  literals,
  passes: [[...phrases.keys()], programEndings],
  features,
  detect(subject: Subject, signals: Signals): void {
    const { text } = subject;
    if (!signals.spend(stepsOfStart + text.length * 3 + Math.min(text.length, longestStart) * 5)) return;
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

/** A sign before which a command ends, behind no more than a short word, or a word in small letters with no version behind it. */
const notClient = /^\s{0,4}(?:[$'"\\]|\w{0,8}[)*]?\s?[;|&`]|[a-z][a-z\d]{1,15}(?:\s{1,4}[\w./~"'$%-]|\s{0,4}[;|&]|\s{0,4}$))/;
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
  if ((passes & 1) === 0 || !signals.spend(Math.min(text.length, longestStart) * stepsOfPhrases)) return;
  findForm(text, (feature, start, end) => {
    if (!(agent && feature !== 'shell.shellshock') && !isApiOfClient(text, start)) signals.report(feature, start, end);
    return false;
  });
}

/** `wx.downloadFile({`: what mini programs of all platforms call, and PowerShell as well. */
function isApiOfClient(text: string, start: number): boolean {
  return (
    text.startsWith('.downloadFile(', start) &&
    /(?:^|[^\w$])(?:wx|uni|my|tt|swan|qq|ks|dd|jd|Taro)(?:\.cloud)?$/.test(text.slice(Math.max(0, start - 14), start))
  );
}

/** What it costs to look behind a separator, and to look at the command that stands there. */
const stepsOfStart = 1_100;
const longestStart = 400;
/** What each character of a short value costs in addition where a phrase occurs, or what hides commands. */
const stepsOfPhrases = 18;
const stepsOfFirst = 1_200;
const stepsOfSeparator = 110;
const stepsOfLetter = 3;
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
  const { length } = text;
  for (let at = 0; at < length; ) {
    const units = unitsOf(text);
    at = nextSeparator(units, at, length);
    if (at === length) break;
    const code = units[at] as number;
    const separator = separatorAt(units, at, table);
    if (separator === 0) {
      at += 1;
      continue;
    }
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
      !isFormula(text, start) &&
      !isRemark(text, start) &&
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
  const start = separatorAt(unitsOf(text), head, false) > 0 ? skipOpening(text, head + 1) : head;
  const letter = text.charCodeAt(start) | 0x20;
  // FOR or IF; a capital I with a dot counts as one.
  if (letter !== 0x66 && letter !== 0x69 && letter !== 0x130) return;
  if (hasWideScript(text, 0, Math.min(text.length, 200))) return;
  const feature = batchStatement(foldCase(text.slice(start, start + 200)), 0);
  if (feature !== undefined) signals.report(feature, start, Math.min(text.length, start + 40));
}

/** Three backticks at the beginning of a line. */
const fence = /(?:^|\n)[ \t]{0,8}```/;

function reportEvasion(text: string, command: SimpleCommand, start: number, signals: Signals): void {
  if (command.evasive && !isClientCommand(text, start)) signals.report('shell.evasion', start, command.end);
}

/** `?a=1&id=2`: an ampersand of a query string. */
function isQuery(text: string, at: number, command: SimpleCommand): boolean {
  const next = text.charCodeAt(command.end);
  if (next === 0x3d) return true;
  const tight = at > 0 && isWordCode(text.charCodeAt(at - 1)) && isLetter(text.charCodeAt(at + 1));
  return tight && !command.hard && !command.recon && !command.evasive;
}
