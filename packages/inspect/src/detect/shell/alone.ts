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
