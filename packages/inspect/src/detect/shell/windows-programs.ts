import type { Signals } from '../model.ts';
import { hasWideScript } from '../text/characters.ts';

const longest = 400;
/** `& C:\\tools\\x.exe …`, `| name.exe`: a separator at the very beginning, and a program of Windows. */
const separated =
  /^[\s"')]{0,4}(?:[&|;]{1,2}|\r?\n)\s{0,4}"?(?:(?:[a-z]:|%\w{1,24}%)\\[^\r\n"]{0,120}?)?[\w-][\w.-]{0,40}\.(?:exe|com|bat|cmd|vbs|ps1|hta|wsf|msc)(?=["\s&|;]|$)/i;
/** What stands before the ending of a program's name: nothing, or its folder. */
const named = /^\s{0,4}"?(?:[a-z]:\\[^\r\n"]{0,120})?[\w-][\w.-]{0,40}$/i;
/** What it is to open, take from elsewhere or load. */
const given =
  /^"?\s(?:.*[\s"=:,@])?(?:https?:\/\/(?:\d{1,3}\.\d|[^\s"]{1,80}\.(?:exe|dll|sct|hta|xsl|ps1|vbs|bat|msi|inf)\b)|"?(?:[a-z]:\\|%\w{1,24}%\\|\\\\)[^\s"]{1,80}\.(?:exe|dll|ps1|bat|cmd|vbs|js|sct|hta|inf|xsl|xoml|csproj|proj|rsp|cpl|reg|cab|msi|scr|com)\b)/i;
/** Endings without one of which nothing is found. */
export const programEndings: readonly string[] = ['.exe', '.com', '.bat', '.cmd', '.vbs', '.ps1', '.hta', '.wsf', '.msc'];
const stepsOfProgram = 2_000;

/**
 * The feature of a value that starts a program of Windows by its file name: `& mshta.exe http://…`, `regasm.exe C:\\x\\y.dll`. The names are not
 * those of a list, since intruders bring programs of their own. Undefined where none is started.
 */
export function windowsProgram(text: string, spend: Signals['spend']): 'shell.injected' | 'shell.alone_plain' | undefined {
  if (text.length > longest || !text.includes('.') || hasWideScript(text)) return undefined;
  if (separated.test(text)) return 'shell.injected';
  const end = text.search(/\.exe/i);
  if (end < 1 || !named.test(text.slice(0, end)) || !spend(stepsOfProgram)) return undefined;
  return given.test(text.slice(end + 4)) ? 'shell.alone_plain' : undefined;
}
