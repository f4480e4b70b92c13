import type { Signals } from '../model.ts';
import { hasWideScript, skipSpace } from '../text/characters.ts';
import { readCommand } from './command-line.ts';

/** Names of parameters that say that a command stands there. */
const commandField =
  /(?:^|[_.[-])(?:(?:sh(?:ell)?|sys|os|run|exec|my)_?)?(?:cmds?|command|commands|cmd_?line|command_?line|exec|execute)\]?$|[a-z](?:cmd|command)\]?$|^exe_?path$/;
/** The last letters of those names: d, e, s, c, h and a bracket. */
function mayBeCommandField(name: string): boolean {
  const last = name.charCodeAt(name.length - 1);
  return last === 0x64 || last === 0x65 || last === 0x73 || last === 0x63 || last === 0x68 || last === 0x5d;
}
/** What a device or a menu is told as well. */
const everydayOrders = /^\s{0,4}(?:reboot|halt|poweroff|shutdown|sh|bash|uptime)\s{0,4}$/i;

/** A pair as a whole, where the value is too short to be looked for by itself. */
const shortOrder = /^\w{0,20}(?:cmd|command|cmdline|exec|shell)=\s{0,2}(?:id|ls|dir|ps|ver|env|pwd|w|calc)\s{0,2}$/i;

const longestPair = 200;
/** `id;`, `whoami|`: a command that looks around, and a separator behind which the application's own goes on. */
const sent =
  /^\s?(?:id|ls|dir|ps|env|pwd|whoami|uname|ifconfig|ipconfig|netstat|ip\s(?:a|r|addr|route))\s?(?:[;|&]{1,2}|[;|]\s?#)\s?$/;
const longestSent = 16;

/** A pair whose name says that a command stands there. */
function readPair(text: string, signals: Signals): void {
  if (shortOrder.test(text)) signals.report('shell.named', 0, text.length);
  const equals = text.indexOf('=');
  if (equals < 1 || text.length > longestPair) return;
  if (!commandField.test(text.slice(0, equals).toLowerCase()) || hasWideScript(text)) return;
  const command = readCommand(text, equals + 1);
  if (command.strength === 2 && command.recon && !everydayOrders.test(text.slice(equals + 1)))
    signals.report('shell.named', equals + 1, command.end);
}

/** `expr 80412 + 9177`: proof that a command runs, where nobody has to compute. The word comes first, because texts are searched for it quickly. */
const provesByExpr = /expr(?<=(?:^|[^\w.-])expr)\s{1,4}\d{4,12}\s{1,4}(?:[+-]|\\?\*)\s{1,4}\d{4,12}/i;
/** `cmd /c whoami`, and nothing before it. */
const startsInterpreter = /^\s{0,4}["']?(?:[a-z]:\\[\w\\]{0,60})?cmd(?:\.exe)?["']?\s{1,4}\/[ck]\s{1,4}\S/i;
/** `cat fl''ag`: quotes around nothing part the name of a file. */
const partedArgument =
  /^\W{0,4}(?:cat|tac|more|less|head|tail|nl|ls|find|grep|sort|strings|od|xxd|base64|cp|mv|rev)\s{1,4}[\w./-]{0,60}\w(?:''|"")\w/i;
const longestProof = 400;

/** `cmd=id`, `command=ping -c 1 1.1.1.1;…`: a whole value that is a command, in a field for one. */
export function readNamed(text: string, name: string, signals: Signals): void {
  if (name === '') readPair(text, signals);
  if (text.length <= longestProof && !hasWideScript(text)) {
    const proof = provesByExpr.exec(text);
    // What stands before the word is reported with it.
    if (proof !== null) signals.report('shell.computed_output', Math.max(0, proof.index - 1), proof.index + proof[0].length);
    if (partedArgument.test(text)) signals.report('shell.evasion', 0, Math.min(text.length, 40));
    if (startsInterpreter.test(text)) signals.report('shell.alone_plain', 0, Math.min(text.length, 40));
  }
  if (text.length <= longestSent && sent.test(text)) signals.report('shell.alone', 0, text.length);
  if (!mayBeCommandField(name) || !commandField.test(name)) return;
  const start = skipSpace(text, 0);
  const command = readCommand(text, start);
  if (command.strength < 2 || hasWideScript(text) || everydayOrders.test(text)) return;
  signals.report('shell.named', start, command.end);
}
