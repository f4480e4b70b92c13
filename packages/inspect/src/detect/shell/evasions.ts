import { characterBits } from '../prefilter.ts';
import { isLetter, isSpace, isWordCode } from '../text/characters.ts';

/** Longest value that may be one command in disguise. */
const longest = 400;
const mostVariables = 6;
/** `a=cat;`, `b=/etc&&`: a variable is given a piece, and something follows. */
const assignment = /(?:^|[;&|\s(`])([a-z_]\w{0,11})=[^\s;&|]{1,60}\s?(?:;|&&)/gi;
/** Two variables side by side at the end: `cat $a$b`. */
const joined = /\$\{?\w{1,12}\}?\$\{?\w{1,12}\}?\s{0,2}[)`]?\s{0,2}$/;
/** Variables that hold nothing, as they are strewn over a name. */
const empties = /\$(?:[a-z]{1,2}(?![a-z])|[@*!-]|\{\w{0,12}\})/gi;
const accountFiles = /\/etc\/(?:passwd|shadow|hosts)\b/i;
/** `set x=whoami&& %x%`: the same for cmd.exe. */
const batchVariable = /\bset\s{1,3}(\w{1,12})=[^&\n]{1,60}&{1,2}\s{0,3}%\1%/i;
/** A whole value in backticks that writes, pipes or substitutes: `echo $(id) > /x`. */
const inBackticks =
  /^\s{0,4}`\s?(?:echo|printf|cat|ls|curl|wget|touch|expr|nslookup|ping|uname)\s[^`]{0,200}(?:\$\(|[>|])[^`]{0,200}`\s{0,4}$/;
/** `$(printf '\x63\x61\x74')`: a name that is written in numbers. */
const writtenName = /\$\(\s?(?:echo(?:\s-\w{1,3})?|printf)\s{1,3}['"]?(?:\\{1,2}(?:x[\da-f]{2}|0?[0-7]{3})){2}/i;
/** `;$'\x69\x64'`: a command as a string of codes. */
const codedWord = /(?:^|[;|&`(\n]\s{0,4})\$'(?:\\x[\da-f]{2}|\\[0-3][0-7]{2}|\\u[\da-f]{4}){2}/i;
/** `$(echo di|rev)`, `rev<<<'di'`: a command read from its end. */
const reversed = /\|\s?rev\s?[)`|]|\brev\s?<<</;
const longestPacked = 120;
const fieldSeparator = /^\s{0,4}\$(?:\{IFS\}|IFS\$9)/i;

/** `&'\"`0&nslookup x`: whatever quote the command stands in, it ends, and another one follows. */
const leavesEveryQuote =
  /[;|&](?=[\\'"`0]{2,8}[;|&])(?=[^;|&]{0,8}')(?=[^;|&]{0,8}")[\\'"`0]{2,8}[;|&]{1,2}\s{0,4}[a-z]{2,16}(?:\s|\$|$)/i;
const partingMarks = characterBits.semicolon | characterBits.pipe | characterBits.ampersand;

/** What a variable of cmd.exe is written with. */
const variableMarks = characterBits.equals | characterBits.ampersand | characterBits.percent;

/**
 * Where a short value hides a command in variables; -1 where it does not. `marks` are the characters that occur, and `separates` says whether
 * `$IFS` may.
 */
export function findEvasion(text: string, marks: number, separates: boolean): number {
  if (text.length > longest) return -1;
  const quoted = (marks & characterBits.singleQuote) !== 0 && (marks & characterBits.doubleQuote) !== 0;
  const parts = (marks & partingMarks) !== 0;
  if (quoted && parts) {
    const everyQuote = leavesEveryQuote.exec(text);
    if (everyQuote !== null) return everyQuote.index;
  }
  const dollar = (marks & characterBits.dollar) !== 0;
  const backtick = (marks & characterBits.backtick) !== 0;
  const variable = (marks & variableMarks) === variableMarks;
  const reverses = (marks & (characterBits.pipe | characterBits.less)) !== 0;
  if (!dollar && !backtick && !variable && !reverses) return -1;
  if ((marks & characterBits.lineBreak) !== 0 && text.trim().includes('\n')) return -1;
  if (reverses && text.includes('rev') && reversed.test(text)) return 0;
  const batch = variable ? batchVariable.exec(text) : null;
  if (batch !== null) return batch.index;
  if (backtick && inBackticks.test(text)) return 0;
  if (!dollar) return -1;
  const coded = codedWord.exec(text);
  if (coded !== null) return coded.index;
  const opens = (marks & characterBits.open) !== 0;
  const written = opens ? writtenName.exec(text) : null;
  if (written !== null) return written.index;
  if (separates && fieldSeparator.test(text)) return 0;
  const separator = separates && text.length <= longestPacked && !/\s/.test(text) ? text.search(/\$(?:\{IFS|IFS\b)/i) : -1;
  if (separator > 0) return separator;
  const assigns = (marks & characterBits.equals) !== 0 && (marks & (characterBits.semicolon | characterBits.ampersand)) !== 0;
  const assembled = assigns ? assembledAt(text) : -1;
  if (assembled >= 0) return assembled;
  if ((marks & characterBits.slash) !== 0 && !accountFiles.test(text) && accountFiles.test(text.replace(empties, '')))
    return text.indexOf('$');
  return -1;
}

/** A variable that is given a piece and then stands where a command's name does, or within one: `a=cat;$a x`, `v=r;cu$v\l x`. */
function assembledAt(text: string): number {
  let seen = 0;
  for (const { 1: name = '', 0: given, index } of text.matchAll(assignment)) {
    seen += 1;
    if (seen > mostVariables) return -1;
    const use = text.indexOf(`$${name}`, index + given.length - 1);
    const end = use + name.length + 1;
    if (use < 0 || isWordCode(text.charCodeAt(end))) continue;
    let before = use - 1;
    while (before > 0 && isSpace(text.charCodeAt(before))) before -= 1;
    if (';&|'.includes(text.charAt(before))) return use;
    if (isLetter(text.charCodeAt(use - 1)) && (text[end] === '\\' || text[end] === '$')) return use;
    if (seen > 1 && joined.test(text.slice(-32))) return use;
  }
  return -1;
}
