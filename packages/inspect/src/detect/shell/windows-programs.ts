import { hasWideScript } from '../text/characters.ts';

const longest = 400;
/** `& C:\\tools\\x.exe …`, `| name.exe`: a separator at the very beginning, and a program of Windows. */
const separated =
  /^[\s"')]{0,4}(?:[&|;]{1,2}|\r?\n)\s{0,4}"?(?:(?:[a-z]:|%\w{1,24}%)\\[^\r\n"]{0,120}?)?[\w-][\w.-]{0,40}\.(?:exe|com|bat|cmd|vbs|ps1|hta|wsf|msc)(?=["\s&|;]|$)/i;
/** A program of Windows, and what it is to open, take from elsewhere or load. */
const alone =
  /^\s{0,4}"?(?:[a-z]:\\[^\r\n"]{0,120}?)?[\w-][\w.-]{0,40}\.exe"?\s(?:[^\r\n]{0,160}[\s"=:,@])?(?:"?(?:[a-z]:\\|%\w{1,24}%\\|\\\\)[^\s"]{1,120}\.(?:exe|dll|ps1|bat|cmd|vbs|js|sct|hta|inf|xsl|xoml|csproj|proj|rsp|cpl|reg|cab|msi|scr|com)\b|https?:\/\/)/i;

/**
 * The feature of a value that starts a program of Windows by its file name: `& mshta.exe http://…`, `regasm.exe C:\\x\\y.dll`. The names are not
 * those of a list, since intruders bring programs of their own. Undefined where none is started.
 */
export function windowsProgram(text: string): 'shell.injected' | 'shell.alone_plain' | undefined {
  if (text.length > longest || !text.includes('.') || hasWideScript(text)) return undefined;
  if (separated.test(text)) return 'shell.injected';
  return alone.test(text) ? 'shell.alone_plain' : undefined;
}
