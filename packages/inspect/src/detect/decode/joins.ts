/** What a text is before its pieces are put together: `'al'+'ert'`, `"a"."b"`, `un/**\/ion`, and quotes that a backslash escapes. */
const escapedQuote = /\\(?=["'])/g;
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
const innerBrackets = /(?<=[a-z])<>(?=[a-z])/gi;
const innerZero = /(?<=[a-z])%00(?=[a-z])/gi;
const shortest = 6;
const longest = 16_384;

/**
 * The text as it is once its pieces are joined, or null when it has none. Only texts of up to 16,384 characters: what joins its pieces is a
 * trick on readers, and short.
 */
export function joinPieces(text: string): string | null {
  if (text.length < shortest || text.length > longest) return null;
  let joined = text;
  if (text.includes('\\"') || text.includes("\\'")) joined = joined.replace(escapedQuote, '');
  const summed = joined.replace(joint, '');
  // One joint is everyday code, and a break-out that the detectors know as it stands.
  if (joined.length - summed.length >= 6) joined = summed;
  else if (!telling.test(joined) && telling.test(summed)) joined = summed;
  if (text.includes('""') && text.charCodeAt(0) === 0x22) joined = joined.replaceAll('""', '"');
  if (text.includes('<') && text.includes('\\n')) joined = joined.replace(writtenBreak, ' ');
  if (text.includes('/*')) joined = joined.replace(innerComment, '');
  if (text.includes('<!--')) joined = joined.replace(innerMarkup, '');
  if (text.includes('<>')) joined = joined.replace(innerBrackets, '');
  if (text.includes('%00')) joined = joined.replace(innerZero, '');
  return joined.length === text.length ? null : joined;
}
