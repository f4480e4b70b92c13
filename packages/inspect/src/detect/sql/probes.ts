import type { Subject } from '../model.ts';
import { characterBits } from '../prefilter.ts';
import type { sqlFeatures } from './features.ts';

/** `A ' OR ' B`, as it stands between the quotes of an application. */
const quotedOperator =
  /^\w{1,16} ?(['"]) ?(?:[-+*/%<>=!|&^]{1,3}|(?:not )?(?:r?like|regexp|in|is)|sounds like|x?or|and|div|mod) ?\1 ?\w{1,16}$/i;
/** `a' - + ! 2 != '1`, `b'*c is \N or 'd`: an expression between the quotes of an application, with operators on both sides. */
const quotedExpression =
  /^[\w.@-]{0,24}(['"]) ?(?:[-+*/%|&^=<>!~]{1,4}|(?:not |x?or |and |r?like |is |div |mod |sounds like ))[^'"\u0080-\uffff\n;:,]{0,80}?(?:[-+*/%|&^=<>!~]|[^a-z](?:x?or|and|r?like|is|in|not|div|mod)) {0,3}\1[\w.]{0,8} ?$/i;
const substance = /[a-z\d\\@]/i;
const longestProbe = 400;
/** A few characters with both quotes unbalanced and nothing else to say: somebody tries whether they do something. */
function isQuoteProbe(text: string): boolean {
  let single = 0;
  let double = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x27) single += 1;
    else if (unit === 0x22) double += 1;
    else if (unit === 0x20 || unit > 0x7e) return false;
  }
  return single % 2 === 1 && double % 2 === 1;
}

/** `admin';`: ends the application's string and its statement. */
const cutValue = /^[\w.@+-]{3,60}['"];$/;
/** `12'` where a number stands: somebody tries whether the quote does something. */
const quotedNumber = /^-?\d{1,12}['"]$/;
const numberField = /(?:^|[_\]a-z])(?:id|ids|no|num|page)\]?$/;

/** An honest client has no reason to encode a lone quote at the end of a value again. */
const hiddenQuote = /^[\w.@-]{1,40}['"]$/;

/** `@\`'\``: a variable whose name is a quote, by which old filters of MySQL lost count. */
const quotedVariable = /@`\\?'`/;
/** `',msg=(select …)`: another column is set behind the value. */
const setsColumn = /^[\w.@-]{0,24}['"]\s{0,2},\s{0,2}(?:\w{1,24}\s?=|(?:'[^'\n]{0,40}'|\d{1,12})\s?,)\s?\(\s?select\s/i;
/** `or 1 group by concat(…)`: an error that prints what is gathered. */
const groupedError = /\bor\s{1,4}\d{1,6}\s{1,4}group\s{1,4}by\s{1,4}concat\s?\(/i;
/** `SELselectECT`, `UNIunionON`: words that a filter which takes the inner one away puts together. */
const nestedWord = /(?:se|sel|sele|selec)select(?:lect|ect|ct|t)|(?:un|uni|unio)union(?:ion|on|n)\b/i;
/** `1.union.select`, `1e0union1e0select`: numbers stand where white space would. */
const numbersAsSpace = /\d(?:e0|\.)union[\d.e(]{0,8}select/i;
/** `' and{x 1}=1`: the braces of ODBC. */
const bracedCondition = /['"\d)]\s{0,2}(?:and|or|\|\||&&)\s{0,2}\{[a-z`]\w{0,12}[\s`]/i;
/** `and @@version_compile_os > 1`: a condition on the server's own settings. */
const settingCondition = /\b(?:and|or)\s{0,2}\(?\s{0,2}@@[a-z]\w{0,40}\s?[<>=]/i;

const innerCall = /\((?:substr|mid|lower|upper)/;
/** `456 + ascii(substring(pin,1,1)) - 10`: a number is computed with a letter of what is asked for. */
const computedLetter =
  /^\s{0,4}-?\d{1,12}\s?[-+*/]\s?\(*\s?(?:\d{1,12}\s?[-+*/]\s?)?(?:ascii|ord|hex|unicode)\s?\(\s?(?:substr(?:ing)?|mid|lower|upper)\s?\(/i;
/** `-1#` and then `union` on a line of its own, `1/1/**\/union`: comments lead from a number to the word. */
const commentedUnion =
  /^\s{0,4}-?\d{1,6}(?=[^a-z]{0,80}(?:#|--|\/\*))[^a-z]{1,80}union(?:[^a-z]{0,40}|\s{0,4}\(\s{0,2}select\b.*)$/is;

/** `'&&CASE WHEN 3=3 THEN 0 ELSE EXP(800) END&&'`: a choice is computed with the value. */
const computedCase =
  /^[^\n]{0,80}?(?:['"\d)\]]|^)\s{0,3}(?:&&|\|\||[-+*/^])\s{0,3}\(?\s{0,3}case\s{1,4}when\s[^\n]{1,80}\bthen\b[^\n]{1,80}\bend\b/i;
/** `if(now()=sysdate(),sleep(5),0)`: a condition that always holds, and a wait. */
const waitsIf = /\bif\s?\(\s?now\s?\(\s?\)\s?=\s?sysdate\s?\(/;
/** `x'or 8*0`, `x') and day-1#`: a logical operator and a sum follow a quote, and nothing else. */
const computedCondition =
  /^\w{0,16}['"]\){0,3}\s?(?:x?or|and|\|\||&&)\s{0,2}\(?@{0,2}[\w.]{1,24}(?:\(\))?\s?[*/%^+-]\s?[\w.]{1,16}(?:\(\))?\)?\s?(?:#|--|$)/i;
/** `12) and a = 1`: a number leaves the bracket of an application, and a condition follows. */
const closedBracket = /^-?\d{1,9}['"]?\){1,3}\s{0,2}(?:x?or|and)\s{1,2}\(?[\w.']{1,24}\s?[=<>]{1,2}\s?['\w.]{1,24}\s?(?:--|#|$)/i;
/** `/app/'); select …`: the segment of a path leaves a statement. */
const endsSegment = /^\/[^\s'"]{0,200}\/['"]\){0,3}\s?;\s?(?:select|insert|update|delete|drop|exec|declare|waitfor)\s/;
/** `id,sleep(3)`, `id,updatexml(…)`: the column by which a list is to be sorted, and then a call. */
const orderedCall =
  /^(?:order_?by=|sort=)?[\w.`]{1,30}\s?,\s?\(?\s?(?:sleep|benchmark|extractvalue|updatexml|pg_sleep|exp|rand|if)\s?\(\s?[\d(]/;
/** `1 rlike sleep(5)`: a number is compared with a wait. */
const likeSleep =
  /^\s{0,4}-?\d{1,9}['")]{0,3}\s{0,3}(?:(?:not\s)?(?:r?like|regexp|in|is)|xor|div|mod|<=>|[-+*/%^|&<>=])\s{0,3}\(?\s{0,3}(?:pg_)?sleep\s?\(/i;
/** `0||(SELECT 'a'::text[])`: a query is joined to a short value, or to an index within a name. */
const joinedSelect = /(?:^|\[)\w{0,24}['"]?\s?(?:\|\||`)\s?\(\s?select\s/i;
/** `x', 'y'), ('a', 'b'); --`: the row of an application ends, and another one follows. */
const anotherRow = /^[^'\n]{0,60}'(?:\s?,\s?(?:'[^'\n]{0,60}'|\d{1,9}|null)){0,8}\s?\)\s?,\s?\(.{1,200}\)\s?;?\s?(?:--|#)/i;

/** `convert(varchar(32),hashbytes('md5','1234'),2)<0`: the same on SQL Server. */
const hashesProof = /\bhashbytes\s?\(\s?['"](?:md[245]|sha\d?|sha2_\d{3})['"]\s?,\s?['"]?\w{1,40}/;
/** `select md5(1234)`, and nothing else: proof that a statement runs. */
const selectsProof =
  /^[\w'"=\s-]{0,24}\bselect\s{1,4}(?:(?:md5|sha1|crc32)\s?\(\s?['"]?\w{1,40}['"]?\s?\)|\d{2,9}\s?\*\s?\d{2,9}(?:\s{1,2}as\s{1,2}\w{1,16})?)['"\s;#-]{0,6}$/i;

/** `@@version`, `user()`, `(select current_user())`: what a server says of itself, and nothing else. */
const asksServer =
  /^[\s(]{0,4}(?:select\s{1,4})?(?:@@(?:global\.)?[a-z][a-z_]{3,40}|(?:system_|session_|current_)?user\s?\(\s?\)|(?:version|database|schema|sqlite_version)\s?\(\s?\))[\s)]{0,4}(?:--|#)?\s{0,2}$/;
/** `a'or' 1=1--`: a condition between two strings, and a comment ends the rest. */
const openCondition = /^\w{0,16}'\s?(?:x?or|and)\s?'[^'\n]{0,40}(?:--|#)\s?$/i;
/** `' from sys_user/username`: a column's name is ended, and the table follows. */
const otherTable = /^['"`]\s{1,3}from\s{1,3}(?:\w{1,24}\.)?[a-z]{1,20}_\w{1,40}(?:[\s/,;-]|$)/;
/** `1=db_name(1)`: a constant compared with what a server says of itself. */
const comparesServer =
  /^[\w'"]{1,16}\s?(?:[=<>]{1,2}|\s(?:like|in)\s)\s?\(?\s?(?:db_name|host_name|user_name|suser_sname|version|database|user|current_user|system_user|schema)\s?\(\s?\d?\s?\)/;
const longestQuestion = 64;
/** `chr(122).chr(97).chr(112).chr(95)`: a text spelled by its codes, and nothing else. */
const spelled = /^\s{0,4}(?:cha?r\(\s?\d{1,3}\s?\)\s?(?:\.|\|\||\+)\s?){3,}cha?r\(\s?\d{1,3}\s?\)\s{0,4}$/;

/** Words without which most of these have nothing to look for. */
export const probeWords = ['select', 'union', 'group', 'case', 'sysdate', 'sleep('] as const;
const anyQuote = characterBits.singleQuote | characterBits.doubleQuote;
const askingMarks = characterBits.open | characterBits.at;
const tellingMarks = characterBits.open | characterBits.close | characterBits.at | characterBits.brace | characterBits.backtick;
const nothing: readonly (keyof typeof sqlFeatures)[] = Object.freeze([]);

/** What a short value as a whole says, without its grammar. */
export function probeFeatures(
  text: string,
  folded: string,
  { layers, name, passes }: Subject,
  marks: number,
): readonly (keyof typeof sqlFeatures)[] {
  if (text.length > longestProbe) return nothing;
  const quoted = (marks & anyQuote) !== 0;
  const said = (passes & 1) !== 0;
  if (!quoted && !said && (marks & tellingMarks) === 0) return nothing;
  const found: (keyof typeof sqlFeatures)[] = [];
  if (quoted) {
    if (text.length <= 48 && quotedOperator.test(text)) found.push('sql.quoted_operator');
    if (text.length >= 5 && text.length <= 120 && quotedExpression.test(text) && substance.test(text))
      found.push('sql.quoted_operator');
    if (text.length <= 16 && isQuoteProbe(text)) found.push('sql.quote_probe');
    if (layers > 0 && text.length < 64 && hiddenQuote.test(text)) found.push('sql.hidden_quote');
    if (text.length <= 64 && (cutValue.test(text) || (numberField.test(name) && quotedNumber.test(text))))
      found.push('sql.quote_probe');
  }
  if (text.length <= longestQuestion && (marks & askingMarks) !== 0 && (asksServer.test(folded) || comparesServer.test(folded)))
    found.push('sql.asks_server');
  const opens = (marks & characterBits.open) !== 0;
  if (opens && folded.includes('r(') && spelled.test(folded)) found.push('sql.whole_call');
  const at = (marks & characterBits.at) !== 0;
  // Nearly no text holds the words without which there is nothing to look for.
  const selects = said && folded.includes('select');
  const unites = said && folded.includes('union');
  if (
    (at && folded.includes('@`') && quotedVariable.test(text)) ||
    (selects && setsColumn.test(text)) ||
    (said && folded.includes('group') && groupedError.test(text))
  )
    found.push('sql.breakout_statement');
  if (
    (at && folded.includes('@@') && settingCondition.test(text)) ||
    ((marks & characterBits.brace) !== 0 && bracedCondition.test(text))
  )
    found.push('sql.logical_call');
  if (opens && innerCall.test(folded) && computedLetter.test(text)) found.push('sql.logical_call');
  if (unites && commentedUnion.test(text)) found.push('sql.hidden_word');
  if (((selects || unites) && nestedWord.test(text)) || (unites && numbersAsSpace.test(text))) found.push('sql.hidden_word');
  if (said && folded.includes('case') && computedCase.test(text)) found.push('sql.case_constant');
  if (said && folded.includes('sysdate') && waitsIf.test(folded)) found.push('sql.case_constant');
  if (quoted && text.length <= 80 && openCondition.test(text)) found.push('sql.condition');
  if (isQuote(folded.charCodeAt(0)) && otherTable.test(folded)) found.push('sql.breakout_statement');
  if (
    text.length <= 64 &&
    ((quoted && computedCondition.test(text)) || ((marks & characterBits.close) !== 0 && closedBracket.test(text)))
  )
    found.push('sql.condition');
  if (quoted && folded.charCodeAt(0) === 0x2f && endsSegment.test(folded)) found.push('sql.breakout_statement');
  if (opens && (marks & characterBits.comma) !== 0 && orderedCall.test(folded)) found.push('sql.order_probe');
  if (said && opens && folded.includes('sleep(') && likeSleep.test(text)) found.push('sql.time_context');
  if (selects && joinedSelect.test(text)) found.push('sql.subselect', 'sql.computed_subselect');
  if (quoted && opens && (text.includes("'),(") || text.includes("'), (")) && anotherRow.test(text))
    found.push('sql.breakout_statement');
  if (opens && folded.includes('hashbytes') && hashesProof.test(folded)) found.push('sql.proof');
  if (selects && selectsProof.test(text)) found.push('sql.proof');
  return found;
}

function isQuote(unit: number): boolean {
  return unit === 0x27 || unit === 0x22 || unit === 0x60;
}
