import type { Detector, Signals, Subject } from '../model.ts';
import { characterBits } from '../prefilter.ts';
import { foldCase, isWordCode, skipSpace, skipWord } from '../text/characters.ts';
import { createFinder } from '../text/finder.ts';
import { unitsOf } from '../text/units.ts';
import { features } from './features.ts';
import { phpLiterals, readPhp, readPhpExpression } from './php.ts';
import { anywhere, javaPackages, onlyWhole } from './phrases.ts';

const callers = new Set(
  'system exec eval shell_exec passthru popen assert spawn sleep phpinfo phpversion import_module execfile'.split(' '),
);

/** What it costs to begin with a text. */
const stepsOfStart = 1_200;
/** What each character of a short value costs in addition where it may be nothing but code. */
const stepsOfCode = 10;
/** And where a form occurs that is looked for everywhere. */
const stepsOfForms = 6;

/** Finds code of PHP, Java, Node.js, Python, Perl and Ruby that reaches the machine. */
export const codeDetector: Detector = {
  name: 'code',
  literals: [
    ...new Set([
      ...phpLiterals,
      ...anywhere.keys(),
      ...javaPackages,
      ...[...callers].map((name) => `${name}(`),
      '@{',
      '${',
      '.php',
      '.pht',
      '.phar',
      '.jsp',
      '.asp',
      '.asa',
      '.ashx',
      '.cer',
      '.cgi',
      '.htaccess',
      '. ph',
      '. jsp',
      '. asp',
      '<>ph',
      'sess_',
      'while(',
      'exit(md5',
      'die(md5',
      'die(@md5',
      "global['process",
      'global["process',
      'print(md5',
      'printf(md5',
      'throw(',
      'gethostbyname(',
      'nanosleep(',
      'dns_get_record(',
      'system "',
      "system '",
      'md5(',
      '_exec(',
      '__construct',
      'print_r(md5',
      'echo(md5',
      'var_dump(md5',
      'while (',
    ]),
  ],
  passes: [[...anywhere.keys()], javaPackages],
  features,
  detect({ text, place, name, passes, marks }: Subject, signals: Signals): void {
    if (!signals.spend(stepsOfStart + text.length * 3 + Math.min(text.length, longestEnding) * 4)) return;
    if (place === 'header' && (name === 'accept' || name === 'accept-language' || name === 'cookie')) return;
    const folded = foldCase(text);
    if (place === 'header' && name === 'user-agent') {
      // Written into a log that a page includes, it would run.
      if (folded.includes('<?')) readPhp(folded, false, signals);
      if ((passes & 1) !== 0 && notClient.test(folded)) readForms(folded, isCode(folded), signals);
      return;
    }
    if (place === 'file' || (place === 'header' && fileHeaders.has(name))) {
      const end = scriptName(folded);
      if (end > 0) signals.report('code.upload', 0, end);
      return;
    }
    if (fileField.test(name) && namesProgram(folded)) signals.report('code.program_name', 0, text.length);
    const whole = isCode(folded);
    if (whole && !signals.spend(Math.min(text.length, longestEnding) * stepsOfCode)) return;
    readPhp(folded, whole, signals);
    readPhpExpression(folded, signals);
    if ((passes & 1) !== 0 && signals.spend(Math.min(text.length, longestEnding) * stepsOfForms))
      readForms(folded, whole, signals);
    if ((passes & 2) !== 0) readJavaNames(folded, whole, signals);
    readPerl(folded, signals);
    const calls = (marks & characterBits.open) !== 0;
    const ended =
      !calls || folded.length > longestEnding || !endsBefore.test(folded)
        ? -1
        : Math.max(folded.search(endedByPrint), folded.search(callInString));
    if (ended >= 0) signals.report('code.function_only', ended, ended + 16);
    if (whole) readProbe(folded, signals);
    if (whole && calls) {
      readCall(folded, signals);
      readLoop(folded, signals);
    }
  },
};

/** `Runtime.getRuntime().availableProcessors()`: how large the machine is, as programs ask. */
const asksMachine = /^(?:\(\))?\.(?:availableprocessors|maxmemory|totalmemory|freememory|addshutdownhook)\b/;

/** What Java is told to do: clients that name their libraries name classes of it, but call none. */
const notClient = /getruntime|processbuilder|@ognl|_memberaccess|#context|%\{\(?#/;

function readForms(folded: string, whole: boolean, signals: Signals): void {
  findForm(folded, ({ feature, needsWhole }, start, end) => {
    if ((whole || !needsWhole) && !(feature === 'code.java_class' && asksMachine.test(folded.slice(end, end + 24))))
      signals.report(feature, start, end);
    return false;
  });
}

