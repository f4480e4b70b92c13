import type { Detector, Signals, Subject } from '../model.ts';
import { foldCase, isWordCode, skipSpace, skipWord } from '../text/characters.ts';
import { findPhrase } from '../text/phrases.ts';
import { features } from './features.ts';
import { readPhp, readPhpExpression } from './php.ts';
import { anywhere, javaPackages, onlyWhole } from './phrases.ts';

/** Finds code of PHP, Java, Node.js, Python, Perl and Ruby that reaches the machine. */
export const codeDetector: Detector = {
  name: 'code',
  literals: [
    '<?',
    '$_',
    '$globals',
    '(',
    'runtime',
    'processbuilder',
    'java.',
    'javax.',
    'org.apache',
    'ognl',
    'xwork',
    'memberaccess',
    'classloader',
    'child_process',
    'mainmodule',
    'process.',
    'process[',
    'require',
    'constructor',
    '__import__',
    'popen',
    'subprocess',
    '@{[',
    '@{',
    'kernel.',
    'open3',
    'instance_eval',
    'org.omg',
    'com.sun',
    'sun.misc',
    'freemarker',
    'groovy',
    '${',
    '<script language',
    '[php]',
    '{php',
    '.php',
    '.phtml',
    '.phar',
    '.pht',
    '.jsp',
    '.asp',
    'auto_prepend_file',
    'allow_url_include',
  ],
  features,
  detect({ text, place, name }: Subject, signals: Signals): void {
    if (!signals.spend(text.length * 2)) return;
    if (place === 'header' && (name === 'user-agent' || name === 'accept' || name === 'accept-language' || name === 'cookie'))
      return;
    const folded = foldCase(text);
    const whole = isCode(folded);
    readPhp(folded, whole, signals);
    readPhpExpression(folded, signals);
    for (const [phrase, feature] of anywhere) {
      if (onlyWhole.has(phrase) && !whole) continue;
      const at = findPhrase(folded, phrase);
      if (at >= 0) signals.report(feature, at, at + phrase.length);
    }
    readJavaNames(folded, whole, signals);
    readPerl(folded, signals);
    if (whole) readCall(folded, signals);
    for (const setting of ['auto_prepend_file', 'allow_url_include', 'disable_functions=']) {
      const at = folded.indexOf(setting);
      if (at >= 0 && whole) signals.report('code.php_call', at, at + setting.length);
    }
  },
};

function readJavaNames(folded: string, whole: boolean, signals: Signals): void {
  for (const start of javaPackages) {
    const at = findPhrase(folded, start);
    if (at < 0 || isWordCode(folded.charCodeAt(at - 1)) || folded[at - 1] === '.') continue;
    const line = folded.lastIndexOf('import ', at);
    if (line >= 0 && at - line < 16) continue;
    signals.report('code.java_name', at, at + start.length);
    if (whole) signals.report('code.java_name_only', at, at + start.length);
    return;
  }
}

/** `@{[ … ]}`: Perl computes what stands inside. */
function readPerl(folded: string, signals: Signals): void {
  for (let at = folded.indexOf('@{'); at >= 0; at = folded.indexOf('@{', at + 2)) {
    const open = skipSpace(folded, at + 2);
    if (folded[open] === '[' && folded.indexOf(']', open) > 0) signals.report('code.perl', at, open + 1);
  }
}

const callers = new Set(
  'system exec eval shell_exec passthru popen assert execute spawn sleep print phpinfo phpversion require include import_module execfile compile'.split(
    ' ',
  ),
);

/** `system('id')`, `;exec("x")`, `eval(…)`: a call and nothing before it but marks. */
function readCall(folded: string, signals: Signals): void {
  let at = 0;
  while (at < folded.length && !isWordCode(folded.charCodeAt(at)) && at < 12) at += 1;
  const end = skipWord(folded, at);
  const open = skipSpace(folded, end);
  const call = callers.has(folded.slice(at, end));
  if (
    call &&
    folded[open] === '(' &&
    (folded[open + 1] === "'" ||
      folded[open + 1] === '"' ||
      folded[open + 1] === '$' ||
      folded[open + 1] === '`' ||
      folded[open + 1] === ')')
  )
    signals.report('code.function_only', at, open + 2);
}

/** Few words side by side, none of them Chinese: no sentence. */
function isCode(folded: string): boolean {
  let before = 0;
  let pairs = 0;
  let marked = false;
  for (let at = 0; at < folded.length; at += 1) {
    const code = folded.charCodeAt(at);
    if (code >= 0x3000 && code < 0xff00) return false;
    if (code === 0x28 || code === 0x3c || code === 0x24 || code === 0x3b || code === 0x7b || code === 0x5b) marked = true;
    else if (code === 0x20 && isWordCode(folded.charCodeAt(at + 1)) && isWordCode(folded.charCodeAt(at - 1))) {
      pairs += 1;
      if (!marked) before += 1;
    }
  }
  return before <= 1 && pairs <= 8;
}
