import type { Detector, Signals, Subject } from '../model.ts';
import { foldCase, isWordCode, skipSpace, skipWord } from '../text/characters.ts';
import { createFinder } from '../text/finder.ts';
import { features } from './features.ts';
import { phpLiterals, readPhp, readPhpExpression } from './php.ts';
import { anywhere, javaPackages, onlyWhole } from './phrases.ts';

const callers = new Set(
  'system exec eval shell_exec passthru popen assert spawn sleep phpinfo phpversion import_module execfile compile'.split(' '),
);

/** Finds code of PHP, Java, Node.js, Python, Perl and Ruby that reaches the machine. */
export const codeDetector: Detector = {
  name: 'code',
  literals: [
    ...new Set([...phpLiterals, ...anywhere.keys(), ...javaPackages, ...[...callers].map((name) => `${name}(`), '@{', '${']),
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
    findForm(folded, ({ feature, needsWhole }, start, end) => {
      if (whole || !needsWhole) signals.report(feature, start, end);
      return false;
    });
    readJavaNames(folded, whole, signals);
    readPerl(folded, signals);
    if (whole) readCall(folded, signals);
  },
};

const findForm = createFinder(
  [...anywhere].map(([phrase, feature]) => [phrase, { feature, needsWhole: onlyWhole.has(phrase) }] as const),
);

const findPackage = createFinder(
  javaPackages.map((name) => [name, name] as const),
  true,
);

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
