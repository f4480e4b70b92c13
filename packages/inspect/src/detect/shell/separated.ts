import type { Signals } from '../model.ts';
import { hasWideScript, isLetter } from '../text/characters.ts';
import type { SimpleCommand } from './command-line.ts';
import type { Reading } from './reading.ts';
import { isEnd, isSeparator } from './separators.ts';

/** A command behind a separator. */
export function reportSeparated(
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
