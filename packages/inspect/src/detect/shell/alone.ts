import type { Signals } from '../model.ts';
import { hasWideScript } from '../text/characters.ts';
import type { SimpleCommand } from './command-line.ts';

/** `\echo`, `\set`: commands of PostgreSQL's own client, at the beginning of a line. */
export function isClientCommand(text: string, start: number): boolean {
  const before = text.charCodeAt(start - 1);
  return (
    (start === 0 || before === 0x0a || before === 0x0d) &&
    /^\\(?:echo|set|unset|copy|watch|exec)\s/.test(text.slice(start, start + 12))
  );
}

/** `\ln 2`: a logarithm, among other signs of a formula. */
export function isFormula(text: string, start: number): boolean {
  if (text.charCodeAt(start) !== 0x5c || !logarithm.test(text.slice(start, start + 8))) return false;
  return signOfFormula.test(text.slice(Math.max(0, start - longestFormula), start + longestFormula));
}

const logarithm = /^\\(?:ln|lg|top|tr)(?![\w./-]|\s{0,2}[-./~$"'])/;
const signOfFormula =
  /\$|\\(?:frac|left|right|sqrt|cdot|sum|int|mathrm|mathbf|begin|times|leq?|geq?|log|sin|cos|tan|lim|alpha|pi)(?![a-z])/;
const longestFormula = 160;

/** `@date 2024/9/13` at the beginning of a line: what a remark says of a program. */
export function isRemark(text: string, start: number): boolean {
  return (
    text.charCodeAt(start - 1) === 0x40 &&
    /[\r\n]\s{0,3}\*?\s?@$/.test(text.slice(Math.max(0, start - 8), start)) &&
    /^(?:date|time)\s/.test(text.slice(start, start + 5))
  );
}

/** A value that is one command and nothing else. */
export function reportAlone(text: string, start: number, command: SimpleCommand, signals: Signals): void {
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
export function isWritten(text: string, command: SimpleCommand): boolean {
  return command.severe && /^\s?\)?\s?[>|]/.test(text.slice(command.end, command.end + 8)) && !hasWideScript(text);
}

const lookAround = ['sleep ', 'whoami', 'which ', 'ifconfig', 'ipconfig', 'uname', 'systeminfo', 'netsh ', 'net ', 'tasklist'];

function isOneOf(text: string, start: number, names: readonly string[]): boolean {
  const piece = text.slice(start, start + 24).toLowerCase();
  return names.some((name) => piece.startsWith(name));
}
