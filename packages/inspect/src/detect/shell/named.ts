import type { Signals } from '../model.ts';
import { hasWideScript, skipSpace } from '../text/characters.ts';
import { readCommand } from './command-line.ts';

/** Names of parameters that say that a command stands there. */
const commandField =
  /(?:^|[_.[-])(?:(?:sh(?:ell)?|sys|os|run|exec|my)_?)?(?:cmds?|command|commands|cmd_?line|command_?line|exec|execute)\]?$/;
/** What a device or a menu is told as well. */
const everydayOrders = /^\s{0,4}(?:reboot|halt|poweroff|shutdown|sh|bash|uptime)\s{0,4}$/i;

/** A pair as a whole, where the value is too short to be looked for by itself. */
const shortOrder = /^\w{0,20}(?:cmd|command|cmdline|exec|shell)=\s{0,2}(?:id|ls|dir|ps|ver|env|pwd|w)\s{0,2}$/i;

/** `cmd=id`, `command=ping -c 1 1.1.1.1;…`: a whole value that is a command, in a field for one. */
export function readNamed(text: string, name: string, signals: Signals): void {
  if (name === '' && shortOrder.test(text)) signals.report('shell.named', 0, text.length);
  if (!commandField.test(name)) return;
  const start = skipSpace(text, 0);
  const command = readCommand(text, start);
  if (command.strength < 2 || hasWideScript(text) || everydayOrders.test(text)) return;
  signals.report('shell.named', start, command.end);
}
