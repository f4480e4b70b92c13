import type { Signals } from '../model.ts';
import { hasWideScript, skipSpace } from '../text/characters.ts';
import { readCommand } from './command-line.ts';

/** Names of parameters that say that a command stands there. */
const commandField =
  /(?:^|[_.[-])(?:(?:sh(?:ell)?|sys|os|run|exec|my)_?)?(?:cmds?|command|commands|cmd_?line|command_?line|exec|execute)\]?$/;
/** What a device or a menu is told as well. */
const everydayOrders = /^\s{0,4}(?:reboot|halt|poweroff|shutdown|sh|bash|uptime)\s{0,4}$/i;

/** `cmd=id`, `command=ping -c 1 1.1.1.1;…`: a whole value that is a command, in a field for one. */
export function readNamed(text: string, name: string, signals: Signals): void {
  if (!commandField.test(name)) return;
  const start = skipSpace(text, 0);
  const command = readCommand(text, start);
  if (command.strength < 2 || hasWideScript(text) || everydayOrders.test(text)) return;
  signals.report('shell.named', start, command.end);
}