const longestEnding = 400;
/** What both of the next begin with, in short. */
const endsBefore = /[;.]\s{0,2}@?(?:exit|die|print|echo|var_dump|u?sleep|time_nanosleep|gethostbyname|dns_get_record)/;
/** `';exit(md5('x'));//`, `'.print(md5(1)).'`: leaves a string or statement and prints what only code could. */
const endedByPrint =
  /(?:^|[\w'")])\s{0,2}[;.]\s{0,2}(?:exit|die|print|print_r|echo|var_dump)\s?\(\s?(?:md5|sha1|crc32|phpversion|php_uname|system|getcwd|passthru)\s?\(/;

/** `'.sleep(20).'`, `'.gethostbyname('x.example').'`: a call between the strings of an application, with nothing of its own to say. */
const callInString =
  /['"]\s?\.\s?@?(?:u?sleep|time_nanosleep|gethostbyname|dns_get_record)\s?\(\s?(?!\$)[^\n]{0,80}\)\s?\.\s?['"]/;

const findForm = createFinder(
  [...anywhere].map(([phrase, feature]) => [phrase, { feature, needsWhole: onlyWhole.has(phrase) }] as const),
);

const findPackage = createFinder(
  javaPackages.map((name) => [name, name] as const),
  true,
);

/** Names of parameters by which a server is told what to call a file, or where to put it. */
const fileField = /(?:file|save|upload|dest|target|down)_?(?:name|path|file)\]?$|(?:^|[_.[-])file\]?$/;
const longestFileName = 260;
/** A name or path on this machine, and nothing else. */
const localFile = /^\s{0,4}(?:[a-z]:[\\/])?(?:[\w.~ \u0080-\uffff-]{0,80}[\\/]){0,24}[\w.~ \u0080-\uffff-]{1,80}$/;

function namesProgram(folded: string): boolean {
  if (folded.length > longestFileName || folded.includes('//')) return false;
  return localFile.test(folded) && scriptName(folded) > 0;
}

/** Headers in which clients give a file's name. */
const fileHeaders = new Set(['x-filename', 'x_filename', 'x.filename', 'x-file-name', 'content-disposition']);
const scriptEndings = [
  '.php',
  '.php3',
  '.php4',
  '.php5',
  '.php7',
  '.php8',
  '.phtml',
  '.phar',
  '.pht',
  '.phps',
  '.phpt',
  '.inc.php',
  '.jsp',
  '.jspx',
  '.jspf',
  '.asp',
  '.aspx',
  '.asa',
  '.ashx',
  '.asmx',
  '.cshtml',
  '.cer',
  '.cgi',
  '.htaccess',
];

/** End of a file name that a server would run, dots and spaces after its ending aside; 0 for another name. */
function scriptName(folded: string): number {
  let end = folded.length;
  while (end > 0 && (folded[end - 1] === '.' || folded[end - 1] === ' ' || folded[end - 1] === '"')) end -= 1;
  const name = folded.slice(Math.max(0, end - 40), end).replace(/[ <>]/g, '');
  const zero = folded.indexOf('%00');
  if (zero > 0) return zero + 3;
  if (sessionFile.test(folded)) return folded.length;
  // `a.php;.jpg`, `a.php..jpg`: old servers stop at the semicolon. `a.php.jpg` alone is left to what uploads say of names: it may be written anew.
  return scriptEndings.some((ending) => name.endsWith(ending)) || doubleEnding.test(name) ? end : 0;
}

/** The file in which PHP keeps a session, which it reads as objects. */
const sessionFile = /(?:^|[\\/])sess_[a-z\d,-]{20,128}$/;
const doubleEnding = /\.(?:php\d?|phtml|phar|jspx?|aspx?|asa|cgi)(?:[;:]|[.;:]{2,3})\.?(?:jpe?g|png|gif|bmp|webp|pdf)$/;

function readJavaNames(folded: string, whole: boolean, signals: Signals): void {
  findPackage(folded, (_, start, end) => {
    if (isWordCode(folded.charCodeAt(start - 1)) || folded[start - 1] === '.') return false;
    // An error that somebody looks for, or an import of a program that somebody shows.
    const name = folded.slice(start, skipName(folded, end));
    if (name.endsWith('exception') || name.endsWith('error')) return false;
    if (folded.slice(Math.max(0, start - 16), start).includes('import ')) return false;
    signals.report('code.java_name', start, end);
    if (whole) signals.report('code.java_name_only', start, end);
    return true;
  });
}

function skipName(folded: string, from: number): number {
  let at = from;
  while (at < folded.length && at < from + 80 && (isWordCode(folded.charCodeAt(at)) || folded[at] === '.')) at += 1;
  return at;
}

/** `@{[ … ]}`: Perl computes what stands inside. */
function readPerl(folded: string, signals: Signals): void {
  const last = folded.lastIndexOf(']');
  for (let at = folded.indexOf('@{'); at >= 0; at = folded.indexOf('@{', at + 2)) {
    const open = skipSpace(folded, at + 2);
    if (folded[open] === '[' && last > open) signals.report('code.perl', at, open + 1);
  }
}

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
      (folded[open + 1] === ')' && folded.startsWith('php', at)))
  )
    signals.report('code.function_only', at, open + 2);
}

