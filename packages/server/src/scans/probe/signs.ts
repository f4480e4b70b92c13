/** Errors of databases, as their drivers say them. */
const sqlErrors: readonly RegExp[] = [
  /You have an error in your SQL syntax/i,
  /SQLSTATE\[[0-9A-Z]{5}\]/,
  /ORA-\d{5}\b/,
  /unterminated quoted string at or near/i,
  /syntax error at or near "/i,
  /near "[^"]{0,40}": syntax error/i,
  /unrecognized token: "/i,
  /Unclosed quotation mark after the character string/i,
  /Incorrect syntax near '/i,
  /ER_PARSE_ERROR|SQLITE_ERROR|PG::SyntaxError/,
  /com\.mysql\.(?:cj\.)?jdbc\.exceptions|org\.postgresql\.util\.PSQLException|java\.sql\.SQLSyntaxErrorException/,
];

/** Stack traces and debug pages. */
const traces: readonly RegExp[] = [
  /\n?\s{1,8}at [\w$.<>[\] ]{1,120} ?\(?(?:file:\/\/|node:|\/|[A-Za-z]:\\)[^\s()]{1,300}:\d+:\d+\)?/,
  /Traceback \(most recent call last\)/,
  /\b(?:java|javax|org|com)\.[\w.]{3,80}(?:Exception|Error)\b[\s\S]{0,400}?\bat [\w.$]{3,120}\([\w.]{1,80}:\d+\)/,
  /#\d+ \/[\w./-]{3,200}\.php\(\d+\)/,
  /<b>(?:Fatal error|Warning|Notice)<\/b>: {0,2}[^<]{1,300} in <b>\/[\w./-]{1,200}\.php<\/b>/,
  /goroutine \d+ \[running\]/,
  /class="(?:think_exception|whoops|exception-message)"|Whitelabel Error Page[\s\S]{0,400}(?:trace|Exception)/i,
];

const longest = 65_536;

export const sqlErrorOf = (body: string): string | null => matchOf(sqlErrors, body);
export const errorSignOf = (body: string): string | null => matchOf(traces, body) ?? sqlErrorOf(body);

/** The sign itself in a few words, not what stands around it. */
function matchOf(patterns: readonly RegExp[], body: string): string | null {
  // JSON writes line ends as two characters.
  const text = body.slice(0, longest).replaceAll('\\n', '\n');
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) return found.trim().slice(0, 80);
  }
  return null;
}
