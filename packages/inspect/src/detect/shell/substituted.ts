import type { Signals } from '../model.ts';
import { isSpace } from '../text/characters.ts';
import type { SimpleCommand } from './command-line.ts';
import type { Reading } from './reading.ts';
import { isEnd } from './separators.ts';

/** A command within backticks, `$(` or `<(`. */
export function reportSubstitution(
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
  // `whoami`.names.example.com: the answer becomes part of a name that somebody is asked for.
  const named = command.recon && (close === 0x60 || close === 0x29) && partOfName.test(text.slice(closeAt + 1, closeAt + 64));
  const feature =
    whole || named || (attached && before === 'value') || (dollar && command.severe && !lines)
      ? 'shell.substitution'
      : 'shell.substitution_in_text';
  if (dollar || whole || named || attached || command.sensitive) signals.report(feature, at, command.end);
  if (command.sensitive && !whole && before !== 'command') signals.report('shell.target', start, command.end);
}

/** `.x1.example.com`, and the end of the name. */
const partOfName = /^\.[\w-]{1,40}(?:\.[\w-]{1,40}){1,4}(?![\w(])/;

const longestRemark = 40;

/** Where a substitution closes behind its command: white space, a separator or a remark may come before. */
function closingAt(text: string, end: number): number {
  let at = end;
  while (at < end + 8 && (isSpace(text.charCodeAt(at)) || text.charCodeAt(at) === 0x3b || text.charCodeAt(at) === 0x26)) at += 1;
  if (text.charCodeAt(at) !== 0x23 || at === end) return at;
  const close = text.slice(at, at + longestRemark).search(/[)`]/);
  return close < 0 ? at : at + close;
}