/** `printf(md5("a"))`, `print(48213*48213);`: prints what only code could have computed. */
const printsProof =
  /^\W{0,6}(?:print|printf|echo|print_r|var_dump|exit|die|throw)\s?\(?\s?@?(?:(?:md5|sha1|crc32)\s?\(|\d{3,12}\s?[*+-]\s?\d{3,12}\s?\))/;
/** Names without one of which the next finds nothing. */
const runners = ['system', 'exec', 'passthru', 'popen', 'assert'];
/** `system(id)`, `x".exec('wget http://…')."`: a call that runs a well-known command. */
const runsCommand =
  /(?:^|[^\w.>$]|["']\s?\.\s?)(?:system|exec|_exec|passthru|shell_exec|popen|assert)\s?\(\s?["'`]?(?:id|ver|whoami|ls|dir|pwd|ifconfig|ipconfig|uname|netstat|phpinfo|cat|type|ping|curl|wget|nslookup|net user|bash|sh|cmd|touch|echo|rm|nc|ncat|python3?|perl|powershell|certutil|calc)\b[^)]{0,80}\)|(?:^|[;|&])\s?system\s?["'](?:id|touch|curl|wget|nc|bash|sh|cat|rm|echo)\s/;

/** `require('fs').readFileSync(…)`, `res.end(require('fs')…`, `process.kill(…)`: an expression that reaches the machine, and nothing before it. */
const reachesMachine =
  /^\W{0,4}(?:(?:res\.(?:end|send|write|json)|console\.log|eval|return)?\s?\(?\s?require\s?\(\s?['"`](?:fs|vm|os|net|http)['"`]\s?\)\.\w|process\.(?:kill|binding|dlopen|abort)\s?\(|global(?:this)?\s?\[\s?['"`]process)/;

function readProbe(folded: string, signals: Signals): void {
  if (folded.length > longestEnding) return;
  const found = printsProof.exec(folded) ?? (runners.some((name) => folded.includes(name)) ? runsCommand.exec(folded) : null);
  if (found !== null) signals.report('code.function_only', found.index, found.index + found[0].length);
  const reached = reachesMachine.exec(folded);
  if (reached !== null) signals.report('code.node_module', reached.index, reached.index + reached[0].length);
  if (folded.trim() === '__construct') signals.report('code.php_call', 0, folded.length);
}

/** `while(!0)`, `while(Infinity);`: a loop whose condition nothing changes, and nothing else. */
function readLoop(folded: string, signals: Signals): void {
  const start = skipSpace(folded, 0);
  if (!folded.startsWith('while', start)) return;
  const open = skipSpace(folded, start + 5);
  const close = folded.slice(open, open + 40).indexOf(')');
  if (folded[open] !== '(' || close < 0) return;
  const condition = folded.slice(open + 1, open + close);
  const variable = condition.replace(/true|infinity|new date|false|undefined|nan|null|isnan|!|typeof/g, '');
  if (!/[a-z_$<>]/.test(variable) || condition.startsWith('!')) signals.report('code.node_loop', start, open + close + 1);
}

/** By ASCII character: 1 where {@link isCode} looks at it. */
const telling = Uint8Array.from({ length: 128 }, (_, code) => ('(<$;{[\n '.includes(String.fromCharCode(code)) ? 1 : 0));

/** Words side by side, those of them before the first mark, and line breaks that code may have. */
const mostPairs = 8;
const mostBefore = 1;
const mostBreaks = 2;

/** Few words side by side, none of them Chinese: no sentence. */
function isCode(folded: string): boolean {
  let before = 0;
  let pairs = 0;
  let lines = 0;
  let marked = false;
  const units = unitsOf(folded);
  const { length } = folded;
  for (let at = 0; at < length; at += 1) {
    const code = units[at] as number;
    if (code < 0x80 && telling[code] === 0) continue;
    if (code >= 0x3000 && code < 0xff00) return false;
    if (code === 0x28 || code === 0x3c || code === 0x24 || code === 0x3b || code === 0x7b || code === 0x5b) marked = true;
    else if (code === 0x0a && at < length - 1) {
      lines += 1;
      if (lines > mostBreaks) return false;
    } else if (code === 0x20 && at > 0 && isWordCode(units[at + 1] as number) && isWordCode(units[at - 1] as number)) {
      pairs += 1;
      if (!marked) before += 1;
      if (pairs > mostPairs || before > mostBefore) return false;
    }
  }
  return true;
}
