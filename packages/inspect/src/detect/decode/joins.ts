import { characterBits } from '../prefilter.ts';

/** What a text is before its pieces are put together: `'al'+'ert'`, `"a"."b"`, `un/**\/ion`, and quotes that a backslash escapes. */
const escapedQuote = /\\{1,4}(?=["'])/g;
/** Two strings of the same kind with an operator between them that joins strings in some language. */
const joint = /(['"`])\s{0,4}[+.]\s{0,4}\1/g;
/** A comment within a word. One between two words, `select/**\/from`, is a space to SQL and stays. */
const innerComment = /(?<=[a-z])\/\*[^*]{0,16}\*\/(?=[a-z])/gi;
/** Words that one joint hides: `SEL'+'ECT`. */
const telling = /\bselect\b|\bunion\b|script\b|\balert\b/i;
/** A line break within a tag that is still written as an escape. */
const writtenBreak = /\\[nrt](?=[a-z]{2,24}\s?=)/gi;
/** `un<>ion`, `SEL%00ECT`: what some filters take away themselves, within a word. */
const innerMarkup = /(?<=<[a-z/]{1,12})<!--[^>]{0,24}-->(?=[a-z])/gi;
const innerBrackets = /(?<=[a-z.])<>(?=[a-z./])/gi;
/** `o<x>nclick=al<x>ert(1)`: short tags that a filter takes away, within words. */
const innerTag = /(?<=[a-z])<[a-z]{1,3}>(?=[a-z(=])/gi;
const shortTag = /<[a-z]{1,3}>[a-z(=]/i;
const longestTagged = 400;
const runs = /\bon[a-z]{3,20}\s?=\s?\w{1,12}\(|<script|javascript:/i;
/** `~27~20or~201=1`: an application's own way to write what percent signs would. */
const tilde = /~([2-7][\da-f])/gi;
const fewest = 3;
/** `x'\\tor\\t1=1`: white space that is still written as an escape, before a word of SQL. */
const writtenSpace = /\\[tnr](?=(?:or|and|union|all|select|from|where|order|by|having|group|declare|begin|set|like)\b)/gi;
/** `union--x⏎select`, `union#x⏎all`: a remark to the end of a line that parts words as a space does. */
const lineRemark = /(?<=[\w)'"(=,*])(?:--|#)[\w-]{0,24}[\r\n]{1,2}(?:\s?#[\w-]{0,24}\n){0,2}/g;
const spaceBehind = /(?<=\b(?:or|and|union|all|select|from|where|order|by|having|like|varchar\(\d{1,5}\)))\\[tnr]/gi;
/** `sleep 1.e(5 1.e)`: a number without meaning before a sign, which MySQL looks over. */
const idleNumber = / ?\d{0,3}\.e(?=[(),.*\s]|$)/gi;
/** `$$word$$`, `$a$word$a$`: a string of PostgreSQL, beside a word of SQL: records of clients part their addresses so, too. */
const compared = /\b(?:or|and|union|select|where|like)\b/i;
const dollarQuoted = /\$(\w{0,10})\$([^$\n]{1,80})\$\1\$/g;
const innerZero = /(?<=[a-z])%00(?=[a-z])/gi;
const anyQuote = characterBits.singleQuote | characterBits.doubleQuote | characterBits.backtick;
const joining = characterBits.plus | characterBits.dot;
const shortest = 6;
const longest = 16_384;

/**
 * The text as it is once its pieces are joined, or null when it has none. Only texts of up to 16,384 characters: what joins its pieces is a
 * trick on readers, and short. `marks` are the characters that occur.
 */
export function joinPieces(text: string, marks = -1): string | null {
  if (text.length < shortest || text.length > longest) return null;
  const quotes = (marks & anyQuote) !== 0;
  let joined = text;
  if (quotes && (marks & characterBits.backslash) !== 0 && (text.includes('\\"') || text.includes("\\'")))
    joined = joined.replace(escapedQuote, '');
  const summed = quotes && (marks & joining) !== 0 ? joined.replace(joint, '') : joined;
  // One joint is everyday code, and a break-out that the detectors know as it stands.
  if (joined.length - summed.length >= 6) joined = summed;
  else if (summed.length < joined.length && !telling.test(joined) && telling.test(summed)) joined = summed;
  if ((marks & characterBits.doubleQuote) !== 0 && text.includes('""') && text.charCodeAt(0) === 0x22)
    joined = joined.replaceAll('""', '"');
  const less = (marks & characterBits.less) !== 0;
  if (less && (marks & characterBits.backslash) !== 0 && text.includes('<') && text.includes('\\n'))
    joined = joined.replace(writtenBreak, ' ');
  if ((marks & characterBits.slash) !== 0 && text.includes('/*')) joined = joined.replace(innerComment, '');
  if (less && text.includes('<!--')) joined = joined.replace(innerMarkup, '');
  if (less && text.includes('<>')) joined = joined.replace(innerBrackets, '');
  if (less && text.length <= longestTagged && text.includes('<')) {
    const untagged = shortTag.test(joined) ? joined.replace(innerTag, '') : joined;
    if (untagged.length < joined.length && runs.test(untagged) && !runs.test(joined)) joined = untagged;
  }
  if ((marks & characterBits.dollar) !== 0 && text.includes('$\\{'))
    joined = joined.replaceAll('\\{', '{').replaceAll('\\}', '}');
  if ((marks & characterBits.tilde) !== 0 && text.split('~', fewest + 1).length > fewest)
    joined = joined.replace(tilde, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  if ((marks & characterBits.lineBreak) !== 0 && text.includes('\n') && (text.includes('--') || text.includes('#')))
    joined = joined.replace(lineRemark, ' ');
  if ((marks & characterBits.backslash) !== 0 && (text.includes('\\t') || text.includes('\\n')))
    joined = joined.replace(writtenSpace, ' ').replace(spaceBehind, ' ');
  if ((marks & characterBits.dot) !== 0 && text.includes('.e')) joined = joined.replace(idleNumber, '');
  if ((marks & characterBits.dollar) !== 0 && text.length <= longestTagged && compared.test(text))
    joined = joined.replace(dollarQuoted, "'$2'");
  if ((marks & characterBits.percent) !== 0 && text.includes('%00')) joined = joined.replace(innerZero, '');
  return joined.length === text.length ? null : joined;
}

const anyJoint =
  anyQuote |
  characterBits.less |
  characterBits.slash |
  characterBits.percent |
  characterBits.dollar |
  characterBits.tilde |
  characterBits.lineBreak |
  characterBits.backslash |
  characterBits.dot;

/** Whether a text with these characters may have pieces to be joined. */
export function mayJoin(marks: number): boolean {
  return (marks & anyJoint) !== 0;
}
